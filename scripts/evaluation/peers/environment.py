"""Make the Python that has the peers; nothing of theirs enters the environment of Clippings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from rag.errors import UsageError
from rag.shell.terminal import say
from rag.types.articles import digest
from scripts.evaluation.collections import CACHE
from scripts.evaluation.peers import REQUIREMENTS, pins
from scripts.install import kept_llama

FOLDER = CACHE.parent / "peers"
WHAT = "txtai and LangChain (2 GB, once, 5 to 15 minutes)"
LOG = "install.log"


def made(folder: Path = FOLDER) -> Path:
    """Return the Python of the environment for this list of packages; make it where it is not there.

    Raises UsageError, with pip's last words, where it cannot be made.
    """
    place = folder / digest(REQUIREMENTS.read_text())[:8]
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (place / "ready").is_file():  # written last
        say(f"Installing {WHAT} in {place} …")
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        _install(python, place)
        (place / "ready").touch()
    return python


def _install(python: Path, place: Path) -> None:
    """Install as scripts/install.py does: torch without CUDA if possible, and the llama.cpp it compiled."""
    versions = pins()
    run([sys.executable, "-m", "venv", str(place)], place / LOG)
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check", "--quiet"]
    try:
        run([*pip, f"torch=={versions['torch']}+cpu"], place / LOG)
    except UsageError:
        run([*pip, f"torch=={versions['torch']}"], place / LOG)
    wheels = kept_llama(versions["llama-cpp-python"])
    run([*pip, "--find-links", str(wheels), "-r", str(REQUIREMENTS)], place / LOG)


def run(command: list[str], log: Path) -> None:
    """Run a command, its output into the log. Raises UsageError where it fails."""
    with log.open("a") as told:
        code = subprocess.run(command, stdout=told, stderr=told).returncode
    if code:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        raise UsageError(f"The peers cannot be installed: {''.join(last)} All of it: {log}")
