"""Days, months and years in texts: read as far as they are said."""

from __future__ import annotations

import pytest

from rag.when.moments import Moment, moments


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It opens on 3 May.", {Moment(None, 5, 3): "3 May"}),
        ("It opened May 3, 2019, at noon.", {Moment(2019, 5, 3): "May 3, 2019"}),
        ("the 21st of July 2017", {Moment(2017, 7, 21): "21st of July 2017"}),
        ("Nov. 10, 2020 and Dec 2015", {Moment(2020, 11, 10): "Nov. 10, 2020", Moment(2015, 12, None): "Dec 2015"}),
        ("in late May, they may go", {Moment(None, 5, None): "late May"}),
        ("built in 1932", {Moment(1932, None, None): "1932"}),
        ("for $2000, 1,932 people, 2019%", {}),
    ],
)  # fmt: skip
def test_moments_are_read_as_they_are_spelled(text, found):
    """In any of the usual forms; sums and verbs are none."""
    assert moments(text) == found


def test_two_moments_agree_unless_something_said_by_both_differs():
    """So a vaguer one contradicts nothing."""
    may = Moment(2025, 5, 3)
    assert may.agrees(Moment(None, 5, None))
    assert may.agrees(Moment(2025, None, None))
    assert not may.agrees(Moment(None, 5, 10))
    assert not may.agrees(Moment(2024, None, None))
    assert Moment(2025, None, None).agrees(Moment(None, 5, 3))
