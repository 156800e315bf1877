"""The language model in a process of its own: what goes wrong in it costs one answer.

llama.cpp may crash or hang, and a system kills what takes too much memory. Then the answer at work
ends with a ModelError, and the next one gets a new child. A stop that is not heeded ends the child,
too. What it sends are lines of JSON, so that nothing in them can run code here; the other side is
`rag.models.apart_child`.
"""

from __future__ import annotations

import itertools
import json
import queue
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from typing import Any

from rag.errors import ModelError
from rag.protocols import Stop
from rag.settings import command
from rag.types.models import Message

TICK = 0.05  # seconds after which a stop is noticed, at the latest
MOST_BYTES = 1_000_000  # of a line of a child
SEND_SECONDS = 10.0  # until a child has taken a line
REAP_SECONDS = 5.0  # until a process is gone that was killed
NEVER = threading.Event()  # a stop that nobody sets

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.stdin.buffer.readline());"
    " from rag.models.apart_child import main; main()"
)
_KILLED = getattr(signal, "SIGKILL", 0)


@dataclass(frozen=True, slots=True)
class Patience:
    """The seconds that a child may take."""

    load: float = 300.0  # a gigabyte from a slow disk
    silent: float = 60.0  # without a sign of work; it gives one each second
    stop: float = 5.0  # until it heeds a stop; it does within a tenth unless the computer is busy


PATIENCE = Patience()


class Lost(Exception):
    """A child is gone, and what it was at; the text is the reason."""


