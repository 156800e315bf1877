"""Sentences beside their sources: how they are read, judged, cut and summed up."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.types.models import Support
from scripts.evaluation import support
from scripts.evaluation.collections import half
from scripts.evaluation.runner import Means, measured
from scripts.evaluation.support import AUROC, CAUGHT, F1, MOST_CHARACTERS, PASSED, Case
from tests.fakes import (
    OpeningReader,
    OverlapChecker,
    OverlapJudges,
    PlainClassifier,
    ScriptedChecker,
    WordCountEncoder,
)

# class, supported, text, sentence: a veto, what OverlapChecker misses and what it takes for the same
PAIRS = [
    ("number", True, "Three boats sank off Dovre.", "Three boats sank."),
    ("number", False, "Three boats sank at sea.", "Five boats sank."),
    ("modality", True, "The mayor may resign today.", "The mayor might step down."),
    ("modality", False, "The mayor may resign soon.", "The mayor will resign."),
    ("speaker", False, "Ilse Varga calls it safe.", "Now Tom Brandt calls it safe."),
]


def written(folder, name, rows):
    """A file with a JSON object in each line."""
    (folder / name).write_text("\n".join(map(json.dumps, rows)))
    return folder / name


def pairs_file(folder):
    """The pairs as a file."""
    keys = ("class", "supported", "text", "sentence")
    return written(folder, "pairs.jsonl", [dict(zip(keys, row, strict=True)) for row in PAIRS])


def case(sentence, *texts, supported=True, kind="name"):
    """A sentence with the texts that it cites."""
    return Case("c", kind, sentence, texts, supported)


def measure(task, tmp_path, checker=None, limit=None):
    """The run of a task with the stand-ins."""

    def make(settings):
        parts = {
            "reader": OpeningReader(),
            "checker": checker or OverlapChecker(),
            "classifier": PlainClassifier(),
        }
        return Engine(settings, encoder=WordCountEncoder(), **parts)

    return measured(task, Means(Settings(threads=2), limit, make, outcomes=tmp_path / "outcomes"))


def values(figures):
    """Values and numbers of cases by measure."""
    return {name: (figure.value, figure.n) for name, figure in figures.items()}


# ── files ──


def test_pairs_are_numbered_by_their_lines(tmp_path):
    """Each with its class and its one text."""
    found = support.pairs(pairs_file(tmp_path))
    assert found[0] == Case("1", "number", "Three boats sank.", (PAIRS[0][2],), supported=True)
    assert [one.id for one in found] == ["1", "2", "3", "4", "5"]
    assert [one.supported for one in found] == [True, False, True, False, False]


def test_a_claim_cites_several_texts(tmp_path):
    """It is supported where people found it attributable."""
    row = {"id": "x1", "src_dataset": "HAGRID", "claim": "Boats sank.", "references": ["A.", "B."]}
    labels = ["attributable", "not attributable"]
    rows = [{**row, "id": label, "attribution_label": label} for label in labels]
    assert support.bench(written(tmp_path, "dev.jsonl", rows)) == [
        Case("attributable", "HAGRID", "Boats sank.", ("A.", "B."), supported=True),
        Case("not attributable", "HAGRID", "Boats sank.", ("A.", "B."), supported=False),
    ]


def test_a_judged_statement_has_one_text(tmp_path):
    """Contradicted or not stated, it is not supported."""
    row = {"set": "qags", "statement": "Boats sank.", "evidence": "Three sank.", "kind": "x"}
    found = support.judged(
        written(tmp_path, "qags.jsonl", [{**row, "label": 1}, {**row, "label": 0}])
    )
    assert found == [
        Case("1", "qags", "Boats sank.", ("Three sank.",), supported=True),
        Case("2", "qags", "Boats sank.", ("Three sank.",), supported=False),
    ]


def test_the_pairs_of_the_project_are_as_described():
    """Twelve classes, of each 18 true and 18 false, a text for each; half of all are unread."""
    found = support.pairs(support.PAIRS)
    assert len(found) == len({one.texts for one in found}) == 432
    assert set(support.FRAMES) < {one.kind for one in found}
    for unread in (True, False):
        part = half(found, unread, lambda one: one.texts[0])
        assert len({one.kind for one in part}) == 12
        assert set(Counter((one.kind, one.supported) for one in part).values()) == {9}


# ── one sentence ──


@pytest.mark.parametrize(
    ("sentence", "supported", "rates", "facts"),
    [
        ("Three boats sank.", True, {PASSED: True}, (1, 1, 1)),
        ("Boats sank at night.", True, {PASSED: False}, (0, 0, 1)),
        ("Boats sank at night.", False, {CAUGHT: True}, (0, 0, 0)),
        ("Boats sank.", False, {CAUGHT: False}, (1, 1, 0)),
    ],
)
def test_a_true_sentence_should_pass_and_a_false_one_be_caught(sentence, supported, rates, facts):
    """What the checker said and whether the sentence passed are kept for the whole set."""
    found = support.outcome(
        case(sentence, "Three boats sank.", supported=supported),
        OverlapJudges(checker=OverlapChecker()),
    )
    assert (found.question, found.kind, found.rates) == ("c", "name", rates)
    assert (found.facts["said"], found.facts["passes"], found.facts["supported"]) == facts


def test_a_veto_catches_a_sentence_whatever_the_checker_says():
    """It is how the sentences of an answer are checked; what was said is kept as it is."""
    checker = ScriptedChecker({"Boats sank.": Support(0.9, 0.0)})
    found = support.outcome(
        case("Five boats sank.", "Boats sank.", supported=False), OverlapJudges(checker=checker)
    )
    assert found.rates == {CAUGHT: True}
    assert found.facts["said"] == 0.9


def test_one_of_several_texts_is_enough():
    """The likeliest counts; two halves in two texts are not enough."""
    found = support.outcome(
        case("A ferry sank.", "It rained.", "The ferry sank."),
        OverlapJudges(checker=OverlapChecker()),
    )
    assert (found.rates, found.facts["said"]) == ({PASSED: True}, 1)
    found = support.outcome(
        case("A ferry sank.", "A ferry.", "It sank."), OverlapJudges(checker=OverlapChecker())
    )
    assert (found.rates, found.facts["said"]) == ({PASSED: False}, 0)


def test_without_any_text_nothing_passes():
    """And no error."""
    found = support.outcome(case("A ferry sank."), OverlapJudges(checker=OverlapChecker()))
    assert (found.rates, found.facts["said"]) == ({PASSED: False}, 0)


# ── long texts ──


def pieces(length):
    """What the checker is given of a text of so many different characters."""
    text = "".join(chr(0x4E00 + place) for place in range(length))
    checker = ScriptedChecker({})
    support.outcome(case("They say so.", text), OverlapJudges(checker=checker))
    asked = list(dict.fromkeys(one for _, texts in checker.asked for one in texts))
    return [(text.index(one), text.index(one) + len(one)) for one in asked]


@pytest.mark.parametrize(
    ("length", "spans"),
    [
        (1, [(0, 1)]),
        (1200, [(0, 1200)]),
        (1201, [(0, 1200), (600, 1201)]),
        (1800, [(0, 1200), (600, 1800)]),
        (3000, [(0, 1200), (600, 1800), (1200, 2400), (1800, 3000)]),
    ],
)
def test_a_long_text_is_judged_in_pieces(length, spans):
    """Each begins in the middle of the one before it."""
    assert MOST_CHARACTERS == 1200
    assert pieces(length) == spans


@pytest.mark.parametrize("before", [0, 500, 1180, 1900, 2900])
def test_a_sentence_is_found_wherever_it_is_in_a_long_text(before):
    """Also where a piece ends; but not where its halves lie far apart."""
    filler = "mill " * 700
    text = f"{filler[:before]} A ferry sank. {filler[before:]}"
    found = support.outcome(case("A ferry sank.", text), OverlapJudges(checker=OverlapChecker()))
    assert (found.rates, found.facts["said"]) == ({PASSED: True}, 1)
    apart = f"A ferry. {filler[:MOST_CHARACTERS]} It sank."
    assert not support.outcome(
        case("A ferry sank.", apart), OverlapJudges(checker=OverlapChecker())
    ).rates[PASSED]


# ── the whole set ──


def test_a_whole_run(tmp_path):
    """Rates by class, of all and of the three frames; F1 and AUROC of all, by hand.

    Passing: one of two rightly, one of three wrongly: F1 2·1 / (2 + 1 + 1) and 2·2 / (4 + 1 + 1).
    Of six pairs of a true and a false sentence two are in order and three are ties.
    """
    task = support.task("small", pairs_file(tmp_path), support.pairs)
    done = measure(task, tmp_path)
    assert (done.name, done.limited) == ("support-small", False)
    assert set(done.figures) == {"all", "frames", "number", "modality", "speaker"}
    assert values(done.figures["all"]) == {
        PASSED: (1 / 2, 2),
        CAUGHT: (pytest.approx(2 / 3), 3),
        F1: (pytest.approx((1 / 2 + 2 / 3) / 2), 5),
        AUROC: (pytest.approx((2 + 3 / 2) / 6), 5),
    }
    assert values(done.figures["frames"]) == {PASSED: (0, 1), CAUGHT: (1 / 2, 2)}
    assert values(done.figures["number"]) == {PASSED: (1, 1), CAUGHT: (1, 1)}
    assert values(done.figures["modality"]) == {PASSED: (0, 1), CAUGHT: (0, 1)}
    assert values(done.figures["speaker"]) == {CAUGHT: (1, 1)}


def test_a_set_without_frames_or_without_a_side_has_no_figures_for_them(tmp_path):
    """There is nothing to count."""
    row = {"set": "qags", "statement": "Boats sank.", "evidence": "Boats sank.", "label": 1}
    file = written(tmp_path, "qags.jsonl", [row])
    done = measure(support.task("qags", file, support.judged), tmp_path)
    assert {part: set(named) for part, named in done.figures.items()} == {
        "all": {PASSED, F1},
        "qags": {PASSED},
    }


def test_each_half_has_a_task_of_its_own(tmp_path):
    """The first, third and fifth text are unread; a limit draws some, the same every time."""
    file = pairs_file(tmp_path)
    unread = measure(support.task("pairs", file, support.pairs, unread=True), tmp_path)
    other = measure(support.task("pairs", file, support.pairs, unread=False), tmp_path)
    assert (unread.name, other.name) == ("support-pairs-unread", "support-pairs")
    assert (unread.figures["all"][F1].n, other.figures["all"][F1].n) == (3, 2)
    assert set(other.figures) == {"all", "frames", "number", "modality"}
    some = measure(support.task("pairs", file, support.pairs, unread=True), tmp_path, limit=2)
    assert (some.limited, some.figures["all"][F1].n) == (True, 2)
