"""Write the parts of README.md and docs/ that follow from code and saved runs: python -m scripts.docs

A part begins with `<!-- generated: name -->` and ends with `<!-- end -->`.
"""

from __future__ import annotations

import ast
import importlib
import io
import os
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from functools import partial
from importlib.metadata import distribution, metadata
from pathlib import Path

from rag import errors
from rag.__main__ import COMMANDS
from rag.settings import ROOT
from scripts.evaluation import growth, markdown
from scripts.evaluation.peers import shown
from scripts.evaluation.runs import RESULTS

_PART = re.compile(r"(<!-- generated: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_WIDTH = "80"  # of the terminal that help is written for


def pages() -> list[Path]:
    """Return every page for people."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def filled(path: Path) -> str:
    """Return a page with all its generated parts written anew."""
    return _PART.sub(
        lambda part: f"{part[1]}{PARTS[part[2]]().rstrip()}\n{part[3]}", path.read_text()
    )


# ── commands ──


def options() -> str:
    """Return what each command says to --help."""
    told = {name: _help(name).strip() for name in COMMANDS}
    return "\n\n".join(f"## clippings {name}\n\n```\n{text}\n```" for name, text in told.items())


def _help(name: str) -> str:
    command = importlib.import_module(COMMANDS[name][0]).main
    text, before = io.StringIO(), os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = _WIDTH
    try:
        with redirect_stdout(text), redirect_stderr(text):
            command(["--help"])
    finally:
        os.environ.pop("COLUMNS")
        os.environ.update({"COLUMNS": before} if before else {})
    return text.getvalue()


def exit_codes() -> str:
    """Return a table of the exit codes: those that commands state, then those of all errors."""
    stated = [(f"`{name}`", *pair) for name in COMMANDS for pair in _stated(name)]
    kinds = [one for one in vars(errors).values() if "exit_code" in getattr(one, "__dict__", ())]
    raised = [("every command", str(kind.exit_code), kind.__doc__) for kind in kinds[1:]]
    rows = [f"| {where} | {code} | {meaning} |" for where, code, meaning in stated + raised]
    return "\n".join(["| command | code | it means |", "|---|---|---|", *rows])


def _stated(name: str) -> Iterator[tuple[str, str]]:
    """Yield the exit codes of a module's docstring: "Exit codes: 0 answered · 2 bad arguments."."""
    text = importlib.import_module(COMMANDS[name][0]).__doc__ or ""
    if line := re.search(r"Exit codes: (.+?)\.(?:\s|$)", " ".join(text.split())):
        for part in line[1].split(" · "):
            code, meaning = part.split(" ", 1)
            yield code, meaning


def targets() -> str:
    """Return a table of the make targets, with what the Makefile says of each."""
    found = re.findall(r"^([a-z-]+):.*?## (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    rows = [f"| `make {name}` | {meaning} |" for name, meaning in found]
    return "\n".join(["| command | |", "|---|---|", *rows])


# ── the tree ──


def tree() -> str:
    """Return the modules of rag/ and of its wings, each with its first sentence."""
    return "\n".join(_below(ROOT / "rag", ""))


def _below(folder: Path, indent: str) -> Iterator[str]:
    for path in sorted(folder.glob("*.py")):
        if not path.stem.startswith("__"):
            yield f"{indent}- `{path.name}` – {_first_sentence(path)}"
    for path in sorted(folder.glob("*/__init__.py")):
        name = f"{'' if indent else 'rag/'}{path.parent.name}/"
        yield f"{indent}- **`{name}`** – {_first_sentence(path)}"
        yield from _below(path.parent, f"{indent}  ")


def _first_sentence(path: Path) -> str:
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    return " ".join(text.split("\n\n")[0].split())


def contract() -> str:
    """Return the layers of rag/ from top to bottom, as import-linter keeps them."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    return "\n".join(["```", *layers, "```"])


# ── decisions ──


def decisions() -> str:
    """Return the list of decisions, each with its day."""
    rows = [_decision(path) for path in sorted((ROOT / "docs" / "decisions").glob("0*.md"))]
    return "\n".join(["| | day | decision |", "|---|---|---|", *rows])


def _decision(path: Path) -> str:
    title, _, about = path.read_text().partition("\n")
    decided = about.partition("\n**Decision.** ")[2].partition("\n\n")[0]
    if not (title.startswith("# ") and decided):
        raise ValueError(f"{path} needs a title, a day and, at its end, **Decision.**")
    name, day = title.partition(" · ")[2], about.strip()[:10]
    return f"| [{name}]({path.name}) | {day} | {' '.join(decided.split())} |"


# ── packages ──


def licences() -> str:
    """Return a table of the pinned packages by licence, as they state it themselves."""
    pinned = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    found: dict[str, set[str]] = {}
    for name in pinned:
        found.setdefault(licence(name), set()).add(re.sub(r"-part\d+$", "-part…", name))
    rows = [f"| {stated} | {', '.join(sorted(found[stated]))} |" for stated in sorted(found)]
    return "\n".join(["| licence | packages |", "|---|---|", *rows])


def licence(package: str) -> str:
    """Return what an installed package says: an expression, its classifiers, or a line of a text."""
    about = metadata(package)
    if "License-Expression" in about:
        return about["License-Expression"]
    kinds = [kind for kind in about.get_all("Classifier") or () if kind.startswith("License ::")]
    if kinds:
        return ", ".join(sorted(kind.split(" :: ")[-1] for kind in kinds))
    text = about["License"] if "License" in about else _licence_text(package)
    return text.strip().split("\n")[0] or "not stated"


def _licence_text(package: str) -> str:
    return distribution(package).read_text("licenses/LICENSE") or ""


PARTS: Mapping[str, Callable[[], str]] = {
    "headlines": markdown.headlines,
    "tables": markdown.tables,
    "reader figures": partial(markdown.tables, of=("reader-", "near-miss", "wordings")),
    "checker figures": partial(markdown.tables, of=("support-", "drafts")),
    "classifier figures": partial(markdown.tables, of=("classes",)),
    "speed": (RESULTS / "speed.md").read_text,
    "ingest": (RESULTS / "ingest.md").read_text,
    "side by side": shown.table,
    "growth": lambda: growth.table(growth.load()),
    "options": options,
    "exit codes": exit_codes,
    "targets": targets,
    "tree": tree,
    "contract": contract,
    "decisions": decisions,
    "licences": licences,
}

PICTURES: Mapping[str, Callable[[], str]] = {
    "growth.svg": lambda: str(growth.picture(growth.load())),
}
"""Name in docs/ -> what is in it."""


if __name__ == "__main__":
    for name, drawn in PICTURES.items():
        (ROOT / "docs" / name).write_text(drawn())
    for page in pages():
        page.write_text(filled(page))
