"""Full dates in texts: a day, a month and a year, in the forms of pages, fields and time stamps.

A wrong date is the worst fault: 3/4/2025, 31 June 2025 and "Monday, 4 June 2025" have no day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from rag.language.calendar import MONTH_NUMBER, WEEKDAY, WEEKDAYS, valid_day

_MONTH = "|".join(sorted(MONTH_NUMBER, key=len, reverse=True))
_DAY, _YEAR = r"[0-3]?\d", r"(?:1[6-9]|2\d)\d\d"
_DATE = re.compile(
    rf"(?<!\d)(?P<y1>{_YEAR})(?P<s1>[-/.])(?P<m1>\d{{1,2}})(?P=s1)(?P<d1>{_DAY})(?!\d)"
    rf"|(?P<y2>{_YEAR})\s?[年년]\s?(?P<m2>\d{{1,2}})\s?[月월]\s?(?P<d2>{_DAY})\s?[日일]"
    rf"|(?<!\d)(?P<d3>{_DAY})(?:st|nd|rd|th|er|º|\.)?[ -]?(?:of |de )?\b(?P<m3>{_MONTH})\b\.?,?[ -]?(?:del? )?"
    rf"(?P<y3>{_YEAR})(?!\d)"
    rf"|\b(?P<m4>{_MONTH})\b\.? (?P<d4>{_DAY})(?:st|nd|rd|th)?,? (?P<y4>{_YEAR})(?!\d)"
    rf"|(?<![\d.])(?P<d5>{_DAY})\.\s?(?P<m5>\d{{1,2}})\.\s?(?P<y5>{_YEAR})(?!\d)"
    rf"|(?<![\d/])(?P<a6>{_DAY})(?P<s6>[-/])(?P<b6>{_DAY})(?P=s6)(?P<y6>{_YEAR})(?!\d)",
    re.IGNORECASE,
)
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:T\d+\S*|\d{6}Z?)?\s*")
_WEEKDAY_BEFORE = re.compile(rf"\b({WEEKDAY})\W{{1,3}}$", re.IGNORECASE)
_WEEKDAY_AFTER = re.compile(rf"\W{{1,3}}({WEEKDAY})\b", re.IGNORECASE)


class FullDate(NamedTuple):
    """A date in a text, and its day; None where it is ambiguous or does not exist."""

    start: int
    end: int
    day: date | None


def full_dates(text: str, language: str = "") -> Iterator[FullDate]:
    """Find every full date of a text; the language decides 3/4/2025, where it can."""
    for mark in _DATE.finditer(text):
        yield FullDate(mark.start(), mark.end(), _day(mark, language.lower()))


def parse_date(text: str) -> date | None:
    """Read the first full date of a text: 2025-06-04, 4 June 2025, June 4, 2025, 30/01/2025."""
    return next((found.day for found in full_dates(text)), None)


def compact_day(value: str) -> date | None:
    """Read a time stamp of digits alone: 20250604, 20250604T101500Z."""
    stamp = _COMPACT.fullmatch(value)
    return valid_day(*stamp.groups()) if stamp else None


def _day(mark: re.Match[str], language: str) -> date | None:
    found = {name[0]: value.lower() for name, value in mark.groupdict().items() if value}
    if "a" in found:
        found["d"], found["m"] = _day_and_month(found["a"], found["b"], language)
    day = valid_day(found["y"], MONTH_NUMBER.get(found["m"], found["m"]), found["d"])
    before = _WEEKDAY_BEFORE.search(mark.string, max(0, mark.start() - 15), mark.start())
    weekday = before or _WEEKDAY_AFTER.match(mark.string, mark.end())
    return day if day and (not weekday or WEEKDAYS[day.weekday()] == weekday[1].lower()) else None


def _day_and_month(first: str, second: str, language: str) -> tuple[str, str]:
    """Tell day and month of 13/4/2025 and 4/13/2025, of 3/4/2025 by the language, else zeros."""
    if int(second) > 12 or (language.startswith("en-us") and int(first) <= 12):
        return second, first
    sure = int(first) > 12 or int(first) == int(second) or language not in ("", "en")
    return (first, second) if sure else ("0", "0")
