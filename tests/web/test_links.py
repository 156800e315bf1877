"""Addresses of lists: what is written can be read again, and what cannot be used does no harm."""

from datetime import date

import pytest

from rag.errors import UsageError
from rag.filters import FILTERS, Filters
from rag.retrieval.find import Wish
from rag.web.links import PAGE, address, is_timeline, wish_of

NARROWED = Filters("Post & Co", "Ann", date(2025, 6, 1), date(2025, 6, 5), as_of=date(2025, 6, 9))


@pytest.mark.parametrize(
    "wish",
    [
        Wish(limit=PAGE),
        Wish('"a b" -c OR d~ & é', NARROWED, "day", PAGE, 40),
        Wish("storm", Filters(source="=?#")),
    ],
)
def test_an_address_is_read_as_it_was_written(wish):
    """Text, filters, order and place."""
    assert wish_of(address(wish)) == wish


def test_a_timeline_has_an_address_of_its_own():
    """It is read as the same list, and told apart."""
    wish = Wish("storm & co", NARROWED, limit=PAGE)
    there = address(wish, timeline=True)
    assert is_timeline(there) and wish_of(there) == wish
    assert is_timeline({"find": "storm", "as": "timeline"})
    assert not is_timeline(address(wish)) and not is_timeline({"find": "as=timeline"})


def test_every_filter_is_in_the_address():
    """Under its name."""
    assert all(f"{row.name}=" in address(Wish(filters=NARROWED)) for row in FILTERS)


@pytest.mark.parametrize("after", ["-1", "x", "9" * 30, "1.5", ""])
def test_a_place_that_is_no_number_is_the_beginning(after):
    """No address breaks the page."""
    assert wish_of(f"find=storm&after={after}").offset == 0


@pytest.mark.parametrize("there", ["find=&since=June", "find=&since=2025-06-02&until=2025-06-01"])
def test_days_that_are_none_are_told(there):
    """In the words of the filters."""
    with pytest.raises(UsageError):
        wish_of(there)
