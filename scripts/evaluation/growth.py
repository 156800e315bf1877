"""What libraries of several sizes cost: measured one after the other, kept, and shown as a table and a picture."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.atomic import replace_bytes
from rag.errors import UsageError
from rag.settings import Settings
from rag.show.html import Html, html, joined
from scripts.evaluation import machine
from scripts.evaluation.costs import UNITS, Cost, costs
from scripts.evaluation.runs import GROWTH

SIZES = (10_000, 100_000, 1_000_000)  # passages
# What the picture has a panel for.
PANELS = (
    "both legs, fused, warm",
    "shell, cold: Enter to the quotations",
    "one more article, from a cold start",
    "memory of it, at most",
)
WIDE, HIGH, EDGE = 210, 150, 34  # of a panel, and what is around its lines, in units of the picture


@dataclass(frozen=True, slots=True)
class Grown:
    """What a library of a size costs, and when and on what that was measured."""

    size: int  # passages that were wanted
    commit: str
    machine: str
    costs: tuple[Cost, ...]

    @property
    def named(self) -> Mapping[str, Cost]:
        """The costs by name."""
        return {cost.name: cost for cost in self.costs}


def measured(settings: Settings, size: int, folder: Path) -> Iterator[Cost]:
    """Yield what a library of so many passages costs that is made in a folder, and keep it at the end."""
    found = list[Cost]()
    for cost in costs(settings, size, folder):
        found.append(cost)
        yield cost
    commit, _ = machine.code()
    where = f"{machine.processor()}, {settings.threads} cores"
    others = [one for one in load() if one.size != size]
    save([*others, Grown(size, commit, where, tuple(found))])


def load(path: Path = GROWTH) -> list[Grown]:
    """Return what was measured, the smallest first. Raises UsageError for a file that is none of ours."""
    try:
        found = json.loads(path.read_text()) if path.exists() else []
        return [
            Grown(**one | {"costs": tuple(_cost(cost) for cost in one["costs"])}) for one in found
        ]
    except (ValueError, TypeError, KeyError) as error:
        raise UsageError(f"{path} cannot be read: {error}. Remove it and measure again.") from error


def _cost(kept: Mapping[str, object]) -> Cost:
    cost = Cost(**kept)  # type: ignore[arg-type]
    return Cost(cost.name, cost.unit, tuple(cost.values), cost.n)


def save(grown: Sequence[Grown], path: Path = GROWTH) -> None:
    """Keep what was measured."""
    found = [asdict(one) for one in sorted(grown, key=lambda one: one.size)]
    replace_bytes(path, json.dumps(found, indent=1).encode() + b"\n")


def table(grown: Sequence[Grown]) -> str:
    """Return a table in Markdown: a line for each cost, a column for each size."""
    if not grown:
        return "Nothing was measured yet. Measure: python -m scripts.evaluation growth"
    names = dict.fromkeys(name for one in grown for name in one.named)
    rows = [["", *(f"{one.size:,} passages" for one in grown)], ["---"] * (1 + len(grown))]
    for name in names:
        rows.append([name, *(str(one.named.get(name, "–")) for one in grown)])
    rows.append(["commit", *(one.commit for one in grown)])
    told = ", ".join(dict.fromkeys(one.machine for one in grown))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    head = f"{told}. Milliseconds: half of the questions within · 95 % within."
    return "\n".join([head, "", *lines])


# ── the picture ──


def picture(grown: Sequence[Grown]) -> Html:
    """Return what grows and how, a panel for each of PANELS, as SVG: passages to the right in powers of ten."""
    panels = [
        html(
            '<g transform="translate({},0)">{}</g>', str(WIDE * place), joined(_panel(name, grown))
        )
        for place, name in enumerate(PANELS)
    ]
    return html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {} {}" font-family="sans-serif"'
        ' font-size="9" role="img" aria-label="{}"><rect width="100%" height="100%" fill="#fff"/>{}</svg>\n',
        str(WIDE * len(PANELS)),
        str(HIGH),
        _in_words(grown),
        joined(panels),
    )


def _in_words(grown: Sequence[Grown]) -> str:
    sizes = ", ".join(f"{one.size:,}" for one in grown)
    told = "; ".join(
        f"{name}: {', '.join(str(one.named[name]) for one in grown if name in one.named)}"
        for name in PANELS
    )
    return f"Costs with {sizes} passages. {told}"


def _panel(name: str, grown: Sequence[Grown]) -> Iterator[Html]:
    """Yield a title, a line to the ground, and for each value of a cost its line with its numbers."""
    there = [(one.size, one.named[name]) for one in grown if name in one.named]
    if not there:
        return
    top = max(max(cost.values) for _, cost in there)
    unit = there[0][1].unit
    ground = HIGH - EDGE
    yield html('<text x="{}" y="14" fill="#222">{} ({})</text>', str(EDGE), name, unit)
    yield html(
        '<path d="M{} {}H{}" stroke="#999" fill="none"/>',
        str(EDGE),
        str(ground),
        str(WIDE - EDGE // 2),
    )
    for size, _ in there:
        yield _written(_right(size, grown), ground + 13, _short(size), "#555")
    for place, color in zip(range(len(there[0][1].values)), ("#1f5fa8", "#c05a1a"), strict=False):
        points = [
            (_right(size, grown), ground - (ground - EDGE) * cost.values[place] / top, cost)
            for size, cost in there
        ]
        line = " ".join(f"{right:.1f},{down:.1f}" for right, down, _ in points)
        yield html('<polyline points="{}" stroke="{}" fill="none"/>', line, color)
        for right, down, cost in points:
            told = UNITS[unit].format(cost.values[place]).removesuffix(f" {unit}")
            yield html(
                '<circle cx="{}" cy="{}" r="2" fill="{}"/>', f"{right:.1f}", f"{down:.1f}", color
            )
            yield _written(right, down - 5, told, color)


def _written(right: float, down: float, told: str, color: str) -> Html:
    return html(
        '<text x="{}" y="{}" fill="{}" text-anchor="middle">{}</text>',
        f"{right:.1f}",
        f"{down:.1f}",
        color,
        told,
    )


def _right(size: int, grown: Sequence[Grown]) -> float:
    """Return how far to the right a size is, in powers of ten between the smallest and the largest."""
    first, last = math.log10(grown[0].size), math.log10(grown[-1].size)
    share = (math.log10(size) - first) / (last - first) if last > first else 0.5
    return EDGE + 12 + share * (WIDE - 2 * EDGE - 12)


def _short(size: int) -> str:
    return f"{size // 1_000_000} M" if size >= 1_000_000 else f"{size // 1_000} k"
