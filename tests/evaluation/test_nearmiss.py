"""Articles with questions that they answer and questions that they nearly answer."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.types.answers import Answer, Short
from scripts.evaluation import answers, collections, nearmiss
from scripts.evaluation.runner import Means, measured
from tests.fakes import OpeningReader, OverlapChecker, PlainClassifier, WordCountEncoder

STORM = {
    "id": "s",
    "title": "Storm",
    "date": "2025-03-11",
    "text": "Three boats sank. The storm hit the harbour on Monday.",
    "answered": [
        {"q": "What did the storm hit?", "a": ["Three boats sank in the storm"]},
        {"q": "Which boats sank?", "a": ["four"]},
    ],
    "missed": [{"q": "Who is the judge of Lindholm?"}, {"q": "Which storm hit the harbour?"}],
}


@pytest.fixture
def file(tmp_path):
    """A file of two articles, the first of them unread."""
    rows = [{**STORM, "id": "unread", "text": "It rained."}, STORM]
    (tmp_path / "near.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path / "near.jsonl"


def test_every_second_article_is_for_development(file):
    """Its four questions come in a row, asked on the day of the article."""
    found = nearmiss.cases(path=file)
    assert [case.question.id for case in found] == [
        "s answered 1",
        "s answered 2",
        "s missed 1",
        "s missed 2",
    ]
    assert [case.question.answerable for case in found] == [True, True, False, False]
    assert found[1].question.answers == ("four",)
    assert found[0].question.day == date(2025, 3, 11)
    assert {case.documents[0]["title"] for case in found} == {"Storm"}
    unread = nearmiss.cases(unread=True, path=file)
    assert {case.documents[0]["id"] for case in unread} == {"unread"}


def test_the_articles_and_questions_are_as_described():
    """Fifty articles, two questions of each kind; only what is answered has accepted forms."""
    both = [nearmiss.cases(), nearmiss.cases(unread=True)]
    assert [len(cases) for cases in both] == [100, 100]
    for case in [*both[0], *both[1]]:
        assert bool(case.question.answers) is case.question.answerable
    assert not {one.documents[0]["id"] for one in both[0]} & {
        one.documents[0]["id"] for one in both[1]
    }


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("4.3 million pounds", True),  # contains a form
        ("million", True),  # is contained in one
        ("14.3 million", False),  # whole words only
        ("the", False),
        ("2 April", False),
    ],
)
def test_a_short_answer_fits_where_one_contains_the_other(said, right):
    """In whole words."""
    answer = Answer("How much?", "answered", short=(Short(said, 1, 0, len(said), 0.9),))
    assert answers.short_fits(answer, ("4.3 million", "million pounds")) is right
    assert not answers.short_fits(replace(answer, short=()), ("4.3 million",))


def test_a_whole_run_makes_one_library_for_an_article(file, tmp_path):
    """The judge alone is refused; of two that are answered, one has the words of an accepted form."""
    made = []

    def make(settings):
        made.append(settings)
        parts = {
            "reader": OpeningReader(),
            "checker": OverlapChecker(),
            "classifier": PlainClassifier(),
        }
        return Engine(settings, encoder=WordCountEncoder(), **parts)

    folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}
    done = measured(nearmiss.task(path=file), Means(Settings(threads=2), None, make, **folders))
    found = {name: (figure.value, figure.n) for name, figure in done.figures["all"].items()}
    assert done.name == "near-miss"
    assert found[answers.FALSE] == (0, 2)
    assert found[answers.RECALL] == (0.5, 2)
    assert found[answers.SHORT] == (0.5, 2)
    assert found["balanced abstention accuracy"] == (0.75, 4)
    assert len(list((tmp_path / "cache" / nearmiss.LIBRARIES).iterdir())) == len(made) == 1


def test_the_unread_half_has_a_name_of_its_own(file):
    """So that no figure mixes both."""
    assert nearmiss.task(unread=True, path=file).name == "near-miss-unread"
    assert collections.half("abcabd", unread=True, text=str) == ["a", "c", "a"]
    assert collections.half("abcabd", unread=False, text=str) == ["b", "b", "d"]
