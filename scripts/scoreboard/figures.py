"""Outcomes -> figures: summed up as their place in the outcome says, and two runs side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from scripts.scoreboard import measures
from scripts.scoreboard.measures import Difference, Figure
from scripts.scoreboard.outcomes import Outcome, by_kind

MEMORY = "peak resident memory, GB"
# Whatever is named here is better when smaller; everything else when larger.
LOWER = frozenset(
    [
        "wrong option",
        "wrong answer alone",
        "wrong answer alone, the true one not in the quotes either",
        "wrong number or name",
        "refused",
        "false abstain",
        "risk at .25 coverage",
        "risk at .5 coverage",
        "risk at .75 coverage",
        "area under risk-coverage",
        "attack success",
        "attack success before the checks",
        "order given to the model",
        "control tokens in the evidence",
        "foreign address in the answer",
        "mark to evidence not given",
        MEMORY,
    ]
)

_SUMS: dict[str, Callable[[Sequence[Any]], Figure]] = {
    "rates": measures.rate,
    "means": measures.mean,
    "parts": measures.pooled,
}
_CHANGES: dict[str, Callable[[Sequence[Any], Sequence[Any]], Difference]] = {
    "rates": measures.changed_rates,
    "means": measures.changed_means,
    "parts": measures.changed_pools,
}


def lower_is_better(name: str) -> bool:
    """Whether a smaller figure is the better one."""
    return name in LOWER or name.startswith("seconds")


def summed(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """The figures of every part of the set, by name."""
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
    """The values of each measure by question id."""
    columns: dict[str, dict[str, Any]] = {}
    for outcome in outcomes:
        values: Mapping[str, Any] = getattr(outcome, place)
        for name, value in values.items():
            columns.setdefault(name, {})[outcome.question] = value
    return columns


def changes(
    before: Sequence[Outcome], after: Sequence[Outcome]
) -> Iterator[tuple[str, str, Difference]]:
    """Part of the set, measure and difference, on the questions that both runs asked."""
    groups = by_kind(before), by_kind(after)
    for kind in [kind for kind in groups[0] if kind in groups[1]]:
        for place, change in [*_CHANGES.items(), ("seconds", measures.changed_means)]:
            one, other = (_columns(group[kind], place) for group in groups)
            for name in [name for name in one if name in other]:
                both = [number for number in one[name] if number in other[name]]
                if both:
                    columns = [[column[name][key] for key in both] for column in (one, other)]
                    label = f"seconds to {name}" if place == "seconds" else name
                    yield kind, label, change(*columns)
