"""Hits -> evidence: the sentences that answer, as exact spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.language.questions import asking
from rag.language.sentences import Span, sentences
from rag.protocols import Reranker
from rag.retrieval.orders import orders
from rag.retrieval.scores import logit
from rag.types import Evidence, Hit, Passage

WINDOW_SENTENCES = 2  # one sentence often lacks its subject, three slow the model down


def choose(
    question: str, hits: Sequence[Hit], reranker: Reranker, *, limit: int, per_article: int
) -> tuple[Evidence, ...]:
    """Return the best windows of the hits' sentences, best first, numbered, without overlaps.

    Each article has at most `per_article`, unless places remain. Sentences that give orders to a
    program are no evidence. A question that tells something before it asks is judged whole and by
    its asking sentence: else windows that only repeat what is told would come first.
    """
    told = {hit.passage.article: orders(hit.passage.article.text) for hit in hits}
    windows = [
        (hit, span)
        for hit in hits
        for span in windows_of(hit.passage)
        if not any(_meet(span, order) for order in told[hit.passage.article])
    ]
    texts = [hit.passage.article.text[start:end] for hit, (start, end) in windows]
    scores = reranker.score(question, texts)
    worth = [logit(score) for score in scores]
    if (short := asking(question)) != question:
        again = [logit(score) for score in reranker.score(short, texts)]
        worth = [(one + other) / 2 for one, other in zip(worth, again, strict=True)]
    worth = [one + hit.fresh for (hit, _), one in zip(windows, worth, strict=True)]
    chosen: list[tuple[float, Evidence]] = []
    left: list[tuple[float, Evidence]] = []
    for place in sorted(range(len(windows)), key=lambda place: -worth[place]):
        hit, (start, end) = windows[place]
        item = Evidence(0, hit.passage.article, start, end, scores[place])
        if any(_overlap(item, other) for _, other in chosen):
            continue
        crowded = sum(other.article.id == item.article.id for _, other in chosen) >= per_article
        (left if crowded else chosen).append((worth[place], item))
        if len(chosen) == limit:
            break
    for value, item in left:
        if len(chosen) < limit and not any(_overlap(item, other) for _, other in chosen):
            chosen.append((value, item))
    ranked = sorted(chosen, key=lambda pair: -pair[0])
    return tuple(replace(item, number=number) for number, (_, item) in enumerate(ranked, start=1))


def windows_of(passage: Passage) -> Iterator[Span]:
    """Yield the spans of every two neighbouring sentences of a passage, or its only one."""
    spans = [(start + passage.start, end + passage.start) for start, end in sentences(passage.text)]
    for place in range(max(1, len(spans) - WINDOW_SENTENCES + 1)):
        group = spans[place : place + WINDOW_SENTENCES]
        if group:
            yield group[0][0], group[-1][1]


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _overlap(one: Evidence, other: Evidence) -> bool:
    """Return whether two spans share text, or say the same in the same words."""
    if one.article.id == other.article.id:
        return _meet((one.start, one.end), (other.start, other.end))
    return one.quote == other.quote
