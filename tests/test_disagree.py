"""Independent reports that give another value are told; copies, agreement and weak evidence are not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.disagree import disagreements, shown, values
from rag.types import Statement
from tests.fakes import evidence

ASKED = "How many boats sank?"
THREE = Statement("Three boats sank.", "written", (1,), True)
FIVE = Statement("5 boats sank.", "written", (2,), True)


def told(items, said=THREE, other=FIVE, question=ASKED):
    """What differs, when the others are read as `other`; and which evidence was read."""
    read = []

    def reading(group):
        read.append([item.number for item in group])
        return [other] if other else []

    return list(disagreements(question, [said], items, reading)), read


def test_two_reports_with_two_numbers_are_in_conflict():
    """Each side with its value and its evidence; the prose says whose the other one is."""
    items = evidence("Three boats sank.", "Only 5 boats sank, he said.", source="The Gazette")
    [(found, statement)], read = told(items)
    assert [(side.value, side.evidence) for side in found.values] == [
        ("3", (1,)),
        ("5 boats", (2,)),
    ]
    assert found.kind == "conflict"
    assert str(statement) == "The Gazette reports differently: 5 boats sank. [2]"
    assert read == [[2]]


def test_a_later_report_is_an_update():
    """The day decides, where both have one."""
    items = evidence("Three boats sank.", "By now 5 boats sank.", source="The Gazette")
    days = (date(2025, 6, 1), date(2025, 6, 3))
    dated = [
        replace(item, article=replace(item.article, published=day))
        for item, day in zip(items, days, strict=True)
    ]
    [(found, statement)], _ = told(dated)
    assert found.kind == "updated"
    assert statement.text.startswith("The Gazette reported later: ")


def test_a_report_that_has_the_value_agrees_and_is_not_read():
    """In digits or in words."""
    assert told(evidence("Three boats sank.", "In all 3 boats sank.")) == ([], [])


def test_weak_evidence_and_copies_are_not_read():
    """They speak of something else, or are the same report."""
    weak = [
        replace(item, score=0.3) if item.number == 2 else item for item in evidence("Three.", "5.")
    ]
    assert told(weak) == ([], [])
    copies = [
        replace(item, article=replace(item.article, report=7)) for item in evidence("Three.", "5.")
    ]
    assert told(copies) == ([], [])


def test_a_reading_that_finds_nothing_or_only_quotes_tells_nothing():
    """Only what the model wrote and the checks passed is compared."""
    items = evidence("Three boats sank.", "Only 5 boats sank.")
    assert told(items, other=None)[0] == []
    assert told(items, other=replace(FIVE, kind="quote"))[0] == []


def test_names_are_compared_where_a_name_is_asked_for():
    """Who, where, which: names; otherwise neither is compared."""
    assert values("Ilse Varga won on 5 June.", "Who won?") == {"ilse", "varga"}
    assert values("It rose.", "Why did it rise?") == set()


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        ("It cost $1,800 in all.", "How much did it cost?", "$1,800"),
        ("A quota of 1,000 per day.", "What quota was set?", "1,000"),
        ("Some 12 % left.", "How many left?", "12 %"),
        ("It was Tom Brandt of Oslo.", "Who was it?", "Tom Brandt of Oslo"),
    ],
)
def test_a_value_is_shown_as_it_is_spelled(text, question, value):
    """With currency, percent sign or the thing that is counted."""
    assert shown(text, question) == value
