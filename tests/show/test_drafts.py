"""A checked draft in words: for the shell and for programs."""

from __future__ import annotations

import json

import pytest

from rag.show.drafts import instead, lines, summary
from rag.show.json import draft_json
from rag.types.drafts import Checked, CheckedDraft
from tests.fakes import evidence

BOATS = "Three boats sank."


def draft(*sentences: Checked, unchecked: int = 0) -> CheckedDraft:
    """A draft of these sentences."""
    grown = CheckedDraft(unchecked=unchecked + len(sentences))
    for one in sentences:
        grown = grown.grown(one)
    return grown


def sentence(verdict, beside="", values=None, text=BOATS) -> Checked:
    """A checked sentence; all but what is not found cite the same words."""
    cited = () if verdict == "not found" else tuple(evidence(BOATS))
    return Checked(text, 2, 2 + len(text), verdict, evidence=cited, beside=beside, values=values)


def test_a_line_for_each_sentence_and_then_the_evidence():
    """With its verdict and mark; below it what the article has instead; the evidence once."""
    one = sentence("contradicted", BOATS, ("Nine boats", "Three boats"), "Nine boats sank.")
    told = list(lines(draft(sentence("supported"), one, sentence("not found", text="It hailed."))))
    assert told == [
        "supported           Three boats sank. [1]",
        "contradicted        Nine boats sank. [1]",
        "                    “Nine boats” here, “Three boats” there. In the article: “Three boats sank.”",
        "not in the archive  It hailed.",
        "\n[1] “Three boats sank.”\n    unknown outlet · no date · A headline\n    1.txt",
    ]


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (sentence("supported"), ""),
        (sentence("not found"), ""),
        (sentence("quotation altered", "a true word"), "In the article: “a true word”"),
        (sentence("contradicted", BOATS), "In the article: “Three boats sank.”"),
    ],
)
def test_what_the_article_has_instead(one, told):
    """Nothing, where it has just that or nothing at all."""
    assert instead(one) == told


def test_a_summary_counts_verdicts_and_what_was_not_checked():
    """Those that there are."""
    two = draft(sentence("supported"), sentence("not found"), unchecked=3)
    assert summary(two) == "5 sentences: 1 supported, 1 not in the archive, 3 not checked"
    assert summary(draft(sentence("supported"))) == "1 sentence: 1 supported"


def test_control_characters_of_a_draft_reach_no_terminal():
    """Nor those of an article."""
    one = sentence("contradicted", "It \x1b]0;x\x07ran.", text="It \x1b[31mran\u202e.")
    assert not {"\x1b", "\x07", "\u202e"} & set("".join(lines(draft(one))))


def test_a_draft_for_programs():
    """Verdicts by their names, places, and the whole evidence beside each sentence."""
    found = json.loads(
        json.dumps(draft_json(draft(sentence("quotation altered", "true"), unchecked=1)))
    )
    [one] = found["sentences"]
    [item] = one.pop("evidence")
    assert (found["unchecked"], item["number"], item["quote"]) == (1, 1, BOATS)
    assert item["article"]["path"] == "1.txt"
    assert one == {
        "text": BOATS,
        "start": 2,
        "end": 19,
        "verdict": "quotation altered",
        "citations": [1],
        "beside": "true",
        "values": None,
    }
