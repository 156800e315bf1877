"""Summaries and comparisons outside the page: quotations alone, those of each side below its heading."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from rag.show.html_file import html_file
from rag.show.json import to_json
from rag.show.json_file import json_file
from rag.show.markdown import markdown
from rag.show.shell import Printer
from rag.show.view import View
from rag.types.answers import REFUSAL, Answer, Review, Side, Statement
from tests.fakes import evidence

SAID = ("3 June 2025, Post: “The dam burst.”", "4 June 2025, Post: “It was old.”")
SUMMARY = Review("summary", "the dam")
COMPARISON = Review("comparison", "the dam", (Side("the owner", (2,)), Side("Holm", (1,))))
HALF = replace(COMPARISON, sides=(Side("Holm", (1, 2)), Side("the owner", ())))


def answer(review, **changes):
    """Two quotations, of one piece of evidence each."""
    statements = (Statement(text, "quote", (n,), True) for n, text in enumerate(SAID, start=1))
    made = Answer(
        "Summarise the dam",
        "answered",
        tuple(statements),
        tuple(evidence("The dam burst.", "It was old.")),
        notes=("No language model wrote any of it.",),
        done=True,
        review=review,
    )
    return replace(made, **changes).grown()


def shell(given, capsys):
    """What the shell prints on stdout."""
    show = Printer(as_json=False, stream=True, quiet=True, all_evidence=False)
    show.grown(given)
    show.done(given)
    return capsys.readouterr().out


def test_a_summary_has_its_statements_and_no_column():
    """None needs a label: all of it is in the articles' own words."""
    view = View.of(answer(SUMMARY))
    assert [(one.text, one.label, one.quoted) for one in view.statements] == [
        (text, "", True) for text in SAID
    ]
    assert view.columns == ()


def test_a_comparison_has_a_column_for_each_side():
    """In place of statements, in the order in which the sides were named."""
    view = View.of(answer(COMPARISON))
    assert view.statements == ()
    assert [(one.heading, [said.text for said in one.statements]) for one in view.columns] == [
        ("The owner", [SAID[1]]),
        ("Holm", [SAID[0]]),
    ]


def test_a_silent_side_says_that_the_articles_do_not_say():
    """As a whole answer does."""
    holm, owner = View.of(answer(HALF)).columns
    assert (holm.unanswered, owner.unanswered, owner.statements) == ("", REFUSAL, ())


def test_the_shell_prints_a_line_for_each_quotation(capsys):
    """Once, with its mark; a comparison side by side is one side below the other."""
    out = shell(answer(SUMMARY), capsys)
    assert out.startswith(f"{SAID[0]} [1]\n{SAID[1]} [2]\n") and out.count(SAID[0]) == 1
    out = shell(answer(HALF), capsys)
    assert out.startswith(f"Holm:\n{SAID[0]} [1]\n{SAID[1]} [2]\n\nThe owner:\n{REFUSAL}\n")


def test_markdown_quotes_below_headings():
    """Each quotation is a block quotation with its mark."""
    told = markdown(answer(SUMMARY))
    assert f"> {SAID[0]} \\[1]\n\n> {SAID[1]} \\[2]\n" in told
    told = markdown(answer(HALF))
    assert (
        f"## Holm\n\n> {SAID[0]} \\[1]\n\n> {SAID[1]} \\[2]\n\n## The owner\n\n{REFUSAL}\n" in told
    )


def test_the_html_file_has_two_columns():
    """Each with its heading; a summary has none."""
    made = html_file(answer(HALF))
    assert made.count("<section>") == 2 and '<div class="columns">' in made
    assert '<h3 dir="auto">Holm</h3><blockquote' in made and made.count("<blockquote") == 4
    assert f'<h3 dir="auto">The owner</h3><p class="small" dir="auto">{REFUSAL}</p>' in made
    assert '<div class="columns">' not in html_file(answer(SUMMARY))


def test_json_says_what_kind_it_is():
    """With the evidence of each side; any other answer has null."""
    assert to_json(answer(SUMMARY))["review"] == {
        "kind": "summary",
        "topic": "the dam",
        "sides": [],
    }
    assert json.loads(json_file(answer(COMPARISON)))["review"]["sides"] == [
        {"who": "the owner", "evidence": [2]},
        {"who": "Holm", "evidence": [1]},
    ]
    assert to_json(answer(None))["review"] is None


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "# Head", "[x](javascript:a)"])
def test_the_name_of_a_side_is_only_text(text):
    """It is typed by whoever asks."""
    given = answer(replace(COMPARISON, sides=(Side(text, (1,)), Side(text, ()))))
    assert "<script>" not in html_file(given)
    rendered = MarkdownIt("commonmark").render(markdown(given))
    assert "<script>" not in rendered and "<a" not in rendered and rendered.count("<h1>") == 1
