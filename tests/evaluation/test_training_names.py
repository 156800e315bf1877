"""What the namer learns from: marked texts, the same every time, and with other names in their places."""

from __future__ import annotations

import random

import pytest

from scripts.evaluation.collections import records
from scripts.evaluation.people import UNREAD
from scripts.evaluation.train.names import Marked, changed, marked, parse, pool


@pytest.fixture(scope="module")
def data():
    """What is learned from."""
    return marked()


def test_marks_are_read():
    """The text is without them."""
    found = parse("[Ada Holm](person)'s car left [Kelvarra](place).")
    assert found == Marked("Ada Holm's car left Kelvarra.", ((0, 8, "person"), (20, 28, "place")))


def test_every_mark_is_read_and_the_order_is_the_same_every_time(data):
    """No bracket is left; names begin with a capital, a figure or a particle, and do not overlap."""
    assert marked() == data
    for one in data:
        assert "](" not in one.text
        ends = [0, *(end for _, end, _ in one.names)]
        assert all(start >= end for (start, _, _), end in zip(one.names, ends, strict=False))
        assert all(
            one.text[start:end].strip() == one.text[start:end] for start, end, _ in one.names
        )


def test_other_names_of_the_same_kind_and_length_take_a_place():
    """The same name becomes the same other one; what is between stays."""
    texts = [parse("[Ada](person) met [Bo](person); [Ada](person) left."), parse("[Eli](person)")]
    other = changed(texts[0], {("person", 1): ["Eli"]}, 1.0, random.Random(1))
    assert other == parse("[Eli](person) met [Eli](person); [Eli](person) left.")
    assert changed(texts[0], pool(texts), 0.0, random.Random(1)) == texts[0]


def test_no_text_is_measured_on(data):
    """Not on the forty pages that were written for that."""
    pages = " ".join(one["text"] for one in records(UNREAD))
    assert not [one for one in data if one.text in pages]
