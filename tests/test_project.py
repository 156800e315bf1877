"""The project as a whole: what is loaded when, public names, pins, seeds."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag
from rag.settings import ROOT

HEAVY = ["docx", "faiss", "feedparser", "gradio", "llama_cpp", "onnxruntime", "pypdf"]
HEAVY += ["sentence_transformers", "torch", "trafilatura", "watchfiles"]
MODULES = {
    ".".join(path.relative_to(ROOT / "rag").with_suffix("").parts): path
    for path in sorted((ROOT / "rag").rglob("*.py"))
}


def imports(path):
    """Every module that a file imports, anywhere in it, with whether it does so at its top level."""
    tree = ast.parse(path.read_text())
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "rag":
            yield from ((f"{node.module}.{alias.name}", id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top


def test_no_module_loads_a_heavy_library_before_it_is_used():
    """Every module but those of the page itself is imported without one."""
    page = {f"rag.web.{name}" for name in ("api", "drafts", "finding", "handlers", "page", "parts")}
    names = sorted({f"rag.{name}".removesuffix(".__init__") for name in MODULES} - page)
    light = [name for name in names if not name.endswith("__main__")]
    program = f"import sys, {', '.join(light)}; print(*(set({HEAVY}) & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""


def test_public_names_can_be_imported_and_are_sorted():
    """What `rag` promises exists."""
    assert list(rag.__all__) == sorted(rag.__all__)
    for name in rag.__all__:
        assert getattr(rag, name)


def test_importing_rag_is_light():
    """No numpy, no model library."""
    program = "import sys, rag; print('numpy' in sys.modules, 'onnxruntime' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.strip() == "False False"


def test_no_pickle_anywhere():
    """No file that the program reads can run code: pickle and its relatives are not used."""
    for path in [*MODULES.values(), ROOT / "app.py", *(ROOT / "scripts").glob("*.py")]:
        used = {name.split(".")[0] for name, _ in imports(path)}
        assert not used & {"pickle", "joblib", "dill", "marshal", "shelve"}, path
        assert "torch.load" not in path.read_text()
        assert "allow_pickle" not in path.read_text()


def taken(path):
    """Module, name and own name of what a file imports from the package."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rag."):
            yield from ((node.module, name.name, name.asname or name.name) for name in node.names)


def test_a_name_is_imported_from_the_module_that_defines_it():
    """No module hands on what it imported itself; only the package does."""
    borrowed = {
        f"rag.{module}": {own for *_, own in taken(path)} for module, path in MODULES.items()
    }
    files = [
        path for folder in ("rag", "scripts", "tests") for path in (ROOT / folder).rglob("*.py")
    ]
    for path in [ROOT / "app.py", *files]:
        for module, name, _ in taken(path):
            assert name not in borrowed.get(module, ()), f"{path}: {name} is not of {module}"


def test_every_module_and_public_name_is_documented():
    """At least one sentence each; ruff's D1 checks the rest."""
    for path in MODULES.values():
        assert ast.get_docstring(ast.parse(path.read_text())), path


PINS = [
    line.split("#")[0].strip()
    for line in (ROOT / "requirements.txt").read_text().splitlines()
    if line.split("#")[0].strip()
]
PINNED = {pin.split("==")[0] for pin in PINS}
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
DIRECT = {
    *PYPROJECT["project"]["dependencies"],
    *(name for group in PYPROJECT["dependency-groups"].values() for name in group),
}


def needed_by(package, extras):
    """What an installed package says it needs, on any system; nothing of one that is left out."""
    try:
        stated = [Requirement(line) for line in requires(package) or []]
    except PackageNotFoundError:
        return
    for one in stated:
        optional = "extra" in str(one.marker)
        if not optional or any(one.marker.evaluate({"extra": extra}) for extra in extras):
            yield canonicalize_name(one.name), frozenset(one.extras)


def test_every_package_is_pinned():
    """Exactly, so that every set-up is the same; all direct dependencies are among them."""
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in PINS)
    assert len(PINS) == len(PINNED)
    assert DIRECT <= PINNED


def test_every_pinned_package_is_needed():
    """By a direct dependency, or by what one needs."""
    found, ahead = set(), [(name, frozenset()) for name in DIRECT]
    while ahead:
        if (package := ahead.pop()) not in found:
            found.add(package)
            ahead += needed_by(*package)
    assert not PINNED - {name for name, _ in found}


def test_the_seeds_are_the_given_files():
    """Byte for byte."""
    digests = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:16]
        for path in (ROOT / "seeds").iterdir()
    }
    assert (
        digests.items()
        >= {
            "000_c9d38ac02081f8b8.txt": "ed652f70cf8a1009",
            "003_a837782a5cef9c92.txt": "57e1baf1592d848b",
        }.items()
    )
