"""The training of the gate, on signals made for this."""

from __future__ import annotations

import random

import pytest

from scripts.evaluation.train import gate


@pytest.fixture(scope="module")
def model():
    """Fitted to rows whose signal `telling` tells and whose signal `idle` does not."""
    draw = random.Random(1)
    rows = []
    for name, count in (("abstain", 200), ("news", 300), ("archive", 60), ("paragraphs", 100)):
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
    assert sum(report["paragraphs, not learned"]["n"]) == 100
    assert report["paragraphs, not learned"]["AUROC"] > 0.9


def test_probabilities_are_calibrated(model):
    """What is said and what is true rise together, bin by bin."""
    said = [one for one, _ in model["calibration"]]
    assert said == sorted(said)
    assert model["calibration"][0][1] < 0.3 < 0.7 < model["calibration"][-1][1]
