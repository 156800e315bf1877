"""Marked texts -> what a namer learns from: a text, and its names with their kinds.

The texts were written for this, like news of many countries; half of them are hard: the same word is a
person in one and a storm, a town or a company in another. So that a kind is learned from what is
around a name, most turns put names of other texts, of the same kind and form, in the place of some.
Some name people and bodies that exist: all that they tell is invented, and nothing of it is a fact.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.types.models import NameKind

OWN = Path(__file__).with_name("names.jsonl.xz")
SEED = 24
_MARK = re.compile(r"\[(?P<name>[^\[\]]+)\]\((?P<kind>person|organisation|place|other)\)")

Pool = Mapping[tuple[NameKind, int], Sequence[str]]
"""Kind and number of words -> names of them."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and its names: where each starts and ends, and its kind."""

    text: str
    names: tuple[tuple[int, int, Any], ...]


def marked(path: Path = OWN, mark: re.Pattern[str] = _MARK) -> list[Marked]:
    """Return the texts in an order that is the same every time."""
    with lzma.open(path, "rt", encoding="utf-8") as lines:
        found = [parse(json.loads(line)["text"], mark) for line in lines]
    random.Random(SEED).shuffle(found)
    return found


def parse(told: str, mark: re.Pattern[str] = _MARK) -> Marked:
    """Read "[Ada Holm](person) left [Kelvarra](place).", or marks of another form with the same groups."""
    names: list[tuple[int, int, Any]] = []
    text, last = "", 0
    for one in mark.finditer(told):
        text += told[last : one.start()]
        names.append((len(text), len(text) + len(one["name"]), one["kind"]))
        text += one["name"]
        last = one.end()
    return Marked(text + told[last:], tuple(names))


def pool(texts: Sequence[Marked]) -> Pool:
    """Return the names of texts by their kind and number of words."""
    found: dict[tuple[NameKind, int], list[str]] = defaultdict(list)
    for one in texts:
        for start, end, kind in one.names:
            name = one.text[start:end]
            found[kind, len(name.split())].append(name)
    return found


def changed(one: Marked, names: Pool, share: float, rng: random.Random) -> Marked:
    """Put other names in the place of a share of a text's; one name becomes one other."""
    other: dict[str, str] = {}

    def drawn(name: str, kind: Any) -> str:
        if name not in other:
            instead = rng.choice(names[kind, len(name.split())])
            other[name] = instead if rng.random() < share else name
        return other[name]

    return renamed(one, drawn)


def renamed(one: Marked, other: Callable[[str, Any], str]) -> Marked:
    """Put in the place of each name what `other` makes of it and its kind."""
    told: list[tuple[int, int, Any]] = []
    text, last = "", 0
    for start, end, kind in one.names:
        name = other(one.text[start:end], kind)
        text += one.text[last:start]
        told.append((len(text), len(text) + len(name), kind))
        text += name
        last = end
    return Marked(text + one.text[last:], tuple(told))
