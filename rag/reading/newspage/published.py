"""Dates as news pages write them. A wrong date is the worst fault: what is not certain is None."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

MONTHS = (
    ("january", "jan", "januar", "janvier", "enero"),
    ("february", "feb", "februar", "février", "febrero"),
    ("march", "mar", "märz", "mars", "marzo"),
    ("april", "apr", "avril", "abril"),
    ("may", "mai", "mayo"),
    ("june", "jun", "juni", "juin", "junio"),
    ("july", "jul", "juli", "juillet", "julio"),
    ("august", "aug", "août", "agosto"),
    ("september", "sep", "sept", "septembre", "septiembre"),
    ("october", "oct", "oktober", "octobre", "octubre"),
    ("november", "nov", "novembre", "noviembre"),
    ("december", "dec", "dezember", "décembre", "diciembre"),
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
NUMBER_OF_MONTH = {name: number for number, names in enumerate(MONTHS, 1) for name in names}
LEAD_CHARACTERS = 400  # an article names its own day in its first sentence or two
HOURS_OF_A_DAY = 12  # "17 hours ago" may be yesterday: without the page's clock no day is certain

_MONTH = "|".join(sorted(NUMBER_OF_MONTH, key=len, reverse=True))
_DAY = "|".join(DAYS)
DATE = re.compile(
    r"\b(?P<y1>\d{4})[-/](?P<m1>\d{1,2})[-/](?P<d1>\d{1,2})(?!\d)"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th|er|\.)?(?: of| de)? ?\b(?P<m2>{_MONTH})\b\.?,?(?: de)? ?(?P<y2>\d{{4}})\b"
    rf"|\b(?P<m3>{_MONTH})\b\.? (?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y3>\d{{4}})\b"
    r"|\b(?P<a4>\d{1,2})(?P<sign>[./])(?P<b4>\d{1,2})(?P=sign)(?P<y4>\d{4})\b"
    r"|(?P<y5>\d{4})年(?P<m5>\d{1,2})月(?P<d5>\d{1,2})日",
    re.IGNORECASE,
)
"""A full date; anything less is none."""
AGE = re.compile(
    r"\b(?P<number>\d{1,3}|an?) ?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?|[mhdw])\b(?: ago\b)?"
    r"|\byesterday\b",
    re.IGNORECASE,
)
"""“12 minutes ago”, “3h”, “1d”."""
_NAMED_DAY = re.compile(
    rf"\b(?:(?P<weekday>{_DAY})\s+\()?(?P<month>{'|'.join(n[0].title() for n in MONTHS)})"
    r" (?P<day>\d{1,2})\b(?!,? \d{4})"
)
_WEEKDAY = re.compile(rf"\b(?:{_DAY})\b", re.IGNORECASE)


def parse_date(text: str) -> date | None:
    """A full date in its usual forms: 2025-06-04, 4 June 2025, June 4, 2025, 30/01/2025; None for
    anything less, for 3/4/2025 (which may be March or April), or where the weekday disagrees.
    """
    mark = DATE.search(text)
    return read_date(mark, text) if mark else None


def read_date(mark: re.Match[str], text: str) -> date | None:
    """The day that a match of DATE in `text` means."""
    found = {name[0]: value for name, value in mark.groupdict().items() if value and name != "sign"}
    day = _day(found["y"], *_month_and_day(found, mark["sign"]))
    weekday = _WEEKDAY.search(text, max(0, mark.start() - 15), mark.end() + 15)
    return day if day and (not weekday or DAYS[day.weekday()] == weekday[0].title()) else None


def _month_and_day(found: dict[str, str], sign: str | None) -> tuple[str | int, str]:
    if "m" in found:
        return NUMBER_OF_MONTH.get(found["m"].lower(), found["m"]), found["d"]
    first, second = int(found["a"]), int(found["b"])
    if sign == "." or first > 12 or first == second:
        return second, found["a"]
    return (first, found["b"]) if second > 12 else (0, "0")


def _day(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def before(page: date | datetime | None, age: str) -> date | None:
    """The day that lies an age before a page, where its day (or its clock) is known and settles it."""
    mark = AGE.search(age)
    if page is None or mark is None:
        return None
    count, unit = mark["number"] or "a", (mark["unit"] or "day").lower()  # "yesterday" is a day ago
    number = int(count) if count.isdigit() else 1
    if unit.startswith(("mo", "w")):
        return None
    if unit.startswith("d"):
        return _day_of(page) - timedelta(days=number)
    if isinstance(page, datetime):
        hours = timedelta(minutes=number) if unit.startswith("m") else timedelta(hours=number)
        return (page - hours).date()
    return page if unit.startswith("m") or number <= HOURS_OF_A_DAY else None


def _day_of(page: date | datetime) -> date:
    return page.date() if isinstance(page, datetime) else page


def named_day(leads: Iterable[str], today: date) -> date | None:
    """The latest day that the leads of a page's articles name with weekday and date, as in "Tuesday
    (June 3)".

    Weekday and day fix the year to one in five or six: the latest not after `today`. Days without a
    weekday are read in that year. A page is at least as young as the latest day in the lead of one
    of its articles.
    """
    text = "\n".join(lead[:LEAD_CHARACTERS] for lead in leads)
    named = list(_NAMED_DAY.finditer(text))
    anchors = [day for mark in named if mark["weekday"] and (day := _fixed(mark, today))]
    if not anchors:
        return None
    year = max(anchors).year
    days = (_day(year, NUMBER_OF_MONTH[mark["month"].lower()], mark["day"]) for mark in named)
    return max((day for day in days if day and day <= today), default=None)


def _fixed(mark: re.Match[str], today: date) -> date | None:
    for year in range(today.year, today.year - 7, -1):
        day = _day(year, NUMBER_OF_MONTH[mark["month"].lower()], mark["day"])
        if day and day <= today and DAYS[day.weekday()] == mark["weekday"]:
            return day
    return None
