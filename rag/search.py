"""Question -> hits: full text and vectors, fused by rank, then read again by the reranker."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.index import PassageIndex
from rag.library import Library
from rag.types import Encoder, Filters, Hit, Reranker, Window

RANK_CONSTANT = 60  # Cormack, Clarke, Buettcher 2009: reciprocal rank fusion
ARTICLE_HITS = 4  # passages of one article that go on to the reranker


def search(
    question: str,
    library: Library,
    index: PassageIndex,
    encoder: Encoder,
    *,
    filters: Filters,
    window: Window | None,
    leg_hits: int,
    limit: int,
) -> list[Hit]:
    """The fused best passages, at most `limit`; filters and window reach into both legs."""
    ids = library.passage_ids(filters, window)
    by_text = library.search_text(question, leg_hits, ids)
    by_vector = index.search(encoder.encode([question])[0], leg_hits, ids)
    fused = fuse([number for number, _ in by_vector], [number for number, _ in by_text])
    ranks = [
        {number: rank for rank, (number, _) in enumerate(leg, start=1)}
        for leg in (by_vector, by_text)
    ]
    passages = library.passages(list(fused))
    hits = [
        Hit(passages[number], score, ranks[0].get(number), ranks[1].get(number))
        for number, score in fused.items()
        if number in passages  # gone since the index was built
    ]
    return few_per_article(hits, ARTICLE_HITS)[:limit]


def fuse(*legs: Sequence[int]) -> dict[int, float]:
    """Reciprocal rank fusion: each id scores the sum of 1 / (60 + rank) over the legs; best first,
    ties by id.
    """
    scores: dict[int, float] = {}
    for leg in legs:
        for rank, number in enumerate(leg, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (RANK_CONSTANT + rank)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def rerank(question: str, hits: Sequence[Hit], reranker: Reranker) -> list[Hit]:
    """The hits with the reranker's scores, best first."""
    scores = reranker.score(question, [hit.passage.encoded_text for hit in hits])
    scored = [replace(hit, score=score) for hit, score in zip(hits, scores, strict=True)]
    return sorted(scored, key=lambda hit: -hit.score)


def few_per_article(hits: Iterable[Hit], most: int) -> list[Hit]:
    """At most `most` hits of one article, and of copies only those of the copy that comes first."""
    kept: list[Hit] = []
    seen: dict[str, int] = {}
    shown: dict[int, str] = {}
    places: set[tuple[str, int]] = set()
    for hit in hits:
        article = hit.passage.article
        place = (article.id, hit.passage.start)
        is_copy = article.report and shown.setdefault(article.report, article.id) != article.id
        if not is_copy and place not in places and seen.get(article.id, 0) < most:
            kept.append(hit)
            places.add(place)
            seen[article.id] = seen.get(article.id, 0) + 1
    return kept
