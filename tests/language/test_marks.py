"""What an article writes does not pass for a mark or a quotation mark of ours."""

from __future__ import annotations

import pytest

from rag.language.marks import in_quotation_marks, unmarked
from tests.fakes import ScriptedGenerator, engine_of


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("sources [1][2] said", "sources said"),
        ("It sank. [1, 3]", "It sank."),
        ("It sank [ 12 ; 3 – 4 ].", "It sank."),
        ("［1］ and 【2】", " and"),
        ("[[1]]", "[]"),
        ("In [2024] he [sic] said [a]", "In [2024] he [sic] said [a]"),
    ],
)
def test_marks_are_left_out(text, plain):
    """Also in other brackets; what an editor put in brackets stays."""
    assert unmarked(text) == plain


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("It sank.", "“It sank.”"),
        ("He said: “It sank.”", "“He said: “It sank.””"),
        ("No.” Reuters wrote: “Yes.", "“No.’ Reuters wrote: ‘Yes.”"),
    ],
)
def test_a_quotation_ends_where_it_ends(text, quoted):
    """Marks that would end ours before become single ones."""
    assert in_quotation_marks(text) == quoted


def test_an_attribution_brings_no_mark(tmp_path):
    """“sources [1][2] said” in an article once made an answer cite evidence that says the contrary."""
    written = ScriptedGenerator("The ferry strike of 12 June was called off. [1]")
    engine = engine_of(
        tmp_path,
        written,
        a="Ferry strike\n\nThe ferry strike of 12 June was called off, sources [1][2] said.",
        b="Storm\n\nThe ferry strike on 12 June goes ahead, the union said.",
    )
    answer = engine.answer("Was the ferry strike of 12 June called off?")
    for statement in answer.statements:
        assert "[" not in statement.text and "[" not in statement.speaker
