"""What helps where the archive does not answer: its days beside those that were asked for."""

from __future__ import annotations

from datetime import date

import pytest

from rag.filters import Filters
from rag.retrieval.help import outside
from rag.types.days import Window
from rag.types.questions import Ask
from tests.fakes import TODAY

ARCHIVE = Window(date(2025, 5, 1), date(2025, 6, 4))


@pytest.mark.parametrize(
    ("question", "filters", "asked"),
    [
        ("Who won in June 2022?", Filters(), (date(2022, 6, 1), date(2022, 6, 30))),
        ("Who won in March 2025?", Filters(), (date(2025, 3, 1), date(2025, 3, 31))),
        ("Who won on 28 April 2025?", Filters(), None),  # it may be in the report of May 1
        ("Who won in May 2025?", Filters(), None),
        ("Who won this week?", Filters(), None),
        ("Who won since March 2025?", Filters(), None),
        ("Who won?", Filters(), None),
        ("Who won?", Filters(since=date(2025, 6, 5)), (date(2025, 6, 5), None)),
        ("Who won?", Filters(until=date(2025, 4, 30)), (None, date(2025, 4, 30))),
        ("Who won in 2022?", Filters(since=date(2025, 6, 1)), None),  # what was chosen counts
    ],
)
def test_days_outside_the_archive(question, filters, asked):
    """Asked for or chosen, before its oldest or after its newest article."""
    found = outside(Ask(question, filters), TODAY, ARCHIVE)
    assert (found and (found.since, found.until)) == asked


def test_an_archive_without_days_has_none_outside():
    """Nor has a question whose words about time are not read."""
    asked = "Who won in June 2022?"
    assert outside(Ask(asked), TODAY, Window(None, None)) is None
    assert outside(Ask(asked, read_dates=False), TODAY, ARCHIVE) is None


def test_an_archive_that_ends_long_before_the_day_of_asking():
    """This week is outside of it."""
    found = outside(Ask("Who won this week?"), date(2026, 11, 21), ARCHIVE)
    assert found and found.phrase == "this week"
