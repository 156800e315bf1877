"""The wheel: built, installed into an empty environment, and used far from the checkout."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from rag.__main__ import COMMANDS
from rag.models.catalogue import CATALOGUE, READER
from rag.settings import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]  # it is built once
BIN = "Scripts" if os.name == "nt" else "bin"
DATA = [
    ("rag.models", "catalogue.toml"),
    ("rag.models", "weights/reader.onnx"),
    ("rag.models", "weights/tokenizer.json"),
    ("rag.reading.newspage", "furniture.toml"),
    ("rag.reading.newspage", "outlets.toml"),
    ("rag.retrieval", "gate.json"),
    ("rag.show", "html_file.css"),
    ("rag.web", "static/page.css"),
    ("rag.web", "static/page.js"),
]


def pip(*arguments):
    """Run pip, which may not ask anybody for packages."""
    quiet = ["--no-input", "--disable-pip-version-check", "--quiet"]
    program = [sys.executable, "-m", "pip", *quiet, *map(str, arguments)]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout, built from a copy, so that no build folder is left in it."""
    copy, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(ROOT / "rag", copy / "rag", ignore=shutil.ignore_patterns("__pycache__"))
    stored = "--build-option=--compression=stored"  # nobody keeps it
    alone = ["--no-deps", "--no-index", "--no-build-isolation"]
    pip("wheel", *alone, "--config-settings", stored, "-w", made, copy)
    (found,) = made.iterdir()
    return found


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """The folder of the commands of an environment that holds the wheel alone; what it needs is
    found where these tests find it.
    """
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    (packages / "needed.pth").write_text(sysconfig.get_path("purelib"))
    python = folder / BIN / "python"
    pip("--python", python, "install", "--no-deps", "--no-index", "--no-compile", wheel)
    return folder / BIN


@pytest.fixture
def use(installed, tmp_path):
    """Run a command of the environment in an empty folder, without variables of this project."""

    def run(name, *arguments):
        ours = ("CLIPPINGS_", "PYTHON")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(ours)}
        return subprocess.run(
            [installed / name, *arguments],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.mark.parametrize(("package", "name"), DATA)
def test_package_data_is_in_the_wheel(installed, use, package, name):
    """Found through the package, byte for byte as in the checkout."""
    program = f"from importlib.resources import files; print(files({package!r}).joinpath({name!r}))"
    found = Path(use("python", "-c", program).stdout.strip())
    assert found.is_relative_to(installed.parent)
    assert found.read_bytes() == ROOT.joinpath(*package.split("."), name).read_bytes()


def test_the_wheel_holds_the_program_and_the_models_trained_for_it_alone(wheel):
    """No article, no data of an evaluation, no test; of model files those of the catalogue, in full."""
    with zipfile.ZipFile(wheel) as archive:
        sizes = {one.filename: one.file_size for one in archive.infolist()}
        weights = {name for name in sizes if name.startswith("rag/models/weights/")}
        found = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in weights}
    assert {name.split("/")[0].split("-")[0] for name in sizes} == {"rag", "clippings"}
    ours = {f"rag/{part}": f.sha256 for f in CATALOGUE[READER].files for _, part in f.parts}
    assert found == ours
    rest = {name: size for name, size in sizes.items() if name not in weights}
    kinds = {Path(name).suffix for name in rest if name.startswith("rag/")}
    assert kinds == {".py", ".toml", ".json", ".css", ".js"}
    assert max(rest.values()) < 150_000  # nothing so large is written by hand
    print(f"\n{len(sizes)} files in the wheel: {len(weights)} of models, all ours; no data")


def test_the_command_of_the_wheel_lists_its_commands(use):
    """`clippings` is on the path of the environment, and calls them by its own name."""
    done = use("clippings", "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage: clippings COMMAND")
    assert all(f"  {name}" in done.stdout for name in COMMANDS)
    assert use("clippings", "ask", "--help").stdout.split()[:3] == ["Usage:", "clippings", "ask"]


def test_outside_a_checkout_the_folders_are_those_of_the_current_directory(use, tmp_path):
    """seeds/ and index/ are looked for there."""
    program = "from rag import Settings; print(Settings().seeds, Settings().index, sep='\\n')"
    found = use("python", "-c", program).stdout.splitlines()
    assert found == [str(tmp_path / "seeds"), str(tmp_path / "index")]


def test_messages_of_the_wheel_name_its_own_commands(use, tmp_path):
    """No script and no make target, which only a checkout has."""
    (tmp_path / "seeds").mkdir()
    done = use("clippings", "ask", "Who won?")
    assert done.returncode == 5
    assert done.stderr.startswith(f"No articles in {tmp_path / 'seeds'}.")
    assert done.stderr.endswith("run: clippings ingest\n")
    done = use("clippings", "models", "--help")
    assert done.stderr.startswith("clippings models")


def test_the_wheel_plans_an_ingest_of_the_current_directory(use, tmp_path):
    """An article in its seeds/ is found."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "storm.txt").write_text("Storm\n\nA storm came.")
    done = use("clippings", "ingest", "--dry-run")
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "new: storm.txt")
