"""A kill, or an error of the disk, at the calls that write: nothing is lost, and what is said is right."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from rag.settings import ROOT
from tests.faults.calls import Fault

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
# One of so many faults that could be made: some 40 of each kind in make test, and over 1,000 in make test-full.
KILLS, FAILURES = (2, 5) if FULL else (61, 257)
WORDS = {
    "ENOSPC": "space",
    "EIO": "disk",
    "EROFS": "permissions",
    "EACCES": "permissions",
}
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shim(tmp_path_factory) -> Path:
    """The library that counts calls, built; skipped aloud where it cannot be."""
    compiler = shutil.which("cc")
    if sys.platform != "linux" or not compiler:
        pytest.skip("needs Linux and a C compiler: calls are counted by a preloaded library")
    made = tmp_path_factory.mktemp("shim") / "shim.so"
    source = Path(__file__).with_name("shim.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-w", "-o", made, source, "-ldl"], check=True)
    return made


def outcomes(shim: Path, place: Path, mode: str, step: int) -> list[Fault]:
    """Run the program; print what came of its faults."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.calls", str(place), mode, str(step)],
        cwd=ROOT,
        env={**os.environ, "LD_PRELOAD": str(shim), "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    found = [Fault(**line) for line in lines if "code" in line]
    counts = Counter((one.kind, one.error, one.at_once, one.after) for one in found)
    print(f"{len(found)} faults ({mode}):", *sorted(counts.items()), sep="\n  ")
    assert found
    return found


def lost(found: list[Fault]) -> list[Fault]:
    """Those after which a reader or the next ingest did not find one whole state."""
    return [
        one
        for one in found
        if one.at_once not in ("old", "new")
        or one.again
        or one.after != "new"
        or one.unsound
        or one.unsound_after
        or one.left_over
    ]


def test_an_ingest_killed_at_any_call_leaves_one_whole_state(shim, tmp_path):
    """The one before or the one after, copies and versions included; the next ingest ends it."""
    found = outcomes(shim, tmp_path, "kill", KILLS)
    assert lost(found) == []


def test_a_call_that_fails_loses_nothing_and_is_told(shim, tmp_path):
    """Once or for ever, each error: no traceback, never "damaged", and the cause while it lasts."""
    found = outcomes(shim, tmp_path, "fail", FAILURES)
    assert lost(found) == []
    assert {one.code for one in found} <= {0, 5}
    told = [one for one in found if one.code]
    wrong = [one for one in told if "damaged" in one.said or "emove" in one.said]
    wrong += [one for one in told if one.lasting and WORDS[one.error] not in one.said]
    wrong += [one for one in told if not any(word in one.said for word in WORDS.values())]
    assert wrong == []
