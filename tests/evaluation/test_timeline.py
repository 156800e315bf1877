"""The days of sentences that were written with their days by hand."""

from __future__ import annotations

import re
from datetime import date

import pytest

from rag.language.calendar import WEEKDAY, WEEKDAY_NUMBER
from scripts.evaluation import timeline
from scripts.evaluation.timeline import FOUND, RIGHT, SECOND, SENTENCES, WRONG, Case
from tests.fakes import PlainDater

TOLD = "The council voted on Tuesday."


@pytest.mark.parametrize(
    ("text", "day", "right", "found"),
    [
        (TOLD, "2025-06-10", True, True),
        (TOLD, "2025-06-03", False, False),
        (TOLD, "2025-06", False, False),
        (TOLD, None, False, None),
        ("The council voted.", "2025-06-10", True, False),
        ("The council voted.", None, True, None),
    ],
)
def test_a_day_is_right_missing_or_wrong(text, day, right, found):
    """A missing one is not wrong; a month for a day is."""
    case = Case("1", date(2025, 6, 12), day, text)
    rates = timeline.outcome(case, PlainDater()).rates
    assert (rates[RIGHT], rates[WRONG]) == (right, not right)
    assert rates.get(FOUND) == found


@pytest.mark.parametrize(("path", "size", "bare"), [(SENTENCES, 120, 60), (SECOND, 200, None)])
def test_a_set_is_two_halves(path, size, bare):
    """Each sentence once; some have a day and some have none, in each half."""
    halves = [timeline.cases(unread, path) for unread in (False, True)]
    every = [case for half in halves for case in half]
    assert len({case.text for case in every}) == size
    assert bare in (None, sum(not case.day for case in every))
    for half in halves:
        assert len(half) == size / 2 and 0.3 < sum(not case.day for case in half) / len(half) < 0.7


def test_days_of_the_set_are_the_weekdays_that_are_named():
    """Where a sentence with a day names one weekday only."""
    for case in (*timeline.cases(False), *timeline.cases(True)):
        named = set(re.findall(WEEKDAY, case.text.lower()))
        if case.day and len(case.day) == 10 and len(named) == 1:
            assert date.fromisoformat(case.day).weekday() == WEEKDAY_NUMBER[named.pop()], case
