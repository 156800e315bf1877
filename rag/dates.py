"""Question -> the days it means, read without a language model against the day it is asked.

Read: today, yesterday, this / last week, month, year; (on / last) weekday; a month, with or without
its year; a full date; a year. A day or month without a year is the latest one not after the day of
asking. "Since …" opens the end, "until …" the beginning.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta

from rag.types import Window

_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH, _WEEKDAY = "|".join(_MONTHS), "|".join(_DAYS)

_PHRASES = re.compile(
    rf"(?P<bound>\b(?:since|after|until|before)\s+)?(?:"
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<relative>today|yesterday|(?:this|last) (?:week|month|year))\b"
    rf"|\b(?:on|last)\s+(?P<weekday>{_WEEKDAY})\b"
    rf"|\b(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?"
    rf"|\b(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH})\b(?:\s+(?P<year2>\d{{4}})\b)?"
    rf"|\b(?:in|last|since|until|before|after)\s+(?P<month3>{_MONTH})\b(?:\s+(?P<year3>\d{{4}})\b)?"
    rf"|\b(?:in|since|until|before|after)\s+(?P<year4>(?:19|20)\d{{2}})\b)",
    re.IGNORECASE,
)


def window(question: str, as_of: date) -> Window | None:
    """The days that the first phrase about time names, or None where the question names none."""
    mark = _PHRASES.search(question)
    span = _span(mark, as_of) if mark else None
    if not mark or not span:
        return None
    phrase = mark[0].strip()
    bound = phrase.split()[0].lower()
    if bound in ("since", "after"):
        return Window(span[0] if bound == "since" else span[1] + timedelta(days=1), None, phrase)
    if bound in ("until", "before"):
        return Window(None, span[1] if bound == "until" else span[0] - timedelta(days=1), phrase)
    return Window(*span, phrase)


def _span(mark: re.Match[str], as_of: date) -> tuple[date, date] | None:
    try:
        if mark["iso"]:
            day = date.fromisoformat(mark["iso"])
            return day, day
        if mark["relative"]:
            return _relative(mark["relative"].lower(), as_of)
        if mark["weekday"]:
            back = (as_of.weekday() - _DAYS.index(mark["weekday"].lower())) % 7
            if back == 0 and mark[0].lower().split()[-2] == "last":
                back = 7
            day = as_of - timedelta(days=back)
            return day, day
        for month, number, year in (("month", "day", "year"), ("month2", "day2", "year2")):
            if mark[month]:
                day = _latest(
                    _MONTHS.index(mark[month].lower()) + 1, int(mark[number]), mark[year], as_of
                )
                return day, day
        if mark["month3"]:
            first = _latest(_MONTHS.index(mark["month3"].lower()) + 1, 1, mark["year3"], as_of)
            return first, first.replace(day=monthrange(first.year, first.month)[1])
        return date(int(mark["year4"]), 1, 1), date(int(mark["year4"]), 12, 31)
    except ValueError:  # 31 June
        return None


def _latest(month: int, day: int, year: str | None, as_of: date) -> date:
    if year:
        return date(int(year), month, day)
    this_year = date(as_of.year, month, day)
    return this_year if this_year <= as_of else date(as_of.year - 1, month, day)


def _relative(phrase: str, as_of: date) -> tuple[date, date]:
    if phrase in ("today", "yesterday"):
        day = as_of - timedelta(days=phrase == "yesterday")
        return day, day
    which, unit = phrase.split()
    if unit == "week":
        monday = as_of - timedelta(days=as_of.weekday() + 7 * (which == "last"))
        return monday, monday + timedelta(days=6)
    if unit == "month":
        end = as_of if which == "this" else as_of.replace(day=1) - timedelta(days=1)
        return end.replace(day=1), end.replace(day=monthrange(end.year, end.month)[1])
    year = as_of.year - (which == "last")
    return date(year, 1, 1), date(year, 12, 31)
