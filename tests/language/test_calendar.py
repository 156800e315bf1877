"""The arithmetic of the calendar, worked out by hand."""

from datetime import date

import pytest

from rag.language.calendar import Days, earlier, months_from, portion, whole


@pytest.mark.parametrize(
    ("day", "count", "unit", "expected"),
    [
        (date(2022, 6, 15), 1, "day", date(2022, 6, 14)),
        (date(2022, 6, 15), 2, "week", date(2022, 6, 1)),
        (date(2022, 6, 15), 1, "fortnight", date(2022, 6, 1)),
        (date(2022, 1, 15), 1, "month", date(2021, 12, 15)),
        (date(2022, 3, 31), 1, "month", date(2022, 2, 28)),
        (date(2024, 2, 29), 1, "year", date(2023, 2, 28)),
        (date(2024, 2, 29), 1, "quarter", date(2023, 11, 29)),
        (date(2022, 6, 15), 1, "decade", date(2012, 6, 15)),
        (date(2021, 12, 1), -1, "month", date(2022, 1, 1)),
    ],
)
def test_the_same_day_earlier(day, count, unit, expected):
    """Days and weeks are counted; the others keep the day of the month where it exists."""
    assert earlier(day, count, unit) == expected


@pytest.mark.parametrize(
    ("unit", "first", "last"),
    [
        ("day", date(2024, 2, 29), date(2024, 2, 29)),
        ("week", date(2024, 2, 26), date(2024, 3, 3)),
        ("month", date(2024, 2, 1), date(2024, 2, 29)),
        ("quarter", date(2024, 1, 1), date(2024, 3, 31)),
        ("year", date(2024, 1, 1), date(2024, 12, 31)),
        ("decade", date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_the_whole_unit_of_a_day(unit, first, last):
    """Of Thursday 29 February 2024."""
    assert whole(unit, date(2024, 2, 29)) == Days(first, last)


@pytest.mark.parametrize(
    ("span", "twelfths", "expected"),
    [
        (months_from(date(2022, 1, 1), 12), (4, 8), (date(2022, 5, 1), date(2022, 8, 31))),
        (months_from(date(2022, 1, 1), 12), (9, 12), (date(2022, 10, 1), date(2022, 12, 31))),
        (months_from(date(2022, 1, 1), 1), (0, 4), (date(2022, 1, 1), date(2022, 1, 10))),
        (months_from(date(2022, 1, 1), 1), (6, 12), (date(2022, 1, 17), date(2022, 1, 31))),
        (whole("week", date(2022, 6, 15)), (8, 12), (date(2022, 6, 18), date(2022, 6, 19))),
        (whole("day", date(2022, 6, 15)), (0, 4), (date(2022, 6, 15), date(2022, 6, 15))),
    ],
)
def test_a_portion_of_a_span(span, twelfths, expected):
    """Whole months of a year, days of a month or a week; a day has no parts."""
    assert portion(span, *twelfths) == expected


def test_the_calendar_ends():
    """Beyond the first and the last year is an error, not a wrong day."""
    with pytest.raises(ValueError, match="year"):
        earlier(date(1, 1, 31), 1, "month")
    with pytest.raises(OverflowError):
        earlier(date(1, 1, 1), 1, "day")
