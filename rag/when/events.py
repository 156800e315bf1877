"""Sentences, days of their articles -> the day, month or year on which each says that something happened, or None.

    sentence -> names of days (`rag.when.phrases`) -> those of its event, by a network (`Dater`)
             -> the one day, by whether it is over or to come and by the day of the article

Nothing is guessed: a bound ("since 1997"), a comparison, a duration, an age, a day of something beside
the event and several days give none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta

from rag.language.calendar import MONTH_NUMBER, WEEKDAY, WEEKDAY_NUMBER, Days, earlier, whole
from rag.protocols import Dater
from rag.types.days import EventDay
from rag.types.models import Roles
from rag.when import readings
from rag.when.phrases import Rule, marks, without_names
from rag.when.quoted import nearest
from rag.when.readings import Mark, group

SURE = 0.6  # how likely a day must be the event's, docs/decisions/0028
_RECURRING = (readings.read_weekday, readings.read_date, readings.read_month)
_READ = (
    *_RECURRING,
    readings.read_iso,
    readings.read_numeric,
    readings.read_today,
    readings.read_ago,
    readings.read_unit,
    readings.read_to_date,
    readings.read_weekend,
    readings.read_years,
)
_AHEAD = re.compile(
    rf"\b(?:tomorrow|next\s+(?P<weekday>{WEEKDAY})|(?:next|later\s+this)\s+(?P<unit>month|year))\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(WEEKDAY, re.IGNORECASE)
_JUST = 3  # days: "last Monday", on a Wednesday, may be a week before


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a day, month or year in a sentence; without a rule it is of a time to come."""

    mark: Mark
    rule: Rule | None = None

    def part(self, name: str) -> str:
        """Return a part of the name in small letters; "" where it is missing."""
        return group(self.mark, name)


def event_days(told: Sequence[tuple[str, date | None]], dater: Dater) -> list[EventDay | None]:
    """Return the day, month or year of what each sentence tells, as it says it; None where it does not.

    Each comes with its day of publication; without one only a stated year counts.
    """
    names = [[*_names(without_names(sentence), sentence)] for sentence, _ in told]
    rows = [row for row, of in enumerate(names) if of]
    places = [[one.mark.span() for one in names[row]] for row in rows]
    roles = dater.roles([told[row][0] for row in rows], places)
    found: list[EventDay | None] = [None] * len(told)
    for row, of in zip(rows, roles, strict=True):
        found[row] = _event_day(names[row], of, told[row][1])
    return found


def _event_day(
    names: Sequence[_Name], roles: Sequence[Roles], published: date | None
) -> EventDay | None:
    """Return the day that the names of a sentence tell, each with what it is the day of."""
    found: list[EventDay] = []
    for one, of in zip(names, roles, strict=True):
        past, ahead = of.get("past", 0.0), of.get("ahead", 0.0)
        if past + ahead < SURE:
            continue
        with suppress(ValueError, OverflowError):
            days = _read(one, ahead > past, published)
            day = _dated(one, days, published) if days else None
            if day is None:
                return None  # it is the event's, and cannot be told
            found.append(day)
    return _finest(found)


def _names(text: str, sentence: str) -> Iterator[_Name]:
    """Yield the names of days, months and years of a text in order; none of a quotation."""
    found = [_Name(mark, rule) for mark, rule in marks(text) if _counts(mark, rule)]
    spoken = (mark for mark in _AHEAD.finditer(re.sub(r"\s", " ", sentence)))
    ahead = (_Name(mark) for mark in spoken if not _in_quotation(sentence, mark.start()))
    yield from sorted((*found, *ahead), key=lambda one: one.mark.start())


def _counts(mark: Mark, rule: Rule) -> bool:
    """Return whether a mark names a time here: also "said Monday", and not USA TODAY."""
    bare = rule.reader == readings.read_weekday and _WEEKDAY.fullmatch(mark["core"])
    return rule.reader in _READ and bool(rule.is_time(mark) or bare) and not mark[0].isupper()


def _in_quotation(sentence: str, place: int) -> bool:
    before = sentence[:place]
    return before.count("“") > before.count("”") or before.count('"') % 2 == 1


