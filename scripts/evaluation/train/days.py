"""Marked sentences -> what a namer learns of days: each naming of a day, and what it is the day of.

The sentences were written for this, like news; half of them are hard: the day bounds, compares, is of
something beside the event or of who only says so. So that a role is learned from what is around a day,
most turns put other weekdays, months and numbers in the place of those there.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

from rag.language.calendar import MONTHS, WEEKDAYS
from scripts.evaluation.train import names
from scripts.evaluation.train.names import Marked

OWN = Path(__file__).with_name("days.jsonl.xz")
_MARK = re.compile(r"\[\[(?P<kind>past|ahead|said|other)\|(?P<name>[^\[\]]+)\]\]")
_WEEKDAYS, _MONTHS = ([name.title() for name in known] for known in (WEEKDAYS, MONTHS))
_PART = re.compile(
    rf"\b(?:{'|'.join((*_WEEKDAYS, *_MONTHS))}|(?:1[89]|20)\d\d|\d\d?(?=\b|st|nd|rd|th))"
)


def marked() -> list[Marked]:
    """Return the sentences in an order that is the same every time."""
    return names.marked(OWN, _MARK)


def parse(told: str) -> Marked:
    """Read "The council voted [[past|on Monday]].\""""
    return names.parse(told, _MARK)


def changed(one: Marked, share: float, rng: random.Random) -> Marked:
    """Name other days in a share of the namings; within a text one part of them becomes one other."""
    other: dict[str, str] = {}

    def drawn(part: re.Match[str]) -> str:
        if part[0] not in other:
            other[part[0]] = _other(part[0], rng) if rng.random() < share else part[0]
        return other[part[0]]

    return names.renamed(one, lambda name, _: _PART.sub(drawn, name))


def _other(part: str, rng: random.Random) -> str:
    """Return another weekday, month, year or day of a month."""
    if part in _WEEKDAYS:
        return rng.choice(_WEEKDAYS)
    if part in _MONTHS:
        return rng.choice(_MONTHS)
    return str(int(part) + rng.randint(-9, 9)) if len(part) == 4 else str(rng.randint(1, 28))
