"""A run: every figure of one measurement with all that decided about it; aggregates only.

Saved under `scripts/results/`, with the commit in its name. The outcomes of single questions lie
beside it in `outcomes/`, which git ignores: two runs can be compared where both were measured.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rag.atomic import replace_bytes
from rag.errors import UsageError
from rag.settings import ROOT, Settings
from rag.types import digest
from scripts.scoreboard import figures
from scripts.scoreboard.measures import Difference, Figure
from scripts.scoreboard.outcomes import Outcome, kept

RESULTS = ROOT / "scripts" / "results"
OUTCOMES = RESULTS / "outcomes"
FLOORS = RESULTS / "floors.json"
_PLACES = ("seeds", "index", "models")  # settings that say where, not how


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement; `figures` by part of the question set and name of the measure."""

    name: str
    commit: str
    code: str  # digest of the code that measured
    when: str  # ISO 8601
    machine: Mapping[str, Any]
    models: Mapping[str, str]
    settings: Mapping[str, Any]
    seed: int
    options: Mapping[str, Any]
    data: Mapping[str, str]  # digests of the articles and the questions file
    left_out: int  # questions that do not count: their evidence is not among the articles
    limited: bool  # only some of the questions were asked, or some of the articles searched
    figures: Mapping[str, Mapping[str, Figure]]

    @property
    def file_name(self) -> str:
        """Its name among the results."""
        return f"{self.name}-{self.commit}.json"

    @property
    def key(self) -> str:
        """The file name of its outcomes: everything that decides about one, the commit among it."""
        given = {
            "commit": self.commit,
            "code": self.code,
            "models": dict(self.models),
            "settings": dict(self.settings),
            "options": {k: v for k, v in self.options.items() if k != "limit"},
            "data": dict(self.data),
        }
        mark = digest(json.dumps(given, sort_keys=True))[:12]
        return f"{self.name}-{mark}.jsonl"

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        replace_bytes(path, f"{json.dumps(asdict(self), indent=2)}\n".encode())

    @classmethod
    def load(cls, path: Path) -> Run:
        """A saved run. Raises UsageError for a file that is none."""
        try:
            given = json.loads(path.read_text())
            given["figures"] = {
                kind: {name: Figure(**figure) for name, figure in named.items()}
                for kind, named in given["figures"].items()
            }
            return cls(**given)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise UsageError(
                f"{path} is no saved run. Runs are made by: python scripts/evaluate.py retrieval"
            ) from error


def settings_json(settings: Settings) -> dict[str, Any]:
    """The settings that decide about figures; a model file without its folder."""
    named = {field.name: getattr(settings, field.name) for field in fields(settings)}
    kept_ = {name: value for name, value in named.items() if name not in _PLACES}
    return kept_ | {"model": Path(settings.model).name}


def newest(folder: Path = RESULTS) -> list[Run]:
    """The newest whole run of each name, by name."""
    found: dict[str, Run] = {}
    for path in sorted(folder.glob("*.json")):
        if path.name == FLOORS.name:
            continue
        run = Run.load(path)
        if not run.limited and (run.name not in found or run.when > found[run.name].when):
            found[run.name] = run
    return [found[name] for name in sorted(found)]


def compared(
    before: Run, after: Run, folder: Path = OUTCOMES
) -> Iterator[tuple[str, str, Difference]]:
    """The paired differences of two runs, after minus before. Raises UsageError when the outcomes
    of one are not on this computer.
    """
    if before.data["questions"] != after.data["questions"]:
        raise UsageError("These runs asked different questions; only the same can be paired.")
    yield from figures.changes(*(outcomes_of(run, folder) for run in (before, after)))


def outcomes_of(run: Run, folder: Path = OUTCOMES) -> list[Outcome]:
    """The single outcomes of a run that was measured here."""
    found = kept(folder / run.key)
    if not found:
        raise UsageError(
            f"The single outcomes of {run.file_name} are not on this computer; they are kept only"
            " where a run was measured. Measure it again at that commit."
        )
    return list(found.values())


def lines(run: Run, beside: Callable[[str, str, str], str] = lambda *_: "") -> Iterable[str]:
    """The run for people: each figure with its interval and n, and what is to stand beside it."""
    yield f"{run.name} · commit {run.commit} · {run.when[:10]}"
    if run.left_out:
        yield f"  {run.left_out} questions left out: their evidence is not among the articles"
    for kind, named in run.figures.items():
        yield f"  {kind}"
        for name, figure in named.items():
            others = beside(run.name, kind, name)
            yield f"    {name:52} {figure}{f'  · {others}' if others else ''}"
