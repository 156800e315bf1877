"""The marked places in README.md and docs/, and what belongs there.

A place begins with `<!-- generated: name -->` and ends with `<!-- end -->`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from rag.settings import ROOT
from scripts.docs import commands, figures, tree

_PLACE = re.compile(r"(<!-- generated: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)

PARTS: Mapping[str, Callable[[], str]] = {
    "headlines": figures.headlines,
    "runs": figures.runs,
    "peers": figures.peers,
    "gate": figures.gate,
    "options": commands.options,
    "exit codes": commands.exit_codes,
    "targets": commands.targets,
    "tree": tree.tree,
    "contract": tree.contract,
    "decisions": lambda: decisions(ROOT / "docs" / "decisions"),
}


def pages() -> list[Path]:
    """Return every page for people, README.md first."""
    return [*sorted(ROOT.glob("*.md"), key=_readme_first), *sorted((ROOT / "docs").rglob("*.md"))]


def _readme_first(path: Path) -> tuple[bool, str]:
    return path.name != "README.md", path.name


def generated() -> list[Path]:
    """Return the pages with a marked place."""
    return [path for path in pages() if _PLACE.search(path.read_text())]


def filled(path: Path) -> str:
    """Return the text of a page with all its marked places written anew."""

    def part(place: re.Match[str]) -> str:
        return f"{place[1]}{PARTS[place[2]]().rstrip()}\n{place[3]}"

    return _PLACE.sub(part, path.read_text())


def decisions(folder: Path) -> str:
    """Return the list of decisions: number and title of each, its day, what was decided."""
    rows = [_decision(path) for path in sorted(folder.glob("0*.md"))]
    return "\n".join(["| | day | decision |", "|---|---|---|", *rows])


def _decision(path: Path) -> str:
    text = path.read_text()
    title = re.search(r"^# \d+ · (.+)$", text, re.MULTILINE)
    day = re.search(r"\d{4}-\d\d-\d\d", text)
    decided = re.search(r"^\*\*Decision\.\*\* (.+?)$", text, re.MULTILINE)
    if not (title and day and decided):
        raise ValueError(f"{path} needs a title, a day and a line that begins with **Decision.**")
    return f"| [{title[1]}]({path.name}) | {day[0]} | {decided[1]} |"
