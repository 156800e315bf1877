"""Answer, evidence -> where independent reports say another thing to the same question.

A strong piece of evidence from another report that does not have the answer's number, name or day
is read by itself; what is then said, and checked like any statement, is compared. One that turns a
yes into no is quoted. Copies of one text are one report. A later report that differs may be the news, and an
earlier one what it was before, so both are told apart from a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from itertools import product
from typing import Literal, NamedTuple, TypeAlias

from rag.answering.checks.closest import source
from rag.answering.checks.directions import opposites
from rag.language.mentions import missing
from rag.language.quantities import figures
from rag.language.questions import asks_for_day, asks_for_name, asks_for_number, asks_whether
from rag.language.sentences import sentences
from rag.language.stems import shared, stems
from rag.language.words import names, plain, words
from rag.types import Disagreement, Evidence, Statement, Value
from rag.when.moments import Moment, moments

STRONG = 0.5  # weaker evidence does not speak of the same thing
MOST_READ = 2  # other reports read by themselves: each takes the model two or three seconds
SAME_SENTENCE = 0.6  # of the words of a cited quotation, in a copy of its report
SAME_MATTER, MANY_WORDS = 0.8, 3  # of the question's words that the cited articles have
DAYS_AFTER, SAME_WEEK = 7, 0.5  # reports of one week are of one event with fewer words in common
LONG_BEFORE = 90  # days: an older report is history, neither what it was before nor a conflict
# Of these a report may have others for the same matter: 43 passengers, a few kilometres from there.
_NO_MATTER = stems("people persons near nearby around outside during since while across")
ROUNDED = Decimal("0.02")  # two numbers this near, one of them the other rounded, are one
BESIDE = 30  # characters on either side of a number that tell what it counts
_UNITS = (
    re.compile(r"%|per\s?cent", re.IGNORECASE),
    re.compile(r"(?:second|minute|hour|day|week|month|year|decade)s?$", re.IGNORECASE),
    re.compile(r"[$£€¥]|(?:dollar|euro|pound|yen|yuan|crown|rupee|franc)s?$", re.IGNORECASE),
)
_SAYS = re.compile(r"\s+(?:said|says|told|announced|reported|wrote|claimed|warned|added)\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NAME = re.compile(r"\b[A-Z][\w'’.-]*(?:\s+(?:of\s+|the\s+)?[A-Z][\w'’.-]*)*")

Read = Callable[[Sequence[Evidence]], Sequence[Statement]]
When: TypeAlias = Literal["later", "earlier", "beside"]
Told: TypeAlias = str | Moment


class Leading(NamedTuple):
    """What a sentence gives as its answer: a name has several words, any of which tells it."""

    values: Set[Told]
    spelled: str


class Said(NamedTuple):
    """An answer whose value is compared; without one a yes or no is."""

    question: str
    text: str
    cited: Sequence[Evidence]
    value: Leading | None
    known: Set[str]  # names of the articles, which tell a single one that opens a sentence


def disagreements(
    question: str, said: Sequence[Statement], evidence: Sequence[Evidence], read: Read
) -> Iterator[tuple[Disagreement, Statement]]:
    """Yield what other reports say otherwise, each with the statement that says it."""
    known = names("\n".join({item.article.text for item in evidence}))
    by_number = {item.number: item for item in evidence}
    for one in (one for one in said if one.citations):
        value = leading(question, one.text, known=known)
        if value or asks_whether(question):
            cited = [by_number[number] for number in one.citations]
            first = Said(question, one.text, cited, value, known)
            break
    else:
        return
    groups = [
        group
        for group in _others(cited, evidence)
        if not (value and _common(value.values, _spoken(group)))
        and _same_matter(question, cited, group)
    ]
    for group in groups[:MOST_READ]:
        found = _turned(first, group) if asks_whether(question) else _read(first, group, read)
        for sides, other in found:
            item = by_number[other.citations[0]]
            when = _when(item, cited)
            both = (Value(sides[0], one.citations), Value(sides[1], other.citations))
            beside = when == "beside"
            how = "reports differently" if beside else f"reported {when}"
            told = f"{item.article.reporter} {how}: {other.text}"
            differing = Disagreement(question, both, "conflict" if beside else "updated")
            yield differing, replace(other, text=told)
            break


def _same_matter(question: str, cited: Sequence[Evidence], group: Sequence[Evidence]) -> bool:
    """Return whether another report has the names and numbers that the cited ones have of a question.

    The injured of another storm in the same town are another matter: a question for a number must
    find nearly all of its MANY_WORDS there, too, or half of them in a report of the same week.
    """
    lost, known = (missing(question, [item.article for item in items]) for items in (group, cited))
    days = _days_after(cited, group)
    is_history = days is not None and days < -LONG_BEFORE
    if is_history or not set(lost) <= set(known):
        return False
    same_week = days is not None and abs(days) <= DAYS_AFTER
    if asks_for_number(question):
        enough = SAME_WEEK if same_week else SAME_MATTER
    elif asks_for_name(question) and days is not None and not same_week:
        enough = SAME_MATTER
    else:
        return True
    here, there = (
        stems("\n".join(f"{item.article.title}\n{item.article.text}" for item in items))
        for items in (cited, group)
    )
    wanted = (stems(question) & here) - _NO_MATTER
    return len(wanted) < MANY_WORDS or len(wanted & there) >= enough * len(wanted)


def _days_after(cited: Sequence[Evidence], group: Sequence[Evidence]) -> int | None:
    """Return how many days a report is after the cited ones, of the two nearest; None without days."""
    cited_days, days = (
        [item.article.published for item in items if item.article.published]
        for items in (cited, group)
    )
    between = ((other - one).days for one in cited_days for other in days)
    return min(between, key=abs, default=None)


def _same_thing(question: str, text: str, other: str) -> bool:
    """Return whether another text repeats half of what the first repeats of the question.

    Else the injured of a storm differ from those of a derailment. Two words or less tell nothing.
    """
    repeated = stems(question) & stems(text)
    return len(repeated) <= 2 or len(repeated & stems(other)) >= len(repeated) / 2


Sides: TypeAlias = tuple[tuple[str, str], Statement]


def _read(first: Said, group: Sequence[Evidence], read: Read) -> Iterator[Sides]:
    """Yield values of another report, as the model reads it, that the cited words do not have."""
    value = first.value
    if value is None:
        return
    told = {*value.values, *_spoken(first.cited)}
    quotes = {item.number: item.quote for item in group}
    for other in (one for one in read(group) if one.kind == "written"):
        rests_on = " ".join(quotes[number] for number in other.citations)
        if not _same_thing(first.question, first.text, f"{other.text} {rests_on}"):
            continue
        found = leading(first.question, other.text, value.spelled, first.known)
        if found and _common(found.values, told):
            found = _asked_for(first.question, other.text, value.spelled, told)
        if found and not _common(found.values, told):
            yield (value.spelled, found.spelled), other


def _turned(first: Said, group: Sequence[Evidence]) -> Iterator[Sides]:
    """Yield the opposites in another report, quoted: asked yes or no, the model says little."""
    for item in group:
        for start, end in sentences(item.quote):
            said = " ".join(item.quote[start:end].split())
            if sides := opposites(first.question, first.text, said):
                yield sides, Statement(f"“{said}”", "quote", (item.number,), True)


def leading(
    question: str, text: str, like: str = "", known: Set[str] = frozenset()
) -> Leading | None:
    """Return the first day, number or name of a text that a question asks for and does not have.

    Of numbers the first that counts the same as `like`. A single name that opens a sentence
    ("Germany won") is told from other words by the known ones.
    """
    told = plain(text)
    if asks_for_day(question):
        found = _new_moments(question, told)
    elif asks_for_number(question):
        found = _new_figures(question, told, like)
    elif asks_for_name(question):
        found = _new_names(question, told, known)
    else:
        return None
    return next(found, None)


def _new_moments(question: str, told: str) -> Iterator[Leading]:
    asked = moments(question)
    return (Leading({one}, how) for one, how in moments(told).items() if one not in asked)


def _new_figures(question: str, told: str, like: str) -> Iterator[Leading]:
    asked = figures(question)
    for one, how in figures(told).items():
        if one not in asked and _counts_alike(how, like):
            yield Leading({one}, how)


def _new_names(question: str, told: str, known: Set[str]) -> Iterator[Leading]:
    openers = {word for start, end in sentences(told) for word in words(told[start:end])[:1]}
    new = (names(told) | openers & known) - names(question)
    for run in _NAME.finditer(told):
        named = set(words(run[0])) & new
        if named and not _SAYS.match(told, run.end()):
            yield Leading(named, run[0].rstrip(".'-"))


def _asked_for(question: str, text: str, like: str, known: Set[Told]) -> Leading | None:
    """Return the first number that is not known and has two words of the question beside it, for a
    text like "3,000, far above an earlier 1,000 per day arrest quota".
    """
    told = plain(text)
    for number in _new_figures(question, told, like) if asks_for_number(question) else ():
        place = told.find(number.spelled)
        beside = told[max(0, place - BESIDE) : place + len(number.spelled) + BESIDE]
        if not number.values & known and len(stems(beside) & stems(question)) >= 2:
            return number
    return None


def _counts_alike(spelled: str, other: str) -> bool:
    """Return whether two numbers may answer one question: not a percentage and a span of time."""
    kinds = [next((kind for kind in _UNITS if kind.search(one)), None) for one in (spelled, other)]
    return not other or kinds[0] == kinds[1]


def _common(some: Iterable[Told], others: Iterable[Told]) -> bool:
    """Return whether some of these values can be the same as some of the others."""
    return any(_same_value(one, other) for one, other in product(some, others))


def _same_value(one: Told, other: Told) -> bool:
    if isinstance(one, Moment) and isinstance(other, Moment):
        return one.agrees(other)
    return one == other or _rounded(str(one), str(other))


def _rounded(one: str, other: str) -> bool:
    """Return whether one number is the other with fewer digits: 5 and 4.96; not of years."""
    if _YEAR.fullmatch(one) and _YEAR.fullmatch(other):
        return False
    try:
        both = [Decimal(one), Decimal(other)]
        rough, exact = sorted(both, key=lambda number: len(number.normalize().as_tuple().digits))
        near = abs(rough - exact) <= ROUNDED * abs(exact)
        return near and exact.quantize(rough.normalize()) == rough
    except InvalidOperation:  # no number, or one of more digits than anybody counts
        return False


def _spoken(evidence: Sequence[Evidence]) -> set[Told]:
    text = source(evidence)
    return {*figures(text), *words(text), *moments(text)}


def _others(cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Return the strong evidence of every report that is not cited, best first.

    A copy of a cited report counts where it has its sentence: it may have been corrected, or altered.
    """
    known = {item.article.id for item in cited}
    reports = {_report(item) for item in cited}
    groups: dict[object, list[Evidence]] = {}
    for item in evidence:
        if item.score < STRONG or item.article.id in known:
            continue
        if _report(item) not in reports:
            groups.setdefault(_report(item), []).append(item)
        elif any(shared(one.quote, item.quote) >= SAME_SENTENCE for one in cited):
            groups.setdefault(item.article.id, []).append(item)
    return list(groups.values())


def _report(item: Evidence) -> object:
    return item.article.report or item.article.id


def _when(other: Evidence, cited: Sequence[Evidence]) -> When:
    """Return whether a report is later or earlier than all cited ones, else that it is beside them."""
    day, days = other.article.published, [item.article.published for item in cited]
    if day and all(one and one < day for one in days):
        return "later"
    return "earlier" if day and all(one and day < one for one in days) else "beside"
