"""The tree of rag/, with what each module says of itself."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from rag.settings import ROOT

PACKAGE = ROOT / "rag"


def tree() -> str:
    """Return a list of the stories and doors, then of each wing with its modules."""
    return "\n".join(_below(PACKAGE, ""))


def _below(folder: Path, indent: str) -> Iterator[str]:
    """Yield the modules of a folder, then its folders with theirs."""
    for path in sorted(folder.glob("*.py")):
        if not path.stem.startswith("__"):
            yield f"{indent}- `{path.name}` – {first_sentence(path)}"
    for path in sorted(folder.glob("*/__init__.py")):
        name = f"{path.parent.name}/" if indent else f"rag/{path.parent.name}/"
        yield f"{indent}- **`{name}`** – {first_sentence(path)}"
        yield from _below(path.parent, f"{indent}  ")


def first_sentence(path: Path) -> str:
    """Return the first paragraph of a module's docstring, on one line."""
    text = ast.get_docstring(ast.parse(path.read_text())) or ""
    return " ".join(text.split("\n\n")[0].split())


def contract() -> str:
    """Return the layers of rag/ from top to bottom, as import-linter keeps them."""
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(one for one in linter["contracts"] if one["name"] == "imports point down")
    return "\n".join(["```", *layers["layers"], "```"])


def named() -> set[str]:
    """Return the names of the wings and top modules of rag/."""
    tops = {path.stem for path in PACKAGE.glob("*.py") if not path.stem.startswith("__")}
    return tops | {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
