"""Numbers with what they count, in one normal form."""

from __future__ import annotations

import pytest

from rag.language.quantities import Quantity, quantities, unsupported


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3,000 ships", {Quantity("3000")}),
        ("$3m", {Quantity("3000000", "$")}),
        ("three million dollars", {Quantity("3000000", "$")}),
        ("two hundred and fifty thousand", {Quantity("250000")}),
        ("three and a half million", {Quantity("3500000")}),
        ("twenty-five per cent", {Quantity("25", "%")}),
        ("10 to 12 percent", {Quantity("10", "%"), Quantity("12", "%")}),
        ("$3-4 million", {Quantity("3000000", "$"), Quantity("4000000", "$")}),
        ("in 2024 and 2025", {Quantity("2024"), Quantity("2025")}),
        ("nearly 40", {Quantity("40", bound=-1)}),
        ("at least 40 years", {Quantity("40", "years", 1)}),
        ("two thirds of them", {Quantity("66", "%")}),
        ("the second half of 2025", {Quantity("2025")}),
        ("04.06.2020", {Quantity("04.06.2020".lstrip("0"))}),
        ("no one, and one of them", set()),
        ("539 B.C.", {Quantity("539")}),
    ],
)
def test_quantities(text, expected):
    """The likelier reading of each number."""
    assert quantities(text, strict=True) == expected


def test_open_readings_are_all_known():
    """5m is five metres, or five million."""
    assert {str(one) for one in quantities("5m")} == {"5", "5000000"}


@pytest.mark.parametrize(
    ("statement", "source", "problem"),
    [
        ("12 came.", "11 came.", "the number 12 is not in the cited words"),
        ("10% came.", "10 came.", "the number 10% counts something else in the cited words"),
        ("It cost $5.", "It cost £5.", "the number $5 counts something else in the cited words"),
        ("Over 5 came.", "Up to 5 came.", "says more than 5, the cited words say less"),
        ("Dozens came.", "He came.", "the number “dozens” is not in the cited words"),
    ],
)
def test_what_is_wrong_is_said(statement, source, problem):
    """In words for the reader."""
    assert unsupported(statement, source) == [problem]
