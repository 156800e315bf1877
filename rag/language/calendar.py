"""The calendar: names of months and weekdays, spans of days, and their arithmetic.

A week begins on Monday. Before the year 1 and after 9999: ValueError or OverflowError.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

_MONTHS = (  # in English, then as dates have them in other languages
    "january jan janv janvier januar jänner enero ene gennaio gen janeiro januari stycznia",
    "february feb fév févr février februar feber febrero febbraio fevereiro februari lutego",
    "march mar mars märz mrz marzo março maart marts marca",
    "april apr avr avril abril abr aprile kwietnia",
    "may mai mayo maggio mag maio mei maj maja",
    "june jun juin juni junio giugno giu junho czerwca",
    "july jul juil juillet juli julio luglio lug julho lipca",
    "august aug août aout agosto ago augustus augusti sierpnia",
    "september sep sept septembre septiembre setiembre settembre set setembro września",
    "october oct octobre oktober okt octubre ottobre ott outubro października",
    "november nov novembre noviembre novembro listopada",
    "december dec déc décembre dezember dez diciembre dic dicembre dezembro grudnia",
)
_WEEKDAYS = (
    "monday mon montag lundi lunes lunedì",
    "tuesday tue tues dienstag mardi martes martedì",
    "wednesday wed mittwoch mercredi miércoles mercoledì",
    "thursday thu thur thurs donnerstag jeudi jueves giovedì",
    "friday fri freitag vendredi viernes venerdì",
    "saturday sat samstag samedi sábado sabato",
    "sunday sun sonntag dimanche domingo domenica",
)
MONTHS = [names.split()[0] for names in _MONTHS]
WEEKDAYS = [names.split()[0] for names in _WEEKDAYS]
MONTH_NUMBER = {name: at for at, names in enumerate(_MONTHS, 1) for name in names.split()}
WEEKDAY_NUMBER = {name: at for at, names in enumerate(_WEEKDAYS) for name in names.split()}
# Patterns, for texts whose letters are small or whose case does not count.
MONTH, WEEKDAY, ANY_WEEKDAY = "|".join(MONTHS), "|".join(WEEKDAYS), "|".join(WEEKDAY_NUMBER)
MONTH_SHORT = "|".join(["sept", *(name[:3] for name in MONTHS if name != "may")])
_DAYS_IN = {"day": 1, "week": 7, "fortnight": 14}
_MONTHS_IN = {"month": 1, "quarter": 3, "year": 12, "decade": 120}


class Days(NamedTuple):
    """A first and a last day."""

    first: date
    last: date


def valid_day(year: str | int, month: str | int, day: str | int) -> date | None:
    """Return the day of these numbers, None where it does not exist."""
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def earlier(day: date, count: int, unit: str) -> date:
    """Go back so many units; to the last day of a month that is shorter."""
    if unit in _DAYS_IN:
        return day - timedelta(days=count * _DAYS_IN[unit])
    year, month = divmod(day.year * 12 + day.month - 1 - count * _MONTHS_IN[unit], 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_from(first: date, count: int) -> Days:
    """Return so many whole months from the first day of one."""
    return Days(first, earlier(first, -count, "month") - timedelta(days=1))


def whole(unit: str, day: date) -> Days:
    """Return the day, week, month, quarter or year of a day; a fortnight's week, a decade's year."""
    if unit == "day":
        return Days(day, day)
    if unit in _DAYS_IN:
        monday = day - timedelta(days=day.weekday())
        return Days(monday, monday + timedelta(days=6))
    count = min(_MONTHS_IN[unit], 12)
    return months_from(date(day.year, (day.month - 1) // count * count + 1, 1), count)


def portion(span: Days, low: int, high: int) -> Days:
    """Return the low to the high twelfth of a span, in whole months where it has three or more."""
    first, last = span
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if first.day == 1 and months >= 3:
        begin, end = (earlier(first, -(months * twelfth // 12), "month") for twelfth in (low, high))
    else:
        days = (last - first).days + 1
        begin, end = (first + timedelta(days=round(days * twelfth / 12)) for twelfth in (low, high))
    return Days(begin, max(begin, end - timedelta(days=1)))
