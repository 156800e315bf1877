"""A saved comparison -> a table in Markdown, for docs/quality.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from scripts.evaluation.peers.beside import MEASURES, Beside
from scripts.evaluation.runs import PEERS

# Tried on 2026-11-30 with Python 3.11, where no hub of models was within reach.
LEFT_OUT: Mapping[str, str] = {
    "raglite 1.1.1": "It installs, but fetches its search from elsewhere when it first indexes: `IO Error: "
    'Failed to download extension "fts"`, and so for "vss". It also splits sentences by a model of a hub.',
    "haiku.rag 0.101.1": "`Could not find a version that satisfies the requirement` with Python 3.11: it has "
    "`Requires-Python >=3.12`. It encodes in its own process, but has its language model from a server.",
    "kotaemon": "`No matching distribution found for kotaemon`",
}


def table(path: Path = PEERS, left_out: Mapping[str, str] = LEFT_OUT) -> str:
    """Return a saved comparison in Markdown: a column for each peer, then what could not be measured."""
    if not path.is_file():
        return "Not measured yet: `make peers`."
    found = Beside.load(path)
    broken = [
        (f"{one.name}, {name}", _code(why))
        for one in found.peers
        for name, why in one.broken.items()
    ]
    return "\n".join(
        [
            f"{_described(found)}\n",
            *_rows(["", *(one.name for one in found.peers)], map(_measure_row(found), MEASURES)),
            *_apart([*broken, *left_out.items()]),
        ]
    )


def _described(found: Beside) -> str:
    where = f"{found.machine['processor']}, {found.machine['cores']} cores"
    means = f"{found.articles:,} articles, {found.options['threads']} threads"
    models = f"{found.options['encoder']} and {found.options['model']} for all"
    head = f"Commit {found.commit}, {found.when[:10]}, {where}; {means}, {models}."
    return f"{head} Medians, with the range where n is more than one."


def _measure_row(found: Beside) -> Callable[[str], list[str]]:
    return lambda name: [name, *(_cell(one.figures.get(name, [])) for one in found.peers)]


def _cell(values: Sequence[float]) -> str:
    if not values:
        return "–"
    bounds = f" ({min(values):.2f} to {max(values):.2f})" if len(values) > 1 else ""
    return f"{median(values):.2f}{bounds} of {len(values)}"


def _apart(told: Sequence[tuple[str, str]]) -> list[str]:
    if not told:
        return []
    return ["", *_rows(["not measured", "why"], told)]


def _code(line: str) -> str:
    """Return a line of a program so that it stays one cell."""
    return "`" + line.replace("|", "/").replace("`", "'") + "`"


def _rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for cells in (heads, ["---"] * len(heads), *rows):
        yield f"| {' | '.join(cells)} |"
