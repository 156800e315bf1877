"""The measure of standing questions, with small parts: a change, a repetition, an ordinary article."""

from __future__ import annotations

import json

import pytest

from rag.engine import Engine
from rag.settings import Settings
from scripts.evaluation import standing
from scripts.evaluation.collections import records
from scripts.evaluation.runner import Means, measured
from scripts.evaluation.standing import ELSEWHERE, FALSE, SECONDS, TOLD, VALUE
from tests.fakes import OverlapChecker, OverlapReader, PlainClassifier, WordCountEncoder

PAIR = {
    "id": "standing-01",
    "kind": "number",
    "question": "How many boats sank?",
    "before": "three",
    "now": "nine",
    "first": {
        "title": "Boats",
        "outlet": "Post",
        "date": "2025-06-02",
        "text": "Three boats sank.",
    },
    "later": {"title": "More", "outlet": "Mail", "date": "2025-06-05", "text": "Nine boats sank."},
    "repeat": {
        "title": "Mourning",
        "outlet": "Mail",
        "date": "2025-06-03",
        "text": "Three boats sank. The mayor mourns.",
    },
}
TEXTS = (
    "The museum reopened.",
    "The judge closed the harbour.",
    "A storm came.",
    "The goal fell late.",
)


def small(settings: Settings) -> Engine:
    """An engine with small parts."""
    return Engine(
        settings,
        encoder=WordCountEncoder(),
        reader=OverlapReader(),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
    )


@pytest.fixture
def files(tmp_path):
    """Four articles and a pair of reports."""
    articles, pairs = tmp_path / "articles.jsonl", tmp_path / "standing.jsonl"
    given = [
        {"id": str(number), "title": "News", "text": text} for number, text in enumerate(TEXTS)
    ]
    articles.write_text("\n".join(map(json.dumps, given)))
    pairs.write_text(json.dumps(PAIR))
    return articles, pairs


def test_a_change_is_counted_as_told_and_nothing_as_false(tmp_path, files):
    """One change with its value; an ordinary article and a repetition bring no news."""
    means = Means(
        Settings(threads=1), None, small, cache=tmp_path / "cache", outcomes=tmp_path / "outcomes"
    )
    run = measured(standing.task(*files, quiet=2), means)
    changed, ordinary, repeated = (run.figures[kind] for kind in ("number", "ordinary", "repeated"))
    assert (changed[TOLD].value, changed[VALUE].value, changed[ELSEWHERE].value) == (1, 1, 0)
    assert (ordinary[FALSE].value, ordinary[FALSE].n) == (0, 1)
    assert (repeated[FALSE].value, repeated[FALSE].n) == (0, 1)
    assert changed[f"seconds to {SECONDS}, p50"].n == 1


def test_the_pairs_are_whole():
    """Thirty, each with another value later; the value is in its report, word for word."""
    given = list(records(standing.PAIRS))
    assert len(given) == len({one["question"] for one in given}) == 30
    for one in given:
        assert one["before"] != one["now"] and one["first"]["date"] <= one["later"]["date"]
        for value, report in ((one["before"], "first"), (one["now"], "later")):
            assert value.split(" ")[0].lower() in one[report]["text"].lower(), one["id"]
