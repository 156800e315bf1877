"""Standing questions: what was told when each was asked last, and what is new."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from rag.filters import Filters
from rag.types.days import in_words
from rag.types.questions import Ask

Change = Literal["changed", "updated", "conflict", "answered", "gone"]
"""What is new of a kept question: another answer, what another report says instead (as in a Disagreement),
an answer where there was none, or none where there was one.
"""


@dataclass(frozen=True, slots=True)
class Told:
    """What an article answers to a kept question, in words that outlast the article."""

    value: str  # the words that answer; empty where only the quotation does
    quotation: str
    outlet: str
    title: str
    article: str  # its id
    start: int  # of the quotation in the article, as `end`
    end: int
    published: date | None = None

    @property
    def dated(self) -> str:
        """Whose words it is, and of when: "The Straits Times, 4 June 2025"."""
        return f"{self.outlet}, {in_words(self.published) if self.published else 'no date'}"


@dataclass(frozen=True, slots=True)
class News:
    """What an article that has come since says otherwise to a kept question; or that its answer is gone."""

    question: str
    kind: Change
    before: Told | None = None  # None where the articles did not say
    now: Told | None = None  # None where they do not say any more
    on: date | None = None  # the day of telling


@dataclass(frozen=True, slots=True)
class Kept:
    """A standing question with what was known when it was asked last."""

    question: str
    since: date  # the day it was kept
    filters: Filters = field(default_factory=Filters)
    read_dates: bool = True
    told: tuple[
        Told, ...
    ] = ()  # its answer first, then what other reports say instead; empty: refused
    last: int = (
        0  # the highest key in the library when it was kept: articles with a higher one are new
    )
    seen: tuple[str, ...] = ()  # ids of articles that were found then, or read since
    news: tuple[News, ...] = ()  # newest first

    def ask(self, day: date) -> Ask:
        """What is asked on a day: nothing is written."""
        return Ask(self.question, self.filters, day, self.read_dates, prose=False)
