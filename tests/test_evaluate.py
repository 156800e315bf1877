"""The scoreboard: its formulas against numbers worked out by hand."""

from __future__ import annotations

import importlib.util
import json
import sys

import pytest

from rag.settings import ROOT

spec = importlib.util.spec_from_file_location("evaluate", ROOT / "scripts" / "evaluate.py")
evaluate = importlib.util.module_from_spec(spec)
sys.modules["evaluate"] = evaluate  # its dataclasses look their module up
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
    figures = evaluate.reading(["a.txt"], EXPECTED, tmp_path).figures()
    assert figures["article split F1"] == pytest.approx(2 * 1 * 0.5 / 1.5)
    assert figures["article sentences lost"] == pytest.approx(3 / 5)
    assert figures["boilerplate sentences left"] == pytest.approx(1 / 2)
    assert figures["title right"] == 1
    assert figures["date wrong"] == 0


def test_the_wilson_interval_is_the_published_one():
    """20 of 22 at 95 %: .72 to .97, and never outside 0 to 1."""
    low, high = evaluate.wilson(20, 22)
    assert (round(low, 2), round(high, 2)) == (0.72, 0.97)
    assert evaluate.wilson(12, 12)[1] <= 1.0000001


def test_the_pages_are_read_as_well_as_promised():
    """The floors of the quality table, on every page of tests/pages."""
    expected = json.loads((evaluate.PAGES / "expected.json").read_text())
    assert len(expected) >= 40
    done = evaluate.reading(expected, expected)
    figures = done.figures()
    assert figures["article split F1"] >= 0.95, done.faults
    assert figures["boilerplate sentences left"] <= 0.01, done.faults
    assert figures["article sentences lost"] <= 0.01, done.faults
    assert min(figures["title right"], figures["outlet right"]) >= 0.95, done.faults
    assert figures["date right or honestly unknown"] >= 0.97, done.faults
    assert figures["date wrong"] == 0, done.faults


def test_an_articles_file_becomes_a_folder_of_seeds(tmp_path):
    """One JSON file an article, at most as many as asked for."""
    lines = [json.dumps({"title": f"T{n}", "text": "Text.", "id": n}) for n in range(3)]
    (tmp_path / "articles.jsonl").write_text("\n".join(lines))
    assert evaluate._write_seeds(tmp_path / "articles.jsonl", tmp_path / "seeds", 2) == 2
    assert sorted(path.name for path in (tmp_path / "seeds").iterdir()) == [
        "000001.json",
        "000002.json",
    ]
