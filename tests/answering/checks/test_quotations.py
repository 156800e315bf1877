"""Words in quotation marks: which they are, whether a text has them, and what it has instead."""

from __future__ import annotations

import pytest

from rag.answering.checks.quotations import nearest, quotations, stands_in

SAID = "“We will open the old harbour again on Sunday,” the mayor said on Friday."


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("He said: “We won.”", [("We won.", ("We won.",))]),
        ("He said: 'We won.'", [("We won.", ("We won.",))]),
        ("‘It’s ours,’ he said.", [("It's ours,", ("It's ours,",))]),
        (
            "“We … won”, “they lost”",
            [("We ... won", ("We ", " won")), ("they lost", ("they lost",))],
        ),
        ("The mayor's boats' crews won.", []),
    ],
)
def test_quotations_with_their_pieces(statement, found):
    """Any quotation marks, no apostrophes; what is left out parts them."""
    assert list(quotations(statement)) == found


def test_a_text_has_words_in_their_order_alone():
    """Typography and punctuation make no difference, parts of words do."""
    assert stands_in("the old harbour again", SAID) and stands_in("Sunday the mayor", SAID)
    assert not stands_in("harbour old", SAID) and not stands_in("our again", SAID)


@pytest.mark.parametrize(
    ("piece", "ratio", "true"),
    [
        # equal words twice over the words of both
        ("We will open the harbour again on Sunday", 2 * 8 / 17, SAID[1:45]),
        ("They will open the old harbour again on Sunday", 2 * 8 / 18, SAID[1:45]),
        ("We will open the old harbour again on Monday", 2 * 8 / 18, SAID[1:45]),
        ("We will soon open the old harbour", 2 * 6 / 13, "We will open the old harbour"),
        ("nobody was hurt in it", 0.0, ""),
    ],
)
def test_the_nearest_stretch_has_the_length_of_the_quotation(piece, ratio, true):
    """A word more, less or another, also the first or last, is in it as the text has it."""
    found, told = nearest(piece, SAID)
    assert (round(found, 6), told) == (round(ratio, 6), true)


def test_a_text_without_words_has_nothing_near():
    """Nor is anything near to no words."""
    assert nearest("We will open", "") == nearest("", SAID) == (0.0, "")
