"""Answer, evidence -> where independent reports say another thing to the same question.

Strong evidence of another report without the answer's number, name or day is read by itself,
checked and compared. One that turns a yes into no is quoted. Copies of one text are one report. A
later or an earlier report that differs is told apart from a conflict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Literal, NamedTuple, TypeAlias

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
    """What a sentence gives as its answer; any word of a name tells it."""

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
        if _may_differ(first, group) and _same_matter(question, cited, group)
    ]
    for group in groups[:MOST_READ]:
        found = _turned(first, group) if asks_whether(question) else _read(first, group, read)
        for sides, other in found:
            item = by_number[other.citations[0]]
            when = _when(item, cited)
            both = (Value(sides[0], one.citations), Value(sides[1], other.citations))
            yield (
                Disagreement(question, both, "conflict" if when == "beside" else "updated"),
                _told(other, item, when),
            )
            break


def _may_differ(first: Said, group: Sequence[Evidence]) -> bool:
    """Return whether another report lacks the answer's value, so that it is worth reading."""
    return first.value is None or not _common(first.value.values, _spoken(group))


def _same_matter(question: str, cited: Sequence[Evidence], group: Sequence[Evidence]) -> bool:
    """Return whether another report has the names and numbers that question and cited reports
    share.

    Numbers are many: the injured of another storm in the same town are another matter. So a
    question for a number of MANY_WORDS must find nearly all of them there, or half in one week.
    """
    lost, known = (missing(question, [item.article for item in items]) for items in (group, cited))
    if not set(lost) <= set(known):
        return False
    days = _days_after(cited, group)
    if days is not None and days < -LONG_BEFORE:
        return False
    same_week = days is not None and abs(days) <= DAYS_AFTER
    if asks_for_number(question):
        enough = SAME_WEEK if same_week else SAME_MATTER
    elif asks_for_name(question) and days is not None and not same_week:
        enough = SAME_MATTER
    else:
        return True
    here, there = (_article_stems(items) for items in (cited, group))
    wanted = (stems(question) & here) - _NO_MATTER
    return len(wanted) < MANY_WORDS or len(wanted & there) >= enough * len(wanted)


def _days_after(cited: Sequence[Evidence], group: Sequence[Evidence]) -> int | None:
    """Count the days from the cited reports to others, for the nearest two; None without two days."""
    days = [[one.article.published for one in items] for items in (cited, group)]
    return min(
        (
            (other - one).days
            for one in days[0]
            for other in days[1]
            if one is not None and other is not None
        ),
        key=abs,
        default=None,
    )


def _article_stems(evidence: Sequence[Evidence]) -> set[str]:
    return {
        stem for item in evidence for stem in stems(f"{item.article.title}\n{item.article.text}")
    }


def _same_thing(question: str, text: str, other: str) -> bool:
    """Return whether another statement, or what it rests on, repeats half of what the first repeats
    of the question, where that is more than two words.
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
    """Quote sentences of another report that say the opposite; its own yes or no would say little."""
    for item in group:
        for start, end in sentences(item.quote):
            said = " ".join(item.quote[start:end].split())
            if sides := opposites(first.question, first.text, said):
                yield sides, Statement(f"“{said}”", "quote", (item.number,), True)


def leading(
    question: str, text: str, like: str = "", known: Set[str] = frozenset()
) -> Leading | None:
    """Return the first day, number or name that a text adds to the question, whichever it asks for.

    Of numbers it is the first that counts the same as `like`. A single name that opens a sentence
    ("Germany won") is told from other words by the known ones.
    """
    told = plain(text)
    if asks_for_day(question):
        asked = moments(question)
        return next(
            (Leading({one}, how) for one, how in moments(told).items() if one not in asked), None
        )
    if asks_for_number(question):
        given = figures(question)
        found = {one: how for one, how in figures(told).items() if one not in given}
        return next(
            (Leading({one}, how) for one, how in found.items() if _counts_alike(how, like)), None
        )
    if asks_for_name(question):
        openers = {
            words(told[start:end])[0] for start, end in sentences(told) if words(told[start:end])
        }
        new = (names(told) | openers & known) - names(question)
        runs = (
            run[0].rstrip(".'-") for run in _NAME.finditer(told) if not _SAYS.match(told, run.end())
        )
        return next(
            (Leading(set(words(run)) & new, run) for run in runs if set(words(run)) & new), None
        )
    return None


def _asked_for(question: str, text: str, like: str, known: Set[Told]) -> Leading | None:
    """Return the first new number of a text beside two words of the question, if it counts alike."""
    if not asks_for_number(question):
        return None
    told = plain(text)
    for one, how in figures(told).items():
        place = told.find(how)
        beside = told[max(0, place - BESIDE) : place + len(how) + BESIDE]
        if (
            one not in known
            and one not in figures(question)
            and _counts_alike(how, like)
            and len(stems(beside) & stems(question)) >= 2
        ):
            return Leading({one}, how)
    return None


def _counts_alike(spelled: str, other: str) -> bool:
    """Return whether two numbers may answer one question, unlike a percentage and a span of time."""
    kinds = [next((kind for kind in _UNITS if kind.search(one)), None) for one in (spelled, other)]
    return not other or kinds[0] == kinds[1]


def _common(some: Iterable[Told], others: Iterable[Told]) -> bool:
    """Return whether some value equals another, may be the same moment, or is it rounded."""
    known = list(others)
    return any(_same_value(one, other) for one in some for other in known)


def _same_value(one: Told, other: Told) -> bool:
    if isinstance(one, Moment) and isinstance(other, Moment):
        return one.agrees(other)
    return one == other or _rounded(str(one), str(other))


def _rounded(one: str, other: str) -> bool:
    """Return whether one number is the other rounded: 5 and 4.96, not 10 and 13, and no year."""
    if _YEAR.fullmatch(one) and _YEAR.fullmatch(other):
        return False
    try:
        both = [Decimal(one), Decimal(other)]
        rough, exact = sorted(both, key=lambda number: len(number.normalize().as_tuple().digits))
        if not abs(rough - exact) <= ROUNDED * abs(exact):
            return False
        return exact.quantize(rough.normalize()) == rough
    except InvalidOperation:  # no number, or one of more digits than anybody counts
        return False


def _told(other: Statement, item: Evidence, when: When) -> Statement:
    """Put the other side in prose: who says it, and then what."""
    how = "reports differently" if when == "beside" else f"reported {when}"
    return replace(other, text=f"{item.article.reporter} {how}: {other.text}")


def _spoken(evidence: Sequence[Evidence]) -> set[Told]:
    text = "\n".join(f"{item.article.title}\n{item.quote}" for item in evidence)
    return {*figures(text), *words(text), *moments(text)}


def _others(cited: Sequence[Evidence], evidence: Sequence[Evidence]) -> list[list[Evidence]]:
    """Return the strong evidence of each report that is not cited, best first.

    A copy of a cited report counts where it has the very sentence: it may have been corrected.
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
    """Return whether a report is later or earlier than all cited ones; "beside" where unknown."""
    day, days = other.article.published, [item.article.published for item in cited]
    known = [one for one in days if one is not None]
    if day is None or len(known) < len(days):
        return "beside"
    if all(one < day for one in known):
        return "later"
    return "earlier" if all(day < one for one in known) else "beside"
