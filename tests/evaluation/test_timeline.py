"""The days of sentences that were written with their days by hand."""

from __future__ import annotations

import re
from datetime import date

import pytest

from rag.language.calendar import WEEKDAY, WEEKDAY_NUMBER
from rag.types import Class
from scripts.evaluation import timeline
from scripts.evaluation.timeline import ALONE, FOUND, RIGHT, WRONG, Case
from tests.fakes import PlainClassifier

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
    rates = timeline.outcome(case, PlainClassifier()).rates
    assert (rates[RIGHT], rates[WRONG], rates[ALONE]) == (right, not right, not right)
    assert rates.get(FOUND) == found


def test_a_plan_is_read_as_the_classifier_tells():
    """As in the program."""
    text = "The council votes on Tuesday."
    case = Case("1", date(2025, 6, 12), "2025-06-17", text)
    assert timeline.outcome(case, PlainClassifier({text: Class("planned")})).rates[FOUND]


def test_the_set_is_120_sentences_in_two_halves():
    """Each once; half of them have a day, and each half has both sorts."""
    halves = [timeline.cases(unread) for unread in (False, True)]
    every = [case for half in halves for case in half]
    assert len({case.text for case in every}) == 120 and sum(not case.day for case in every) == 60
    for half in halves:
        assert len(half) == 60 and 20 <= sum(not case.day for case in half) <= 40


def test_days_of_the_set_are_the_weekdays_that_are_named():
    """Where a sentence with a day names one weekday only."""
    for case in (*timeline.cases(False), *timeline.cases(True)):
        named = set(re.findall(WEEKDAY, case.text.lower()))
        if case.day and len(case.day) == 10 and len(named) == 1:
            assert date.fromisoformat(case.day).weekday() == WEEKDAY_NUMBER[named.pop()], case
