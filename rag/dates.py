"""Question -> the days it means, read without a language model against the day it is asked.

Read: today, yesterday, this / last week, month, year; on / last weekday; a month, with its year or
after "in" or "last"; a day, with or without its year; in a year. A day or month without a year is
the latest one not after the day of asking. "Since …" opens the end, "until …" the beginning.
"""

from __future__ import annotations

import re
from calendar import monthrange
from contextlib import suppress
from datetime import date, timedelta

from rag.types import NamedDay, Window
from rag.words import MONTHS

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH, _WEEKDAY = "|".join(MONTHS), "|".join(_DAYS)

_PHRASES = re.compile(
    rf"(?P<bound>\b(?:since|after|until|before)\s+)?(?:"
    rf"\b(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})\b"
    rf"|\b(?P<relative>today|yesterday|(?:this|last) (?:week|month|year))\b"
    rf"|\b(?:on|last|since|until|before|after)\s+(?P<weekday>{_WEEKDAY})\b"
    rf"|\b(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<year>\d{{4}})\b)?"
    rf"|\b(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH})\b(?:\s+(?P<year2>\d{{4}})\b)?"
    rf"|\b(?:in|last|since|until|before|after)\s+(?P<month3>{_MONTH})\b(?:\s+(?P<year3>\d{{4}})\b)?"
    rf"|\b(?P<month4>{_MONTH})\s+(?P<year4>\d{{4}})\b"
    rf"|\b(?:in|since|until|before|after)\s+(?P<year5>(?:19|20)\d{{2}})\b)",
    re.IGNORECASE,
)


def window(question: str, as_of: date) -> Window | None:
    """The days that the first phrase about time names, or None where the question names none."""
    mark = _PHRASES.search(question)
    try:
        return _bounded(mark[0].strip(), *_span(mark, as_of)) if mark else None
    except (ValueError, OverflowError):  # 31 June; after 9999-12-31
        return None


def _bounded(phrase: str, first: date, last: date) -> Window:
    bound = phrase.split()[0].lower()
    if bound in ("since", "after"):
        return Window(first if bound == "since" else last + timedelta(days=1), None, phrase)
    if bound in ("until", "before"):
        return Window(None, last if bound == "until" else first - timedelta(days=1), phrase)
    return Window(first, last, phrase)


def _span(mark: re.Match[str], as_of: date) -> tuple[date, date]:
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
            day = _latest(mark[month], int(mark[number]), mark[year], as_of)
            return day, day
    for month, year in (("month3", "year3"), ("month4", "year4")):
        if mark[month]:
            day = _latest(mark[month], 1, mark[year], as_of)
            return day, day.replace(day=monthrange(day.year, day.month)[1])
    return date(int(mark["year5"]), 1, 1), date(int(mark["year5"]), 12, 31)


def _latest(name: str, day: int, year: str | None, as_of: date) -> date:
    month = MONTHS.index(name.lower()) + 1
    if year:
        return date(int(year), month, day)
    for back in range(9):  # 29 February may lie eight years back
        with suppress(ValueError):
            found = date(as_of.year - back, month, day)
            if found <= as_of:
                return found
    raise ValueError(f"no {day} {name}")


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


# A day of the week is the last one before the article only in a sentence about what has happened.
_TO_COME = re.compile(
    r"\b(?:will|would|shall|next|plans?|planned|scheduled|due|expected|until|to)\b"
)
_NAMED = re.compile(
    rf"\b(?:on |last )?(?P<weekday>{_WEEKDAY})(?:\s*\(\s*(?P<month>{_MONTH})\s+(?P<day>\d{{1,2}})\s*\))?"
    rf"|\b(?:on )?(?P<month2>{_MONTH})\s+(?P<day2>\d{{1,2}})\b(?!,?\s*\d{{4}})",
    re.IGNORECASE,
)
_NEAR = timedelta(days=183)  # a day without a year is the one nearest to the article


def named_days(text: str, published: date | None) -> tuple[NamedDay, ...]:
    """The days that a quotation names without their year, read against its article's date.

    "Tuesday (June 3)" and "June 3" are the nearest such day, and the weekday must agree; "on
    Thursday" is the last one up to the article, unless the words before it speak of what is to
    come. Nothing is read for an article without a date.
    """
    if published is None:
        return ()
    found: dict[str, NamedDay] = {}
    for mark in _NAMED.finditer(text):
        day = _named_day(mark, text[max(0, mark.start() - 60) : mark.start()], published)
        if day:
            found.setdefault(mark[0].lower(), NamedDay(mark[0], day))
    return tuple(found.values())


def _named_day(mark: re.Match[str], before: str, published: date) -> date | None:
    month, number = mark["month"] or mark["month2"], mark["day"] or mark["day2"]
    weekday = _DAYS.index(mark["weekday"].lower()) if mark["weekday"] else None
    if month:
        near = _nearest(MONTHS.index(month.lower()) + 1, int(number), published)
        return near if near and weekday in (None, near.weekday()) else None
    sentence = re.split(r"[.!?]\s", before)[-1]
    if weekday is None or _TO_COME.search(sentence):
        return None
    return published - timedelta(days=(published.weekday() - weekday) % 7)


def _nearest(month: int, number: int, published: date) -> date | None:
    for year in (published.year, published.year - 1, published.year + 1):
        with suppress(ValueError, OverflowError):
            if abs(date(year, month, number) - published) <= _NEAR:
                return date(year, month, number)
    return None
