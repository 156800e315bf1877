"""Kinds of index side by side: what is right is known from the product of all, and the table tells what each can."""

from __future__ import annotations

import numpy as np
import pytest

from scripts.evaluation import indexes
from scripts.evaluation.costs import nearest_of
from scripts.evaluation.indexes import HEAD, Many


@pytest.fixture
def many():
    """Six hundred vectors made of forty."""
    few = np.random.default_rng(3).normal(size=(40, 16)).astype(np.float32)
    return Many(few / np.linalg.norm(few, axis=1, keepdims=True), 600)


def test_many_vectors_are_the_same_every_time(many, monkeypatch):
    """Of unit length, near to the few, in blocks without a gap."""
    monkeypatch.setattr(indexes.vectors, "BATCH", 250)
    numbers, rows = zip(*many.blocks(), strict=True)
    found = np.concatenate(rows)
    assert np.concatenate(numbers).tolist() == list(range(600))
    assert np.array_equal(found, np.concatenate([near for _, near in many.blocks()]))
    assert np.linalg.norm(found, axis=1) == pytest.approx(1, abs=1e-5)
    assert (found @ many.few.T).max(axis=1) == pytest.approx(0.95, abs=0.04)
    assert len(many.sample(60)) == 60


def test_the_nearest_are_those_of_the_whole_product(many, monkeypatch):
    """Though the vectors come in blocks."""
    monkeypatch.setattr(indexes.vectors, "BATCH", 250)
    everything = np.concatenate([near for _, near in many.blocks()])
    right = nearest_of(many.blocks(), many.few[:5])
    assert right.tolist() == np.argsort(-(many.few[:5] @ everything.T), axis=1)[:, :10].tolist()


def test_a_row_tells_what_a_kind_can(many):
    """Lists take and lose vectors, a graph loses none; each finds nearly all of so few."""
    right = nearest_of(many.blocks(), many.few)
    rows = [
        dict(zip(HEAD, indexes._row(kind, many, many.few, right), strict=True))
        for kind in indexes.kinds(many.count)
    ]
    assert [row["index"] for row in rows][-2:] == ["graph, 8 bits", "graph"]
    assert all(float(row["recall@10"]) > 0.8 for row in rows)
    assert [row["loses 10"] == "no" for row in rows] == [False] * 4 + [True] * 2
