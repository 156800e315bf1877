"""Hits -> evidence: the sentences that answer, as exact spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.language.mentions import named
from rag.language.pairing import paired
from rag.language.questions import asking
from rag.language.sentences import Span, sentences
from rag.protocols import Classifier, Reader
from rag.retrieval.orders import addresses, orders
from rag.retrieval.scores import logit, probability
from rag.types.articles import Passage
from rag.types.evidence import Evidence
from rag.types.hits import Hit
from rag.types.models import Reading

WINDOW_SENTENCES = 2  # one sentence often lacks its subject, three slow the model down
# What the logit that a window fits, and freshness, count beside the logit that it answers: chosen on
# 125 development questions, of which the first window then holds the answer for .72 (.66 by fit alone).
FITS_WORTH = 0.3
# Lost by an article that has none of the question's names: it speaks of somebody else. Of 232 news
# questions none is lost by it; with 3, one is.
NAMELESS = 2.0


def choose(
    question: str,
    hits: Sequence[Hit],
    reader: Reader,
    classifier: Classifier,
    *,
    limit: int,
    per_article: int,
) -> tuple[Evidence, ...]:
    """Return the best windows of the hits' sentences, numbered from 1, best first, none overlapping.

    More than `per_article` come from one article only where places remain. Sentences that give
    orders to a program are no evidence. A question that tells before it asks is read in both ways,
    whole and its asking sentence: else a window that repeats what is told would come first.
    """
    windows = sound_windows(hits)
    texts = [hit.passage.article.text[start:end] for hit, (start, end) in windows]
    readings = reader.read(question, texts)
    if (short := asking(question)) != question:
        readings = list(map(_both, readings, reader.read(short, texts)))
    items = list(map(_evidence, windows, readings))
    nameless = {
        article: NAMELESS * (named(question, f"{article.title}\n{article.text}") == 0)
        for article in {item.article for item in items}
    }
    valued = [
        (item.worth + FITS_WORTH * hit.fresh - nameless[item.article], item)
        for (hit, _), item in zip(windows, items, strict=True)
    ]
    chosen: list[tuple[float, Evidence]] = []
    left: list[tuple[float, Evidence]] = []
    for value, item in sorted(valued, key=lambda pair: -pair[0]):
        if any(_overlap(item, other) for _, other in chosen):
            continue
        if addresses(item.article.text, (item.start, item.end), classifier):
            continue
        crowded = sum(other.article.id == item.article.id for _, other in chosen) >= per_article
        (left if crowded else chosen).append((value, item))
        if len(chosen) == limit:
            break
    for value, item in left:
        if len(chosen) < limit and not any(_overlap(item, other) for _, other in chosen):
            chosen.append((value, item))
    ranked = sorted(chosen, key=lambda pair: -pair[0])
    return tuple(
        replace(item, number=number, found=_found(question, item))
        for number, (_, item) in enumerate(ranked, start=1)
    )


def _found(question: str, item: Evidence) -> Span | None:
    """Return the words found; of a list that the sentence pairs with another, the item that is asked for."""
    if item.found is None:
        return None
    start, end = item.found
    for first, last in sentences(item.quote):
        first, last = first + item.start, last + item.start
        if first <= start and end <= last:
            sentence = item.article.text[first:last]
            found = paired(question, sentence, (start - first, end - first))
            return first + found[0], first + found[1]
    return item.found


def _both(whole: Reading, short: Reading) -> Reading:
    """Return the mean of two readings of one text, and the words of the surer one."""
    surer = max(whole, short, key=lambda one: one.answers)
    return replace(
        surer,
        score=probability((logit(whole.score) + logit(short.score)) / 2),
        answers=probability((logit(whole.answers) + logit(short.answers)) / 2),
    )


def _evidence(window: tuple[Hit, Span], one: Reading) -> Evidence:
    hit, (start, end) = window
    found = (start + one.start, start + one.end) if one.start >= 0 else None
    worth = FITS_WORTH * logit(one.score) + logit(one.answers)
    return Evidence(0, hit.passage.article, start, end, one.score, one.answers, found, worth)


def sound_windows(hits: Sequence[Hit]) -> list[tuple[Hit, Span]]:
    """Return the windows of the hits' sentences, but for those that give orders to a program."""
    told = {hit.passage.article: orders(hit.passage.article.text) for hit in hits}
    return [
        (hit, span)
        for hit in hits
        for span in windows_of(hit.passage)
        if not any(_meet(span, order) for order in told[hit.passage.article])
    ]


def windows_of(passage: Passage) -> Iterator[Span]:
    """Yield the spans of every two neighbouring sentences of a passage, or of its only one."""
    spans = sentences(passage.text)
    for first, last in zip(spans, spans[WINDOW_SENTENCES - 1 :] or spans, strict=False):
        yield first[0] + passage.start, last[1] + passage.start


def _meet(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _overlap(one: Evidence, other: Evidence) -> bool:
    """Return whether two spans share text, or say the same in the same words."""
    if one.article.id == other.article.id:
        return _meet((one.start, one.end), (other.start, other.end))
    return one.quote == other.quote
