"""Whether a text has what is asked for."""

from __future__ import annotations

import pytest

from rag.language.questions import asking, asks_for_day, asks_whether, kind_found, unsaid


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("How many died?", "Twelve died.", 1.0),
        ("How many of 12 died?", "All 12 died.", 0.0),
        ("When did he go?", "He went on Friday.", 1.0),
        ("When did he go?", "He went.", 0.0),
        ("Who replaces Kim?", "Now Lee replaces Kim.", 1.0),
        ("Who replaces Kim?", "Now Kim goes.", 0.0),
        ("Why did he go?", "He was tired.", 0.5),
    ],
)
def test_kind_found(question, text, found):
    """1, 0, or a half where the kind is open."""
    assert kind_found(question, text) == found


def test_one_of_several_kinds_is_enough():
    """Who and when: the statement may say one, and the next the other."""
    question = "Who resigned, and how many votes were cast?"
    assert unsaid(question, "Varga resigned.") == ""
    assert unsaid(question, "It was so.") == "how many"


def test_why_wants_more_than_who_said_so_and_when():
    """Any word that is not the question's may be the reason."""
    question = "Why were the buses called back?"
    assert unsaid(question, "The Dovre Road Agency said this week.") == "why"
    assert unsaid(question, "The buses may catch fire.") == ""


def test_where_is_answered_by_a_mere_place():
    """Its opening word, too, is a name then; that of a sentence may be any word."""
    assert unsaid("Where was he arrested?", "Dovre.") == ""
    assert unsaid("Where was he arrested?", "The New Dovre.") == ""
    assert unsaid("Where was he arrested?", "Police resigned.") == "where"
    assert unsaid("Where was he arrested?", "Dovre was hit by rain yesterday.") == "where"


def test_the_asking_sentence_is_the_last_with_a_question_mark():
    """Or just the last one."""
    assert asking("It rained in Dovre. Where did it snow? Be brief.") == "Where did it snow?"
    assert asking("It rained in Dovre. Tell me where it snowed.") == "Tell me where it snowed."
    assert asking("where did it snow") == "where did it snow"


def test_the_kind_is_that_of_the_asking_sentence():
    """What a question tells before it asks may have words that ask, too."""
    question = (
        "The mayor, who is 70, resigned when the bridge fell. When did she first take office?"
    )
    assert unsaid(question, "The mayor resigned.") == "when"
    assert unsaid(question, "She took office in 2007.") == ""
    assert asks_for_day(question)
    assert not asks_whether(question)
    assert asks_whether("The mayor resigned. Did the council accept?")
