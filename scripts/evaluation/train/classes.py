"""Labelled texts -> what a classifier learns from: a text, a head, the label that the head should give.

Statements, questions and sentences were written for this, most of them hard: with the words that tell
another label, or with none that tells. Plain ones stand beside them: statements of the checker's own
pairs, ordinary questions of the reader's.
"""

from __future__ import annotations

import json
import lzma
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rag.language.sentences import sentence_texts
from scripts.evaluation.train import examples, pairs

OWN = Path(__file__).with_name("classes.jsonl.xz")
ORDINARY = 6_000  # of the reader's own questions, which ask about what texts say
HARMLESS = 3_000  # of the checker's own statements, which address nobody
READ = 9_000  # sentences of the texts of the reader's own questions: they address nobody, either
SEED = 16
# how often a hard text stands among the plain ones of its head
OFTEN = {"frame": 3, "asks": 2, "order": 3}


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with its label under one head."""

    text: str
    head: str
    label: str


def labelled() -> list[Labelled]:
    """Return the texts in the order of learning, the same every time."""
    rng = random.Random(SEED)
    own = list(_lines(examples.OWN))
    asked = sorted({one["question"] for one in own})
    read = sorted({told for one in own for told in sentence_texts(one["context"])})
    told = [one for one in _lines(pairs.OWN) if one.get("frame")]
    rng.shuffle(asked)
    rng.shuffle(told)
    rng.shuffle(read)
    found = [Labelled(question, "asks", "news") for question in asked[:ORDINARY]]
    found += [Labelled(one["statement"], "frame", one["frame"]) for one in told]
    found += [Labelled(one["statement"], "order", "no") for one in told[:HARMLESS]]
    found += [Labelled(sentence, "order", "no") for sentence in read[:READ]]
    for one in _lines(OWN):
        found += [Labelled(**one)] * OFTEN[one["head"]]
    rng.shuffle(found)
    return found


def _lines(path: Path) -> Iterator[dict[str, str]]:
    with lzma.open(path, "rt") as file:
        yield from map(json.loads, file)
