"""The gate: whether the evidence answers, and what nothing in it mentions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from rag.language.mentions import missing
from rag.retrieval.gate import CERTAIN, NUMBERS, judge, signals
from rag.types.articles import Passage
from rag.types.hits import Hit
from tests.fakes import TODAY, article, evidence

TEXT = "The storm came at night. Three boats sank in the harbour. The mayor slept. Nobody was hurt."
ASKED = "How many boats sank in the harbour?"


def signal(name, question, items, now=False):
    """One signal of evidence."""
    lost = missing(question, [item.article for item in items])
    return signals(question, items, (), lost, TODAY if now else None)[name]


def answering(*probabilities):
    """Evidence that answers with these probabilities."""
    items = evidence(*[TEXT] * len(probabilities))
    return [replace(item, answers=one) for item, one in zip(items, probabilities, strict=True)]


def test_the_gate_refuses_without_evidence_or_an_answer():
    """No passage, or none that the reader takes for an answer."""
    assert not judge(ASKED, [], (), TODAY, now=False).answerable
    assert not judge(ASKED, evidence(TEXT, score=0.0001), (), TODAY, now=False).answerable
    assert judge(ASKED, evidence(TEXT, score=0.9999), (), TODAY, now=False).answerable


def test_only_a_sure_gate_quotes_against_the_model():
    """What answers almost surely is certain; what may answer is only answered."""
    sure = judge(ASKED, answering(0.9999), (), TODAY, now=False)
    assert sure.probability >= CERTAIN
    assert sure.certain
    unsure = replace(sure, probability=(sure.threshold + CERTAIN) / 2)
    assert unsure.answerable
    assert not unsure.certain


def test_the_surest_evidence_counts_whatever_its_place():
    """In logits, of which more than eight say no more."""
    assert signal("answers", ASKED, answering(0.1, 0.5)) == 0.0
    assert signal("answers", ASKED, answering(1.0)) == 8.0
    assert signal("answers", ASKED, answering(0.0)) == -8.0
    hits = [Hit(Passage(article(TEXT), 0, 9), 1.0, reranked=one) for one in (0.2, 0.5, None)]
    assert signals(ASKED, evidence(TEXT), hits, ())["fits"] == 0.0


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
        ("What did Immigrationn say?", ("Immigrationn",)),
    ],
)
def test_names_and_numbers_that_nothing_speaks_of_are_missing(question, lost):
    """Forms of one name, initials and authors count as spoken of; a like name does not."""
    text = f"{TEXT} Japan's Immigration and Customs Enforcement was there, in Hallowin."
    assert missing(question, [article(text, author="Ilse Varga")]) == lost


def test_the_gate_says_what_is_missing():
    """The reader learns why; three names that are missing say as much as more of them."""
    found = judge("Did Elon Musk sleep?", evidence(TEXT, score=0.01), (), TODAY, now=False)
    assert (found.answerable, found.missing) == (False, ("Elon", "Musk"))
    assert found.signals["missing"] == 2
    assert signal("missing", "Did Elon Musk and Karl Sundt sleep in 2019?", evidence(TEXT)) == 3


@pytest.mark.parametrize(
    ("question", "share"),
    [
        ("Did Karl Sundt sleep?", 0.0),
        ("Did the harbour of Dovre see three boats sink?", 0.5),  # "three", not Dovre
        ("Who slept?", 1.0),
    ],
)
def test_how_many_of_the_names_the_best_window_has(question, share):
    """Names and numbers of the question, in the window or its headline; later evidence is not asked."""
    later = evidence(TEXT, "Karl Sundt slept in Dovre.")
    assert signal("named", question, later) == share


def test_old_news_is_stale_for_a_question_about_now():
    """Half after thirty days; without a date nothing is known."""
    old = evidence(TEXT, published=TODAY.replace(month=5, day=6))
    assert signal("stale", "What is new?", old, now=True) == pytest.approx(0.5)
    assert signal("stale", "What is new?", old) == 0.0
    assert signal("stale", "What is new?", evidence(TEXT), now=True) == 0.0


def test_a_verdict_without_evidence_says_all_that_is_known():
    """No share, the bounds of every verdict, and what no article mentions."""
    found, shown = judge("Did Elon Musk sleep?", [], (), TODAY, now=False), evidence(TEXT)
    other = judge(ASKED, shown, (), TODAY, now=False)
    assert (found.probability, found.threshold, found.quoted_from) == (
        0.0,
        other.threshold,
        CERTAIN,
    )
    assert found.missing == missing("Did Elon Musk sleep?", [])


def test_only_a_question_about_now_minds_old_news():
    """The same evidence of a month ago is worth less; the day of asking alone changes nothing."""
    old = [
        replace(item, article=replace(item.article, published=TODAY - timedelta(30)))
        for item in evidence(TEXT)
    ]
    now, then = (
        judge(ASKED, old, (), TODAY, now=asked).signals["stale"] for asked in (True, False)
    )
    assert (now, then) == (0.5, 0.0)


def test_evidence_of_little_worth_does_not_make_news_fresh():
    """A report of today counts from a tenth of the best score on: 0.04 of 0.5 is less, 0.05 is not."""
    best = replace(evidence(TEXT, score=0.5)[0])
    best = replace(best, article=replace(best.article, published=TODAY - timedelta(30)))
    for score, stale in ((0.04, 0.5), (0.05, 0.0)):
        [fresh] = evidence(TEXT, score=score)
        fresh = replace(fresh, article=replace(fresh.article, published=TODAY))
        assert judge(ASKED, [best, fresh], (), TODAY, now=True).signals["stale"] == pytest.approx(
            stale
        )


def test_the_model_knows_every_signal():
    """Weights for exactly the signals, and a threshold."""
    model = json.loads(NUMBERS.read_text())
    assert set(model["weights"]) == set(signals("Who slept?", evidence(TEXT), (), ()))
    assert set(model["weights"]) == {
        "answers",
        "fits",
        "missing",
        "named",
        "stale",
    }
    assert 0 < model["threshold"] < 1


def test_the_model_tells_where_it_comes_from():
    """Figures of cross-validation, and the digest of the data."""
    model = json.loads(NUMBERS.read_text())
    assert set(model["cross-validated"]) >= {"abstain", "news"}
    assert len(model["data"]) == 16
