"""Signals at any moment of an ingest: what a reader finds afterwards, and what the next ingest makes of it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from rag.stories.ingest import ingest
from tests.fakes import WordCountEncoder
from tests.faults import folders
from tests.faults.calls import forked, fresh

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
COUNT, SECONDS = (500, 3600.0) if FULL else (50, 4.0)  # whichever is reached first
SENT = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
]


def test_a_signal_at_any_moment_leaves_one_whole_state(tmp_path):
    """KILL, TERM and INT in a first build and in a change; the next ingest ends what was begun."""
    chance, began = random.Random(7), time.monotonic()
    seeds, index, start = tmp_path / "seeds", tmp_path / "index", tmp_path / "start"
    ingest(folders.given(folders.first(seeds), start), encoder=WordCountEncoder())
    altered = Path(shutil.copytree(seeds, tmp_path / "altered"))
    folders.add(altered)
    folders.change(altered)
    kinds = [_Kind(seeds, None, index), _Kind(altered, start, index)]
    met: Counter[str] = Counter()
    for turn in range(COUNT):
        if time.monotonic() - began > SECONDS:
            break
        kind, sent = kinds[turn % 2], SENT[turn % 3]
        fresh(kind.start, index)
        hit = kind.sends(sent, chance.uniform(0, 1.1 * kind.seconds))
        met[sent.name if hit else "too late"] += 1
        assert folders.state(index) in (kind.old, kind.new)
        assert folders.unsound(index) == []
        assert forked(kind.work) == (0, "")
        assert (folders.state(index), folders.unsound(index)) == (kind.new, [])
    kept = ", ".join(f"{name} {count}" for name, count in sorted(met.items()))
    print(
        f"\n{met.total()} signals at random moments ({kept}): {met.total()} whole, finished by the next"
    )


class _Kind:
    """An ingest of `seeds` into a copy of the index at `start`, or into none."""

    def __init__(self, seeds: Path, start: Path | None, index: Path) -> None:
        self.start, self.given = start, folders.given(seeds, index)
        fresh(start, index)
        self.old = folders.state(index)
        began = time.monotonic()
        assert forked(self.work) == (0, "")
        self.seconds, self.new = time.monotonic() - began, folders.state(index)

    def work(self) -> None:
        """Ingest; Ctrl-C is an exception, as in the program."""
        signal.signal(signal.SIGINT, signal.default_int_handler)
        ingest(self.given, encoder=WordCountEncoder())

    def sends(self, sent: signal.Signals, after: float) -> bool:
        """Send a signal to an ingest after some seconds; return whether it was still at work."""
        pid = os.fork()
        if not pid:
            code = 1
            try:
                self.work()
                code = 0
            finally:
                os._exit(code)
        time.sleep(after)
        os.kill(pid, sent)
        return os.waitpid(pid, 0)[1] != 0
