"""Read the days that a quotation names without their year, against its article's date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from rag.language.calendar import MONTH, MONTH_NUMBER, WEEKDAY, WEEKDAY_NUMBER, valid_day
from rag.types.days import NamedDay, in_words

# A day of the week is the last one before the article only in a sentence about what has happened.
_TO_COME = re.compile(
    r"\b(?:will|would|shall|next|plans?|planned|scheduled|due|expected|until|to(?! [\d$£€]))\b"
)
_NAMED = re.compile(
    rf"\b(?:on |last )?(?P<weekday>{WEEKDAY})(?:\s*\(\s*(?P<month>{MONTH})\s+(?P<day>\d{{1,2}})\s*\))?"
    rf"|\b(?:on )?(?P<month2>{MONTH})\s+(?P<day2>\d{{1,2}})\b(?!,?\s*\d{{4}})",
    re.IGNORECASE | re.ASCII,  # "ſunday" is not a name here
)
_NEAR = timedelta(days=183)  # a day without a year is the one nearest to the article


def named_days(text: str, published: date | None) -> tuple[NamedDay, ...]:
    """Return the days that a quotation names without their year, read against its article's date.

    "Tuesday (June 3)" and "June 3" are the nearest such day, and the weekday must agree; "on
    Thursday" is the last one up to the article, unless the words before it are about the future.
    """
    if published is None:
        return ()
    found: dict[str, NamedDay] = {}
    for mark in _NAMED.finditer(text):
        day = _named_day(mark, text[max(0, mark.start() - 60) : mark.start()], published)
        if day:
            found.setdefault(mark[0].lower(), NamedDay(mark[0], day))
    return tuple(found.values())


def with_days(text: str, days: Sequence[NamedDay]) -> str:
    """Return a text with each day that it names written out behind its words: "on Thursday (20 March 2025)"."""
    for one in days:
        text = text.replace(one.phrase, f"{one.phrase} ({in_words(one.day)})", 1)
    return text


def _named_day(mark: re.Match[str], before: str, published: date) -> date | None:
    month, number = mark["month"] or mark["month2"], mark["day"] or mark["day2"]
    weekday = WEEKDAY_NUMBER[mark["weekday"].lower()] if mark["weekday"] else None
    if month:
        near = nearest(MONTH_NUMBER[month.lower()], int(number), published)
        return near if near and weekday in (None, near.weekday()) else None
    sentence = re.split(r"[.!?]\s", before)[-1]
    if weekday is None or _TO_COME.search(sentence):
        return None
    return published - timedelta(days=(published.weekday() - weekday) % 7)


def nearest(month: int, number: int, published: date) -> date | None:
    """Return the day of a month that is nearest to an article's; None where there is none within half a year."""
    years = (published.year, published.year - 1, published.year + 1)
    days = (valid_day(year, month, number) for year in years)
    return next((day for day in days if day and abs(day - published) <= _NEAR), None)
