"""The program of the language model's process: it makes the model, then does what it is told.

`rag.models.apart` starts it and writes lines of JSON: what to make, then tasks by number and stops;
each task has a thread. The answers are values, signs that the work goes on, and the end with what
went wrong. When nothing more can come, this process ends, whatever it does: its parent is gone.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib import import_module
from typing import IO, Any

from rag.errors import ModelError
from rag.protocols import Stop
from rag.types.models import Message

SIGN_SECONDS = 1.0  # between two signs of work


def main() -> None:
    """Do what comes until nothing does; then end at once, models at work included."""
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no answer
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends this
    start = json.loads(calls.readline())
    module, name = start["made"].split(":")
    desk = Desk(getattr(import_module(module), name)(**start["arguments"]), answers)
    with suppress(ValueError):  # half a line
        for line in calls:
            desk.take(json.loads(line))
    os._exit(0)


class Desk:
    """Takes tasks for a model and sends what comes of them."""

    def __init__(self, model: Any, answers: IO[bytes]) -> None:
        self._model, self._answers = model, answers
        self._lock = threading.Lock()
        self._stops: dict[int, WatchedStop] = {}

    def take(self, message: dict[str, Any]) -> None:
        """Begin a task, or stop one."""
        if "stop" in message:
            if stop := self._stops.get(message["stop"]):
                stop.set()
            return
        number = message["number"]
        stop = self._stops[number] = WatchedStop(lambda: self._send(number))
        given = number, message["task"], message["given"], stop
        threading.Thread(target=self._work, args=given, daemon=True).start()

    def _work(self, number: int, task: str, given: Any, stop: Stop) -> None:
        """Send each value of a task, then how it ended."""
        problem = ""
        try:
            for value in self._values(task, given, stop):
                self._send(number, value=value)
        except ModelError as error:
            problem = str(error)
        except Exception as error:
            problem = (
                f"The language model failed ({type(error).__name__}: {error}). Please report this."
            )
        self._stops.pop(number)
        self._send(number, end=problem)

    def _values(self, task: str, given: Any, stop: Stop) -> Iterator[Any]:
        if task == "load":
            self._model.load()
        elif task == "has_control_tokens":
            yield self._model.has_control_tokens(given)
        else:
            messages = [Message(**one) for one in given]
            if task == "fits":
                yield self._model.fits(messages)
            else:
                yield from self._model.write(messages, stop)

    def _send(self, number: int, **told: Any) -> None:
        try:
            with self._lock:
                self._answers.write(json.dumps({"number": number, **told}).encode() + b"\n")
                self._answers.flush()
        except OSError:
            os._exit(0)  # nobody listens


class WatchedStop:
    """A stop; whoever looks at it shows that the work goes on, and `sign` is called each second."""

    def __init__(self, sign: Callable[[], None]) -> None:
        self._sign, self._set, self._last = sign, False, time.monotonic()

    def set(self) -> None:
        """From now on."""
        self._set = True

    def is_set(self) -> bool:
        """Whether to stop."""
        now = time.monotonic()
        if now - self._last >= SIGN_SECONDS:
            self._last = now
            self._sign()
        return self._set
