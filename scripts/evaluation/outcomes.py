"""Keep what each question gave, in numbers, in a local file that lets a stopped run go on.

An outcome says by the place of a number how it is to be summed up: `rates` as the share that is
true, `means` as the mean, `parts` pooled, `seconds` as median and 95th percentile. A question that
has nothing to say about a measure does not name it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter

from rag.protocols import Progress

C = TypeVar("C")  # what is asked: a question, perhaps with its documents


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured on one question."""

    question: str  # its id
    kind: str
    rates: Mapping[str, bool] = field(default_factory=dict)
    means: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # (these, of so many)
    seconds: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)  # for measures of the whole set

    def line(self) -> str:
        """Return it as a line of the file."""
        return json.dumps(asdict(self))


def kept(path: Path) -> dict[str, Outcome]:
    """Return the outcomes of a file by question id; drop a last line that was cut off."""
    if not path.is_file():
        return {}
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)
    read = TypeAdapter(Outcome).validate_json
    return {outcome.question: outcome for outcome in map(read, whole.splitlines())}


def collected(
    cases: Mapping[str, C], ask: Callable[[C], Outcome], path: Path, progress: Progress
) -> list[Outcome]:
    """Return an outcome for every case: those of the file, and the others, asked and appended now."""
    done = kept(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for count, (number, case) in enumerate(cases.items()):
            progress("questions", count, len(cases))
            if number not in done:
                done[number] = ask(case)
                print(done[number].line(), file=file, flush=True)
    progress("questions", len(cases), len(cases))
    return [done[number] for number in cases]


def by_kind(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """Return the outcomes of each part of the set, in the order of their first questions."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.kind, []).append(outcome)
    return groups
