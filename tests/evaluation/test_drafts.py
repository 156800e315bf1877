"""Drafts with planted errors, checked against the articles they were made from."""

from __future__ import annotations

import json

import pytest

from rag.engine import Engine
from rag.settings import Settings
from scripts.evaluation import drafts
from scripts.evaluation.runner import Means, measured
from tests.fakes import OverlapChecker, OverlapReader, PlainClassifier, WordCountEncoder

STORM = {
    "title": "Storm",
    "day": "2025-03-11",
    "article": ["Three boats sank.", "The mayor closed the harbour.", "A judge opened a school."],
    "draft": [
        {"text": "Nine boats sank.", "kind": "number", "right": "Three boats sank."},
        {"text": "The mayor closed the harbour.", "kind": "untouched"},
        {"text": "The harbour is shut by its mayor.", "kind": "reworded"},
    ],
}


@pytest.fixture
def file(tmp_path):
    """A file of two articles, the first of them unread."""
    rows = [{**STORM, "title": "Unread"}, STORM]
    (tmp_path / "drafts.jsonl").write_text("\n".join(map(json.dumps, rows)))
    return tmp_path / "drafts.jsonl"


def test_every_second_draft_is_for_development(file):
    """All articles are the archive of both halves."""
    assert [case.id for case in drafts.cases(path=file)] == ["Storm"]
    assert [case.id for case in drafts.cases(unread=True, path=file)] == ["Unread"]
    assert [one["title"] for one in drafts.articles(file)] == ["Unread", "Storm"]
    assert drafts.task(unread=True, path=file).name == "drafts-unread"


def test_the_drafts_are_as_described():
    """Of a hundred, each has one planted error, one sentence in other words, and others word for word."""
    both = [*drafts.cases(), *drafts.cases(unread=True)]
    assert len(both) == len({case.id for case in both}) == 100
    told = {one["title"]: one["text"] for one in drafts.articles()}
    for case in both:
        planted = [kind for kind in case.kinds if kind not in drafts.TRUE]
        assert (len(planted), case.kinds.count("reworded")) == (1, 1), case.id
        for text, kind in zip(case.sentences, case.kinds, strict=True):
            assert (text in told[case.id]) is (kind == "untouched"), text


def test_a_whole_run_counts_what_was_found_and_what_was_doubted(file, tmp_path):
    """By words in common the other number is found, and the sentence in other words is doubted."""

    def make(settings):
        parts = {
            "reader": OverlapReader(),
            "checker": OverlapChecker(),
            "classifier": PlainClassifier(),
        }
        return Engine(settings, encoder=WordCountEncoder(), **parts)

    folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}
    done = measured(drafts.task(path=file), Means(Settings(threads=2), None, make, **folders))
    found = {
        (kind, name): (figure.value, figure.n)
        for kind, figures in done.figures.items()
        for name, figure in figures.items()
    }
    assert found == {
        ("planted", drafts.CAUGHT): (1, 1),
        ("planted", drafts.NAMED): (1, 1),
        ("number", drafts.CAUGHT): (1, 1),
        ("number", drafts.NAMED): (1, 1),
        ("untouched", drafts.PASSED): (1, 1),
        ("reworded", drafts.PASSED): (0, 1),
    }
