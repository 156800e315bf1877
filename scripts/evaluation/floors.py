"""Keep floors, so that quality is not lost unseen: the least a measure may reach on a question set.

Where smaller is better the floor is the most it may reach. Raising is easy; lowering takes a
reason, which is kept.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter

from rag.atomic import replace_bytes
from scripts.evaluation.runs import Run

_NAMED = tomllib.loads(Path(__file__).with_name("measures.toml").read_text())
_STEP = 10_000  # floors are kept to four places, rounded to the easier side


@dataclass(frozen=True, slots=True)
class Lowered:
    """A floor that was lowered, and why."""

    on: str
    commit: str
    before: float
    reason: str


@dataclass(frozen=True, slots=True)
class Floor:
    """The least (or, for a measure that should be small, the most) a measure may reach."""

    run: str
    kind: str
    measure: str
    n: int
    questions: str  # digest of the question set
    value: float
    lowered: tuple[Lowered, ...] = ()

    @property
    def about(self) -> str:
        """Name it for people."""
        return f"{self.run} · {self.kind} · {self.measure}"

    def holds(self, value: float) -> bool:
        """Tell whether a value keeps to it."""
        return value <= self.value if self.measure in _NAMED["lower"] else value >= self.value

    def compares(self, run: Run) -> bool:
        """Tell whether it is about the very questions of a run."""
        about = self.run == run.name and not run.limited
        return about and self.questions == run.data["questions"]


_FLOORS = TypeAdapter(list[Floor])


def load(path: Path) -> list[Floor]:
    """Return the floors of a file; none where there is no file."""
    return _FLOORS.validate_json(path.read_bytes()) if path.is_file() else []


def save(floors: Iterable[Floor], path: Path) -> None:
    """Write the floors, sorted, so that a change is easy to read."""
    ordered = sorted(floors, key=lambda floor: floor.about)
    replace_bytes(path, _FLOORS.dump_json(ordered, indent=2) + b"\n")


def broken(run: Run, floors: Iterable[Floor]) -> Iterator[str]:
    """Yield what is below its floor, or is no longer measured, in words."""
    for floor in (one for one in floors if one.compares(run)):
        figure = run.figures.get(floor.kind, {}).get(floor.measure)
        if figure is None:
            yield f"{floor.about} is no longer measured, but has a floor"
        elif not floor.holds(figure.value):
            side = "below" if figure.value < floor.value else "above"
            yield f"{floor.about}: {figure.value:.4f} is {side} its floor of {floor.value:.4f}"


def not_compared(run: Run, floors: Iterable[Floor]) -> Iterator[str]:
    """Yield the floors that say nothing about this run, in words."""
    for floor in floors:
        if floor.run == run.name and not floor.compares(run):
            yield f"{floor.about}: not compared with its floor, which is for other questions"


def raised(run: Run, floors: Iterable[Floor], reason: str = "") -> list[Floor]:
    """Return the floors with those of a run: new ones, higher ones and, only with a reason, lower ones.

    A floor for other questions is a lower one, however high: nobody can compare the two.
    """
    after = {floor.about: floor for floor in floors}
    for now in _floors(run):
        old = after.get(now.about, now)
        if old.questions == now.questions and old.holds(now.value):
            after[now.about] = replace(now, lowered=old.lowered)
        elif reason:
            lowered = Lowered(date.today().isoformat(), run.commit, old.value, reason)
            after[now.about] = replace(now, lowered=(*old.lowered, lowered))
    return list(after.values())


def _floors(run: Run) -> Iterator[Floor]:
    for kind, named in run.figures.items():
        for measure in [measure for measure in named if measure in _NAMED["headlines"]]:
            rounded = math.ceil if measure in _NAMED["lower"] else math.floor
            value = rounded(round(named[measure].value * _STEP, 6)) / _STEP
            questions = run.data["questions"]
            yield Floor(run.name, kind, measure, named[measure].n, questions, value)
