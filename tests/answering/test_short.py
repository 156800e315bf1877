"""Short answers: the words that the reader found, without any language model."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answering.short import short
from rag.types.answers import Short, Verdict
from tests.fakes import evidence, finding

SURE, REFUSED = Verdict(0.9, 0.31, 0.75), Verdict(0.2, 0.31, 0.75)
STORM = "A storm came. Three boats sank in the harbour."


def likely(*found):
    """Evidence by its text, the words found in it and the probability that it answers."""
    items = evidence(*(text for text, _, _ in found))
    return [
        replace(finding(item, said) if said else replace(item, found=None), answers=answers)
        for item, (_, said, answers) in zip(items, found, strict=True)
    ]


def texts(question, *found, verdict=SURE):
    """The short answers."""
    return [one.text for one in short(question, likely(*found), verdict)]


def test_a_short_answer_is_a_slice_of_the_best_evidence():
    """With its number, its place in the article and how probable it is; the order of the evidence
    counts, in which fit and freshness have their say, too.
    """
    later = ("Some boats sank.", "Some", 0.9)
    told = short("How many boats sank?", likely((STORM, "Three", 0.8), later), SURE)
    assert told == (Short("Three", 1, 14, 19, 0.8),)
    assert STORM[14:19] == "Three"


@pytest.mark.parametrize("question", ["Did three boats sank?", "Is it so that three boats sank?"])
def test_yes_and_no_have_no_short_answer(question):
    """No words of an article are a yes."""
    assert texts(question, (STORM, "Three", 0.9)) == []


def test_what_the_gate_refuses_has_no_short_answer():
    """However sure the reader is of its words."""
    assert texts("How many boats sank?", (STORM, "Three", 0.9), verdict=REFUSED) == []


def test_nothing_found_is_no_short_answer():
    """The next that has words is."""
    assert texts("How many?", (STORM, "", 0.9)) == []
    assert texts("How many?", (STORM, "", 0.9), (STORM, "Three", 0.5)) == ["Three"]


REPORTS = (
    ("Norland signed on Friday.", "Norland", 0.9),
    ("Dovre signed, too.", "Dovre", 0.5),
    ("So Norland has signed.", "Norland", 0.6),
    ("Lindholm may sign.", "Lindholm", 0.4),
)


def test_several_are_told_where_several_are_asked_for():
    """Different ones, best first, each at least half as probable as the best."""
    assert texts("Which countries signed?", *REPORTS) == ["Norland", "Dovre"]
    assert texts("Which country signed?", *REPORTS) == ["Norland"]


def test_several_of_the_words_that_the_question_offers():
    """A choice is told once."""
    reds = ("The Reds won.", "Reds", 0.9)
    assert texts("Which teams won, Reds or Blues?", reds, reds) == ["Reds"]


def reports(*found, same_report=()):
    """How many reports say the same as the short answer; of some evidence the report is one."""
    items = [
        replace(item, article=replace(item.article, report=7))
        if item.number in same_report
        else item
        for item in likely(*found)
    ]
    [told] = short("How many boats sank?", items, SURE)
    return told.reports


def test_independent_reports_that_say_the_same_are_counted():
    """Numbers as numbers; other values, what hardly answers and what has no words do not count."""
    assert reports((STORM, "Three", 0.9)) == 1
    assert (
        reports(
            (STORM, "Three", 0.9),
            ("In all 3 boats sank.", "3 boats", 0.5),
            ("Five sank.", "Five", 0.8),
            ("It was 3 years ago.", "3", 0.2),
            ("Boats sank.", "", 0.9),
        )
        == 2
    )


def test_copies_of_a_report_count_once():
    """However many there are, with the one that is the short answer's or without."""
    same = [(STORM, "Three", 0.9), ("Three sank.", "Three", 0.8), ("All three sank.", "three", 0.7)]
    assert reports(*same) == 3
    assert reports(*same, same_report=(1, 2)) == reports(*same, same_report=(2, 3)) == 2
    assert reports(*same, same_report=(1, 2, 3)) == 1
