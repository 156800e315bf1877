"""Keep what each question gave, in numbers; sum it up; put two measurements side by side.

An outcome says by the place of a number how it is summed up: `rates` as the share that is true,
`means` as the mean, `parts` pooled, `seconds` as median and 95th percentile. A question that has
nothing to say about a measure does not name it. They lie in a local file, so that a stopped run
can go on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter

from rag.protocols import Progress
from scripts.evaluation import measures
from scripts.evaluation.measures import Difference, Figure

C = TypeVar("C")  # what is asked: a question, perhaps with its documents
Figures = Mapping[str, Mapping[str, Figure]]  # by part of the question set and name of the measure
Change = tuple[str, str, Difference]  # part of the question set, measure, difference

MEMORY = "peak resident memory, GB"
_SUMS: Mapping[str, Callable[..., Figure]] = {
    "rates": measures.rate,
    "means": measures.mean,
    "parts": measures.pooled,
}
_CHANGES: Mapping[str, Callable[..., Difference]] = {
    "rates": measures.changed_rates,
    "means": measures.changed_means,
    "parts": measures.changed_pools,
    "seconds": measures.changed_means,
}


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


def summed(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """Return the figures of every part of the set, by name."""
    return {kind: dict(_figures(group)) for kind, group in by_kind(outcomes).items()}


def _figures(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Figure]]:
    for place, total in _SUMS.items():
        for name, values in _columns(outcomes, place).items():
            yield name, total(list(values.values()))
    for name, values in _columns(outcomes, "seconds").items():
        for share in (0.5, 0.95):
            figure = measures.quantile(list(values.values()), share)
            yield f"seconds to {name}, p{share * 100:.0f}", figure
    if memory := [one.facts[MEMORY] for one in outcomes if MEMORY in one.facts]:
        yield MEMORY, Figure(max(memory), len(memory))


def _columns(outcomes: Sequence[Outcome], place: str) -> dict[str, dict[str, Any]]:
    """Return the values of each measure by question id."""
    columns: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        for name, value in getattr(outcome, place).items():
            columns.setdefault(name, {})[outcome.question] = value
    return columns


def changes(before: Sequence[Outcome], after: Sequence[Outcome]) -> Iterator[Change]:
    """Yield what changed, on the questions that both runs asked."""
    groups = by_kind(before), by_kind(after)
    for kind in [kind for kind in groups[0] if kind in groups[1]]:
        for place, change in _CHANGES.items():
            one, other = (_columns(group[kind], place) for group in groups)
            for name in [name for name in one if name in other]:
                if both := [number for number in one[name] if number in other[name]]:
                    columns = [[column[name][key] for key in both] for column in (one, other)]
                    label = f"seconds to {name}" if place == "seconds" else name
                    yield kind, label, change(*columns)
