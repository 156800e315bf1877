"""Keep runs: every figure of one measurement with all that decided about it; aggregates only.

Saved under `scripts/results/`, with the commit in its name. The outcomes of single questions lie
beside it in `outcomes/`, which git ignores: two runs can be compared where both were measured.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from rag.atomic import replace_bytes
from rag.errors import UsageError
from rag.settings import ROOT
from rag.types.articles import digest
from scripts.evaluation.outcomes import Change, Figures, Outcome, changes, kept

RESULTS = ROOT / "scripts" / "results"
OUTCOMES = RESULTS / "outcomes"
FLOORS = RESULTS / "floors.json"
PEERS = RESULTS / "peers.json"  # of scripts/evaluation/peers/beside.py
GROWTH = RESULTS / "growth.json"  # of scripts/evaluation/growth.py
NO_RUNS = {FLOORS.name, PEERS.name, GROWTH.name}
_DECIDE = ("commit", "code", "models", "settings", "data")  # and the options, but for the limit
_ANCHORS = tomllib.loads(Path(__file__).with_name("anchors.toml").read_text())


@dataclass(frozen=True, slots=True)
class Run:
    """One measurement with what decided about it."""

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
    figures: Figures

    @property
    def file_name(self) -> str:
        """Its name among the results."""
        return f"{self.name}-{self.commit}.json"

    @property
    def key(self) -> str:
        """The file name of its outcomes: everything that decides about one, the commit among it."""
        given = {name: getattr(self, name) for name in _DECIDE}
        given["options"] = {k: v for k, v in self.options.items() if k != "limit"}
        return f"{self.name}-{digest(json.dumps(given, sort_keys=True))[:12]}.jsonl"

    def save(self, path: Path) -> None:
        """Write it as JSON."""
        replace_bytes(path, f"{json.dumps(asdict(self), indent=2)}\n".encode())

    @classmethod
    def load(cls, path: Path) -> Run:
        """Read a saved run. Raises UsageError for a file that is none."""
        try:
            return TypeAdapter(cls).validate_json(path.read_bytes())
        except (OSError, ValueError) as error:
            remedy = "Runs are made by: python -m scripts.evaluation run all"
            raise UsageError(f"{path} is no saved run. {remedy}") from error


def saved(folder: Path = RESULTS) -> list[Run]:
    """Return every saved run, by name and time."""
    runs = [Run.load(path) for path in folder.glob("*.json") if path.name not in NO_RUNS]
    return sorted(runs, key=lambda run: (run.name, run.when))


def newest(folder: Path = RESULTS) -> list[Run]:
    """Return the newest whole run of each name, by name."""
    return list({run.name: run for run in saved(folder) if not run.limited}.values())


def compared(before: Run, after: Run, folder: Path = OUTCOMES) -> Iterator[Change]:
    """Yield the paired differences, after minus before. Raises UsageError without outcomes."""
    if before.data["questions"] != after.data["questions"]:
        raise UsageError("These runs asked different questions; only the same can be paired.")
    yield from changes(*(outcomes_of(run, folder) for run in (before, after)))


def outcomes_of(run: Run, folder: Path = OUTCOMES) -> list[Outcome]:
    """Return the single outcomes of a run that was measured here."""
    found = kept(folder / run.key)
    if not found:
        why = "are not on this computer; they are kept only where a run was measured"
        raise UsageError(f"The outcomes of {run.file_name} {why}. Measure it again at its commit.")
    return list(found.values())


def beside(run: str, kind: str, measure: str) -> str:
    """Return what others reach, on one line: "BM25 .422, reach .700"; empty where nothing is known."""
    systems = _ANCHORS.get(run, {}).get(kind, {}).get(measure, {})
    named = ", ".join(f"{system} {value:.3f}" for system, value in systems.items())
    return named.replace(" 0.", " .")


def lines(run: Run) -> Iterable[str]:
    """Yield the run for people: each figure with its interval and n, and what is beside it."""
    yield f"{run.name} · commit {run.commit} · {run.when[:10]}"
    if run.left_out:
        yield f"  {run.left_out} questions left out: their evidence is not among the articles"
    for kind, named in run.figures.items():
        yield f"  {kind}"
        for name, figure in named.items():
            others = beside(run.name, kind, name)
            yield f"    {name:52} {figure}{f'  · {others}' if others else ''}"
