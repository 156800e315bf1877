"""Fusion, reranking and fairness among articles."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rag.errors import LibraryError, ModelError
from rag.filters import Filters
from rag.retrieval.search import (
    RANKS_WORTH,
    Leaning,
    Query,
    Shown,
    few_per_article,
    fuse,
    rerank,
    search,
)
from rag.store.generation import of
from rag.store.passages import passages
from rag.store.vectors import load
from rag.store.writer import writing
from rag.types.articles import Passage
from rag.types.hits import Hit
from tests.fakes import TODAY, OverlapReader, WordCountEncoder, article


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


class Legs:
    """A generation and its legs; full text or vectors fail where they are given a fault."""

    def __init__(self, text=None, vectors=None):
        self.text, self.vectors = text, vectors

    def among(self, filters, window):
        """No filter."""
        return self

    def articles(self, *_):
        """The fault of full text, or one article."""
        return _one_unless(self.text)

    passages = articles

    def nearest(self, *_):
        """The fault of vectors, or one passage."""
        return _one_unless(self.vectors)


def _one_unless(fault):
    if fault:
        raise fault
    return [(1, 0.5)]


@pytest.mark.parametrize(
    "legs", [Legs(text=LibraryError("damaged")), Legs(vectors=ModelError("damaged"))]
)
def test_a_leg_that_fails_is_heard(legs):
    """Full text works in a thread of its own; what goes wrong there, or beside it, is raised."""
    query = Query("mayor", "mayor", Filters(), None, Leaning(TODAY, 1.0))
    with pytest.raises((LibraryError, ModelError), match="damaged"):
        search(query, legs, WordCountEncoder(), 10)


def test_an_article_with_all_the_words_lifts_its_passages(tmp_path):
    """Where something is asked; a text that asks nothing is looked for as it stands."""
    spread = "The mayor spoke. " + "Nobody listened to it at all. " * 3 + "A storm came."
    texts = {"a.txt": "A mayor, a mayor, a mayor.", "b.txt": spread}
    with writing(tmp_path) as library:
        for path, text in texts.items():
            cut = passages(replace(article(text, "x"), path=path), 6)
            vectors = WordCountEncoder().encode([one.encoded_text for one in cut])
            with library.transaction():
                library.put_vectors([one.encoded_text for one in cut], vectors, "words")
                library.put_encoder("words")
                library.put_file(path, path, "recipe", [cut])
        generation = of(library, load(library, tmp_path))

        def first(text):
            query = Query(text, text, Filters(), None, Leaning(TODAY, 0.0))
            return search(query, generation, WordCountEncoder(), 10)[0][0]

        found = first("Did the mayor speak of the storm?")
        assert found.passage.article.path == "b.txt"
        assert found.fused > 2 / 61
        assert first("The mayor did speak of the storm").fused <= 2 / 61  # first in both legs


def test_the_reranker_orders_and_scores():
    """Two of two words, then one, then none; headlines count."""
    hits = [hit("nothing here"), hit("the mayor", title="x"), hit("the mayor in a storm")]
    ranked = rerank("mayor storm?", hits, OverlapReader())
    assert [(h.passage.text, h.reranked) for h in ranked] == [
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
    elsewhere = article("Elsewhere.", "Other", path="b.txt")
    other = Hit(Passage(elsewhere, 0, 10), 0.0)
    kept, cut = few_per_article([*spans, other], 2)
    assert [h.passage.text for h in kept] == ["First.", "Second.", "Elsewhere."]
    assert [c.reason for c in cut] == [
        "the same passage in another file",
        "2 passages of its article are above",
    ]


def test_freshness_halves_in_thirty_days():
    """1 on the day itself, a half 30 days before or after it, a quarter after 60; 0 without a date."""
    leaning = Leaning(TODAY, 1.0)
    days = [TODAY, TODAY - timedelta(30), TODAY + timedelta(30), TODAY - timedelta(60), None]
    assert [leaning.freshness(day) for day in days] == pytest.approx([1, 0.5, 0.5, 0.25, 0])
    assert Leaning(TODAY, 0.5).freshness(date(2025, 6, 5)) == pytest.approx(0.5)


def test_of_two_equal_passages_the_fresh_one_and_the_lead_come_first():
    """What is fresh counts in logits; the first passage of an article counts one."""
    one = article("The mayor sued. The mayor slept.")
    lead = Hit(Passage(one, 0, 15), 0.5)
    later = Hit(Passage(one, 16, 32), 0.5)
    assert rerank("mayor?", [later, lead], OverlapReader())[0].passage == lead.passage
    fresh = replace(later, fresh=3.0)
    assert rerank("mayor?", [lead, fresh], OverlapReader())[0].passage == later.passage


def test_a_claim_is_ranked_by_the_legs_as_well():
    """Both passages have half of the words; 0.001 more of the fused score is worth 0.48 logits."""
    first, second = hit("the mayor", 0.031), hit("a storm", 0.030)
    ranked = rerank("mayor storm", [second, first], OverlapReader())
    assert [h.passage.text for h in ranked] == ["the mayor", "a storm"]
    assert ranked[0].score - ranked[1].score == pytest.approx(RANKS_WORTH * 0.001)


def test_a_copy_is_told_and_news_is_not():
    """All of 6 pairs of words are there, then 5, then 1; an article is no copy of itself."""
    shown = article("The mayor sued two officials on Tuesday.", path="one.txt")

    def says(text):
        other = article(text, "Another headline")
        return Shown(shown).tells(Passage(other, 0, len(text)))

    assert says("The mayor sued two officials on Tuesday.")
    assert says("The mayor sued two officials on Monday.")
    assert not says("The mayor withdrew every charge late last night.")
    assert not Shown(shown).tells(Passage(shown, 0, 10))
