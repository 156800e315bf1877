"""What an answer had to go by, counted and in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.answering.coverage import coverage
from rag.types.days import between, old
from rag.types.evidence import Coverage
from rag.types.files import Skipped
from tests.fakes import evidence

SECOND, NINTH = date(2025, 5, 2), date(2025, 5, 9)


def items(*facts):
    """Evidence from articles of these outlets and days."""
    made = evidence(*(f"Text {number}." for number in range(len(facts))))
    return [
        replace(item, article=replace(item.article, source=source, published=day))
        for item, (source, day) in zip(made, facts, strict=True)
    ]


def test_articles_outlets_and_days_of_the_evidence_are_counted():
    """An article once, however often it is quoted; a hidden file is no file that could not be read."""
    found = items(("Post", SECOND), ("Post", NINTH), ("Herald", NINTH), (None, None))
    again = replace(found[0], number=9, start=0, end=4)
    skipped = [Skipped("a.jpg", "no text"), Skipped(".git", "hidden"), Skipped("b.txt", "empty")]
    assert coverage([*found, again], NINTH, skipped) == Coverage(4, 2, 1, SECOND, NINTH, NINTH, 2)


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (
            Coverage(5, 3, 0, SECOND, NINTH, date(2025, 6, 1), 17),
            "5 articles of 3 outlets, 2 to 9 May 2025; the newest in the archive is of 1 June 2025;"
            " 17 files could not be read",
        ),
        (
            Coverage(1, 1, 0, NINTH, NINTH, NINTH, 1),
            "1 article of 1 outlet, 9 May 2025; the newest in the archive is of 9 May 2025;"
            " 1 file could not be read",
        ),
        (
            Coverage(3, 0, 2, NINTH, NINTH, NINTH, 0),
            "3 articles, 9 May 2025, 2 without a date; the newest in the archive is of 9 May 2025",
        ),
        (
            Coverage(3, 2, 1, SECOND, NINTH, None, 0, date(2025, 6, 3)),
            "3 articles of 2 outlets, 2 to 9 May 2025, the newest 25 days old, 1 without a date",
        ),
        (
            Coverage(1, 1, 0, NINTH, NINTH, None, 0, date(2025, 5, 1)),
            "1 article of 1 outlet, 9 May 2025",  # it was asked before
        ),
        (Coverage(2, 0, 2, None, None, None, 0), "2 articles, 2 without a date"),
        (Coverage(0, 0, 0, None, None, None, 0), "No article is near"),
    ],
)
def test_coverage_is_one_line(given, line):
    """What is not known or none is left out."""
    assert str(given) == line


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (SECOND, SECOND, "2 May 2025"),
        (SECOND, NINTH, "2 to 9 May 2025"),
        (date(2025, 4, 28), NINTH, "28 April to 9 May 2025"),
        (date(2024, 5, 2), NINTH, "2 May 2024 to 9 May 2025"),
    ],
)
def test_what_two_days_share_is_said_once(first, last, told):
    """Month or year."""
    assert between(first, last) == told


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (0, "of the same day"),
        (1, "1 day old"),
        (60, "60 days old"),
        (61, "2 months old"),
        (700, "23 months old"),
        (725, "2 years old"),
        (365 * 2 + 1, "2 years old"),
        (3_700, "10 years old"),
    ],
)
def test_an_age_is_told_in_the_unit_that_people_use(days, told):
    """Days, then months, then years."""
    assert old(days) == told
