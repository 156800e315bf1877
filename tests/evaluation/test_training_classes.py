"""What the classifier learns from: labels, how often, the same every time, nothing that is measured."""

from __future__ import annotations

from collections import Counter

import pytest

from rag.models.classifier import CLASSES
from scripts.evaluation import classes as measured
from scripts.evaluation.collections import records
from scripts.evaluation.train.classes import HARMLESS, ORDINARY, READ, labelled


@pytest.fixture(scope="module")
def data():
    """What is learned from."""
    return labelled()


def test_every_label_of_every_head_is_learned(data):
    """And no other."""
    known = {(head, label) for head, of in CLASSES.items() for label in of}
    assert {(one.head, one.label) for one in data} == known


def test_plain_texts_stand_once_and_hard_ones_more_often(data):
    """Ordinary questions, harmless statements and sentences, beside those written for it."""
    times = Counter((one.head, one.text) for one in data)
    plain = Counter(head for (head, _), count in times.items() if count == 1)
    # one may equal another, or a written one
    assert HARMLESS + READ >= plain["order"] > HARMLESS + READ - 100
    assert ORDINARY >= plain["asks"] > ORDINARY - 100


def test_the_order_is_the_same_every_time(data):
    """So that a stopped training goes on."""
    assert labelled() == data


def test_nothing_that_is_measured_is_learned_from(data):
    """Neither the texts of the classes nor the questions about an archive."""
    told = {one.text for one in data}
    assert not told & {str(one["text"]) for one in records(measured.TEXTS)}
