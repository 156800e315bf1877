"""Question, archive -> what helps to ask better: misspelled names, days without an article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.protocols import KnownNames
from rag.retrieval.guesses import did_you_mean
from rag.types.articles import Article
from rag.types.days import Window
from rag.types.files import Unread
from rag.types.help import Help
from rag.types.questions import Ask
from rag.when import window as dates


def help_for(
    ask: Ask,
    day: date,
    articles: Sequence[Article],
    known: KnownNames,
    archive: Window,
    unread: Unread,
    instead: Sequence[str],
) -> Help:
    """Return what helps with a question asked on a day, whose nearest articles these are; `archive`
    are the days from its oldest to its newest article.
    """
    unknown, guesses = did_you_mean(ask.question, articles, known)
    return Help(
        did_you_mean=guesses,
        unknown=unknown,
        outside=outside(ask, day, archive),
        archive=archive,
        unread=unread,
        instead=tuple(instead),
    )


def outside(ask: Ask, day: date, archive: Window) -> Window | None:
    """Return the days that were chosen or else asked for, where the archive's begin later or end
    before; None where they do not.
    """
    asked: Window | None = Window(ask.filters.since, ask.filters.until)
    searched = asked
    if not (ask.filters.since or ask.filters.until):
        asked = dates.window(ask.question, day, archive.until) if ask.read_dates else None
        searched = dates.published(asked, day) if asked else None
    if searched is None:
        return None
    begins_later = archive.since and searched.until and searched.until < archive.since
    ends_before = archive.until and searched.since and archive.until < searched.since
    return asked if begins_later or ends_before else None
