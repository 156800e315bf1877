"""What a model thinks aloud is no part of its reply."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.models.thought import without_thought


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("Two boats sank. [1]", "Two boats sank. [1]"),
        ("<think>\nHm. 7 boats?\n</think>\n\nTwo boats sank. [1]", "Two boats sank. [1]"),
        ("\n <think></think>Two.\n", "Two.\n"),
        ("<think>It never ends", ""),
        ("<think>a</think>  \n", ""),
        ("<thin ice>", "<thin ice>"),
        ("<thi", "<thi"),
        ("\n", "\n"),
        ("", ""),
        ("Two <think>boats</think> sank.", "Two <think>boats</think> sank."),
    ],
)
def test_only_a_thought_at_the_beginning_goes(written, said):
    """With the white space around it, whether it comes at once or letter by letter."""
    assert "".join(without_thought([written])) == said
    assert "".join(without_thought(written)) == said


@given(st.lists(st.text("<think>/ \na", max_size=9), max_size=9))
def test_how_the_pieces_are_cut_makes_no_difference(pieces):
    """Nothing else is lost or added."""
    assert "".join(without_thought(pieces)) == "".join(without_thought(["".join(pieces)]))


def test_what_is_no_thought_is_passed_on_at_once():
    """A reply that begins otherwise is not held back."""
    written = iter(["Two", " boats"])
    assert next(without_thought(written)) == "Two"
    assert next(written) == " boats"
