"""Evidence: spans of articles with a number, and how much of the archive they are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.types.articles import Article, elsewhere
from rag.types.days import NamedDay, between, in_words, old


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of an article shown under a number; the model may cite only these numbers."""

    number: int
    article: Article
    start: int
    end: int
    score: float  # how well it fits the question, 0 to 1
    answers: float = 0.0  # the reader's probability that it answers
    found: tuple[int, int] | None = None  # the words of it that answer, as places in the article
    worth: float = 0.0  # what speaks for it, in logits: that it answers and that it fits
    cited: bool = False
    days: tuple[NamedDay, ...] = ()  # what "on Thursday" means in it, where that is certain
    also: tuple[Article, ...] = ()  # its copies elsewhere: one report, however often printed

    @property
    def quote(self) -> str:
        """The slice of the article."""
        return self.article.text[self.start : self.end]

    @property
    def found_text(self) -> str:
        """The words of it that answer; empty where none do."""
        return self.article.text[slice(*self.found)] if self.found else ""

    @property
    def place(self) -> tuple[str, int, int]:
        """Where its words are, in which article."""
        return self.article.id, self.start, self.end

    @property
    def report(self) -> object:
        """What it shares with its copies and with nothing else."""
        return self.article.report or self.article.id

    @property
    def elsewhere(self) -> str:
        """Where else the report stands: "also in 2 outlets: A, B (Reuters text)"; else empty."""
        return elsewhere(self.article, self.also)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer had to go by: its evidence, and what the archive lacks."""

    articles: int
    outlets: int  # known ones
    undated: int  # articles without a date
    first: date | None  # of the evidence
    last: date | None
    newest: date | None  # in the archive
    unreadable: int  # files
    asked_on: date | None = None  # against which its age is counted

    @property
    def age(self) -> int | None:
        """How many days the newest evidence was old when it was asked for; None where that is unknown."""
        days = (self.asked_on - self.last).days if self.asked_on and self.last else -1
        return days if days >= 0 else None

    def __str__(self) -> str:
        """Say it in one line: "5 articles of 3 outlets, 2 to 9 May 2025, the newest 25 days old; the newest
        in the archive is of 11 May 2025; 17 files could not be read".
        """
        count = f"{self.articles:,} article{'' if self.articles == 1 else 's'}"
        outlets = f" of {self.outlets:,} outlet{'' if self.outlets == 1 else 's'}"
        parts = [
            count + (outlets if self.outlets else ""),
            between(self.first, self.last) if self.first and self.last else "",
            f"the newest {old(self.age)}" if self.age is not None else "",
            f"{self.undated:,} without a date" if self.undated else "",
        ]
        files = f"{self.unreadable:,} file{'' if self.unreadable == 1 else 's'}"
        told = [
            ", ".join(filter(None, parts)) if self.articles else "No article is near",
            f"the newest in the archive is of {in_words(self.newest)}" if self.newest else "",
            f"{files} could not be read" if self.unreadable else "",
        ]
        return "; ".join(filter(None, told))
