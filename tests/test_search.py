"""Fusion, reranking and fairness among articles."""

from __future__ import annotations

import pytest

from rag.search import few_per_article, fuse, rerank
from rag.types import Hit, Passage
from tests.fakes import OverlapReranker, article


def hit(text, score=0.0, title="A headline"):
    """A hit on the whole of a small article."""
    one = article(text, title)
    return Hit(Passage(one, 0, len(text)), score)


def test_fusion_is_the_published_formula():
    """1/(60+rank) summed over the legs: 7 is second and first, 5 first and absent, 9 absent and second."""
    assert fuse([5, 7], [7, 9]) == pytest.approx({7: 1 / 62 + 1 / 61, 5: 1 / 61, 9: 1 / 62})
    assert list(fuse([5, 7], [7, 9])) == [7, 5, 9]


def test_fusion_breaks_ties_by_id():
    """The same question gives the same order every time."""
    assert list(fuse([2], [1])) == [1, 2]


def test_the_reranker_orders_and_scores():
    """Two of two words, then one, then none; headlines count."""
    hits = [hit("nothing here"), hit("the mayor", title="x"), hit("the mayor in a storm")]
    ranked = rerank("mayor storm?", hits, OverlapReranker())
    assert [(h.passage.text, h.score) for h in ranked] == [
        ("the mayor in a storm", 1.0),
        ("the mayor", 0.5),
        ("nothing here", 0.0),
    ]


def test_one_article_does_not_fill_the_page():
    """At most so many passages of one article, in order, and never the same passage twice."""
    one = article("First. Second. Third.")
    spans = [
        Hit(Passage(one, start, end), 0.5) for start, end in ((0, 6), (0, 6), (7, 14), (15, 21))
    ]
    other = hit("Elsewhere.", title="Other")
    kept = few_per_article([*spans, other], 2)
    assert [h.passage.text for h in kept] == ["First.", "Second.", "Elsewhere."]
