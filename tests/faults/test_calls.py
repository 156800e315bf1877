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
# One of so many faults that could be made: some 30 kills and failures in make test; in make test-full a
# kill at every call, and over 1,500 failures.
KILLS, FAILURES = (1, 5) if FULL else (97, 811)
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
    """Run the program, and return what came of its faults."""
    told = place / "faults.jsonl"
    with told.open("w") as lines:
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.calls", str(place / "work"), mode, str(step)],
            cwd=ROOT,
            env={**os.environ, "LD_PRELOAD": str(shim), "OMP_NUM_THREADS": "1"},
            stdout=lines,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert done.returncode == 0, done.stderr
    read = [json.loads(line) for line in told.read_text().splitlines()]
    found = [Fault(**line) for line in read if "code" in line]
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
    kinds = ", ".join(f"{kind} {count}" for kind, count in Counter(k.kind for k in found).items())
    held = len(found) - len(lost(found))
    print(
        f"\nKilled at {len(found)} calls that write ({kinds}): {held} whole, finished by the next"
    )
    assert lost(found) == []


def test_a_call_that_fails_loses_nothing_and_is_told(shim, tmp_path):
    """Once or for ever, each error: no traceback, never "damaged", and the cause while it lasts."""
    found = outcomes(shim, tmp_path, "fail", FAILURES)
    told = [one for one in found if one.code]
    wrong = [one for one in told if not is_told_rightly(one)]
    held, right = len(found) - len(lost(found)), len(told) - len(wrong)
    print(f"\n{len(found)} calls failed: {held} whole; {right} of {len(told)} messages right")
    assert lost(found) == []
    assert {one.code for one in found} <= {0, 5}
    assert wrong == []


def is_told_rightly(one: Fault) -> bool:
    """Whether the message names the cause, or one of them where it was gone when it was asked for."""
    causes = [WORDS[one.error]] if one.lasting else WORDS.values()
    calm = "damaged" not in one.said and "emove" not in one.said
    return calm and any(cause in one.said for cause in causes)
