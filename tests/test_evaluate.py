"""The measuring of pages and the command itself."""

from __future__ import annotations

import importlib.util
import json
import sys

import pytest

from rag.settings import ROOT
from scripts.scoreboard import reading

spec = importlib.util.spec_from_file_location("evaluate", ROOT / "scripts" / "evaluate.py")
evaluate = importlib.util.module_from_spec(spec)
sys.modules["evaluate"] = evaluate  # its annotations look their module up
spec.loader.exec_module(evaluate)

EXPECTED = {
    "a.txt": {
        "boilerplate": ["Join our channel today.", "Not on the page."],
        "articles": [
            {
                "title": "Storm hits Lindholm",
                "outlet": None,
                "agency": None,
                "published": None,
                "sentences": [
                    "A storm hit Lindholm.",
                    "Three boats sank.",
                    "This was never there.",
                ],
            },
            {
                "title": "Another",
                "outlet": None,
                "agency": None,
                "published": "2025-06-04",
                "sentences": ["Not there.", "Nor this."],
            },
        ],
    }
}


def test_reading_counts_what_is_found_lost_and_left(tmp_path):
    """One of two articles, three of five sentences lost, one of two lines left: by hand."""
    page = "Storm hits Lindholm\n\nA storm hit Lindholm. Three boats sank. Join our channel today."
    (tmp_path / "a.txt").write_text(page)
    figures = reading.reading(["a.txt"], EXPECTED, tmp_path).figures()
    values = {name: figure.value for name, figure in figures.items()}
    assert values["article split F1"] == pytest.approx(2 * 1 * 0.5 / 1.5)
    assert values["article sentences lost"] == pytest.approx(3 / 5)
    assert values["boilerplate sentences left"] == pytest.approx(1 / 2)
    assert values["title right"] == 1
    assert values["date wrong"] == 0


def test_the_pages_are_read_as_well_as_promised():
    """The floors of the quality table, on every page of tests/pages."""
    expected = json.loads((reading.PAGES / "expected.json").read_text())
    assert len(expected) >= 40
    done = reading.reading(expected, expected)
    figures = {name: figure.value for name, figure in done.figures().items()}
    assert figures["article split F1"] >= 0.95, done.faults
    assert figures["boilerplate sentences left"] <= 0.01, done.faults
    assert figures["article sentences lost"] <= 0.01, done.faults
    assert min(figures["title right"], figures["outlet right"]) >= 0.95, done.faults
    assert figures["date right or honestly unknown"] >= 0.97, done.faults
    assert figures["date wrong"] == 0, done.faults


def test_a_missing_file_is_one_line_and_a_code(tmp_path, capsys):
    """Bad arguments, as for every command."""
    arguments = ["--articles", str(tmp_path / "a.jsonl"), "--questions", str(tmp_path / "q.jsonl")]
    assert evaluate.main(["retrieval", *arguments]) == 2
    assert "q.jsonl cannot be read" in capsys.readouterr().err


def test_missing_development_sets_are_named_and_skipped(tmp_path, capsys):
    """Each measurement once; nothing failed."""
    assert evaluate.main(["all", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 10
    assert all(line.startswith("skipped ") for line in told)


def test_comparing_needs_saved_runs(tmp_path, capsys):
    """And says how they are made."""
    (tmp_path / "a.json").write_text("{}")
    assert evaluate.main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json")]) == 2
    assert "a.json is no saved run" in capsys.readouterr().err
