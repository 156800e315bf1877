"""Which questions ask for a press review, of what, and what is never taken for one."""

from __future__ import annotations

import json

import pytest

from rag.language.reviews import LONGEST, Wanted, wanted
from rag.settings import ROOT
from rag.store.library import Library
from rag.store.names import Names
from tests.fakes import engine_of

GOLD = ROOT / "tests" / "gold"
NEWS = ROOT.parent / "shared/eval/realtimeqa/small_dev_questions.jsonl"
RECOGNISED = 0.85


def lines(path):
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text().splitlines()]


def known(_):
    """An archive that has every word."""
    return True


def topic(question, **changes):
    """The topic of the summary that a question asks for, or None."""
    found = wanted(question, known, **changes)
    assert found is None or (found.kind, found.sides) == ("summary", ())
    return found and found.topic


@pytest.mark.parametrize(
    ("question", "about"),
    [
        ("Summarise the news about the Orve dam.", "the Orve dam"),
        ("summarize orve dam", "orve dam"),
        ("Please sum up the flood for me, thanks!", "the flood"),
        ("What happened with the Orve dam?", "the Orve dam"),
        ("What has been going on at the harbour?", "the harbour"),
        ("What do we know about Ilse Varga so far?", "Ilse Varga"),
        ("Could you give me a quick overview of the strike, please?", "the strike"),
        ("Summary: the strike", "the strike"),
        ("What's the latest on Varga's party?", "Varga's party"),
        ("Tell me everything about the ferry", "the ferry"),
        ("What happened to US Steel?", "US Steel"),
        ("What is new in New York?", "New York"),
    ],
)
def test_a_summary_is_asked_for_by_a_word_before_its_topic(question, about):
    """Politeness, order and capitals make no difference."""
    assert topic(question) == about


@pytest.mark.parametrize(
    "question",
    [
        "",
        "?!",
        "Summarise",
        "Tell me about",
        "Tell me the name of the coach",
        "Tell me who won",
        "What happened after the vote?",
        "What happened when the dam burst?",
        "What happened to the man who stole the boat?",
        "What happened in 2019?",
        "What is the date of the election?",
        "What is known to cause the illness?",
        "What is going to happen to the dam?",
        "What did the report on the crash conclude?",
        "What does Varga know about the dam?",
        "What did Varga say about the dam?",
        "What is the new name of the museum?",
        "Which news outlet reported on the dam?",
        "Who told the mayor about the flood?",
        "How many people know about the plan?",
        "What happened to him?",
        f"Summarise {'dam ' * LONGEST}",
    ],
)
def test_an_ordinary_question_is_none(question):
    """Even with such a word in it."""
    assert wanted(question, known) is None


@pytest.mark.parametrize(
    ("question", "about", "sides"),
    [
        (
            "Compare what Pellon and the dockers' union say about the blast.",
            "the blast",
            ("Pellon", "the dockers' union"),
        ),
        (
            "Compare The Northern Ledger with the Tribune on the rate",
            "the rate",
            ("The Northern Ledger", "the Tribune"),
        ),
        (
            "Compare what Pryce said about the museum with what the mayor said",
            "the museum",
            ("Pryce", "the mayor"),
        ),
        (
            "Give me a comparison of the views of Varga and Holm on the dam",
            "the dam",
            ("Varga", "Holm"),
        ),
        (
            "How do the Post and the Herald differ on the strike?",
            "the strike",
            ("the Post", "the Herald"),
        ),
        ("What do Varga and Holm each say about the dam?", "the dam", ("Varga", "Holm")),
        (
            "Put what Varga and Holm wrote about the dam side by side",
            "the dam",
            ("Varga", "Holm"),
        ),
    ],
)
def test_a_comparison_has_two_sides_and_a_topic(question, about, sides):
    """Which may be named in any of these orders."""
    assert wanted(question, known) == Wanted("comparison", about, sides)


@pytest.mark.parametrize(
    "question",
    [
        "Compare Varga and Holm",
        "Compare what Varga says about the dam",
        "Compare what A and B say about it",
        "What did Varga and Holm decide about the dam?",
        "By how much did prices rise compared with 2019 and 2020?",
    ],
)
def test_without_two_sides_and_a_topic_nothing_is_compared(question):
    """It goes the usual way."""
    assert wanted(question, known) is None


def test_the_archive_must_know_the_names_and_half_of_the_words():
    """A plural is known by its singular, and the other way round."""
    has = {"storm", "orsola", "ferries"}.__contains__
    assert wanted("Summarise Storm Orsola", has)
    assert wanted("Summarise the ferry and the ferries of Orsola", has)
    assert wanted("Summarise the storm aftermath", has)
    assert wanted("Summarise Hurricane Orsola", has) is None
    assert wanted("Summarise the cricket match", has) is None


def test_words_about_days_are_no_part_of_the_topic():
    """They restrict the search instead."""
    assert topic("What happened with the dam in May 2025?", days="in May 2025") == "the dam"


def test_a_topic_may_be_that_of_the_turn_before():
    """Where there is one: as a pronoun, or left out."""
    for question in ("What do we know about him?", "And what happened?", "Summarise that"):
        assert wanted(question, known) is None
        assert wanted(question, known, follows=True) == Wanted("summary", "")
    assert topic("What happened to her party?", follows=True) == "her party"


# ── how often ──


@pytest.fixture(scope="module")
def words_of_the_archive(tmp_path_factory):
    """Whether the archive of invented news has a word."""
    texts = {path.stem: path.read_text() for path in (GOLD / "archive").glob("*.md")}
    engine = engine_of(tmp_path_factory.mktemp("archive"), **texts)
    with Library.open(engine.settings.index) as library:
        yield Names(library.db).knows


@pytest.mark.parametrize("half", ["read", "unread"])
def test_paraphrases_are_recognised(words_of_the_archive, half):
    """Twenty that the words were chosen by, and twenty that were put aside until they were."""
    gold = [row for row in lines(GOLD / "review_questions.jsonl") if row["id"].startswith(half)]
    days = "in March 2025"
    found = [(row, wanted(row["question"], words_of_the_archive, days)) for row in gold]
    right = [
        row["id"]
        for row, one in found
        if one
        and one.kind == row["kind"]
        and set(row["topic"].lower().split()) <= set(one.topic.lower().split())
        and all(
            side.removeprefix("the ").lower() in told.lower()
            for side, told in zip(row.get("sides", ()), one.sides, strict=True)
        )
    ]
    assert len(gold) == 20 and len(right) >= RECOGNISED * len(gold)


@pytest.mark.parametrize("name", ["archive", "seeds", "wordings"])
def test_no_gold_question_is_taken_for_one(name):
    """Not even where the archive has every word."""
    rows = lines(GOLD / f"{name}.jsonl")
    asked = [one for row in rows for one in (row.get("question"), *row.get("wordings", ())) if one]
    assert asked and [one for one in asked if wanted(one, known)] == []


def test_no_question_of_a_news_quiz_is_taken_for_one():
    """252 of them; only their identifiers are shown."""
    if not NEWS.is_file():
        pytest.skip("the development sets are not on this computer (../shared/eval)")
    rows = lines(NEWS)
    assert len(rows) == 252
    assert [row["id"] for row in rows if wanted(row["question"], known)] == []
