"""Notices of corrections: found in articles that have one, and not where news only speaks of them."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rag.reading.newspage.articles import articles
from rag.reading.newspage.corrections import correction
from rag.settings import ROOT
from rag.types.files import Page

GOLD = [
    json.loads(line)
    for line in (ROOT / "tests" / "gold" / "corrections.jsonl").read_text().splitlines()
]
REACH = 0.95


def found(gold):
    """The notice that is read in a page."""
    page = Page("a.txt", gold["text"], {"title": gold["title"]})
    (article,) = articles(page, date(2025, 6, 30))
    return article.correction


def test_precision_and_recall_on_own_pages():
    """Forty that the rule was made with, twenty that were written after it: half of them near misses."""
    read = [(found(gold), gold["notice"]) for gold in GOLD]
    both = sum(bool(told and meant) for told, meant in read)
    assert len(read) == 60
    assert both >= REACH * sum(bool(told) for told, _ in read)
    assert both >= REACH * sum(bool(meant) for _, meant in read)


def test_the_whole_notice_is_kept():
    """On one line, from its label on, and nothing of the article."""
    assert [gold["id"] for gold in GOLD if gold["notice"] and found(gold) != gold["notice"]] == []


NEWS = "The council passed a budget.\n\nSchools receive more.\n\nThe opposition will go to court."


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Correction: Council-Budget story", "Correction: Council-Budget story"),
        ("CORRECTED-Council passes budget", "CORRECTED-Council passes budget"),
        ("Correction: why markets fall", None),
        ("Corrected figures show growth", None),
    ],
)
def test_a_headline_may_be_the_notice(title, told):
    """As agencies write it, where the text has none."""
    assert correction(title, NEWS) == told


def test_several_notices_are_kept_once_each():
    """In the order of the text."""
    first, second = (
        "Correction: The vote was on Friday.",
        "This article was corrected on 6 June 2025.",
    )
    text = f"{first}\n\n{NEWS}\n\n{second}\n\n{first}"
    assert correction("T", text) == f"{first} {second}"


def test_a_label_in_the_middle_needs_no_place():
    """But a sentence without one does: there, news may tell of somebody's notice."""
    told = "An earlier version of this article was wrong."
    paragraphs = [f"Paragraph {n} tells the news." for n in range(8)]
    assert correction("T", "\n".join([*paragraphs[:4], told, *paragraphs[4:]])) is None
    label = f"Correction: {told}"
    assert correction("T", "\n".join([*paragraphs[:4], label, *paragraphs[4:]])) == label


@pytest.mark.parametrize("text", ["", "Correction:", "Correction", "***", "Editor's note:"])
def test_a_label_without_words_is_no_notice(text):
    """Nor is an empty text."""
    assert correction("T", text) is None
