"""The story of a press review: question -> topic and sides -> hits -> quotations, and nothing written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count

from rag.answering import review as told
from rag.archive import counted
from rag.filters import Filters
from rag.language import reviews
from rag.language.words import words
from rag.protocols import Generation, Reader
from rag.retrieval import quotations
from rag.retrieval.question import Question
from rag.retrieval.quotations import Topic
from rag.retrieval.search import Query
from rag.types.answers import Answer, Reviewing, Side
from rag.types.evidence import Evidence
from rag.types.hits import Hit
from rag.types.questions import Ask

Search = Callable[[Query], Sequence[Hit]]
"""What is searched for -> hits, best first, that no reader has read yet."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be reviewed, and what is searched and read for each side; a summary has one."""

    kind: Reviewing
    topic: str  # for people to read
    sides: tuple[tuple[str, Query, Topic], ...]  # who says it: empty in a summary


def wish(ask: Ask, read: Question, library: Generation) -> Wish | None:
    """Return the review that a question asks for, with its filters and days, or None for any other."""
    phrase = read.window.phrase if read.window else ""
    follows = read.standing != ask.question
    wanted = reviews.wanted(ask.question, library.names.knows, phrase, follows=follows)
    if wanted is None:
        return None
    if wanted.kind == "comparison":
        sides = tuple(_side(who, wanted.topic, read.query, library) for who in wanted.sides)
        return Wish("comparison", wanted.topic, sides)
    if not (follows and ask.after):
        return Wish("summary", wanted.topic, (("", *_about(wanted.topic, read.query)),))
    topic = " · ".join(filter(None, (_topic_of(ask.after), wanted.topic)))
    if ask.after.review:
        return Wish("summary", topic, (("", *_about(topic, read.query)),))
    return Wish("summary", topic, (("", read.query, Topic(topic, read.query.whole)),))


def collect(wanted: Wish, search: Search, reader: Reader) -> tuple[tuple[Evidence, ...], ...]:
    """Return the quotations of each side; of a summary there is one."""
    summary = wanted.kind == "summary"
    limit = quotations.SUMMED_UP if summary else quotations.COMPARED
    found: list[tuple[Evidence, ...]] = []
    places: set[tuple[str, int, int]] = set()
    for _, query, topic in wanted.sides:
        per_report = 2 if topic.who else 1
        items = quotations.best(topic, search(query), reader, limit=limit, per_report=per_report)
        found.append(tuple(item for item in items if item.place not in places))
        places.update(item.place for item in items)
    return tuple(found)


def numbered(found: Sequence[Sequence[Evidence]]) -> tuple[tuple[Evidence, ...], ...]:
    """Return the quotations of each side, numbered from 1 through all of them."""
    numbers = count(1)
    return tuple(tuple(replace(item, number=next(numbers)) for item in items) for items in found)


def answered(draft: Answer, wanted: Wish, found: Sequence[Sequence[Evidence]]) -> Answer:
    """Answer with the numbered quotations of each side."""
    if wanted.kind == "summary":
        return told.summed_up(draft, wanted.topic)
    sides = [
        Side(who, tuple(item.number for item in items))
        for (who, _, _), items in zip(wanted.sides, found, strict=True)
    ]
    return told.compared(draft, wanted.topic, sides)


def _about(topic: str, query: Query) -> tuple[Query, Topic]:
    """Return what is searched and read for a topic."""
    asked = f"What about {topic}?"  # no word of it but the topic's is searched
    return replace(query, whole=asked, typed=topic), Topic(topic, f"What happened with {topic}?")


def _side(who: str, topic: str, query: Query, library: Generation) -> tuple[str, Query, Topic]:
    """An outlet says what it printed; anybody else is quoted."""
    filters = _outlet(who, query.filters, library)
    if filters != query.filters:
        return who, *_about(topic, replace(query, filters=filters))
    asked = f"What did {who} say about {topic}?"
    return who, replace(query, whole=asked, typed=asked), Topic(topic, asked, who)


def _outlet(who: str, chosen: Filters, library: Generation) -> Filters:
    """Return the filters with the outlet or author of that name, which may lack its first words, or its
    last ones where two are left; without one, or where another one is chosen, as they were.
    """
    found = counted.named(library.articles, who)
    name = words(found.source or found.author or "")
    told = [word for word in words(who) if word != "the"]
    many = len(told)
    meant = name[-many:] == told or (many > 1 and name[name[:1] == ["the"] :][:many] == told)
    if chosen.source or chosen.author or not (name and meant):
        return chosen
    return replace(chosen, source=found.source, author=found.author)


def _topic_of(last: Answer) -> str:
    """Return what a turn was about: its topic, or its question."""
    return last.review.topic if last.review else last.question.rstrip(" ?.!")
