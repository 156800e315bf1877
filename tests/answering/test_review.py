"""Quotations as an answer: their day and printer, what is noted, what is left unsaid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from rag.answering.review import NOTHING_WRITTEN, compared, summed_up
from rag.types.answers import Answer, Review, Side
from tests.fakes import evidence

TEXTS = ("The dam burst.", "“It held,” Holm said.")


def draft(*texts):
    """An answer with this evidence and nothing said; only the first has a day."""
    items = evidence(*texts, source="Post")
    dated = replace(items[0].article, published=date(2025, 6, 3), agency="AFP")
    return Answer("What?", "answered", evidence=(replace(items[0], article=dated), *items[1:]))


def test_a_summary_quotes_every_piece_of_evidence():
    """Each with its day and who wrote it, as a quotation of the article's own words."""
    answer = summed_up(draft(*TEXTS), "the dam")
    assert [one.text for one in answer.statements] == [
        "3 June 2025, AFP: “The dam burst.”",
        "No date, Post: ““It held,” Holm said.”",
    ]
    assert [(one.kind, one.citations) for one in answer.statements] == [
        ("quote", (1,)),
        ("quote", (2,)),
    ]
    assert all(item.cited for item in answer.evidence)
    assert (answer.status, answer.done, answer.review) == (
        "answered",
        True,
        Review("summary", "the dam"),
    )


def test_how_many_reports_tell_it_is_noted():
    """And that no language model wrote anything."""
    assert summed_up(draft(*TEXTS), "the dam").notes == (
        f"A sentence of each of 2 independent reports, in the order of their days. {NOTHING_WRITTEN}",
    )
    assert summed_up(draft(*TEXTS[:1]), "the dam").notes == (
        f"A sentence of the only report that tells of it. {NOTHING_WRITTEN}",
    )


def test_a_comparison_has_the_evidence_of_each_side():
    """It is whole where both sides say something."""
    sides = [Side("Holm", (2,)), Side("the owner", (1,))]
    answer = compared(draft(*TEXTS), "the dam", sides)
    assert (answer.status, answer.notes) == ("answered", (NOTHING_WRITTEN,))
    assert answer.review == Review("comparison", "the dam", tuple(sides))


def test_a_side_that_is_silent_is_named():
    """The answer is then given in part."""
    sides = [Side("Holm", (1, 2)), Side("the owner", ())]
    answer = compared(draft(*TEXTS), "the dam", sides)
    assert answer.status == "partial"
    assert answer.notes == (
        f"The articles do not say what the owner says about the dam. {NOTHING_WRITTEN}",
    )
