"""Which sentence of a question asks, and whether for yes or no, or for several things."""

from __future__ import annotations

import pytest

from rag.language.questions import asking, asks_for_several, asks_whether


def test_the_asking_sentence_is_the_last_with_a_question_mark():
    """Or just the last one."""
    assert asking("It rained in Dovre. Where did it snow? Be brief.") == "Where did it snow?"
    assert asking("It rained in Dovre. Tell me where it snowed.") == "Tell me where it snowed."
    assert asking("where did it snow") == "where did it snow"
    assert asking("") == ""


@pytest.mark.parametrize(
    ("question", "whether"),
    [
        ("Did the council accept?", True),
        ("And isn’t the bridge open?", True),
        ("Will Varga or Brandt win?", False),
        ("Who did it?", False),
        ("The mayor, who is 70, resigned. When did she first take office?", False),
        ("The mayor resigned. Did the council accept?", True),
    ],
)
def test_yes_or_no_is_asked_by_the_asking_sentence(question, whether):
    """It begins with its verb and offers no choice."""
    assert asks_whether(question) is whether


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which countries signed?", True),
        ("In which two other cities did it rain?", True),
        ("What goals did Varga set?", True),
        ("Who are the defendants?", True),
        ("Name the ministers.", True),
        ("It rained. Which roads are closed?", True),
        ("Which country signed?", False),
        ("Who is the defendant?", False),
        ("What does the House want?", False),
        ("What did the Reds win?", False),
        ("What was the cause of the floods?", False),
        ("Which business was sold?", False),
        ("How many countries signed?", False),
    ],
)
def test_several_are_asked_for_by_a_plural(question, several):
    """A verb after "what" is none, whatever follows it."""
    assert asks_for_several(question) is several
