"""The gate: whether the evidence answers, and what nothing in it speaks of."""

from __future__ import annotations

import json

import pytest

from rag.language.mentions import missing
from rag.language.questions import kind_found
from rag.retrieval.gate import CERTAIN, NUMBERS, judge, signals
from rag.types import Hit, Passage
from tests.fakes import TODAY, article, evidence

TEXT = "The storm came at night. Three boats sank in the harbour. The mayor slept. Nobody was hurt."


def verdict(question, items, now=False):
    """The verdict on evidence whose passages were found first by both legs."""
    hits = [
        Hit(Passage(item.article, 0, len(item.article.text)), 0.0, 1, 1, reranked=item.score)
        for item in items
    ]
    return judge(question, items, hits, TODAY, now)


def test_the_gate_refuses_without_evidence_or_score():
    """No passage, or none that the cross-encoder takes for an answer."""
    asked = "How many boats sank in the harbour?"
    assert not judge(asked, [], [], TODAY, now=False).answerable
    assert not verdict(asked, evidence(TEXT, score=0.0001)).answerable
    assert verdict(asked, evidence(TEXT, score=0.9999)).answerable


@pytest.mark.parametrize(
    ("question", "lost"),
    [
        ("Did Elon Musk sleep?", ("Elon", "Musk")),
        ("Who slept in 2019?", ("2019",)),
        ("Did the Mayor sleep?", ()),
        ("What did the Japanese say?", ()),
        ("Did ICE sleep?", ()),
        ("Did the UN sleep?", ("UN",)),
        ("What did Hallowick say?", ("Hallowick",)),
        ("What did Ilse Varga write?", ()),
    ],
)
def test_names_and_numbers_that_nothing_speaks_of_are_missing(question, lost):
    """Forms of one name, initials and authors count as spoken of; a like name does not."""
    text = f"{TEXT} Japan's Immigration and Customs Enforcement was there, in Hallowin."
    assert missing(question, [article(text, author="Ilse Varga")]) == lost


def test_only_a_sure_gate_quotes_against_the_model():
    """An answer of the asked kind beside all its words is certain; without the kind it is likely."""
    counted = verdict("How many boats sank in the harbour?", evidence(TEXT, score=0.9999))
    named = verdict("Who sank the boats in the harbour?", evidence(TEXT, score=0.9999))
    assert counted.probability >= CERTAIN > named.probability
    assert (counted.certain, named.certain) == (True, False)


def test_the_gate_says_what_is_missing():
    """The reader learns why."""
    found = verdict("Did Elon Musk sleep?", evidence(TEXT, score=0.01))
    assert (found.answerable, found.missing) == (False, ("Elon", "Musk"))


def test_a_namesake_is_not_the_one_who_is_asked_about():
    """Anselm and Korvin are both there, but nobody is called Anselm Korvin."""
    items = evidence("Dalia Korvin resigned, and Anselm Brandt wept.")
    assert signals("Why did Anselm Korvin resign?", items, [], TODAY, False)["full names"] == 0.0
    assert signals("Why did Dalia Korvin resign?", items, [], TODAY, False)["full names"] == 1.0


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        ("How many boats sank?", "Three boats sank.", 1.0),
        ("How many boats sank?", "Boats sank.", 0.0),
        ("When did it sink?", "It sank on Monday.", 1.0),
        ("When did it sink?", "It sank quickly.", 0.0),
        ("Who saw Tom Brandt?", "Brandt was seen by Ilse Varga.", 1.0),
        ("Who saw Tom Brandt?", "He met Tom Brandt.", 0.0),
        ("Why did it sink?", "It sank.", 0.5),
    ],
)
def test_an_answer_is_of_the_kind_that_is_asked_for(question, text, found):
    """A number, a time, a name that the question does not say itself; a half where any will do."""
    assert kind_found(question, text) == found


def test_old_news_is_stale_for_a_question_about_now():
    """Half after thirty days; without a date nothing is known."""
    old = evidence(TEXT, published=TODAY.replace(month=5, day=6))
    assert signals("What is new?", old, [], TODAY, True)["stale"] == pytest.approx(0.5)
    assert signals("What is new?", old, [], TODAY, False)["stale"] == 0.0
    assert signals("What is new?", evidence(TEXT), [], TODAY, True)["stale"] == 0.0


def test_the_model_knows_every_signal_and_where_it_comes_from():
    """Weights for exactly the signals, a threshold, figures of cross-validation, the data's digest."""
    model = json.loads(NUMBERS.read_text())
    found = signals("Who slept?", evidence(TEXT), [], TODAY, False)
    assert set(model["weights"]) == set(found)
    assert 0 < model["threshold"] < 1
    assert set(model["cross-validated"]) >= {"abstain", "news"}
    assert len(model["data"]) == 16
