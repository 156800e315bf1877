"""Marked sentences -> what a namer learns of days: each naming of a day, and what it is the day of.

The sentences were written for this, like news; half of them are hard: the day bounds, compares, is of
something beside the event or of who only says so. So that a role is learned from what is around a day,
most turns put other weekdays, months and numbers in the place of those there.
"""

from __future__ import annotations

import json
import lzma
import random
import re
from pathlib import Path
from typing import Any

from rag.language.calendar import MONTHS, WEEKDAYS
from scripts.evaluation.train.names import SEED, Marked

OWN = Path(__file__).with_name("days.jsonl.xz")
_MARK = re.compile(r"\[\[(past|ahead|said|other)\|([^\[\]]+)\]\]")
_WEEKDAYS, _MONTHS = ([name.title() for name in names] for names in (WEEKDAYS, MONTHS))
_PART = re.compile(
    rf"\b(?:{'|'.join((*_WEEKDAYS, *_MONTHS))}|(?:1[89]|20)\d\d|\d\d?(?=\b|st|nd|rd|th))"
)


def marked() -> list[Marked]:
    """Return the sentences in an order that is the same every time."""
    with lzma.open(OWN, "rt", encoding="utf-8") as lines:
        found = [parse(json.loads(line)["text"]) for line in lines]
    random.Random(SEED).shuffle(found)
    return found


def parse(told: str) -> Marked:
    """Read "The council voted [[past|on Monday]].\""""
    names: list[tuple[int, int, Any]] = []
    text, last = "", 0
    for mark in _MARK.finditer(told):
        text += told[last : mark.start()]
        names.append((len(text), len(text) + len(mark[2]), mark[1]))
        text += mark[2]
        last = mark.end()
    return Marked(text + told[last:], tuple(names))


def changed(one: Marked, share: float, rng: random.Random) -> Marked:
    """Name other days in a share of the namings; within a text one part of them becomes one other."""
    other: dict[str, str] = {}
    told: list[tuple[int, int, Any]] = []
    text, last = "", 0

    def drawn(part: re.Match[str]) -> str:
        if part[0] not in other:
            other[part[0]] = _other(part[0], rng) if rng.random() < share else part[0]
        return other[part[0]]

    for start, end, kind in one.names:
        name = _PART.sub(drawn, one.text[start:end])
        text += one.text[last:start]
        told.append((len(text), len(text) + len(name), kind))
        text += name
        last = end
    return Marked(text + one.text[last:], tuple(told))


def _other(part: str, rng: random.Random) -> str:
    """Return another weekday, month, year or day of a month."""
    if part in _WEEKDAYS:
        return rng.choice(_WEEKDAYS)
    if part in _MONTHS:
        return rng.choice(_MONTHS)
    return str(int(part) + rng.randint(-9, 9)) if len(part) == 4 else str(rng.randint(1, 28))
