"""Measure whether sentences get the day on which they say that something happened.

    sentence, day of its article -> day, month, year or none -> Outcome

They are invented news, with their days by hand; half of them are hard: the day bounds, compares,
belongs to something beside the event, or is one of several. Those have none. The 120 of
tests/gold/timeline.jsonl are by who wrote the reading of days, the 200 of timeline_second.jsonl by
somebody else. Every second sentence is kept unread: it is read only by the tasks whose names end so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from rag.protocols import Dater
from rag.settings import ROOT
from rag.when.events import event_days
from scripts.evaluation.collections import half, records
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Task, task_of_file

SENTENCES = ROOT / "tests" / "gold" / "timeline.jsonl"
SECOND = SENTENCES.with_name("timeline_second.jsonl")
RIGHT, WRONG = "right day or left undated", "wrong day"
FOUND = "day found, where there is one"


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence, when it was printed, and its day as far as it is known: "2025-06"; or None."""

    id: str
    published: date
    day: str | None
    text: str


def cases(unread: bool, path: Path = SENTENCES) -> list[Case]:
    """Return one half of the sentences."""
    every = [
        Case(str(number), date.fromisoformat(one["published"]), one["day"], one["text"])
        for number, one in enumerate(records(path), start=1)
    ]
    return half(every, unread, lambda case: case.text)


def task(unread: bool = False, path: Path = SENTENCES) -> Task:
    """Return the task on one half of the sentences of a file."""
    name = path.stem.replace("_", "-")
    return task_of_file(
        f"{name}-unread" if unread else name,
        path,
        lambda: {case.id: case for case in cases(unread, path)},
        lambda engine, _: partial(outcome, dater=engine.models.dater),
        figures,
    )


def outcome(case: Case, dater: Dater) -> Outcome:
    """Return whether the day is right, as the program tells it; a month for a day is wrong."""
    [found] = event_days([(case.text, case.published)], dater)
    rates = {
        RIGHT: found is None or found.iso == case.day,
        WRONG: found is not None and found.iso != case.day,
    }
    if case.day:
        rates[FOUND] = found is not None and found.iso == case.day
    return Outcome(case.id, "all", rates=rates)


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the shares of all sentences."""
    return summed(outcomes)
