"""The namer's network: names with their places and kinds, shapes of words, texts in any order."""

from __future__ import annotations

import numpy as np
import pytest

from rag.models.namer import KINDS, named
from rag.models.tokens import shapes

# text -> its names; no text stands in what was learned from
TEXTS = {
    "Ada Holm, the mayor of Lindholm, thanked the Red Cross.": [
        ("Ada Holm", "person"),
        ("Lindholm", "place"),
        ("Red Cross", "organisation"),
    ],
    "Storm Brita cut the power in Norway, Prime Minister Jonas Lund said.": [
        ("Storm Brita", "other"),
        ("Norway", "place"),
        ("Jonas Lund", "person"),
    ],
    "It rained on Monday.": [],
    "": [],
}


def words(text, told):
    """Names as a text has them."""
    return [(text[one.start : one.end], one.kind) for one in told]


def test_a_token_has_the_shape_of_its_word():
    """0 small or figures, 1 a capital first, 2 capitals only; 0 for what is no word."""
    text = "ICE met Ada 3 A"
    offsets = [(0, 0), (0, 2), (2, 3), (4, 7), (8, 11), (12, 13), (14, 15), (0, 0)]
    assert shapes(text, offsets) == [0, 2, 2, 0, 1, 0, 1, 0]


def test_words_in_a_row_of_one_kind_are_one_name():
    """By the mean over the tokens of a word; joined over a hyphen, not over a comma."""
    text = "Ada Lund-Holm, Bo left"
    offsets = [(0, 3), (4, 6), (6, 8), (8, 9), (9, 13), (13, 14), (15, 17), (18, 22)]
    told = [1, 1, 2, 0, 1, 0, 1, 0]  # the second half of "Lund" is taken for an organisation
    logits = np.eye(len(KINDS))[told] * np.array([[5, 5, 4, 5, 5, 5, 5, 5]]).T
    found = list(named(text, offsets, logits))
    assert words(text, found) == [("Ada Lund-Holm", "person"), ("Bo", "person")]
    assert all(0 < one.probability < 1 for one in found)


def test_a_name_has_a_capital():
    """Whatever the network makes of small letters."""
    assert not list(named("ada", [(0, 3)], np.eye(len(KINDS))[[1]] * 9))


@pytest.mark.models
@pytest.mark.parametrize(("text", "names"), TEXTS.items())
def test_it_finds_names(judges, text, names):
    """Where they are, and of what."""
    [found] = judges.namer.names([text])
    assert words(text, found) == names


@pytest.mark.models
def test_a_text_is_read_alike_in_any_company(judges):
    """Among others of different lengths, to the last bit."""
    texts = [*TEXTS, "It rained. " * 99] * 16
    for text, found in zip(texts, judges.namer.names(texts), strict=True):
        [alone] = judges.namer.names([text])
        assert found == alone
