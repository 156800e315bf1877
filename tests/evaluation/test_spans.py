"""The reader alone: what is read of a text, the halves of a set, the figures of a whole run."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.types.models import Reading
from scripts.evaluation import spans
from scripts.evaluation.collections import Question
from scripts.evaluation.runner import Means, measured
from scripts.evaluation.spans import Case
from tests.fakes import OpeningReader, OverlapChecker, PlainClassifier, WordCountEncoder

BOATS = "It rained. The storm sank three boats. A judge slept."


class CountingReader:
    """Says as probability the number at the end of the question; finds the first word."""

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading for each text."""
        probability = float(question.split()[-1])
        return [Reading(0.5, probability, 0, len(text.split()[0])) for text in texts]


def measure(task, tmp_path, reader=None, limit=None):
    """The figures of a task by part of the set, with the stand-ins."""

    def make(settings):
        parts = {
            "reader": reader or CountingReader(),
            "checker": OverlapChecker(),
            "classifier": PlainClassifier(),
        }
        return Engine(settings, encoder=WordCountEncoder(), **parts)

    return measured(task, Means(Settings(threads=2), limit, make, outcomes=tmp_path / "outcomes"))


def written(folder, *rows):
    """A file of questions, as rows of question, context and answer."""
    lines = [
        {"question": question, "context": context, "answers": [answer] if answer else []}
        for question, context, answer in rows
    ]
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, lines)))
    return folder / "news.jsonl"


def test_the_likeliest_window_of_two_sentences_is_the_reading():
    """ "It rained. The storm sank three boats." has all three words of the question, and comes first;
    what is found is its first sentence.
    """
    found = spans.likeliest("What sank in the storm that rained?", BOATS, OpeningReader())
    assert found == (1, "It rained")
    assert spans.likeliest("Who slept? A judge", BOATS, OpeningReader()) == (
        1,
        "The storm sank three boats",
    )
    assert spans.likeliest("What?", "", OpeningReader()) == (0, "")


def test_words_are_held_against_the_best_gold_answer():
    """Two of four words shared with "in it rained": 2·2 / (2 + 3); an exact match has all."""
    question = Question("q", "Rained? .9", answers=("It", "rained there"), answerable=True)
    found = spans.outcome(Case(question, BOATS), CountingReader())
    assert found.rates == {spans.EXACT: True}
    assert found.means == {spans.F1: 1}
    assert found.facts == {"said": 0.9, "answerable": 1}
    part = Question("q", "Rained? .9", answers=("it rained there",), answerable=True)
    found = spans.outcome(Case(part, BOATS), CountingReader())
    assert found.rates == {spans.EXACT: False}
    assert found.means == {spans.F1: pytest.approx(2 * 1 / (1 + 3))}
    nothing = spans.outcome(
        Case(Question("q", "Why? .2", answerable=False), BOATS), CountingReader()
    )
    assert (nothing.rates, nothing.means) == ({}, {})


def test_the_questions_of_one_text_stay_in_one_half(tmp_path):
    """The first and the third text are unread, the second is for development."""
    rows = [("Q1", "One.", ""), ("Q2", "Two.", "Two"), ("Q3", "One.", "One"), ("Q4", "Three.", "")]
    cases = spans.newsqa(written(tmp_path, *rows))
    assert [one.question.id for one in spans.part(cases, unread=False)] == ["2"]
    assert [one.question.id for one in spans.part(cases, unread=True)] == ["1", "3", "4"]
    assert [one.question.answerable for one in cases] == [False, True, True, False]


def test_of_squad_only_what_training_left_out_is_asked(tmp_path):
    """Of five articles the fourth by name."""
    asked = {"question": " Who won? ", "is_impossible": False, "answers": [{"text": "Varga"}] * 2}
    data = [
        {"title": title, "paragraphs": [{"context": f"Varga won {title}.", "qas": [asked]}]}
        for title in "edcba"
    ]
    (tmp_path / "squad.json").write_text(json.dumps({"data": data}))
    [case] = spans.squad2(tmp_path / "squad.json")
    assert case == Case(
        Question("1", "Who won?", answers=("Varga",), answerable=True), "Varga won d."
    )


def test_a_whole_run(tmp_path):
    """Four answerable questions at .9, .8, .6, .4 and two others at .5 and .1, each of a text of its
    own behind one that is unread.

    AUROC: of eight pairs seven are in order. Three of four are kept from .6 on: both others are
    refused. The distances of the bins .9, .8, .6, .4, .5, .1: (.1 + .2 + .4 + .6 + .5 + .1) / 6.
    """
    given = [(0.9, "Yes"), (0.8, "Yes"), (0.6, "Yes"), (0.4, "No"), (0.5, ""), (0.1, "")]
    rows = []
    for number, (said, answer) in enumerate(given):
        rows += [
            ("Unread? 0", f"Unread {number}.", ""),
            (f"Is it? {said}", f"Yes {number}.", answer),
        ]
    task = spans.task("small", written(tmp_path, *rows), spans.newsqa)
    done = measure(task, tmp_path)
    assert (done.name, done.limited) == ("reader-small", False)
    found = {name: (figure.value, figure.n) for name, figure in done.figures["all"].items()}
    assert found == {
        spans.EXACT: (0.75, 4),
        spans.F1: (0.75, 4),
        spans.AUROC: (pytest.approx(7 / 8), 6),
        spans.REFUSED: (1, 6),
        spans.CALIBRATION: (pytest.approx(1.9 / 6), 6),
    }
    table = [
        (name, done.figures["said"][name].value, figure.value)
        for name, figure in done.figures["true"].items()
    ]
    assert table == [
        ("probability 0.1 to 0.2", 0.1, 0),
        ("probability 0.4 to 0.5", 0.4, 1),
        ("probability 0.5 to 0.6", 0.5, 0),
        ("probability 0.6 to 0.7", 0.6, 1),
        ("probability 0.8 to 0.9", 0.8, 1),
        ("probability 0.9 to 1", 0.9, 1),
    ]


def test_the_unread_half_has_a_name_of_its_own(tmp_path):
    """Without an answerable question there is only the calibration; a limit draws some."""
    rows = [(f"Is it? .{number}", f"Text {number}.", "") for number in range(1, 9)]
    task = spans.task("small", written(tmp_path, *rows), spans.newsqa, unread=True)
    done = measure(task, tmp_path, limit=3)
    assert (done.name, done.limited) == ("reader-small-unread", True)
    assert set(done.figures["all"]) == {spans.CALIBRATION}
    assert done.figures["all"][spans.CALIBRATION].n == 3
    assert measure(task, tmp_path, limit=3).figures == done.figures
