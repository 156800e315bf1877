"""Collections of judged statements -> the pairs a checker learns from: a statement, a text, whether it says so.

Words in common must not decide. So the pairs that were written for this come first: of every text
there are true statements in other words, and false ones in its own words with one thing changed.
"""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

OWN = Path(__file__).with_name("pairs.jsonl.xz")
SEED = 15
# pairs to take at most of each collection, half of them supported where so many are; news first
MIX = {
    "own": 40_000,
    "fever": 8_000,
    "defacto_xsum": 4_800,
    "summedits": 2_900,
    "mnli": 4_000,
    "fool_me_twice": 2_500,
    "cad_nli": 3_000,
    "conjnli": 2_500,
    "fib_xsum": 1_600,
    "bump": 1_372,
    "wice": 1_300,
    "breaking_nli": 1_500,
}

Verdict: TypeAlias = Literal["supported", "contradicted", "not stated", "unsupported"]
"""`unsupported`: one of the two before it, and nobody said which."""

VERDICTS = get_args(Verdict)[:3]


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement beside a text."""

    statement: str
    text: str
    verdict: Verdict

    @property
    def supported(self) -> bool:
        """Whether the text says so."""
        return self.verdict == "supported"


def pairs(training: Path, mix: dict[str, int] = MIX) -> list[Pair]:
    """Return the pairs in the order of learning, the same every time."""
    rng = random.Random(SEED)
    chosen: list[Pair] = []
    for name, most in mix.items():
        found = list(dict.fromkeys(_read(name, training)))
        rng.shuffle(found)
        for side in (True, False):
            chosen += [one for one in found if one.supported == side][: most // 2]
    rng.shuffle(chosen)
    return chosen


def _read(name: str, training: Path) -> Iterator[Pair]:
    path = OWN if name == "own" else training / f"B_{name}.jsonl.xz"
    with lzma.open(path, "rt") as file:
        for one in map(json.loads, file):
            yield Pair(one["statement"], one["evidence"], one["kind"])
