"""What measured: the processor, its cores, the commit, and whether the code is that of the commit."""

from __future__ import annotations

import hashlib
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from rag.settings import ROOT, usable_cores

MEASURED = ("rag", "scripts/scoreboard", "requirements.txt")  # what decides about a figure


@dataclass(frozen=True, slots=True)
class Code:
    """The state of the code; `digest` tells apart what one commit name cannot."""

    commit: str  # short, with "-changed" where files differ from it
    digest: str


def code() -> Code:
    """The state of the code in this folder."""
    changed = _git("status", "--porcelain", "--", *MEASURED)
    files = [
        path
        for name in MEASURED
        for path in sorted([ROOT / name, *(ROOT / name).rglob("*.py")])
        if path.is_file()
    ]
    whole = hashlib.sha256()
    for path in files:
        whole.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return Code(f"{commit()}{'-changed' if changed else ''}", whole.hexdigest()[:12])


def commit() -> str:
    """The short name of the commit, or "unknown" outside a repository."""
    return _git("rev-parse", "--short", "HEAD") or "unknown"


def _git(*arguments: str) -> str:
    try:
        found = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip()


def processor() -> str:
    """The processor's name, as the system gives it."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    return next(names, "unknown processor")


def described() -> dict[str, str | int]:
    """The machine, for a saved run."""
    return {
        "processor": processor(),
        "cores": usable_cores(),
        "system": platform.system(),
        "python": platform.python_version(),
    }
