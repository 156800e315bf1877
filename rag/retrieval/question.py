"""A question as it was asked -> what is searched for, and what the reader is told about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rag.protocols import DatedArticles
from rag.retrieval import followup
from rag.retrieval.search import ANY_TIME, NOW, Leaning, Query
from rag.types.days import Window, known_on, left_out, span
from rag.types.evidence import Evidence
from rag.types.questions import Ask
from rag.when import window as dates


@dataclass(frozen=True, slots=True)
class Question:
    """A question, read: as it stands alone, what is searched, and what the reader is told."""

    standing: str
    query: Query
    window: Window | None
    notes: tuple[str, ...]


def read(ask: Ask, articles: DatedArticles) -> Question:
    """Complete a follow-up by its turn, and read the question's time against the day of asking."""
    day = ask.day(date.today())
    standing = followup.standalone(ask.question, ask.after)
    window, notes = _window(ask, articles, day)
    searched = dates.published(window, day) if window and window.strict else None
    if searched and not notes and not articles.count_dated(searched):
        notes = (
            f"No article {span(searched.since, searched.until)} is known (“{searched.phrase}”), so all"
            " were searched.",
        )
        window = searched = None
    if as_of := ask.filters.as_of:
        notes = (*notes, known_on(as_of, articles.count_undated()))
    now = ask.read_dates and dates.speaks_of_now(ask.question)
    query = Query(
        dates.without(standing, window),
        dates.without(ask.question, window),
        ask.filters,
        searched,
        Leaning(day, NOW if now else ANY_TIME),
    )
    return Question(standing, query, window, notes)


def cited_before(ask: Ask) -> tuple[Evidence, ...]:
    """Return what the turn before cited, if the question points back to it."""
    last = ask.after
    return last.cited if last and followup.standalone(ask.question, last) != ask.question else ()


def _window(ask: Ask, articles: DatedArticles, day: date) -> tuple[Window | None, tuple[str, ...]]:
    """Return the days that were chosen, else those that the question names; with what they leave out."""
    if not (ask.filters.since or ask.filters.until):
        return dates.window(ask.question, day, articles.newest()) if ask.read_dates else None, ()
    note = "" if ask.filters.as_of else left_out(articles.count_undated())
    return Window(ask.filters.since, ask.filters.until), (note,) if note else ()