def _read(one: _Name, ahead: bool, published: date | None) -> Days | None:
    """Return the days of a name, None where it leaves them open; raise ValueError for no time."""
    if published is None:
        return _stated(one)
    days = _of(one, ahead, published) if one.rule else _to_come(one, published)
    if days is None:
        return None
    wrong = days.last < published if ahead else days.first > published
    return None if wrong else days


def _stated(one: _Name) -> Days | None:
    """Return the days of a name with its year."""
    stated = one.part("year").isdigit()
    return one.rule.read(one.mark, date.max) if one.rule and stated else None


def _of(one: _Name, ahead: bool, published: date) -> Days | None:
    """Return the days of a name; those that come back by whether they are to come."""
    reader, rule, which = one.rule and one.rule.reader, one.rule, one.part("which")
    if rule is None or _says_no_day(one):
        return None
    if one.part("name") == "last night":
        return whole("day", published - timedelta(days=1))
    if reader not in _RECURRING or one.part("year") or one.part("week") or which:
        days = rule.read(one.mark, published)
        just = which == "last" and reader == readings.read_weekday
        return None if just and (published - days.last).days < _JUST else days
    if reader == readings.read_date:
        return _nearest(one, ahead, published)
    if not ahead:
        return rule.read(one.mark, published)
    if reader == readings.read_month:
        month = MONTH_NUMBER[one.part("month")]
        return whole("month", date(published.year + (month < published.month), month, 1))
    coming = _coming(one, published)
    return None if coming == published else whole("day", coming)  # or in a week?


def _says_no_day(one: _Name) -> bool:
    """Return whether a name only sounds like a day of something: a duration, "the May 17, 1954, ruling"."""
    reader = one.rule and one.rule.reader
    return bool(
        one.part("day2")
        or one.part("to")
        or (reader == readings.read_ago and one.part("unit") != "day")  # "two years ago" is about
        or (reader == readings.read_unit and (one.part("the") or "past" in one.part("which")))
        or (reader == readings.read_date and one.part("the"))
    )


def _nearest(one: _Name, ahead: bool, published: date) -> Days | None:
    """Return the day of a month that is nearest to the article, if it is the weekday that is named.

    Of what is over it is the year before where the nearest is still to come.
    """
    month, number = MONTH_NUMBER[one.part("month")], int(one.part("day"))
    day = nearest(month, number, published)
    if day and day > published and not ahead:
        day = date(day.year - 1, month, number)
    weekday = one.part("weekday")
    agrees = day and (not weekday or WEEKDAY_NUMBER[weekday] == day.weekday())
    return Days(day, day) if day and agrees else None


def _coming(one: _Name, published: date) -> date:
    """Return the next day of the weekday that is named, the day of publication included."""
    return published + timedelta(
        days=(WEEKDAY_NUMBER[one.part("weekday")] - published.weekday()) % 7
    )


def _to_come(one: _Name, published: date) -> Days | None:
    """Return "tomorrow", "next Monday", "next month" or "later this year"."""
    if one.part("weekday"):  # "next Friday", on a Monday, is in four days or in eleven
        coming = _coming(one, published)
        return whole("day", coming) if coming > whole("week", published).last else None
    if not (unit := one.part("unit")):
        return whole("day", published + timedelta(days=1))
    later = one.mark[0].lower().startswith("later")
    return whole(unit, published if later else earlier(published, -1, unit))


def _dated(one: _Name, days: Days, published: date | None) -> EventDay | None:
    """Return days as the day, the month or the year that they are in; None where no such name is right."""
    first, last = days
    phrase, ahead = " ".join(one.mark[0].split()).rstrip("."), bool(published and first > published)
    so_far = one.rule and one.rule.reader == readings.read_to_date
    if first == last:
        return EventDay(first, "day", phrase, ahead)
    if (first.year, first.month) == (last.year, last.month):
        return EventDay(first.replace(day=1), "month", phrase, ahead)
    if whole("year", first) == days or (so_far and first == whole("year", first).first):
        return EventDay(first, "year", phrase, ahead)
    return None


def _finest(found: Sequence[EventDay]) -> EventDay | None:
    """Return the most exact of days that agree; None where two of them do not."""
    ordered = sorted(found, key=lambda one: -len(one.iso))
    agree = all(ordered[0].iso.startswith(other.iso) for other in ordered)
    return ordered[0] if ordered and agree else None
