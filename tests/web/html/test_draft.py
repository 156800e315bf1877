"""A checked draft on the page: verdicts in words, evidence below each sentence, nothing as markup."""

from __future__ import annotations

import pytest

from rag.show.drafts import LABELS
from rag.types.drafts import Checked, CheckedDraft
from rag.web.html.draft import checked
from tests.fakes import evidence
from tests.pages_seen import ATTRIBUTES, HOSTILE, TAGS, Seen


def draft(*sentences: Checked) -> CheckedDraft:
    """A draft of these sentences."""
    grown = CheckedDraft(unchecked=len(sentences))
    for one in sentences:
        grown = grown.grown(one)
    return grown


@pytest.mark.parametrize(("verdict", "words"), LABELS.items())
def test_a_verdict_is_told_in_words(verdict, words):
    """Its colour only repeats them."""
    page = Seen(checked(draft(Checked("It rained.", 0, 10, verdict))))
    assert page.text == f"{words.capitalize()} It rained."


def test_a_sentence_has_its_evidence_below_it():
    """Its marks, the article's words instead of it, the quotation, and where it stands."""
    item = evidence("Three boats sank.", source="The Times")[0]
    one = Checked("Nine sank.", 0, 10, "contradicted", (), (item,), "Three boats sank.", ("9", "3"))
    page = Seen(checked(draft(one)))
    assert page.text == (
        "Contradicted Nine sank. [1]“9” here, “3” there. In the article: “Three boats sank.”"
        "Three boats sank.[1] The Times · no date · A headline · 1.txt"
    )
    assert {"ol", "li", "blockquote", "mark"} <= page.tags
    assert not page.ids and not page.links  # the answer above has evidence of its own numbers


def test_nothing_checked_is_nothing_shown():
    """Not even an empty list."""
    assert checked(CheckedDraft(unchecked=3)) == ""


@pytest.mark.parametrize("text", HOSTILE)
def test_untrusted_text_stays_text(text):
    """In the sentence, what is beside it, and everything of its article."""
    facts = dict.fromkeys(("title", "source", "agency"), text)
    one = Checked(
        text, 0, 1, "contradicted", (), tuple(evidence(text, **facts)), text, (text, text)
    )
    page = Seen(checked(draft(one)))
    assert page.tags <= TAGS and page.attributes <= ATTRIBUTES and not page.doing
    assert page.text.count(text) == 8
