"""Run a command as a process of its own: how long it took, how much memory it held, why it broke."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from rag.settings import ROOT
from scripts.evaluation import machine

LIMIT = 7200.0  # seconds; what takes longer has broken
LOOK = 0.1  # seconds from one look at the memory to the next
SHOWN = 300  # characters of the last line of one that broke


class Broken(Exception):
    """A process did not end as it should; says why in a line."""


@dataclass(frozen=True, slots=True)
class Watched:
    """What a process cost."""

    seconds: float  # from its start to the line that was waited for, else to its end
    memory: float  # GB that it and its children held together, at most


def watched(
    command: Sequence[str],
    environment: Mapping[str, str],
    until: str = "",
    codes: Collection[int] = (0,),
    limit: float = LIMIT,
) -> Watched:
    """Run a command to its end, or to the first line that begins so, which ends it.

    Raises Broken where it ends with another code than these, or not within so many seconds.
    """
    began = time.monotonic()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        process_group=0,  # so that its children end with it
    ) as process:
        look = _Look(process.pid)
        late = threading.Timer(limit, _end, [process])
        late.start()
        last = ""
        try:
            for line in process.stdout or ():
                last = line.strip() or last
                if until and line.startswith(until):
                    return Watched(time.monotonic() - began, look.most())
            code = process.wait()
        finally:
            late.cancel()
            _end(process)
        found = Watched(time.monotonic() - began, look.most())
    if code not in codes:
        why = f"not done after {limit:.0f} s" if found.seconds >= limit else last[:SHOWN]
        raise Broken(why or f"it ended with code {code} and said nothing")
    return found


class _Look:
    """Looks at the memory of a process and its children while it runs."""

    def __init__(self, pid: int) -> None:
        self._most, self._done = 0.0, threading.Event()
        self._thread = threading.Thread(target=self._look, args=[pid], daemon=True)
        self._thread.start()

    def most(self) -> float:
        """Return the most that was seen, in GB; look no more."""
        self._done.set()
        self._thread.join()
        return self._most

    def _look(self, pid: int) -> None:
        while not self._done.wait(LOOK):
            self._most = max(self._most, machine.memory_below(pid))


def _end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
