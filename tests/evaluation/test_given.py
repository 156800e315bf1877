"""Questions that bring their documents: how the sets are read, what is judged, a whole run."""

from __future__ import annotations

import json

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.types.answers import Answer, Disagreement, Statement, Value
from scripts.evaluation import answers, given
from scripts.evaluation.collections import Question
from scripts.evaluation.given import ALTERED, NEGATIVES, Case, judged, with_number
from scripts.evaluation.runner import Means, measured
from tests.fakes import (
    OpeningReader,
    OverlapChecker,
    PlainClassifier,
    ScriptedGenerator,
    WordCountEncoder,
    evidence,
)

CASE = Case(
    Question("c", "Who won?", answers=("Ilse Varga",), answerable=True),
    ({"text": "Ilse Varga won."}, {"text": "Tom Brandt won."}),
    (("Ilse Varga", "Varga"), ("Lena Holm",)),
    ("Tom Brandt",),
)


def rates(*said, shown=("Ilse Varga won.", "Tom Brandt won."), status="answered", case=CASE):
    """What is judged of an answer with these statements."""
    statements = tuple(Statement(one, "written", (1,), supported=True) for one in said)
    return judged(case, Answer("Who won?", status, statements, tuple(evidence(*shown)))).rates


def test_a_true_answer_alone_is_good():
    """Nothing wrong is said; not every valid answer is there."""
    found = rates("Varga won.")
    assert found[given.CONTAINED]
    assert found[given.FOUND]
    assert found[given.FOUND_BOTH]
    assert not any(found[name] for name in (given.ALONE, given.BOTH, given.STRICT, answers.FALSE))


def test_a_false_answer_misleads_only_where_the_true_one_is_not_beside_it():
    """In the answer; whether the quotes show it is told apart."""
    alone = rates("Tom Brandt won.")
    assert (alone[given.ALONE], alone[given.UNSEEN], alone[given.BOTH]) == (True, False, False)
    assert rates("Tom Brandt won.", shown=("Tom Brandt won.",))[given.UNSEEN]
    both = rates("Tom Brandt won.", "The Post reports differently: Ilse Varga won.")
    assert (both[given.ALONE], both[given.BOTH]) == (False, True)


def test_every_valid_answer_and_no_false_one_is_the_strict_match():
    """And the share of the valid ones is kept."""
    assert rates("Varga and Lena Holm won.")[given.STRICT]
    assert not rates("Varga and Lena Holm won, not Tom Brandt.")[given.STRICT]
    statement = Statement("Varga won.", "written", (1,), supported=True)
    answer = Answer("Who won?", "answered", (statement,), tuple(evidence("Ilse Varga won.")))
    assert judged(CASE, answer).means == {given.SHARE: 0.5}


def test_a_refusal_counts_by_whether_there_is_an_answer():
    """False where there is one, right where there is none; a listed disagreement is seen."""
    assert rates(status="not_found")[answers.FALSE]
    nothing = Case(Question("n", "Who won?", answerable=False), ({"text": "It rained."},))
    assert rates(status="not_found", case=nothing) == {answers.RECALL: True}
    values = (Value("Varga", (1,)), Value("Brandt", (2,)))
    listed = Answer("Who won?", "answered", disagreements=(Disagreement("Who won?", values),))
    assert judged(CASE, listed).rates[given.LISTED]


def test_squad_gives_as_many_with_an_answer_as_without(tmp_path):
    """In turn, each with its paragraph under the article's name; of four articles the reader did not
    learn from the last one, whose first paragraph is kept unread.
    """
    asked = [
        {"id": "a", "question": "Who?", "answers": [{"text": "Varga"}] * 2, "is_impossible": False},
        {"id": "b", "question": "Why?", "answers": [], "is_impossible": True},
        {"id": "c", "question": "How?", "answers": [], "is_impossible": True},
    ]
    data = [
        {
            "title": title,
            "paragraphs": [
                {"context": f"{title} began.", "qas": asked},
                {"context": "Varga won." if title == "The_Vote" else title, "qas": asked},
            ],
        }
        for title in ("A", "B", "The_Vote", "C")
    ]
    (tmp_path / "s.json").write_text(json.dumps({"data": data}))
    first, second = given.squad2(tmp_path / "s.json")
    assert first.question.answerable
    assert not second.question.answerable
    assert first.documents == ({"title": "The Vote", "text": "Varga won."},)
    assert first.values == (("Varga",),)


def test_rgb_gives_each_snippet_in_one_form(tmp_path):
    """True and altered in turn, both forms of an only one; negatives with the answer are no test."""
    one = {"query": "When?", "answer": [["May 3", "3 May"]], "fakeanswer": "June 4"}
    rows = [
        {
            **one,
            "id": 1,
            "positive": ["t0", "t1"],
            "positive_wrong": ["f0", "f1"],
            "negative": ["x"],
        },
        {**one, "id": 2, "positive": ["t"], "positive_wrong": ["f"], "negative": ["on 3 May"]},
    ]
    (tmp_path / "r.json").write_text(json.dumps(rows))
    altered, negatives, only = given.rgb(tmp_path / "r.json")
    assert [document["text"] for document in altered.documents] == ["t0", "f1", "x"]
    assert (altered.question.kind, altered.values, altered.wrong) == (
        ALTERED,
        (("May 3", "3 May"),),
        ("June 4",),
    )
    assert (negatives.question.kind, negatives.question.answerable) == (NEGATIVES, False)
    assert [document["text"] for document in only.documents] == ["t", "f", "on 3 May"]


def test_ramdocs_gives_the_questions_with_a_false_answer(tmp_path):
    """Each value with its number alone."""
    one = {"question": "How many?", "documents": [{"text": "d"}], "gold_answers": ["3,559 people"]}
    rows = [{**one, "wrong_answers": []}, {**one, "wrong_answers": ["10,000 people"]}]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, rows)))
    [case] = given.ramdocs(tmp_path / "r.jsonl")
    assert (case.question.id, case.values) == ("1", (("3,559 people", "3,559"),))
    assert case.wrong == ("10,000 people", "10,000")


@pytest.mark.parametrize("value", ["1 December 1737", "Football", "2015", "7 seas"])
def test_a_date_a_name_and_a_single_digit_have_no_number_alone(value):
    """It would stand in any text."""
    assert with_number(value) == (value,)


def test_a_whole_run(tmp_path):
    """Every case is asked once in a library of its own; both kinds of questions are weighed."""
    (tmp_path / "set.json").write_text("{}")
    boats = Question("q", "How many boats sank in the storm?", answers=("three",), answerable=True)
    cases = [
        Case(boats, ({"text": "Three boats sank in the storm."},), (("three",),)),
        Case(Question("n", "Who is the judge?", answerable=False), ({"text": "It rained."},)),
    ]
    scripted = ScriptedGenerator("Three boats sank. [1]")

    def engine(settings):
        parts = {
            "reader": OpeningReader(),
            "checker": OverlapChecker(),
            "classifier": PlainClassifier(),
        }
        return Engine(settings, encoder=WordCountEncoder(), generator=scripted, **parts)

    def run():
        task = given.task("small", tmp_path / "set.json", lambda _: cases, 2)
        return measured(task, Means(Settings(threads=2), None, engine, outcomes=tmp_path))

    done = run()
    assert done.name == "given-small"
    assert not done.limited
    assert done.figures["all"][given.CONTAINED].value == 1
    assert done.figures["all"]["balanced abstention accuracy"].value == 1
    asked = len(scripted.asked)
    assert run().figures == done.figures
    assert len(scripted.asked) == asked
