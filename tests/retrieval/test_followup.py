"""A question that points back is asked with its turn; any other stands alone."""

from __future__ import annotations

import pytest

from rag.retrieval.followup import points_back, standalone, to_write
from rag.types.answers import Answer, Statement

LAST = Answer(
    "Who will replace Kenneth Genalo?",
    "answered",
    (Statement("Marcos Charles will replace Genalo.", "written", (1,), True),),
)


@pytest.mark.parametrize(
    "question",
    [
        "And who replaces him?",
        "When did she resign?",
        "Why?",
        "How much is it worth?",
        "What about the ferry?",
        "When did that happen?",
        "How old?",
    ],
)
def test_pronouns_openers_and_bare_questions_point_back(question):
    """They cannot be searched for by themselves."""
    assert points_back(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who will replace Kenneth Genalo?",
        "When did Ilse Varga resign from her post?",
        "How many passengers were brought to land after the storm?",
    ],
)
def test_a_question_that_names_its_matter_stands_alone(question):
    """A name, or enough words of its own."""
    assert not points_back(question)
    assert standalone(question, LAST) == question


def test_the_turn_before_comes_first():
    """Its question and the first thing it said, then the new question without its opener."""
    assert standalone("And who replaces him?", LAST) == (
        "Who will replace Kenneth Genalo? Marcos Charles will replace Genalo. who replaces him?"
    )


def test_the_model_is_asked_one_question():
    """What was said before tells it whom it is about; the question before would be answered again."""
    asked = to_write("And who replaces him?", LAST)
    assert asked == "Marcos Charles will replace Genalo. who replaces him?"
    assert to_write("Who is Kenneth Genalo?", LAST) == "Who is Kenneth Genalo?"
    refused = Answer("Who is she?", "not_found")
    assert to_write("And why?", refused) == standalone("And why?", refused)


def test_without_a_turn_nothing_is_added():
    """The first question of a conversation."""
    assert standalone("Why?", None) == "Why?"


def test_a_third_turn_still_knows_the_first():
    """The turn before is taken as it stood alone."""
    second = Answer("And when?", "not_found", standing="Who runs the museum? Ilse Varga. when?")
    assert standalone("Why?", second) == "Who runs the museum? Ilse Varga. when? Why?"
