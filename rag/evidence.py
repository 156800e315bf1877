"""Hits -> evidence: the sentences that answer, as exact spans, and whether they answer at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.passages import Span, sentences
from rag.reranker import logit
from rag.types import Article, Evidence, Hit, Passage, Reranker
from rag.words import initials, names, numbers, spelled, words

WINDOW_SENTENCES = 2  # one sentence often lacks its subject, three slow the model down
# Below, the best window is no answer. On 76 answerable and 150 unanswerable development questions
# over 4,189 articles, with `missing`: 72 % of the latter refused, 3 % of the former (0.6: 69 and 3,
# 0.95: 81 and 7).
MIN_SCORE = 0.8


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the evidence can answer the question; `missing` names what nothing in it speaks of."""

    answerable: bool
    missing: tuple[str, ...] = ()


def choose(
    question: str, hits: Sequence[Hit], reranker: Reranker, *, limit: int, per_article: int
) -> tuple[Evidence, ...]:
    """The best windows of the hits' sentences, best first, numbered from 1, none overlapping
    another.

    At most `per_article` come from one article; what is left over fills the places that remain.
    """
    windows = [(hit, span) for hit in hits for span in windows_of(hit.passage)]
    scores = reranker.score(
        question, [hit.passage.article.text[start:end] for hit, (start, end) in windows]
    )
    worth = [logit(score) + hit.fresh for (hit, _), score in zip(windows, scores, strict=True)]
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
    """Spans of every two neighbouring sentences of a passage; the only one where it has no two."""
    spans = [(start + passage.start, end + passage.start) for start, end in sentences(passage.text)]
    for place in range(max(1, len(spans) - WINDOW_SENTENCES + 1)):
        group = spans[place : place + WINDOW_SENTENCES]
        if group:
            yield group[0][0], group[-1][1]


def _overlap(one: Evidence, other: Evidence) -> bool:
    """Whether two spans share text, or say the same in the same words."""
    if one.article.id == other.article.id:
        return one.start < other.end and other.start < one.end
    return one.quote == other.quote


def gate(question: str, evidence: Sequence[Evidence]) -> Gate:
    """A first rule: the best window scores enough, and every name and number of the question is
    spoken of.

    A name counts as spoken of when an article of the evidence has it anywhere: "Kenneth Genalo" is
    "Genalo" the second time.
    """
    best = max((item.score for item in evidence), default=0.0)
    lost = missing(question, [item.article for item in evidence])
    return Gate(best >= MIN_SCORE and not lost, lost)


def missing(question: str, articles: Sequence[Article]) -> tuple[str, ...]:
    """Names and numbers of the question that none of the articles has, as the question spells them."""
    texts = [
        f"{article.title}\n{article.text}\n{article.source} {article.agency}"
        f" {article.author} {article.published}"
        for article in articles
    ]
    known = {word for text in texts for word in words(text)}
    known |= {short for text in texts for short in initials(text)} | {
        found for text in texts for found in numbers(text)
    }
    wanted = sorted(names(question) | numbers(question))
    lost = [word for word in wanted if not any(_same(word, other) for other in known)]
    return tuple(spelled(word, question) for word in lost)


def _same(word: str, other: str) -> bool:
    """Equal, or two forms of one name: "Japan" and "Japanese", "Korea" and "Korean"."""
    return word == other or (
        len(word) >= 4 and len(other) >= 4 and word[0].isalpha() and word[:5] == other[:5]
    )