class ModelApart:
    """A language model that `made` ("module:name") makes of arguments, in a child of this process.

    A child starts when it is first needed, and ends with this object or this process.
    """

    def __init__(
        self, name: str, made: str, arguments: Mapping[str, Any], patience: Patience = PATIENCE
    ) -> None:
        self.name = name
        self._start = {"made": made, "arguments": dict(arguments)}
        self._patience = patience
        self._turn, self._starting = threading.Lock(), threading.Lock()
        self._children: list[_Child] = []  # the one of now, if any
        weakref.finalize(self, _end, self._children)

    @property
    def pid(self) -> int | None:
        """The number of the child's process, or None where there is none."""
        return next((child.pid for child in self._children if child.alive), None)

    def load(self) -> None:
        """Load the model now, so that the first question does not wait for it."""
        with self._explained():
            self._ready(NEVER)

    def fits(self, messages: Sequence[Message]) -> bool:
        """Return whether the chat and an answer fit into the context."""
        return bool(self._asked("fits", _plain(messages)))

    def has_control_tokens(self, text: str) -> bool:
        """Tell whether a text would become tokens of a chat's frame, were they looked for."""
        return bool(self._asked("has_control_tokens", text))

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Write a line in pieces until it ends, is too long or `stop` is set.

        Raises ModelError when the model cannot be loaded, or stops by itself.
        """
        with self._explained(), _held(self._turn, stop) as ours:
            if ours and (child := self._ready(stop)):
                given, silent = _plain(messages), self._patience.silent
                yield from map(str, child.work("write", given, silent, stop))

    def close(self) -> None:
        """End the child and give its memory back; the next question starts another."""
        with self._starting:
            _end(self._children)

    def _asked(self, task: str, given: Any) -> Any:
        """Return the one value of a task that takes a moment; once more where a child was lost."""
        with self._explained():
            try:
                [value] = self._present().work(task, given, self._patience.silent, NEVER)
            except Lost:
                [value] = self._present().work(task, given, self._patience.silent, NEVER)
            return value

    def _present(self) -> _Child:
        child = self._ready(NEVER)
        assert child
        return child

    def _ready(self, stop: Stop) -> _Child | None:
        """Return a child that has loaded its model, or None if `stop` was set while it was loaded."""
        with _held(self._starting, stop) as ours:
            if not ours:
                return None
            if not (self._children and self._children[0].alive):
                _end(self._children)
                self._children.append(_Child(self._start, self._patience.stop))
                try:
                    list(self._children[0].work("load", None, self._patience.load, stop))
                except BaseException:
                    _end(self._children)
                    raise
            return self._children[0]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        """Tell people what is lost, and what to do."""
        try:
            yield
        except Lost as lost:
            raise ModelError(
                f"The language model stopped; {lost}. Ask again: it starts anew."
                f" If it stops each time: {command('doctor')} --models"
            ) from None


class _Child:
    """One process, and a thread that takes what it says to those who wait for it."""

    def __init__(self, start: Mapping[str, Any], grace: float) -> None:
        self._grace = grace
        self._numbers = itertools.count()
        self._calls: dict[int, queue.SimpleQueue[Any]] = {}
        self._lock, self._sending = threading.Lock(), threading.Lock()
        self._over = False
        program, pipe = [sys.executable, "-I", "-c", _PROGRAM], subprocess.PIPE
        try:
            self._process = subprocess.Popen(
                program, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise ModelError(
                f"No process can be started for the language model: {error}. End other programs."
            ) from error
        threading.Thread(target=self._receive, name="language model", daemon=True).start()
        self._send(sys.path)
        self._send(start)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it takes tasks."""
        return not self._over and self._process.poll() is None

    def work(self, task: str, given: Any, silent: float, stop: Stop) -> Iterator[Any]:
        """Yield the values of a task until it ends or `stop` is set; raise ModelError where it fails,
        and Lost where the process dies or gives no sign of work for `silent` seconds.
        """
        if stop.is_set():
            return
        number, said = self._begin()
        working = True
        try:
            self._send({"number": number, "task": task, "given": given})
            for message in self._heard(said, silent, stop):
                if "end" in message:
                    working = False
                    if message["end"]:
                        raise ModelError(message["end"])
                    return
                if "value" in message:
                    yield message["value"]
        finally:
            if working:
                self._halt(number, said)
            with self._lock:
                del self._calls[number]

    def end(self) -> None:
        """End the process, whatever it does."""
        assert self._process.stdin
        self._process.kill()
        with suppress(OSError, ValueError):  # what was not sent yet goes nowhere
            self._process.stdin.close()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(REAP_SECONDS)

    def _begin(self) -> tuple[int, queue.SimpleQueue[Any]]:
        """Return the number of a new task and what will be said of it."""
        number, said = next(self._numbers), queue.SimpleQueue[Any]()
        with self._lock:
            self._calls[number] = said
            if self._over:
                said.put(None)
        return number, said

    def _heard(self, said: queue.SimpleQueue[Any], silent: float, stop: Stop) -> Iterator[Any]:
        """Yield what is said of a task until `stop` is set."""
        left = silent
        while not stop.is_set():
            try:
                message = said.get(timeout=TICK)
            except queue.Empty:
                left -= TICK  # counted, not timed: a computer that slept is no hang
                if left <= 0:
                    self.end()
                    raise Lost(f"it gave no sign of work for {silent:.0f} seconds") from None
                continue
            if message is None:
                raise Lost(self._reason())
            left = silent
            yield message

    def _halt(self, number: int, said: queue.SimpleQueue[Any]) -> None:
        """Stop a task; end the process if it does not heed that."""
        until = time.monotonic() + self._grace
        with suppress(Lost, queue.Empty):
            self._send({"stop": number})
            while (left := until - time.monotonic()) > 0:
                message = said.get(timeout=left)
                if message is None or "end" in message:
                    return
        self.end()

    def _send(self, message: Any) -> None:
        assert self._process.stdin
        clock = threading.Timer(SEND_SECONDS, self.end)  # a pipe that nobody reads is soon full
        clock.daemon = True
        clock.start()
        try:
            with self._sending:
                self._process.stdin.write(json.dumps(message).encode() + b"\n")
                self._process.stdin.flush()
        except (OSError, ValueError):
            raise Lost(self._reason()) from None
        finally:
            clock.cancel()

    def _receive(self) -> None:
        """Hand on what is said until nothing more can come; what is no message ends the process."""
        assert self._process.stdout
        with self._process.stdout as lines, suppress(ValueError, KeyError, TypeError):
            while line := lines.readline(MOST_BYTES):
                message = json.loads(line)
                if said := self._calls.get(message["number"]):
                    said.put(message)
        with self._lock:
            self._over = True
            waiting = list(self._calls.values())
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(REAP_SECONDS)  # so that the reason is its own
        self.end()
        for said in waiting:
            said.put(None)

    def _reason(self) -> str:
        """Say how the process ended."""
        code = None
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(REAP_SECONDS)
        if code is None:
            return "its process does not answer"
        if code == -_KILLED:
            return "its process was killed, as happens where memory runs out"
        told = signal.strsignal(-code) if code < 0 else f"exit code {code}"
        return f"its process ended ({told or f'signal {-code}'})"


@contextmanager
def _held(lock: threading.Lock, stop: Stop) -> Iterator[bool]:
    """Wait for a lock and hold it; give False if `stop` was set before it was free."""
    while not (ours := lock.acquire(timeout=TICK)):
        if stop.is_set():
            break
    try:
        yield ours
    finally:
        if ours:
            lock.release()


def _end(children: list[_Child]) -> None:
    while children:
        children.pop().end()


def _plain(messages: Sequence[Message]) -> list[dict[str, str]]:
    return [asdict(message) for message in messages]
