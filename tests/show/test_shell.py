"""What the terminal shows of an answer: quotations, nearest passages, disagreements, the explanation."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.show.shell import Printer, differing, explained, near, quote
from rag.show.view import View
from rag.types import Answer, Cut, Disagreement, Explanation, Hit, Passage, Statement, Value
from tests.fakes import TODAY, article, evidence, finished


def test_control_characters_never_reach_the_terminal(capsys):
    """Neither from an article nor from the model."""
    said = Statement("It ran \x1b]52;c;aGk=\x07late.", "written", (1,), True)
    Printer(as_json=False, stream=True, quiet=False, all_evidence=False).done(finished(said))
    Printer(as_json=False, stream=False, quiet=False, all_evidence=False).done(finished(said))
    assert "\x1b" not in "".join(capsys.readouterr())


def test_a_quote_is_printed_with_outlet_agency_date_headline_and_file():
    """What a reader needs to find it again."""
    item = evidence("The ferry ran late.", source="Coastal Post", agency="AFP", published=TODAY)[0]
    assert quote(item).splitlines() == [
        "[1] “The ferry ran late.”",
        "    Coastal Post (AFP) · 5 June 2025 · A headline",
        "    1.txt",
    ]
    assert "unknown outlet · no date" in quote(evidence("x")[0])


def test_a_copy_elsewhere_is_named_below_the_quote():
    """One report, whoever printed it."""
    item = evidence("The ferry ran late.", source="Coastal Post", agency="AFP")[0]
    copies = (replace(item.article, source="Herald"), replace(item.article, source="Ledger"))
    lines = quote(replace(item, also=(item.article, *copies))).splitlines()
    assert lines[-1] == "    also in 2 outlets: Herald, Ledger (AFP text)"


@pytest.mark.parametrize(
    ("kind", "heading"),
    [
        ("conflict", "The sources differ on the quota:"),
        ("updated", "Reports of different days differ on the quota:"),
    ],
)
def test_the_shell_tells_a_later_report_from_sources_in_conflict(kind, heading):
    """The first line says which of the two it is, the next ones give the values with their marks."""
    sides = (Value("1,000", (2,)), Value("1,800", (3, 4)))
    items = tuple(evidence("None.", "1,000 boats.", "1,800 boats.", "1,800 ships."))
    differ = Disagreement("the quota", sides, kind)
    (found,) = View.of(Answer("?", "answered", (), items, (differ,))).differences
    lines = differing(found).splitlines()
    assert lines == [heading, "  1,000 [2]", "  1,800 [3][4]"]


def test_a_near_passage_is_one_line():
    """However long it is."""
    assert len(near(evidence("word " * 200)[0]).splitlines()) == 1


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"source": "Coastal Post"}, "Coastal Post"),
        ({}, "A headline"),
        ({"title": ""}, "1.txt"),
        ({"title": "Ferry late again " * 9}, "Ferry late again Ferry late again …"),
        ({"title": "渡轮" * 30}, "渡轮" * 19 + " …"),  # one word
    ],
)
def test_a_near_passage_begins_with_outlet_or_headline(fields, name):
    """The file is named only where neither is known, and a long name leaves room for the words."""
    item = evidence("The boat ran late.")[0]
    item = replace(item, article=replace(item.article, **fields))
    assert near(item) == f"[1] {name}: The boat ran late."


def test_the_refusal_lists_what_was_missing_and_the_nearest(capsys):
    """On stdout: it is the result."""
    Printer(as_json=False, stream=True, quiet=True, all_evidence=False).done(
        finished(status="not_found")
    )
    out = capsys.readouterr().out
    assert out.startswith("The articles do not say.\n")
    assert "[1] A headline: The ferry ran late." in out


def test_the_explanation_tells_ranks_scores_and_what_was_cut():
    """A dash where a leg did not name the passage, or it was not read again."""
    first = Hit(Passage(article("Boats sank."), 0, 11), 2.5, 1, 3, 0.0323, reranked=0.924)
    second = Hit(Passage(article("A storm.", "Storm"), 0, 8), 0.1, None, 7, 0.0149)
    told = explained(Explanation(("boats?",), ("boats",), (first,), (Cut(second, "a copy"),)))
    assert told.splitlines() == [
        "Searched: boats?",
        "Full text asked for: boats",
        "",
        "text vectors  fused reranked  passage",
        "   3       1 0.0323    0.924  a.txt:0 A headline",
        "   7       - 0.0149        -  a.txt:0 Storm · cut: a copy",
    ]
