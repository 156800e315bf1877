"""Write saved runs as tables in Markdown: those of docs/quality.md, and the figures of README.md."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path

from scripts.evaluation.measures import Figure, pooled
from scripts.evaluation.runs import RESULTS, Run, beside, saved

_NAMED = tomllib.loads(Path(__file__).with_name("sets.toml").read_text())


def tables(folder: Path = RESULTS, of: tuple[str, ...] = ("",)) -> str:
    """Return a section for each question set: what it is, its runs side by side, what others reach;
    of runs whose names begin with one of these.
    """
    left, sections = [run for run in shown(saved(folder)) if run.name.startswith(of)], []
    for one in [*_NAMED["set"], {"runs": "*", "title": "Others", "about": ""}]:
        name = re.compile(re.escape(one["runs"]).replace(r"\*", "(.*)"))
        found = [(run, match) for run in left if (match := name.fullmatch(run.name))]
        left = [run for run in left if not name.fullmatch(run.name)]
        for limited, title in ((False, one["title"]), (True, f"{one['title']}: some of them")):
            named = [
                ("".join(match.groups()), run) for run, match in found if run.limited == limited
            ]
            told = [f"- {_described(run)}" for _, run in named]
            head = [f"### {title}", "", one["about"], "", *told, ""]
            sections += ["\n".join([*head, *_table(named)])] if named else []
    return "\n\n".join(sections)


def shown(runs: Sequence[Run]) -> list[Run]:
    """Return of each name the newest run of all its questions, and a later one of some of them."""
    kept: dict[tuple[str, bool], Run] = {}
    for run in runs:
        if not run.limited:
            kept.pop((run.name, True), None)
        kept[run.name, run.limited] = run
    return list(kept.values())


def _described(run: Run) -> str:
    out = f", {run.left_out} questions left out" if run.left_out else ""
    machine = f"{run.machine['processor']}, {run.machine['cores']} cores"
    return f"`{run.name}`: commit {run.commit}, {run.when[:10]}, {machine}{out}"


def _table(named: Sequence[tuple[str, Run]]) -> Iterator[str]:
    """Yield a table: a line for each measure, a column for each part of each run."""
    columns = [(label, run, kind) for label, run in named for kind in run.figures]
    measures = dict.fromkeys(name for _, run, kind in columns for name in run.figures[kind])
    heads = [f"{label.strip('-')} {kind}".strip() for label, _, kind in columns]
    others = {name: dict.fromkeys(_others(columns, name)) for name in measures}
    last = ["others"] if any(others.values()) else []
    yield _row(["", *heads, *last])
    yield _row(["---"] * (1 + len(heads) + len(last)))
    for name in measures:
        cells = [cell(run.figures[kind].get(name)) for _, run, kind in columns]
        yield _row([name, *cells, *(["; ".join(others[name])] if last else [])])


def _others(columns: Sequence[tuple[str, Run, str]], measure: str) -> Iterator[str]:
    for _, run, kind in columns:
        if known := beside(run.name, kind, measure):
            yield known if kind == "all" else f"{kind}: {known}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def cell(figure: Figure | None, digits: int = 3) -> str:
    """Return a figure with its interval and its n: ".754 (.551 to .880) of 24"."""
    if figure is None:
        return "–"
    bounds = [number(one, digits) for one in (figure.low, figure.high) if one is not None]
    interval = f" ({' to '.join(bounds)})" if bounds else ""
    return f"{number(figure.value, digits)}{interval} of {figure.n:,}"


def number(value: float, digits: int) -> str:
    """Return a number as tables have it: .69 instead of 0.69, and a small one with its first digit."""
    small = value and abs(value) < 10**-digits
    return (f"{value:.1g}" if small else f"{value:.{digits}f}" if value else "0").removeprefix(
        "0"
    ) or "0"


def headlines(folder: Path = RESULTS) -> str:
    """Return the figures of README.md, all of the commit that has most of them, else the newest."""
    found: dict[str, dict[str, Run]] = {}
    for run in sorted(saved(folder), key=lambda run: run.when):
        told = {one["words"]: run for one in _NAMED["headline"] if run.name in one["runs"]}
        found[run.commit] = found.pop(run.commit, {}) | told  # the newest commit comes last
    commit, runs = max(reversed(found.items()), key=lambda one: len(one[1]))
    rows = [
        _row(
            [
                one["words"] + ", of some" * runs[one["words"]].limited,
                cell(_whole(runs[one["words"]], one["measure"]), 2),
            ]
        )
        for one in _NAMED["headline"]
        if one["words"] in runs
    ]
    machines = sorted({run.machine["processor"] for run in runs.values()})
    day = max(run.when for run in runs.values())[:10]
    head = f"commit {commit}, {day}, {', '.join(machines)}"
    return "\n".join([_row([head, "share"]), _row(["---", "---"]), *rows])


def _whole(run: Run, measure: str) -> Figure:
    """Return a rate over all parts of a question set that have it."""
    parts = [named[measure] for named in run.figures.values() if measure in named]
    return pooled([(round(part.value * part.n), part.n) for part in parts])
