"""Who said it is told, where the cited words are somebody's."""

from __future__ import annotations

import pytest

from rag.answering.checks.speakers import attributed
from rag.answering.checks.verify import problems
from tests.fakes import evidence

MOVE = "Charles will replace Genalo, three people familiar with the move said on Thursday."


@pytest.mark.parametrize(
    ("statement", "source", "who"),
    [
        ("Charles will replace Genalo.", MOVE, "three people familiar with the move"),
        (
            "The plant will close in March.",
            "The plant will close in March, according to a letter to the staff.",
            "a letter to the staff",
        ),
        (
            "The plant will close in March.",
            "According to a union official, the plant will close in March.",
            "a union official",
        ),
        (
            "The plant will close in March.",
            "The union said on Friday that the plant will close in March.",
            "the union",
        ),
        (
            "The plant will close in March.",
            "Ilse Varga, the union's head, told Reuters that the plant will close in March.",
            "Ilse Varga",
        ),
        (
            "The plant will close in March.",
            "“The plant will close in March,” Ilse Varga said, “and it is a shame.”",
            "Ilse Varga",
        ),
        (
            "The plant will close in March.",
            "The plant will close in March, said Ilse Varga, who heads the union.",
            "Ilse Varga",
        ),
        (
            "The plant will close in March.",
            "The plant will close in March, NBC News first reported.",
            "NBC News",
        ),
        (
            "Two boats sank off the coast.",
            "Officials said two boats sank off the coast.",
            "officials",
        ),
        (
            "Two boats sank off the coast.",
            "Two boats sank off the coast on Sunday, the coast guard said in a statement.",
            "the coast guard",
        ),
    ],
)
def test_the_speaker_is_added(statement, source, who):
    """Verbatim, without what trails behind it; the statement is still supported."""
    cited = evidence(source)
    told = attributed(statement, cited)
    assert told == f"{statement[:-1]}, according to {who}."
    assert who.lower() in source.lower()
    assert problems(told, cited) == ()


@pytest.mark.parametrize(
    ("statement", "source"),
    [
        ("Charles will replace Genalo, the people said.", MOVE),  # it names a speaker
        ("According to three people, Charles will replace Genalo.", MOVE),
        ("The plant will close in March.", "The plant will close in March, he said."),
        ("The plant will close in March.", "She said that the plant will close in March."),
        ("The plant will close in March.", "The plant will close in March, the people said."),
        ("The plant will close in March.", "The plant will close in March, Reuters reported."),
        ("The plant will close in March.", "The plant will close in March."),
        ("The plant will close in March.", "The plant will close in March, but the union said no."),
        (
            "The board met on Monday.",
            "The board met on Monday, the union said it would strike.",
        ),
        ("The union will close the plant.", "The union said it will close the plant."),
        ("Varga will leave the union.", "Ilse Varga said she will leave the union."),
        ("The plant will close in March", "The union said the plant will close in March."),
        ("The harbour froze.", "The union said the plant will close in March."),
    ],
)
def test_the_statement_stays(statement, source):
    """Where it has its speaker, nobody is named, or the outlet itself tells."""
    assert attributed(statement, evidence(source, agency="Reuters")) == statement


def test_a_bare_name_is_claimed_by_who_speaks_of_the_question():
    """ "Morvane." alone stands in many sentences; only one about what was asked gives it a speaker."""
    source = "Morvane has seen unrest since spring, a doctors' union said."
    assert attributed("Morvane.", evidence(source), "Whose minister resigned abroad?") == "Morvane."
    told = attributed("Morvane.", evidence(source), "Which country has seen unrest since spring?")
    assert told == "Morvane, according to a doctors' union."


@pytest.mark.parametrize(
    ("statement", "source", "right"),
    [
        (
            "According to the pool cost 7.4 million crowns.",
            "The pool cost 7.4 million crowns.",
            False,
        ),
        ("Nine died, according to officials.", "Nine people died, officials said.", True),
        ("Nine died, according to officials.", "Nine people died in the blaze.", False),
        ("Prices rose, according to the survey.", "Prices rose, a survey shows.", True),
        ("Prices rose, according to the bank.", "The bank expects that prices rose.", True),
        ("Prices rose.", "Prices rose.", True),
    ],
)
def test_whoever_is_called_upon_speaks_in_the_cited_words(statement, source, right):
    """Somebody of that kind, in a sentence in which something is said."""
    assert bool(problems(statement, evidence(source))) != right
