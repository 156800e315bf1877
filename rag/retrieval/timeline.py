"""Sentences about something -> its timeline: each once, by the day on which it says that it happened."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from rag.language.sentences import sentences
from rag.language.sought import Group, read
from rag.language.words import words
from rag.protocols import Classifier, Dater
from rag.retrieval.orders import orders
from rag.retrieval.quotations import clear
from rag.types.archive import Happening, Timeline
from rag.types.articles import Passage
from rag.types.days import EventDay
from rag.types.evidence import Evidence
from rag.types.hits import Listed
from rag.types.models import Frame
from rag.when.events import event_days

REPORTS = 500  # that are read at most, the newest
LETTERS = 3  # of a word that its forms may not share at its end, or must share: "ferry", "ferries"
SENTENCES = 40  # at most, where a question is asked and the reader chooses
_ASKED = re.compile(
    r"^\W*(?:(?:an?|the)\s+)?(?:time\s?line|chronology)\s+(?:of|for|about|on)\s+", re.IGNORECASE
)


def topic(text: str) -> str:
    """Return what a timeline is asked for: "the ferry" of "A timeline of the ferry"."""
    return _ASKED.sub("", text).strip() or text


def mentions(text: str, reports: Iterable[Listed]) -> Iterator[Evidence]:
    """Yield the whole sentences of reports that mention what was typed, with what they point back to.

    Of a name in capitals its last word is enough: articles say Ada Holm once, then Holm.
    """
    wanted = _wanted(text)
    for item in reports:
        article = item.article
        ordered = orders(article.text)
        for start, own, end in clear(Passage(article, 0, len(article.text))):
            inside = [article.text[a:b] for a, b in item.marks if own <= a and b <= end]
            bare = not any(start < last and first < end for first, last in ordered)
            if bare and _mentions(inside, wanted):
                yield Evidence(0, article, start, end, 0.0, also=item.also)


def arranged(
    text: str, items: Iterable[Evidence], classifier: Classifier, dater: Dater
) -> Timeline:
    """Return the timeline of sentences: each text of a day once, numbered in the order of their days."""
    given = sorted(map(_first_printed, items), key=_place)
    told = [_last(item) for item in given]
    classes = classifier.classify(told)
    days = event_days(
        [(one, item.article.published) for one, item in zip(told, given, strict=True)], dater
    )
    found = _once(map(_happening, given, days, (one.frame for one in classes)))
    dated = sorted((one for one in found if one.when), key=_by_day)
    undated = [one for one in found if not one.when]
    numbered = [
        replace(one, evidence=replace(one.evidence, number=number))
        for number, one in enumerate([*dated, *undated], start=1)
    ]
    return Timeline(text, tuple(numbered[: len(dated)]), tuple(numbered[len(dated) :]))


def _first_printed(item: Evidence) -> Evidence:
    """Return the same words in the copy that was printed first: a week on, "on Tuesday" is another day."""
    every = (item.article, *item.also)
    have = (one for one in every if one.published and item.quote in one.text)
    first = min(have, key=lambda one: one.published or date.max, default=item.article)
    if first == item.article or first.published == item.article.published:
        return item
    start = first.text.index(item.quote)
    also = tuple(one for one in every if one != first)
    return replace(
        item, article=first, start=start, end=start + len(item.quote), also=also, days=()
    )


def _happening(item: Evidence, when: EventDay | None, frame: Frame) -> Happening:
    return Happening(item, when, "planned" if when and when.ahead else frame)


def is_name(text: str) -> bool:
    """Return whether a text is a name in capitals: "Ada Holm", and "May", which is no question."""
    told = re.findall(r"[^\W\d][\w'’.-]*", text)
    capitals = bool(told) and all(word[0].isupper() and word != "OR" for word in told)
    return capitals and not re.search(r"[\"?~]|(?<!\w)-", text)


def _wanted(text: str) -> tuple[Group, ...]:
    """Return what a sentence must have; of a name only the last word."""
    return read(text.split()[-1] if is_name(text) else text).wanted


def _mentions(found: Sequence[str], wanted: Sequence[Group]) -> bool:
    """Return whether what was found in a sentence has a term of each group, in any form of its words."""
    there = [word for text in found for word in words(text)]

    def has(spellings: Sequence[str]) -> bool:
        begun = tuple(word[: max(LETTERS, len(word) - LETTERS)] for word in spellings)
        return any(word.startswith(begun) for word in there)

    return bool(there) and all(
        any(term.near or all(map(has, term.words)) for term in group) for group in wanted
    )


def _last(item: Evidence) -> str:
    """Return the sentence of a quotation that tells; one before it is there for who is meant."""
    start, end = sentences(item.quote)[-1]
    return item.quote[start:end]


def _once(found: Iterable[Happening]) -> list[Happening]:
    """Return each sentence of a day once, as it was printed first; the others are its copies."""
    known: dict[tuple[str, str], Happening] = {}
    for one in found:
        told = " ".join(words(_last(one.evidence))), one.when.iso if one.when else ""
        first = known.setdefault(told, one)
        item, other = first.evidence, one.evidence
        there = {item.article.id, *(copy.id for copy in item.also)}
        more = tuple(copy for copy in (other.article, *other.also) if copy.id not in there)
        known[told] = replace(first, evidence=replace(item, also=(*item.also, *more)))
    return [*known.values()]


def _by_day(one: Happening) -> tuple[date, int, tuple[date, str, int]]:
    """A year comes before its months, and these before their days."""
    assert one.when is not None
    return one.when.day, len(one.when.iso), _place(one.evidence)


def _place(item: Evidence) -> tuple[date, str, int]:
    """When it was printed, and where."""
    return item.article.published or date.max, item.article.id, item.start
