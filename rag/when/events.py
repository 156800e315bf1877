"""Sentence, day of its article -> the day, month or year on which it says that something happened, or None.

    sentence -> names of days (`rag.when.phrases`) -> those of its event (`rag.when.attached`)
             -> the one day, by the tense of the event and the day of the article

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
from rag.language.clauses import clauses, main
from rag.types import EventDay
from rag.when import readings
from rag.when.attached import Place, Told, told
from rag.when.phrases import Rule, marks, without_names
from rag.when.quoted import nearest
from rag.when.readings import Mark, group

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
_AHEAD = re.compile(r"\b(?:tomorrow|(?:next|later\s+this)\s+(?P<unit>month|year))\b", re.IGNORECASE)
_WEEKDAY = re.compile(WEEKDAY, re.IGNORECASE)
_PLAIN = ("", "present")  # tenses in which something may also be usual, or to come
_JUST = 3  # days: "last Monday", on a Wednesday, may be a week before


@dataclass(frozen=True, slots=True)
class _Name:
    """A name of a day, month or year in a sentence; without a rule it is of a time to come."""

    mark: Mark
    rule: Rule | None = None

    @property
    def place(self) -> Place:
        return Place(self.mark.start(), self.mark.end(), self.part("lead"))

    def part(self, name: str) -> str:
        """Return a part of the name in small letters; "" where it is missing."""
        return group(self.mark, name)


def event_day(sentence: str, published: date | None, *, planned: bool = False) -> EventDay | None:
    """Return the day, month or year of what a sentence tells, as it says it; None where it does not.

    With `planned` it is known to tell a plan. Without a day of publication only a stated year counts.
    """
    text = without_names(sentence)
    names = [*_names(text, sentence)]
    parts = clauses(text, [one.mark.span() for one in names])
    event = main(text, parts)
    found: list[EventDay] = []
    for one in names if event else ():
        tense = told(text, one.place, parts, event) if event else None
        with suppress(ValueError, OverflowError):
            if tense is not None:
                days = None if tense == "several" else _read(one, tense, published, planned)
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


def _read(one: _Name, tense: Told, published: date | None, planned: bool) -> Days | None:
    """Return the days of a name, None where the tense leaves them open; raise ValueError for no time."""
    ahead = tense == "ahead" or planned
    if tense in ("open", "given up") or (one.rule is None and tense == "past"):
        return None
    if published is None:
        return _stated(one)
    days = _of(one, tense, ahead, published) if one.rule else _to_come(one, published)
    if days is None:
        return None
    over, coming = days.last < published, days.first > published
    # "has opened on Monday" is no English: there the day is a noun's
    wrong = over and (ahead or tense in ("present", "perfect"))
    return None if wrong or (coming and tense in ("past", "perfect")) else days


def _stated(one: _Name) -> Days | None:
    """Return the days of a name with its year."""
    stated = one.part("year").isdigit()
    return one.rule.read(one.mark, date.max) if one.rule and stated else None


def _of(one: _Name, tense: Told, ahead: bool, published: date) -> Days | None:
    """Return the days of a name; those that come back by the tense of the event."""
    reader, rule, which = one.rule and one.rule.reader, one.rule, one.part("which")
    if rule is None or _says_no_day(one, tense, ahead):
        return None
    if reader not in _RECURRING or one.part("year") or one.part("week") or which:
        days = rule.read(one.mark, published)
        just = which == "last" and reader == readings.read_weekday
        return None if just and (published - days.last).days < _JUST else days
    if reader == readings.read_date:
        return _nearest(one, published)
    if tense in _PLAIN and not ahead:
        return None
    if not ahead:
        return rule.read(one.mark, published)
    if reader == readings.read_month:
        month = MONTH_NUMBER[one.part("month")]
        return whole("month", date(published.year + (month < published.month), month, 1))
    days_on = (WEEKDAY_NUMBER[one.part("weekday")] - published.weekday()) % 7
    return whole("day", published + timedelta(days=days_on)) if days_on else None  # or in a week?


def _says_no_day(one: _Name, tense: Told, ahead: bool) -> bool:
    """Return whether a name only sounds like a day of something: a duration, "the May 17, 1954, ruling"."""
    reader, plain = one.rule and one.rule.reader, tense in _PLAIN and not ahead
    return bool(
        one.part("day2")
        or one.part("to")
        or (reader == readings.read_ago and one.part("unit") != "day")  # "two years ago" is about
        or (reader == readings.read_unit and (one.part("the") or "past" in one.part("which")))
        or (reader == readings.read_date and one.part("the"))
        or (reader == readings.read_years and plain)  # "holds the record of 73 in 2001"
        or (reader == readings.read_today and (plain or tense == "perfect"))  # nowadays
    )


def _nearest(one: _Name, published: date) -> Days | None:
    """Return the day of a month that is nearest to the article, if it is the weekday that is named."""
    day = nearest(MONTH_NUMBER[one.part("month")], int(one.part("day")), published)
    weekday = one.part("weekday")
    agrees = day and (not weekday or WEEKDAY_NUMBER[weekday] == day.weekday())
    return Days(day, day) if day and agrees else None


def _to_come(one: _Name, published: date) -> Days:
    """Return "tomorrow", "next month" or "later this year"."""
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
