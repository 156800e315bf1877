"""The archive as it is: its articles, what of them is listed and counted, and what happened when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.archive import counted
from rag.archive.asked import Asked
from rag.filters import Filters
from rag.language import reviews
from rag.language.typed import usable
from rag.language.words import asks
from rag.retrieval import find as finding
from rag.retrieval import near as nearby
from rag.retrieval import question, quotations
from rag.retrieval import timeline as times
from rag.retrieval.find import Wish
from rag.retrieval.guesses import retyped
from rag.retrieval.quotations import FEW, Topic
from rag.store.fulltext import FullText
from rag.store.names import Names
from rag.stories import hits
from rag.stories.opened import Opened
from rag.types.archive import Archive, Timeline
from rag.types.articles import Article
from rag.types.hits import Found, Listed
from rag.types.questions import Ask


def count(wanted: Asked, opened: Opened) -> Archive:
    """Count articles; raises LibraryError without a library and UsageError for unknown names."""
    with opened.library(wanted.filters.as_of) as library:
        return counted.count(wanted, library, opened.models)


def find(wish: Wish, opened: Opened) -> Found:
    """Return a page of the reports that have what is sought (rag.language.sought), by no reader."""
    wish = finding.usable(wish, opened.settings.question_characters)
    with opened.library(wish.filters.as_of) as library, library.snapshot():

        def nearest(typed: str, keys: Sequence[int] | None) -> list[tuple[int, float]]:
            with opened.library() as beside:  # it may have to be built
                index = opened.index(beside)
            ids = None if keys is None else library.passage_ids(keys)
            vector = opened.models.encoder.encode([typed])[0]
            return index.search(vector, finding.PASSAGES, ids)

        words, names, listed = FullText(library.db), Names(library.db), opened.listed(library)
        found = finding.Finder(library, listed, words, nearest, names.near).find(wish)
        if found.total or not wish.text:
            return found
        return replace(found, did_you_mean=retyped(wish.text, names))


def timeline(text: str, filters: Filters, opened: Opened) -> Timeline:
    """Return what the articles say of a name, of words as `find` takes them, or to a question, in the
    order in which it happened.
    """
    models = opened.models
    asked = times.topic(usable(text, opened.settings.question_characters))
    with opened.library(filters.as_of) as library:
        about = reviews.wanted(asked, Names(library.db).knows)
    if about and about.kind == "summary":
        asked = about.topic
    elif asks(asked) and not times.is_name(asked):
        return _asked_timeline(Ask(asked, filters), opened)
    found = find(Wish(asked, filters, "day", times.REPORTS), opened)
    items = times.mentions(asked, found.reports)
    made = times.arranged(asked, items, models.classifier, models.dater)
    left = found.total - len(found.reports)
    more = (f"Only the newest {times.REPORTS} of {found.total:,} articles were read.",)
    notes = (*found.notes, *(more if left else ()))
    return replace(made, notes=notes, as_of=filters.as_of)


def _asked_timeline(ask: Ask, opened: Opened) -> Timeline:
    """Return the sentences that answer a question best, by the reader, as a timeline."""
    models = opened.models
    with opened.generation(ask.filters.as_of) as library:
        read = question.read(ask, library.articles)
        fused, _ = hits.fused(read.query, library, opened)
        topic = Topic(ask.question, ask.question)
        most = {"limit": times.SENTENCES, "per_report": FEW}
        found = quotations.best(topic, fused, models.reader, **most)
        printed = hits.printed(found, library)
    made = times.arranged(ask.question, printed, models.classifier, models.dater)
    return replace(made, notes=read.notes, as_of=ask.filters.as_of)


def near(article: Article, limit: int, as_of: date | None, opened: Opened) -> tuple[Listed, ...]:
    """Return the nearest reports of others within a week."""
    with opened.library(as_of) as library, library.snapshot():
        return nearby.near(article, library, opened.listed(library), limit)


def article(
    number: str, as_of: date | None, opened: Opened
) -> tuple[Article, tuple[Article, ...]] | None:
    """Return the article with this id and its copies, or None."""
    with opened.articles(as_of) as articles:
        found = articles.article(number)
        return (found, articles.copies(found)) if found else None
