"""Copies: one text in several outlets is one report."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import numpy as np
import pytest

from rag.language.words import words
from rag.store.copies import reports, signature
from rag.types.articles import digest

WORDS = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lmnrst"]


def story(seed, length=220):
    """A text of invented words."""
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) for _ in range(length))


def rewritten(text, share, seed):
    """The text with this share of its words replaced."""
    draw = random.Random(seed)
    return " ".join(draw.choice(WORDS) if draw.random() < share else word for word in text.split())


def joined(texts):
    """The reports of texts under keys 1, 2, …"""
    return reports({key: signature(text) for key, text in enumerate(texts, start=1)})


@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.15, 0.2])
def test_rewritten_copies_are_found(share):
    """Pairwise F1 of 30 stories with a copy each is at least .95 up to every fifth word."""
    texts = [story(seed) for seed in range(30)]
    copies = [rewritten(text, share, 100 + seed) for seed, text in enumerate(texts)]
    found = joined(texts + copies)
    pairs = {pair for pair in combinations(found, 2) if found[pair[0]] == found[pair[1]]}
    wanted = {(key, key + 30) for key in range(1, 31)}
    assert 2 * len(pairs & wanted) / (len(pairs) + len(wanted)) >= 0.95


def test_different_stories_are_different_reports():
    """However many there are."""
    found = joined([story(seed) for seed in range(60)])
    assert len(set(found.values())) == 60


def test_a_report_is_named_by_its_first_article():
    """The smallest key, through every copy."""
    text = story(1)
    assert joined([story(2), text, rewritten(text, 0.1, 5), rewritten(text, 0.1, 6)]) == {
        1: 1,
        2: 2,
        3: 2,
        4: 2,
    }


def test_short_texts_are_copies_only_when_they_are_equal():
    """Two short notices may share most of their words by chance."""
    found = joined(["The council meets on Monday at noon.", "The council meets on Monday at one."])
    assert found[1] != found[2]
    assert len(set(joined(["Council meets.", "Council meets."]).values())) == 1


def test_known_groups_are_one_report():
    """Versions of one url, whatever their text."""
    marks = {key: signature(story(key)) for key in (4, 7, 9)}
    assert reports(marks, [[9, 4]]) == {4: 4, 7: 7, 9: 4}


def test_no_articles_are_no_reports():
    """And no error."""
    assert reports({}) == {}


@pytest.mark.parametrize(
    "text", [story(3), story(4, 20), "é ü 日本 " * 30, "Council meets.", "\ud800 x " * 15]
)
def test_a_signature_is_that_of_datasketch(text):
    """Libraries keep signatures that it has made; only its import is left out."""
    from datasketch import MinHash

    found = words(text)
    pairs = (
        [" ".join(pair) for pair in pairwise(found)]
        if len(found) >= 20
        else [digest(" ".join(found))]
    )
    sketch = MinHash(num_perm=256, seed=1)
    sketch.update_batch({pair.encode("utf-8", "replace") for pair in pairs})
    assert signature(text) == np.asarray(sketch.hashvalues, dtype="<u8").astype("<u4").tobytes()
