"""What a search finds: hits for a question, or a page of the list of reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.types.articles import Article, Passage, elsewhere
from rag.types.help import Guess

Sort = Literal["fit", "day"]
"""The order of a list: the best first, or the newest."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question; a rank is its place in that search leg, from 1, or None."""

    passage: Passage
    score: float  # what orders the hits
    vector_rank: int | None = None
    text_rank: int | None = None
    fused: float = 0.0  # by the ranks of the legs
    fresh: float = 0.0  # what a report near the day of asking is worth, in logits
    reranked: float | None = None  # how well it fits by the reader, 0 to 1, where it was read


@dataclass(frozen=True, slots=True)
class Listed:
    """A report of a list: one of its articles, the passage of it that fits best, and its copies."""

    passage: Passage
    marks: tuple[tuple[int, int], ...] = ()  # what was sought in the article's text, all of it
    title_marks: tuple[tuple[int, int], ...] = ()  # and in its headline
    score: float = 0.0  # how well it fits: by ranks in a search, by cosine where vectors are near
    near: bool = False  # it has not all that is sought, but is near in words or meaning
    also: tuple[Article, ...] = ()  # its copies elsewhere

    @property
    def article(self) -> Article:
        """The article that is listed."""
        return self.passage.article

    @property
    def elsewhere(self) -> str:
        """Where else the report is: "also in 2 outlets: A, B (Reuters text)"; else empty."""
        return elsewhere(self.article, self.also)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the reports that have what was sought, and after them those that are near."""

    text: str  # what was typed, on one line
    sort: Sort
    total: int  # reports that have it; a report counts once, with all its copies
    copies: int = 0  # further articles that have it and are copies of those
    near: int = 0  # reports at the end of the list that are only near
    offset: int = 0  # reports before the first one of this page
    reports: tuple[Listed, ...] = ()
    notes: tuple[str, ...] = ()  # how it was read, and what was left out
    did_you_mean: tuple[Guess, ...] = ()  # where no report has it
    as_of: date | None = None  # the day on which the archive was seen; None: now

    @property
    def all(self) -> int:
        """How long the whole list is."""
        return self.total + self.near


@dataclass(frozen=True, slots=True)
class Cut:
    """A hit that went no further, and why."""

    hit: Hit
    reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """How the evidence was found: what was asked for, the hits best first, and what was cut."""

    questions: tuple[str, ...]  # as searched; a follow-up is searched with its turn, too
    words: tuple[str, ...]  # that full text was asked for
    hits: tuple[Hit, ...]
    cut: tuple[Cut, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a search finds for a question, before anything is read."""

    best: Mapping[str, int]  # id of each article that would be read -> its key
    found: tuple[str, ...]  # ids of all articles that were found
    last: int  # the highest key in the library
