"""Read the names that `rag.when.phrases` finds: from a mark and the day of asking to days.

A reader raises ValueError for what is not a time. A recurring name ("on Thursday") is the latest
that has begun; with "last", that is over. Seasons are the north's and begin on the first.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from typing import TypeAlias

from rag.language.calendar import MONTH_NUMBER, WEEKDAY_NUMBER, Days, earlier, months_from, whole
from rag.language.words import NUMBER_WORDS

Mark: TypeAlias = re.Match[str]
Reader: TypeAlias = Callable[[Mark, date], Days]
SMALL_MONTHS = ("may", "march")  # in small letters first a verb and a noun
NTH = ["first", "second", "third", "fourth"]
CAPITAL = re.compile(r"\s+[A-Z][a-z]")


def group(mark: Mark, name: str) -> str:
    """Return a part of a mark in small letters with single spaces; "" where it is missing."""
    return " ".join((mark.groupdict().get(name) or "").lower().replace("-", " ").split())


# "This spring", asked in another year or more than half a year after its end, is the one to come.
_LONG_OVER = timedelta(days=183)


def _yearly(mark: Mark, as_of: date, made: Callable[[int], Days]) -> Days:
    """Build the days of the year that a mark states, or of the latest one."""
    which = group(mark, "which")
    if group(mark, "year"):
        return made(_year(mark, as_of))
    for year in range(as_of.year, as_of.year - 9, -1):  # 29 February may lie eight years back
        with suppress(ValueError):
            span = made(year)
            if span.last < as_of if which.endswith(("last", "past")) else span.first <= as_of:
                break
    else:
        raise ValueError(f"{mark[0]} never was")
    other_year = span.last.year < as_of.year or as_of - span.last > _LONG_OVER
    if which == "this" and other_year:
        raise ValueError(f"{mark[0]} is to come")
    return span


def _year(mark: Mark, as_of: date) -> int:
    text = group(mark, "year")
    if text.endswith("ago"):
        return as_of.year - _ago_count(text)
    if text.endswith("year"):
        return as_of.year + {"last": -1, "this": 0, "next": 1}[text.split()[0]]
    return int(text[:4])


def _counts(text: str) -> tuple[int, int]:
    """Return the least and the most that a count may mean, generously for "a few"."""
    if "few" in text or text == "several":
        return 2, 7
    if "couple" in text:
        return 2, 3
    number = 1 if text in ("a", "an") else int(NUMBER_WORDS.get(text, text))
    return number, number


def _ago_count(text: str) -> int:
    """Return the count of "two years ago"."""
    return _counts(text.rsplit(" ", 2)[0])[1]


def _counted(mark: Mark) -> tuple[int, int, str]:
    low, high = _counts(group(mark, "count"))
    unit = group(mark, "unit")
    return (low // 24, -(-high // 24), "day") if unit == "hour" else (low, high, unit)


def _month_number(mark: Mark) -> int:
    return MONTH_NUMBER[mark["month"].lower()]


def _weekday_number(mark: Mark) -> int:
    return WEEKDAY_NUMBER[mark["weekday"].lower()]


def read_iso(mark: Mark, as_of: date) -> Days:
    """Read 2022-06-05."""
    return whole("day", date(int(mark["year"]), int(mark["number"]), int(mark["day"])))


def read_numeric(mark: Mark, as_of: date) -> Days:
    """Read 15/6/2022; not 5/6/2022, which is one of two days."""
    one, two = sorted((int(mark["one"]), int(mark["two"])))
    if one != two <= 12:
        raise ValueError(f"{mark[0]} is one of two days")
    return whole("day", date(int(mark["year"]), one, two))


def read_date(mark: Mark, as_of: date) -> Days:
    """Read a day of a month, or some of its days, with weekday and year or without."""

    def made(year: int) -> Days:
        first = date(year, _month_number(mark), int(mark["day"]))
        return Days(first, first.replace(day=int(group(mark, "day2") or first.day)))

    span = _yearly(mark, as_of, made)
    if mark["weekday"] and span.first.weekday() != _weekday_number(mark):
        raise ValueError(f"{mark[0]} is another day of the week")
    return span


_PHRASE_ENDS = re.compile(r"\s*(?:$|[?!.,;:)–-]|(?:and|to|until|till|through)\b)")


def read_month(mark: Mark, as_of: date) -> Days:
    """Read a month, unless it is a person: "since May took office", "in August Wilson's plays"."""
    name, which, text, end = group(mark, "month"), group(mark, "which"), mark.string, mark.end()
    if not group(mark, "year"):
        sure = mark["part"] or which or group(mark, "lead") in ("in", "during", "throughout")
        if name == "may" and not sure and not _PHRASE_ENDS.match(text, end):
            raise ValueError(f"{mark[0]} may be somebody")
        if name in ("jan", "april", "may", "june", "august") and CAPITAL.match(text, end):
            raise ValueError(f"{mark[0]} is somebody")
        if mark["month"] in SMALL_MONTHS and which and (which == "this" or mark["the"]):
            raise ValueError(f"{mark[0]} is not a month")
    return _yearly(mark, as_of, lambda year: whole("month", date(year, _month_number(mark), 1)))


def read_weekday(mark: Mark, as_of: date) -> Days:
    """Read a weekday: "on Thursday" may be today, "last" and "since Thursday" are before."""
    number, which, week = _weekday_number(mark), group(mark, "which"), group(mark, "week")
    if week or which == "this":
        weeks = _ago_count(week) if week.endswith("ago") else week.startswith("last")
        monday = whole("week", earlier(as_of, weeks, "week")).first
        return whole("day", monday + timedelta(days=number))
    back = (as_of.weekday() - number) % 7
    if which or group(mark, "lead") in ("since", "after", "following"):  # not the day of asking
        back = back or 7
    return whole("day", as_of - timedelta(days=back))


def read_today(mark: Mark, as_of: date) -> Days:
    """Read "today", "yesterday" and their like."""
    name = group(mark, "name")
    if name == "last night":  # which ended today
        return Days(as_of - timedelta(days=1), as_of)
    back = 2 if "before" in name else name in ("yesterday", "last evening")
    return whole("day", as_of - timedelta(days=back))


def read_ago(mark: Mark, as_of: date) -> Days:
    """Read "ago": a day for days, else the whole week, month or year of that day."""
    low, high, unit = _counted(mark)
    return Days(
        whole(unit, earlier(as_of, high, unit)).first, whole(unit, earlier(as_of, low, unit)).last
    )


def read_rolling(mark: Mark, as_of: date) -> Days:
    """Read the last days, weeks, months or years up to the day of asking."""
    _, high, unit = _counted(mark)
    return Days(earlier(as_of, high, unit), as_of)


def read_unit(mark: Mark, as_of: date) -> Days:
    """Read "last week" as a calendar week, "the last week" and "past week" as seven days."""
    which, unit = group(mark, "which"), group(mark, "unit")
    if unit in ("hour", "day") and "past" not in which:  # "the last day to register"
        raise ValueError(f"{mark[0]} is not a time")
    if unit != "quarter" and ("past" in which or (which == "last" and mark["the"])):
        return Days(earlier(as_of, 1, "day" if unit == "hour" else unit), as_of)
    if unit == "decade" or (which == "the" and not mark["part"]):
        raise ValueError(f"{mark[0]} is not a time")
    return whole(unit, earlier(as_of, which not in ("this", "the"), unit))


def read_to_date(mark: Mark, as_of: date) -> Days:
    """Read "so far this year"."""
    return Days(whole(group(mark, "unit"), as_of).first, as_of)


def read_weekend(mark: Mark, as_of: date) -> Days:
    """Read the latest weekend that has begun; with "last" or "past" the latest that is over."""
    which = group(mark, "which")
    saturday = as_of - timedelta(days=(as_of.weekday() - 5) % 7)
    if which == "this":
        saturday = whole("week", as_of).first + timedelta(days=5)
    elif which and saturday + timedelta(days=1) >= as_of:
        saturday -= timedelta(days=7)
    return Days(saturday, saturday + timedelta(days=1))


def read_quarter(mark: Mark, as_of: date) -> Days:
    """Read three months, or six."""
    name = group(mark, "quarter")
    months = 6 if name[0] == "h" else 3
    begins = (NTH.index(name) if name in NTH else int(name[1]) - 1) * months + 1
    return _yearly(mark, as_of, lambda year: months_from(date(year, begins, 1), months))


def read_season(mark: Mark, as_of: date) -> Days:
    """Read three months; "winter 2022" is both winters of 2022, where both have begun."""
    begins = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}[group(mark, "season")]

    def made(year: int) -> Days:
        return months_from(date(year, begins, 1), 3)

    if begins < 12 or not group(mark, "year") or re.search(r"\d[-–/]", mark["year"]):
        return _yearly(mark, as_of, made)
    ending, beginning = made(_year(mark, as_of) - 1), made(_year(mark, as_of))
    return ending if beginning.first > as_of else Days(ending.first, beginning.last)


def read_years(mark: Mark, as_of: date) -> Days:
    """Read a year, a decade or a range; not 2010-12, which may be a month."""
    first, to = int(mark["year"][:4]), group(mark, "to")
    last = first + 9 if mark["year"].endswith("s") else int(str(first)[: 4 - len(to)] + to)
    if last < first or (len(to) == 2 and int(to) <= 12):
        raise ValueError(f"{mark[0]} are not years")
    return Days(date(first, 1, 1), date(last, 12, 31))
