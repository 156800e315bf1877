"""Articles and the passages of them that are searched."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.types.days import in_words


@dataclass(frozen=True, slots=True)
class Article:
    """One news text, cleaned, with what is known about it; what is not known is None."""

    path: str  # the file it came from, relative to seeds/
    position: int  # its place among the articles of that file, from 0
    title: str
    text: str
    source: str | None = None  # the outlet that printed it
    agency: str | None = None  # the news agency that wrote it
    author: str | None = None
    published: date | None = None
    published_from: str | None = None  # how the date is known
    place: str | None = None  # where it was written: "KESTREL BAY"
    url: str | None = None
    language: str | None = None  # two letters, ISO 639-1
    correction: str | None = None  # the notice with which it corrects itself
    report: int = 0  # copies of one text share this number; 0 before the library knows

    @property
    def id(self) -> str:
        """Digest of the content: the same article in two files has one id."""
        return digest("\x1f".join((self.source or "", self.title, self.text)))[:16]

    @property
    def outlet(self) -> str:
        """The outlet for people to read, or the file where no outlet is known."""
        return self.source or self.path

    @property
    def imprint(self) -> str:
        """Who printed it, for people to read: "The Straits Times (Reuters)"; said where unknown."""
        return (self.source or "unknown outlet") + (f" ({self.agency})" if self.agency else "")

    @property
    def day(self) -> str:
        """The day of publication for people to read: "5 June 2025", or "no date"."""
        return in_words(self.published) if self.published else "no date"

    @property
    def dated(self) -> str:
        """The day with how it is known: "5 June 2025 (known from: mail header)"."""
        known = self.published and self.published_from
        return f"{self.day} (known from: {known})" if known else self.day

    @property
    def byline(self) -> str:
        """Its author for people to read: "by Ada Holm"; empty where unknown."""
        return f"by {self.author}" if self.author else ""

    @property
    def reporter(self) -> str:
        """Who wrote it, for "Reuters wrote": the agency, else the outlet, else the article itself."""
        return self.agency or self.source or f"“{self.title}”"


@dataclass(frozen=True, slots=True)
class Passage:
    """A span of an article, cut at sentences, that is encoded and searched."""

    article: Article
    start: int
    end: int
    id: int = 0  # the library's; 0 before

    @property
    def text(self) -> str:
        """The slice of the article."""
        return self.article.text[self.start : self.end]

    @property
    def encoded_text(self) -> str:
        """What the encoder reads: the headline, then the passage."""
        return f"{self.article.title}\n{self.text}"


def elsewhere(article: Article, also: Sequence[Article]) -> str:
    """Say in which other outlets the copies of an article are; empty where there are none."""
    others = dict.fromkeys(copy.outlet for copy in also)
    others.pop(article.outlet, None)
    if not others:
        return ""
    wire = f" ({article.agency} text)" if article.agency else ""
    count = f"{len(others)} outlet{'s' if len(others) > 1 else ''}"
    return f"also in {count}: {', '.join(others)}{wire}"


def digest(text: str) -> str:
    """Return the sha256 of a text, in hex; lone surrogates are allowed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
