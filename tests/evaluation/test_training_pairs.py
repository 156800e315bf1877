"""The pairs that a checker learns from: how many of which, in which order."""

from __future__ import annotations

import json
import lzma
from collections import Counter
from typing import get_args

import pytest

from scripts.evaluation import support
from scripts.evaluation.train.pairs import MIX, VERDICTS, Pair, Verdict, pairs

KINDS = {"supported": 6, "contradicted": 4, "not stated": 3}


def written(folder, name, counts=KINDS, copies=1):
    """A collection with so many pairs of each kind, each so many times."""
    rows = [
        {"statement": f"{name} {kind} {number}.", "evidence": f"Text {number}.", "kind": kind}
        for kind, count in counts.items()
        for number in range(count)
    ]
    with lzma.open(folder / f"B_{name}.jsonl.xz", "wt") as file:
        file.writelines(f"{json.dumps(row)}\n" for row in rows * copies)


def sides(found):
    """How many pairs of each collection are supported and how many are not."""
    return Counter((one.statement.split()[0], one.supported) for one in found)


def test_a_pair_is_a_line_of_a_collection(tmp_path):
    """Statement, text and verdict."""
    written(tmp_path, "fever", {"contradicted": 1})
    [one] = pairs(tmp_path, {"fever": 2})
    assert one == Pair("fever contradicted 0.", "Text 0.", "contradicted")


def test_of_each_collection_so_many_are_taken_half_of_them_supported(tmp_path):
    """Of the other half it does not matter which verdict."""
    written(tmp_path, "fever")
    written(tmp_path, "wice")
    found = sides(pairs(tmp_path, {"fever": 8, "wice": 4}))
    assert found == {("fever", True): 4, ("fever", False): 4, ("wice", True): 2, ("wice", False): 2}


def test_a_side_that_has_less_than_its_half_is_not_made_up_for(tmp_path):
    """The other side stays at its half, so that words in common say as little as before."""
    written(tmp_path, "wice", {"supported": 1, "not stated": 9})
    assert sides(pairs(tmp_path, {"wice": 8})) == {("wice", True): 1, ("wice", False): 4}


def test_a_pair_is_taken_once(tmp_path):
    """However often its collection has it."""
    written(tmp_path, "fever", copies=3)
    found = pairs(tmp_path, {"fever": 100})
    assert len(found) == len(set(found)) == sum(KINDS.values())


def test_the_order_is_the_same_every_time_and_mixes_all(tmp_path):
    """By the seed; sorted neither by collection nor by verdict."""
    for name in ("fever", "wice"):
        written(tmp_path, name, {"supported": 40, "contradicted": 40})
    mix = {"fever": 80, "wice": 80}
    found = pairs(tmp_path, mix)
    assert found == pairs(tmp_path, mix)
    for key in (lambda one: one.statement.split()[0], lambda one: one.supported):
        first = Counter(map(key, found[:80]))
        assert len(first) == 2 and min(first.values()) > 20


def test_which_pairs_of_a_collection_are_taken_is_drawn(tmp_path):
    """Not the first ones of its file: they may all be about one text."""
    written(tmp_path, "fever", {"supported": 100})
    chosen = {int(one.statement.split()[2].strip(".")) for one in pairs(tmp_path, {"fever": 40})}
    assert len(chosen) == 20 and max(chosen) > 50


def test_a_missing_collection_is_an_error(tmp_path):
    """Nothing is learned from half of the data in silence."""
    with pytest.raises(FileNotFoundError, match="B_fever"):
        pairs(tmp_path, {"fever": 2})


# ── the pairs that were written for this ──


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """All of them; they need no other collection."""
    return pairs(tmp_path_factory.mktemp("training"), {"own": MIX["own"]})


def test_the_own_pairs_are_nearly_balanced_and_have_known_verdicts(own):
    """Neither side is more than 55 of 100."""
    assert {one.verdict for one in own} <= set(get_args(Verdict))
    assert set(VERDICTS) == {"supported", "contradicted", "not stated"}
    assert 0.45 < sum(one.supported for one in own) / len(own) < 0.55
    assert all(one.statement.strip() and one.text.strip() for one in own)


def test_the_own_pairs_break_the_trap_of_words_in_common(own):
    """A text that has a false statement has a true one, too."""
    sides_of: dict[str, set[bool]] = {}
    for one in own:
        sides_of.setdefault(one.text, set()).add(one.supported)
    both = sum(len(found) == 2 for found in sides_of.values())
    assert both / len(sides_of) > 0.9


def test_no_pair_that_measures_is_learned_from(own):
    """Neither its text nor its sentence."""
    measured = support.pairs(support.PAIRS)
    assert not {one.texts[0] for one in measured} & {one.text for one in own}
    assert not {one.sentence for one in measured} & {one.statement for one in own}
