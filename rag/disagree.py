"""Answer, evidence -> where independent reports give another value for the same thing.

A strong piece of evidence from another report that does not have the answer's number or name is read
by itself; what is then said, and checked like any statement, is compared. Copies of one text are one
report. A later report that differs may be the news, so it is told apart from a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import replace

from rag.kinds import asks_for_name, asks_for_number
from rag.types import Disagreement, Evidence, Statement, Value
from rag.words import STOP_WORDS, names, numbers, plain, words

STRONG = 0.5  # weaker evidence does not speak of the same thing
MOST_READ = 2  # other reports read by themselves: each takes the model two or three seconds
_NUMBER = re.compile(r"((?:[$£€¥]\s?)?\d(?:[\d,.]*\d)?(?:\s?%)?)(?:\s([a-z]+))?")
_NAME = re.compile(r"\b[A-Z][\w'’.-]*(?:\s+(?:of\s+|the\s+)?[A-Z][\w'’.-]*)*")

Read = Callable[[Sequence[Evidence]], Sequence[Statement]]


def disagreements(
    question: str, said: Sequence[Statement], evidence: Sequence[Evidence], read: Read
) -> Iterator[tuple[Disagreement, Statement]]:
    """Values of other reports that differ from the answer's, each with the statement that gives it."""
    first = next((one for one in said if one.citations and values(one.text, question)), None)
    if first is None:
        return
    by_number = {item.number: item for item in evidence}
    cited = [by_number[number] for number in first.citations]
    known = values(first.text, question)
    for group in _others(cited, evidence)[:MOST_READ]:
        if known & _spoken(group):
            continue
        readings = [one for one in read(group) if one.kind == "written"]
        other = next((one for one in readings if values(one.text, question) - _spoken(cited)), None)
        if other is None:
            continue
        sides = (
            Value(shown(first.text, question), first.citations),
            Value(shown(other.text, question, _spoken(cited)), other.citations),
        )
        later = _is_later(by_number[other.citations[0]], cited)
        item = by_number[other.citations[0]]
        yield (
            Disagreement(question, sides, "updated" if later else "conflict"),
            _told(other, item, later),
        )


def values(text: str, question: str) -> set[str]:
    """The numbers of a text where the question asks for one, else its names; without the
    question's own. Empty where it asks for neither.
    """
    if asks_for_number(question):
        return numbers(text) - numbers(question)
    if asks_for_name(question):
        return names(text) - names(question)
    return set()


def shown(text: str, question: str, without: Set[str] = frozenset()) -> str:
    """The value for people to read: a number with the word after it, or a name as it is spelled."""
    spelling, wanted = plain(text), values(text, question) - without
    if asks_for_number(question):
        for figure, unit in _NUMBER.findall(spelling):
            if wanted & numbers(figure):
                alone = figure.endswith("%") or unit in STOP_WORDS | {"", "per"}
                return str(figure) if alone else f"{figure} {unit}"
    for name in _NAME.findall(spelling):
        if wanted & set(words(name)):
            return str(name).rstrip(".'’-")
    return ", ".join(sorted(wanted))


def _told(other: Statement, item: Evidence, later: bool) -> Statement:
    """The other side in prose: who says it, and then what."""
    how = "reported later" if later else "reports differently"
    return replace(other, text=f"{item.article.reporter} {how}: {other.text}")


def _spoken(evidence: Sequence[Evidence]) -> set[str]:
    text = "\n".join(f"{item.article.title}\n{item.quote}" for item in evidence)
    return numbers(text) | set(words(text))


def _others(cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """The strong evidence of every report that is not cited, best first."""
    reports = {_report(item) for item in cited}
    groups: dict[object, list[Evidence]] = {}
    for item in evidence:
        if item.score >= STRONG and _report(item) not in reports:
            groups.setdefault(_report(item), []).append(item)
    return list(groups.values())


def _report(item: Evidence) -> object:
    return item.article.report or item.article.id


def _is_later(other: Evidence, cited: Sequence[Evidence]) -> bool:
    days = [item.article.published for item in cited]
    later = other.article.published
    return later is not None and all(day is not None and day < later for day in days)
