"""Query, one generation -> hits and evidence, as the stories read them; or the hits of a question alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.language import typed
from rag.language.words import search_words
from rag.protocols import Generation
from rag.retrieval import evidence, question, search
from rag.retrieval.search import Query
from rag.settings import Settings
from rag.stories.clock import Clock
from rag.stories.opened import Opened
from rag.types.evidence import Evidence
from rag.types.hits import Cut, Explanation, Hit, Sight
from rag.types.questions import Ask
from rag.when.quoted import named_days


def usable(ask: Ask | str, settings: Settings) -> Ask:
    """Return what is asked, on one line; raise UsageError for what cannot be."""
    ask = Ask(ask, prose=settings.prose) if isinstance(ask, str) else ask
    sound = typed.usable(ask.question, settings.question_characters)
    return replace(ask, question=sound)


# ── a question's hits, and no more ──


def passages(ask: Ask | str, opened: Opened, limit: int) -> tuple[Hit, ...]:
    """Return the best passages of at most `limit` articles, best first."""
    ask = usable(ask, opened.settings)
    with opened.generation(ask.filters.as_of) as library:
        read = question.read(ask, library.articles)
        before = question.cited_before(ask)
        found = searched(read.query, library, opened, Clock(), before)
    known = tuple(dict.fromkeys(hit.passage.article.id for hit in found.hits))[:limit]
    return tuple(hit for hit in found.hits if hit.passage.article.id in known)


def glance(ask: Ask, opened: Opened) -> Sight:
    """Return the articles that would be read for a question; no network reads anything."""
    ask = usable(ask, opened.settings)
    with opened.generation(ask.filters.as_of) as library:
        articles = library.articles
        query = question.read(ask, articles).query
        found = [hit.passage.article for hit in fused(query, library, opened)[0]]
        best = found[: opened.settings.rerank_hits]
        keys = {one.id: min(articles.keys_of(one)) for one in dict.fromkeys(best)}
        seen = dict.fromkeys(one.id for one in dict.fromkeys(found))  # an id takes 40 µs
        return Sight(keys, tuple(seen), articles.last_key())


# ── inside one generation ──


def fused(query: Query, library: Generation, opened: Opened) -> tuple[list[Hit], list[Cut]]:
    """Return the fused hits of full text and vectors, and what was cut."""
    return search.search(query, library, opened.models.encoder, opened.settings.leg_hits)


def searched(
    query: Query,
    library: Generation,
    opened: Opened,
    clock: Clock,
    before: Sequence[Evidence] = (),
) -> Explanation:
    """Return the hits, read by the reader, and what was cut; what the turn before cited is read, too."""
    hits, cut = fused(query, library, opened)
    clock.mark("search")
    many = opened.settings.rerank_hits
    best = search.with_cited(hits[:many], before, query, library)
    read = search.rerank(query.whole, best, opened.models.reader)
    clock.mark("rerank")
    words = tuple(search_words(query.whole))
    known = {hit.passage.id for hit in read}
    rest = (hit for hit in hits[many:] if hit.passage.id not in known)
    return Explanation(query.texts, words, (*read, *rest), tuple(cut))


def chosen(
    ask: Ask, query: Query, found: Explanation, library: Generation, opened: Opened
) -> tuple[Evidence, ...]:
    """Return the spans that answer best, with their copies and the days they name."""
    settings = opened.settings
    spans = evidence.choose(
        query.whole,
        found.hits[: settings.evidence_passages],
        opened.models.reader,
        opened.models.classifier,
        limit=ask.evidence or settings.evidence,
        per_article=settings.article_evidence,
    )
    return printed(spans, library)


def printed(found: Sequence[Evidence], library: Generation) -> tuple[Evidence, ...]:
    """Return evidence with its copies and the days it names."""
    return tuple(
        replace(
            item,
            also=library.articles.copies(item.article),
            days=named_days(item.quote, item.article.published),
        )
        for item in found
    )
