"""The training of the gate, on signals made for this."""

from __future__ import annotations

import json
import random

import pytest

from rag.engine import Engine
from rag.settings import Settings
from scripts.evaluation.train import gate
from tests.fakes import OpeningReader, OverlapChecker, PlainClassifier, WordCountEncoder

SIGNALS = {"answers", "fits", "missing", "named", "stale"}


COUNTS = {"abstain": 200, "news": 300, "archive": 60, "near": 80, "paragraphs": 100}


@pytest.fixture(scope="module")
def model():
    """Fitted to rows whose signal `telling` tells and whose signal `idle` does not."""
    draw = random.Random(1)
    rows = []
    for name, count in COUNTS.items():
        for number in range(count):
            answerable = draw.random() < 0.5
            signals = {"telling": draw.gauss(3 * answerable), "idle": draw.gauss()}
            rows.append(gate.Row(name, f"{name} {number // 2}", answerable, signals))
    return gate.fit(rows)


def test_what_tells_gets_the_weight(model):
    """And what does not, none to speak of."""
    assert model["weights"]["telling"] > 1
    assert abs(model["weights"]["idle"]) < 0.3


def test_few_answerable_questions_are_refused(model):
    """The threshold is the best of those that keep to it, on both news sets."""
    report = model["cross-validated"]
    for name in ("abstain", "news"):
        assert report[name]["false abstain"] <= gate.MOST_FALSE * gate.MARGIN
        assert report[name]["abstain recall"] > 0.8


def test_paragraphs_are_measured_but_not_learned(model):
    """They are no news."""
    report = model["cross-validated"]
    assert set(report) == {*gate.LEARNED, "paragraphs, not learned"}
    assert {name.split(",")[0]: sum(found["n"]) for name, found in report.items()} == COUNTS
    assert report["paragraphs, not learned"]["AUROC"] > 0.9


def test_probabilities_are_calibrated(model):
    """What is said and what is true rise together, bin by bin."""
    said = [one for one, _ in model["calibration"]]
    assert said == sorted(said)
    assert model["calibration"][0][1] < 0.3 < 0.7 < model["calibration"][-1][1]


# ── collecting ──


@pytest.fixture
def engine():
    """An engine with the stand-ins."""
    parts = {
        "reader": OpeningReader(),
        "checker": OverlapChecker(),
        "classifier": PlainClassifier(),
    }
    return Engine(Settings(threads=2), encoder=WordCountEncoder(), **parts)


def test_articles_and_what_they_nearly_answer_are_learned_from(engine, tmp_path):
    """Those for development only; the questions of one article are a group."""
    row = {"title": "Storm", "date": "2025-03-11", "text": "The storm sank three boats."}
    row |= {
        "answered": [{"q": "What sank?", "a": ["boats"]}],
        "missed": [{"q": "Why did it sink?"}],
    }
    lines = [json.dumps({**row, "id": f"nm-0{number}"}) for number in (1, 2, 3, 4)]
    (tmp_path / "near.jsonl").write_text("\n".join(lines))
    rows = list(gate.near(engine, tmp_path / "near.jsonl", tmp_path / "cache"))
    assert [(one.set, one.group, one.answerable) for one in rows] == [
        ("near", "near nm-02", True),
        ("near", "near nm-02", False),
        ("near", "near nm-04", True),
        ("near", "near nm-04", False),
    ]
    assert all(set(one.signals) == SIGNALS for one in rows)


def test_paragraphs_that_the_reader_learned_from_are_left_out(engine, tmp_path):
    """Of four articles the last remains, and of its two paragraphs the second."""
    asked = [
        {"question": "What sank?", "is_impossible": False, "answers": [{"text": "boats"}]},
        {"question": "Who slept?", "is_impossible": True, "answers": []},
    ]
    data = [
        {
            "title": title,
            "paragraphs": [
                {"context": f"Boats sank in {title}{number}.", "qas": asked} for number in (1, 2)
            ],
        }
        for title in "ABCD"
    ]
    (tmp_path / "squad.json").write_text(json.dumps({"data": data}))
    rows = list(gate.paragraphs(engine, tmp_path / "squad.json"))
    assert {one.group for one in rows} == {"paragraphs Boats sank in D2."}
    assert sorted(one.answerable for one in rows) == [False, True]
    assert all(set(one.signals) == SIGNALS for one in rows)


def test_a_gate_of_other_signals_is_replaced_before_collecting(tmp_path):
    """Else no question could be asked; one of these signals stays as it is."""
    numbers = tmp_path / "gate.json"
    numbers.write_text(json.dumps({**gate.UNFITTED, "weights": {"answers": 1.0}}))
    assert not gate.make_usable(numbers)
    assert json.loads(numbers.read_text())["weights"] == {"answers": 1.0}
    numbers.write_text(json.dumps({**gate.UNFITTED, "weights": {"answers": 1.0, "gone": 2.0}}))
    assert gate.make_usable(numbers)
    assert json.loads(numbers.read_text()) == gate.UNFITTED
