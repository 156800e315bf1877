"""Hits -> the sentences of a press review: each whole, clear alone, of another report, and news to the rest."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from statistics import fmean
from typing import TypeAlias

from rag.language.mentions import missing
from rag.language.sentences import Span, sentences
from rag.language.stems import stems
from rag.language.words import numbers, plain, words
from rag.protocols import Reader
from rag.retrieval.evidence import FITS_WORTH
from rag.retrieval.orders import orders
from rag.retrieval.scores import logit, probability
from rag.types.articles import Article, Passage
from rag.types.evidence import Evidence
from rag.types.hits import Hit

SUMMED_UP, COMPARED = 8, 4  # sentences of a summary, and of each side of a comparison, at most
FEW = 5  # up to so many, a report that has more to tell tells more
PASSAGES = 16  # best hits that are read
# How well a passage fits at least, then a sentence of it. What somebody says must fit better and be worth
# something: the speaker is in many sentences. Chosen by looking at 20 topics of tests/gold/archive and of
# 5,000 articles of others.
NEAR, FITS, SAYS, WORTH = 0.2, 0.5, 0.75, -1.25
LEAD_WORTH = 1.0  # in logits: what a report is about is in its first sentence
SAME_FACT = 0.6  # of the words of a sentence, in another one that has its numbers, too
LEAST_WORDS, MOST_WORDS = 6, 60  # of a sentence: less is a fragment, more a table or a list
HEAD = 1_000  # characters of an article in which its first sentence is
_POINTERS = frozenset(
    "he her his i it its my our she that their then these they this those we".split()
)
_JOINTS = frozenset("and but so yet".split())
_SAYS_SO = re.compile(r"\" (?:he|she|they|it)\b")  # behind a quotation

Quotable: TypeAlias = tuple[int, int, int]
"""Where a quotation starts in an article, its last sentence, and the end of both."""


@dataclass(frozen=True, slots=True)
class Topic:
    """What sentences are to tell: a text about something, or what somebody says about it."""

    text: str
    question: str  # the same as a question, which the reader knows best
    who: str = ""

    def is_told(self, text: str, own: str) -> bool:
        """Return whether a quotation has the last word of who says it, or its last sentence, which is
        its `own`, has a word of the topic.
        """
        if self.who:
            return words(self.who)[-1] in words(text)
        return bool(stems(self.text) & stems(own))

    def fits(self, item: Evidence) -> bool:
        """Return whether a sentence that was read is near enough."""
        if self.who:
            return item.score >= SAYS and item.worth >= WORTH
        return item.score >= FITS


def best(
    topic: Topic, hits: Sequence[Hit], reader: Reader, *, limit: int, per_report: int
) -> tuple[Evidence, ...]:
    """Return at most `limit` sentences that fit a topic, in the order of their days, undated ones last.

    At most `per_report` come from one report, whose copies count with it; where a summary would be
    short, more do. What another one tells already is left out.
    """
    items = _read(topic, list(_candidates(topic, _near(topic, hits, reader))), reader)
    chosen: list[Evidence] = []
    reports: Counter[object] = Counter()
    known = stems(f"{topic.text} {topic.who}")
    fitting = sorted(filter(topic.fits, items), key=lambda item: -item.worth)
    for most, enough in ((per_report, limit), (FEW, 0 if topic.who else min(limit, FEW))):
        for item in fitting:
            is_new = not any(_tells(one, item, known) for one in chosen)
            if is_new and reports[item.report] < most and len(chosen) < enough:
                chosen.append(item)
                reports[item.report] += 1
    order = {item.article.id: place for place, item in enumerate(chosen)}
    return tuple(
        sorted(
            chosen,
            key=lambda item: (
                item.article.published or date.max,
                order[item.article.id],
                item.start,
            ),
        )
    )


def _near(topic: Topic, hits: Sequence[Hit], reader: Reader) -> list[Hit]:
    """Return the best hits that are near by the reader; of a report only the best, unless its speakers
    are looked for.
    """
    first: dict[object, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.article.report or hit.passage.article.id, hit)
    kept = list(hits if topic.who else first.values())[:PASSAGES]
    asked = topic.question if topic.who else topic.text
    read = reader.read(asked, [hit.passage.encoded_text for hit in kept])
    return [hit for hit, one in zip(kept, read, strict=True) if one.score >= NEAR]


def _read(topic: Topic, items: Sequence[Evidence], reader: Reader) -> Iterator[Evidence]:
    """Yield the items with what the reader makes of them; the words it finds do not matter here."""
    headed = [f"{item.article.title}\n{item.quote}" for item in items]
    if topic.who:
        read = [reader.read(topic.question, headed)]
    else:  # alone, "Editor's note: …" does not fit; with its headline, what only shares a name does not
        alone = reader.read(topic.question, [item.quote for item in items])
        read = [alone, reader.read(topic.text, headed)]
    for item, told in zip(items, zip(*read, strict=True), strict=True):
        fits = fmean(logit(one.score) for one in told)
        answers = fmean(logit(one.answers) for one in told)
        lead = LEAD_WORTH if item.start == 0 else 0.0
        worth = FITS_WORTH * fits + answers + lead
        yield replace(item, score=probability(fits), answers=probability(answers), worth=worth)


# ── sentences that can be quoted alone ──


def _candidates(topic: Topic, hits: Iterable[Hit]) -> Iterator[Evidence]:
    """Yield the sentences that may tell a topic, and the first one of each article, each text once."""
    articles: dict[Article, list[Passage]] = {}
    for hit in hits:
        articles.setdefault(hit.passage.article, []).append(hit.passage)
    seen: set[str] = set()
    for article, passages in articles.items():
        if missing(f"so {topic.text} {topic.who}", [article]):
            continue
        ordered = orders(article.text)
        for start, own, end in dict.fromkeys(_spans(article, passages)):
            text = article.text[start:end]
            bare = text not in seen and not any(start < b and a < end for a, b in ordered)
            if bare and (start == 0 or topic.is_told(text, article.text[own:end])):
                seen.add(text)
                yield Evidence(0, article, start, end, 0.0)


def _spans(article: Article, passages: Iterable[Passage]) -> Iterator[Quotable]:
    """Yield the first sentence of an article that is clear alone, then those of passages."""
    yield from islice(clear(Passage(article, 0, min(HEAD, len(article.text)))), 1)
    for passage in passages:
        yield from clear(passage)


def clear(passage: Passage) -> Iterator[Quotable]:
    """Yield the whole sentences; one with a pronoun for whom it is about with the sentence before it."""
    before: Span | None = None
    for start, end in sentences(passage.text):
        text = passage.text[start:end]
        points, whole = _points_back(text), _is_whole(text)
        first = start if not points else before[0] if before else None
        if whole and first is not None:
            yield passage.start + first, passage.start + start, passage.start + end
        before = (start, end) if whole and not points else None


def _is_whole(text: str) -> bool:
    """Return whether a text tells something by itself: no heading, no fragment, no question."""
    ended = text.rstrip("\"”’')")
    begun = text.lstrip("\"“‘'([")
    many = len(words(text))
    return (
        ended.endswith((".", "!"))
        and (begun[:1].isupper() or begun[:1].isdigit())
        and LEAST_WORDS <= many <= MOST_WORDS
        and "\n\n" not in text
    )


def _points_back(text: str) -> bool:
    """Return whether one of the first two words points back, or a pronoun says a sentence: "But they …",
    "Since then …", "“I have …”", "“…,” she said".
    """
    first = islice((word for word in words(text) if word not in _JOINTS), 2)
    return bool(_POINTERS.intersection(first)) or bool(_SAYS_SO.search(plain(text)))


def _tells(one: Evidence, other: Evidence, known: set[str]) -> bool:
    """Return whether one sentence says what another does, words of the topic aside, or shares text."""
    if one.article.id == other.article.id and one.start < other.end and other.start < one.end:
        return True
    here, there = (stems(item.quote) - known for item in (one, other))
    few, many = sorted((here, there), key=len)
    same = len(few & many) >= SAME_FACT * len(few)
    return same and (numbers(other.quote) <= numbers(one.quote))
