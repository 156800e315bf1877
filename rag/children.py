"""A pool of child processes that work within limits: what hangs, grows or dies costs itself alone.

    with Children("rag.isolated:told") as children:
        values = list(children.run({"path": "a.html"}, data))

A task is a function that takes a value and bytes and yields values; all values are JSON, so that
nothing a child sends can run code here. Children start when they are first needed, by the same
program on every system, and one that is lost is replaced. A start costs as much as a hundred
small tasks, so a few of those have one child.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.child import OUT_OF_MEMORY, received, send
from rag.errors import ClippingsError

MOST_BYTES = 400_000_000  # of a message of a child: 20 MB of text, each character as \uXXXX, thrice
FEW = 100  # tasks, before others than the first child begin where nobody waits long
PATIENCE = 0.2  # seconds that one of these few waits for a child at work; a start takes as long
START_SECONDS = 300.0  # until a child is ready, on a slow disk and a busy computer

AT_WORK = 0.01  # of a core, from which on a process works

# of the environment: the rest may be long or secret, and no reader needs it
_PASSED_ON = ("SYSTEMROOT", "PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")
_PROGRAM = str(Path(__file__).with_name("child.py"))
_CPU = -getattr(signal, "SIGXCPU", 0)  # how a child ends after its time; 0 on Windows


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take until its next value."""

    # of the processor, where the system counts them: a busy computer takes longer
    seconds: int = 30
    # of the clock, in which it does next to nothing; where the system does not tell, of any kind
    wall_seconds: float = 120.0
    memory_bytes: int = 900_000_000  # with the interpreter's own less than 1 GB


LIMITS = Limits()


class Lost(Exception):
    """What was given to a child is lost; the text is the reason, for the file's owner."""


class Children:
    """At most `count` children with one task; for several threads at once."""

    def __init__(
        self, task: str, modules: Sequence[str] = (), limits: Limits = LIMITS, count: int = 2
    ) -> None:
        self._task, self._modules, self.limits = task, list(modules), limits
        self._free = threading.BoundedSemaphore(count)
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        self._all: set[_Child] = set()
        self._starting = threading.Lock()
        self._begun = 0  # tasks
        self._closed = False

    def __enter__(self) -> Children:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all children; what they work on is lost."""
        self._closed = True
        for child in list(self._all):
            child.end()
        self._all.clear()

    def run(self, given: Any, data: bytes = b"") -> Iterator[Any]:
        """Yield the values of the task; raise Lost where the child hangs, grows or dies.

        Raises ClippingsError where no child can be started.
        """
        with self._free:
            child = self._taken()
            try:
                yield from child.work(given, data)
            finally:
                if child.idle and not self._closed:
                    self._idle.put(child)
                else:
                    child.end()
                    self._all.discard(child)

    def _taken(self) -> _Child:
        """Return an idle child, or a new one where waiting for one does not pay."""
        self._begun += 1
        with suppress(queue.Empty):
            return self._idle_one()
        with self._starting:  # who comes meanwhile waits for the one that starts
            with suppress(queue.Empty):
                return self._idle_one(PATIENCE if self._all and self._begun <= FEW else 0.0)
            child = _Child(self._task, self._modules, self.limits)
            self._all.add(child)
            return child

    def _idle_one(self, seconds: float = 0.0) -> _Child:
        """Return a child that is idle within so many seconds; raise Empty where none is."""
        try:
            return self._idle.get(timeout=seconds) if seconds else self._idle.get_nowait()
        finally:
            if self._closed:
                raise Lost("reading was ended")


class _Child:
    """One process; it is idle between two tasks."""

    def __init__(self, task: str, modules: list[str], limits: Limits) -> None:
        self.idle = False
        self._limits, self._late = limits, False
        program = [sys.executable, "-I", _PROGRAM]
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        try:
            self._process = subprocess.Popen(
                program,
                stdin=pipe,
                stdout=pipe,
                stderr=nothing,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            )
        except OSError as error:
            raise ClippingsError(
                f"No process for reading files can be started: {error}."
            ) from error
        start = {"path": sys.path, "task": task, "modules": modules}
        bounds = {"seconds": limits.seconds, "memory": limits.memory_bytes}
        try:
            with self._watched(START_SECONDS):
                self._send({**start, **bounds})
                self._received()
        except Lost as reason:
            self.end()
            raise ClippingsError(
                f"The process for reading files does not start ({reason})."
            ) from None

    def work(self, given: Any, data: bytes) -> Iterator[Any]:
        """Yield the values of a task."""
        self.idle = False
        with self._watched(self._limits.wall_seconds):
            self._send(given, data)
        while True:
            with self._watched(self._limits.wall_seconds):
                message = self._received()
            if "end" in message:
                break
            yield message["value"]
        self.idle = not message["retired"]
        if message["end"]:
            raise Lost(self._reason(message["end"]))

    def end(self) -> None:
        """Stop the process, whatever it does."""
        self._process.kill()
        for stream in (self._process.stdin, self._process.stdout):
            with suppress(OSError, ValueError):  # what was not sent yet goes nowhere
                stream.close()  # type: ignore[union-attr]
        self._process.wait()

    @contextmanager
    def _watched(self, seconds: float) -> Iterator[None]:
        """Stop the process if the block takes longer and the process does not work meanwhile."""
        over = threading.Event()
        threading.Thread(target=self._watch, args=(seconds, over), daemon=True).start()
        try:
            yield
        finally:
            over.set()

    def _watch(self, seconds: float, over: threading.Event) -> None:
        """What works is left to the limit of the processor's time: a busy computer takes longer."""
        before = 0.0
        while not over.wait(seconds):
            used = worked(self._process.pid)
            if used - before < AT_WORK * seconds:
                self._late = True
                self._process.kill()
                return
            before = used

    def _send(self, value: Any, data: bytes = b"") -> None:
        assert self._process.stdin
        try:
            send(self._process.stdin, value, data)
        except (OSError, ValueError):
            raise Lost(self._reason("")) from None

    def _received(self) -> Any:
        assert self._process.stdout
        try:
            message = received(self._process.stdout, MOST_BYTES)
        except (OSError, ValueError):
            message = None
        if message is None:
            raise Lost(self._reason(""))
        return message[0]

    def _reason(self, told: str) -> str:
        """Say why a task was lost, by what the child told or how it ended."""
        code = None
        if not told:
            with suppress(subprocess.TimeoutExpired):
                code = self._process.wait(1)
        if self._late:
            return f"too costly to read: more than {self._limits.wall_seconds:.0f} seconds"
        if code is not None and code == _CPU != 0:
            return f"too costly to read: more than {self._limits.seconds} seconds of the processor"
        if told == "memory" or code == OUT_OF_MEMORY:
            return "too costly to read: more memory than a clipping needs"
        if told:
            return f"its reader failed ({told}); please report this"
        ended = f"exit {code}" if code is not None else "no answer"
        return f"too costly to read, or its reader crashed ({ended}); please report this"


def worked(pid: int) -> float:
    """Return the seconds of the processor that a process has taken; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # another system than Linux, or it has ended
        return 0.0
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
