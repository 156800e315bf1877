"""Sum outcomes up as their place in the outcome says, and put two runs side by side."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.evaluation import measures
from scripts.evaluation.measures import Difference, Figure
from scripts.evaluation.outcomes import Outcome, by_kind

Figures = Mapping[str, Mapping[str, Figure]]  # by part of the question set and name of the measure

MEMORY = "peak resident memory, GB"
_NAMED = tomllib.loads(Path(__file__).with_name("measures.toml").read_text())
HEADLINES, LOWER = (frozenset(_NAMED[name]) for name in ("headlines", "lower"))

_SUMS: dict[str, Callable[[Sequence[Any]], Figure]] = {
    "rates": measures.rate,
    "means": measures.mean,
    "parts": measures.pooled,
}
_CHANGES: dict[str, Callable[[Sequence[Any], Sequence[Any]], Difference]] = {
    "rates": measures.changed_rates,
    "means": measures.changed_means,
    "parts": measures.changed_pools,
    "seconds": measures.changed_means,
}


def lower_is_better(name: str) -> bool:
    """Tell whether a smaller figure is the better one."""
    return name in LOWER or name.startswith("seconds")


def summed(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """Return the figures of every part of the set, by name."""
    return {kind: dict(_figures(group)) for kind, group in by_kind(outcomes).items()}


def _figures(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Figure]]:
    for place, total in _SUMS.items():
        for name, values in _columns(outcomes, place).items():
            yield name, total(list(values.values()))
    for name, values in _columns(outcomes, "seconds").items():
        yield f"seconds to {name}, p50", measures.quantile(list(values.values()), 0.5)
        yield f"seconds to {name}, p95", measures.quantile(list(values.values()), 0.95)
    memory = [one.facts[MEMORY] for one in outcomes if MEMORY in one.facts]
    if memory:
        yield MEMORY, Figure(max(memory), len(memory))


def _columns(outcomes: Sequence[Outcome], place: str) -> dict[str, dict[str, Any]]:
    """Return the values of each measure by question id."""
    columns: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        for name, value in getattr(outcome, place).items():
            columns.setdefault(name, {})[outcome.question] = value
    return columns


def changes(
    before: Sequence[Outcome], after: Sequence[Outcome]
) -> Iterator[tuple[str, str, Difference]]:
    """Yield part of the set, measure and difference, on the questions that both runs asked."""
    groups = by_kind(before), by_kind(after)
    for kind in [kind for kind in groups[0] if kind in groups[1]]:
        for place, change in _CHANGES.items():
            one, other = (_columns(group[kind], place) for group in groups)
            for name in [name for name in one if name in other]:
                both = [number for number in one[name] if number in other[name]]
                if both:
                    columns = [[column[name][key] for key in both] for column in (one, other)]
                    label = f"seconds to {name}" if place == "seconds" else name
                    yield kind, label, change(*columns)
