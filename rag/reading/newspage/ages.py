"""Read half-said days on news pages: "2 hours ago", "Tuesday (June 3)"; None where unsure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from rag.language.calendar import MONTH, MONTH_NUMBER, WEEKDAY, WEEKDAY_NUMBER, valid_day

LEAD_CHARACTERS = 400  # an article names its own day in its first sentence or two
HOURS_OF_A_DAY = 12  # "17 hours ago" may be yesterday: without the page's clock no day is certain

AGE = re.compile(
    r"\b(?P<number>\d{1,3}|an?) ?(?P<unit>minutes?|mins?|hours?|hrs?|days?|weeks?|months?|[mhdw])\b(?: ago\b)?"
    r"|\byesterday\b",
    re.IGNORECASE,
)
"""“12 minutes ago”, “3h”, “1d”."""
_NAMED_DAY = re.compile(
    rf"\b(?:(?P<weekday>{WEEKDAY.title()})\s+\()?(?P<month>{MONTH.title()}) (?P<day>\d\d?)\b(?!,? \d{{4}})"
)


def before(page: date | datetime | None, age: str) -> date | None:
    """Return the day an age before a page, where the page's day (or clock) settles it."""
    mark = AGE.search(age)
    if page is None or mark is None:
        return None
    count, unit = mark["number"] or "a", (mark["unit"] or "day").lower()  # "yesterday" is a day ago
    number = int(count) if count.isdigit() else 1
    if unit.startswith(("mo", "w")):
        return None
    if unit.startswith("d"):
        return (page.date() if isinstance(page, datetime) else page) - timedelta(days=number)
    if isinstance(page, datetime):
        hours = timedelta(minutes=number) if unit.startswith("m") else timedelta(hours=number)
        return (page - hours).date()
    return page if unit.startswith("m") or number <= HOURS_OF_A_DAY else None


def named_day(leads: Iterable[str], today: date) -> date | None:
    """Return the latest day that the articles' leads name with its weekday: "Tuesday (June 3)".

    Weekday and day fix the year, the latest not after `today`; days without a weekday are read in
    it. A page is at least as young as the latest day in its leads.
    """
    text = "\n".join(lead[:LEAD_CHARACTERS] for lead in leads)
    named = list(_NAMED_DAY.finditer(text))
    anchors = [day for mark in named if mark["weekday"] and (day := _fixed(mark, today))]
    if not anchors:
        return None
    year = max(anchors).year
    days = (valid_day(year, MONTH_NUMBER[mark["month"].lower()], mark["day"]) for mark in named)
    return max((day for day in days if day and day <= today), default=None)


def _fixed(mark: re.Match[str], today: date) -> date | None:
    for year in range(today.year, today.year - 7, -1):
        day = valid_day(year, MONTH_NUMBER[mark["month"].lower()], mark["day"])
        if day and day <= today and day.weekday() == WEEKDAY_NUMBER[mark["weekday"].lower()]:
            return day
    return None
