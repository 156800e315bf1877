"""Name what measured: the processor, its cores, the commit and the state of the code; its memory."""

from __future__ import annotations

import hashlib
import platform
import re
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from rag.settings import ROOT, usable_cores

MEASURED = ("rag", "scripts/evaluation", "requirements.txt")  # what decides about a figure


def code() -> tuple[str, str]:
    """Return the commit, with "-changed" where files differ from it, and a digest of the files."""
    changed = "-changed" if _git("status", "--porcelain", "--", *MEASURED) else ""
    whole = hashlib.sha256()
    for place in (ROOT / name for name in MEASURED):
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            whole.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return commit() + changed, whole.hexdigest()[:12]


def commit() -> str:
    """Return the short name of the commit, or "unknown" outside a repository."""
    return _git("rev-parse", "--short", "HEAD") or "unknown"


def _git(*arguments: str) -> str:
    with suppress(OSError):  # git is not installed
        found = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
        return found.stdout.strip()
    return ""


def processor() -> str:
    """Return the processor's name, as the system gives it."""
    with suppress(OSError):  # no such file on other systems than Linux
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        names = (line.split(":", 1)[1].strip() for line in lines if "model name" in line)
        return next(names, "unknown processor")
    return platform.processor()


def described() -> dict[str, str | int]:
    """Return the machine, for a saved run."""
    system = {"system": platform.system(), "python": platform.python_version()}
    return {"processor": processor(), "cores": usable_cores(), **system}


def peak_memory(children: bool = False) -> float:
    """Return the most memory this process has held so far with those of its children that live, or
    else the most that one of those that ended has, in GB.
    """
    unit = 1e9 if sys.platform == "darwin" else 1e6  # ru_maxrss counts bytes there, kB on Linux
    whose = resource.RUSAGE_CHILDREN if children else resource.RUSAGE_SELF
    return resource.getrusage(whose).ru_maxrss / unit + (0 if children else _living())


def _living() -> float:
    """Return the sum of what the living children have held at most, in GB; 0 where only Linux knows."""
    listed = " ".join(file.read_text() for file in Path("/proc/self/task").glob("*/children"))
    told = (Path("/proc", pid, "status").read_text() for pid in listed.split())
    return sum(int(kb) for text in told for kb in re.findall(r"VmHWM:\s+(\d+) kB", text)) / 1e6


def memory_below(pid: int) -> float:
    """Return what a process and all below it hold now, in GB, pages that they share counted for each;
    0 where it has ended, and where only Linux knows.
    """
    held, waiting = 0, [pid]
    while waiting:
        place = Path("/proc", str(waiting.pop()))
        with suppress(OSError):  # it has ended meanwhile
            held += int((place / "statm").read_text().split()[1])
            tasks = [file.read_text() for file in (place / "task").glob("*/children")]
            waiting += map(int, " ".join(tasks).split())
    return held * resource.getpagesize() / 1e9
