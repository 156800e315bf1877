"""Names and what they may be misspelled for."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.language.spelling import edits, nearest, reach

MOST = 3
WORDS = st.text("abc", max_size=6)


def apart(one: str, other: str) -> int:
    """The same number by its definition, without any limit."""

    @cache
    def rest(at: int, place: int) -> int:
        if at == len(one) or place == len(other):
            return len(one) - at + len(other) - place
        ways = [
            1 + rest(at + 1, place),
            1 + rest(at, place + 1),
            (one[at] != other[place]) + rest(at + 1, place + 1),
        ]
        if one[at : at + 2] == other[place : place + 2][::-1] and len(one[at : at + 2]) == 2:
            ways.append(1 + rest(at + 2, place + 2))
        return min(ways)

    return rest(0, 0)


@pytest.mark.parametrize(
    ("one", "other", "number"),
    [
        ("genalo", "genalo", 0),
        ("genallo", "genalo", 1),  # a letter too many
        ("genlo", "genalo", 1),  # one too few
        ("ganalo", "genalo", 1),  # another one
        ("genlao", "genalo", 1),  # two exchanged
        ("egnlao", "genalo", 2),
        ("lindohlm", "lindholm", 1),
        ("varga", "brandt", 4),  # more than MOST
        ("", "abc", 3),
        ("", "abcd", 4),
    ],
)
def test_edits_add_drop_change_or_exchange(one, other, number):
    """In both directions alike; a number beyond the limit is not counted further."""
    assert edits(one, other, MOST) == edits(other, one, MOST) == number


@given(WORDS, WORDS, st.integers(0, 4))
def test_edits_are_as_defined(one, other, most):
    """Whatever the limit, compared with all ways to edit one word into the other."""
    assert edits(one, other, most) == min(apart(one, other), most + 1)


@pytest.mark.parametrize(
    ("word", "edits"), [("oda", 0), ("senn", 1), ("hallvrd", 1), ("kelvarra", 2)]
)
def test_longer_names_may_have_more_mistakes(word, edits):
    """None below four letters, one below eight, else two."""
    assert reach(word) == edits


def test_the_nearest_comes_first_then_the_most_frequent():
    """One edit before two, however rare; beyond reach is nothing."""
    counts = [("kelvara", 1), ("kelvarra", 2), ("kilvarna", 7), ("kelvar", 90), ("morvane", 50)]
    assert nearest("kelvarna", counts) == ["kilvarna", "kelvarra", "kelvara", "kelvar"]


def test_two_edits_need_the_same_first_letter():
    """Which is seldom mistyped; one edit does not."""
    assert nearest("yelverton", [("everton", 3), ("welverton", 1)]) == ["welverton"]


def test_short_names_are_near_nothing():
    """Nearly each of them is one letter from another."""
    assert nearest("oda", [("ida", 5)]) == []
