"""Answers as they grow: written and compared, or quoted where nothing is written."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from rag.answering import writing
from rag.answering.prompt import NOT_FOUND
from rag.answering.short import short
from rag.answering.statements import Deadline
from rag.errors import ModelError
from rag.types.answers import Answer, Verdict
from tests.fakes import MissingGenerator, OverlapJudges, ScriptedGenerator, evidence, finding

ASKED = "How many boats sank?"
POST = ("Three boats sank at night.", "Three")
GAZETTE = ("Only 5 boats sank, he said.", "5 boats")
JUDGES = OverlapJudges()
LIKELY, CERTAIN = Verdict(0.5, 0.31, 0.75), Verdict(0.9, 0.31, 0.75)


def draft(*reports, question=ASKED, verdict=LIKELY):
    """An answer with evidence of these reports, the short answer, and nothing written."""
    items = evidence(*(text for text, _ in reports))
    items = [finding(item, found) for item, (_, found) in zip(items, reports, strict=True)]
    told = short(question, items, verdict)
    return Answer(question, "answered", evidence=tuple(items), short=told, verdict=verdict)


def written(generator, given, stop=None):
    """The last moment of a draft that a model writes."""
    deadline = Deadline(stop or threading.Event(), 60)
    *_, last = writing.written(given.question, given, generator, JUDGES, deadline)
    return last


def test_other_reports_are_compared_without_another_generation():
    """The model is asked once, the other report is quoted."""
    model = ScriptedGenerator("Three boats sank. [1]")
    last = written(model, draft(POST, GAZETTE))
    assert [one.kind for one in last.statements] == ["written", "quote"]
    assert last.statements[1].text.endswith("reports differently: “Only 5 boats sank, he said.”")
    [differ] = last.disagreements
    assert [side.value for side in differ.values] == ["Three", "5 boats"]
    assert len(model.asked) == 1


def test_a_quoted_answer_is_compared_too():
    """Without any language model."""
    last = writing.quoted(ASKED, draft(POST, GAZETTE), JUDGES)
    assert (last.status, last.done, last.models) == ("answered", True, {})
    assert [one.citations for one in last.statements] == [(1,), (2,)]
    assert last.statements[0].text.endswith("wrote: “Three boats sank at night.”")
    assert len(last.disagreements) == 1
    assert all(item.cited for item in last.evidence)


def test_each_of_several_short_answers_is_quoted():
    """Once where one sentence holds two; several things are no disagreement."""
    given = draft(
        ("Norland signed on Friday.", "Norland"),
        ("Dovre signed, too.", "Dovre"),
        question="Which countries signed?",
    )
    last = writing.quoted(given.question, given, JUDGES)
    assert [one.citations for one in last.statements] == [(1,), (2,)]
    assert last.disagreements == ()


def test_yes_or_no_is_quoted_from_the_best_evidence():
    """It has no short answer."""
    given = draft(POST, GAZETTE, question="Did three boats sink?")
    last = writing.quoted(given.question, given, JUDGES)
    assert given.short == ()
    assert [one.citations for one in last.statements] == [(1,)]


def test_a_missing_model_leaves_a_quotation_and_its_remedy():
    """Nobody wrote it, so no model is named."""
    last = written(MissingGenerator(), draft(POST))
    assert (last.status, last.done, last.models) == ("answered", True, {})
    assert [one.kind for one in last.statements] == ["quote"]
    assert "Run: python -m rag.models get none" in last.notes[-1]


class Breaking(ScriptedGenerator):
    """Fails after its pieces."""

    def write(self, messages, stop):
        """The pieces, then the failure."""
        yield from super().write(messages, stop)
        raise ModelError("The language model broke.")


def test_a_model_that_fails_later_leaves_what_it_wrote():
    """What was checked and shown stays, with the reason why it ends."""
    last = written(Breaking("Three boats sank. [1]", " And"), draft(POST))
    assert last.text == "Three boats sank. [1]"
    assert (last.status, last.notes) == ("answered", ("The language model broke.",))
    assert last.models == {"language model": "scripted"}


@pytest.mark.parametrize(
    ("verdict", "status", "kinds"), [(LIKELY, "not_found", []), (CERTAIN, "answered", ["quote"])]
)
def test_a_refusal_of_the_model_counts_where_the_gate_is_not_certain(verdict, status, kinds):
    """An answer that was not found has no short one; else the words found are quoted, with a note."""
    last = written(ScriptedGenerator(NOT_FOUND), draft(POST, verdict=verdict))
    assert (last.status, [one.kind for one in last.statements]) == (status, kinds)
    assert bool(last.short) == (status == "answered")
    assert last.notes == (() if status == "not_found" else (writing.QUOTED,))


def test_a_model_that_writes_nothing_is_quoted_for():
    """As if there were none."""
    last = written(ScriptedGenerator(""), draft(POST))
    assert [one.kind for one in last.statements] == ["quote"]


def test_what_no_article_mentions_makes_an_answer_partial():
    """With a note that names it."""
    lost = replace(LIKELY, missing=("Elon",))
    last = writing.quoted(ASKED, draft(POST, verdict=lost), JUDGES)
    assert last.status == "partial"
    assert "Elon" in last.notes[-1]


def test_a_stop_ends_a_written_answer_uncompared():
    """With what was written before."""
    stop = threading.Event()
    model = ScriptedGenerator("Three boats sank. [1] ", "All ", "the others were saved. [1]")
    growing = writing.written(ASKED, draft(POST, GAZETTE), model, JUDGES, Deadline(stop, 60))
    assert next(growing).text == "Three boats sank. [1]"
    stop.set()
    *_, last = growing
    assert (last.status, last.notes, last.disagreements) == ("stopped", ("Stopped.",), ())
    assert last.statements[0].text == "Three boats sank."


def test_what_is_not_written_in_time_is_quoted():
    """With a note that says so; a sentence that was begun is not shown."""
    now = iter([0.0, 1.0, *[99.0] * 9])
    model = ScriptedGenerator("Three boats are to ", "sink. [1]")
    late = Deadline(threading.Event(), 60, clock=lambda: next(now))
    *_, last = writing.written(ASKED, draft(POST), model, JUDGES, late)
    assert (last.status, last.notes) == ("stopped", ("Writing took longer than 60 s.",))
    assert [one.text for one in last.statements] == [
        "“A headline” wrote: “Three boats sank at night.”"
    ]
