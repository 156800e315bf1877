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


@pytest.mark.parametrize(
    ("statement", "source", "follows"),
    [
        ("Over 3,000 came.", "3,200 came.", True),
        ("Over 3,000 came.", "3,301 came.", False),  # more than a tenth above
        ("Over 3,200 came.", "3,000 came.", False),
        ("Nearly 60 came.", "58 came.", True),
        ("Nearly 60 came.", "53 came.", False),
        ("20 were saved.", "A dozen were saved on Saturday and eight on Sunday.", True),
        ("It came five years late.", "Meant for 2019, it came in 2024.", True),
        ("It came six years late.", "Meant for 2019, it came in 2024.", False),
        ("A third of the flats are let.", "Of 48 flats, 16 are let.", True),
        ("40% of the flats are let.", "Of 48 flats, 16 are let.", False),
        ("17 million litres are left.", "Of 34 million litres half of the water is left.", True),
        ("Both left on 6 June.", "Two left on 5 June, 1 stayed.", False),
        ("He fined them $8.", "He fined them $5 and 3 euros.", False),
        ("Two left.", "Both left.", True),
    ],
)
def test_a_number_may_be_worked_out_in_one_step(statement, source, follows):
    """Bounds, sums, differences and shares; not with one or two, which make a neighbour of any number."""
    assert (unsupported(statement, source) == []) is follows
