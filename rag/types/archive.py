"""What is told of the archive as a whole: what it holds, what was counted, what happened when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from rag.filters import Filters
from rag.types.days import EventDay
from rag.types.evidence import Evidence
from rag.types.files import Skipped
from rag.types.models import Frame

Counted = Literal[
    "articles",
    "months",
    "days",
    "outlets",
    "newest",
    "oldest",
    "first",
    "last",
    "names",
    "organisations",
    "holdings",
]
"""What a question about the archive counts or lists."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A sentence of a timeline, with its day; `evidence.article.day` is when it was printed."""

    evidence: Evidence
    when: EventDay | None  # None where it says no day, or not surely
    frame: Frame = "fact"


@dataclass(frozen=True, slots=True)
class Timeline:
    """What the articles say of something, in the order in which it happened; each sentence once."""

    topic: str
    dated: tuple[Happening, ...] = ()
    undated: tuple[Happening, ...] = ()  # in the order in which they were printed
    notes: tuple[str, ...] = ()
    as_of: date | None = None  # the day on which the archive was seen; None: now

    @property
    def all(self) -> tuple[Happening, ...]:
        """All of it, in the order of its numbers."""
        return (*self.dated, *self.undated)


@dataclass(frozen=True, slots=True)
class Tally:
    """A row of what was counted: how many articles there are of it, or one article with its copies."""

    label: str  # "2025-05", an outlet, a name, or day, outlet and headline of an article
    count: int
    article: str = ""  # the id of the article that the label tells


@dataclass(frozen=True, slots=True)
class Archive:
    """The answer to a question about the archive itself, counted; a report counts once."""

    kind: Counted
    counted: str  # the filter in words: "articles that mention “Trump”, from 1 May 2025 on"
    number: int  # of articles, without further copies of one report
    copies: int  # that were left out of `number`
    text: str  # the answer in words, without the rows
    rows: tuple[Tally, ...] = ()
    query: str = ""  # for the list of these articles, together with `filters`
    filters: Filters = field(default_factory=Filters)
    notes: tuple[str, ...] = ()  # how it was counted


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the library holds, for people to see before they ask."""

    articles: int
    passages: int
    outlets: Mapping[str, int]  # articles per outlet, most first
    first: date | None
    last: date | None
    undated: int
    generation: int
    skipped: tuple[Skipped, ...] = ()
    # dated articles by outlet ("" where it is unknown) and month: {"The Times": {"2025-06": 3}}
    months: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    ingested: datetime | None = None  # when the folder was last looked through
