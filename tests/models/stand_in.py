"""A language model that does what the words of its question say, for a process of its own."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator, Sequence

from rag.errors import ModelError
from rag.protocols import Stop
from rag.types.models import Message
from tests.fakes import WRITTEN

MADE, SLOW, ECHO = (f"tests.models.stand_in:{name}" for name in ("StandIn", "Slow", "Echo"))


class StandIn:
    """Writes each word of the last message but these, which it does:

    read       looks at the stop, as llama.cpp does while it reads, until it is set
    deaf       does as if it read, and heeds no stop
    hang       gives no sign
    crash      ends as a failed assertion of C ends a process
    fail       raises an error that nobody expects
    pid        writes the number of its process
    print      prints to where its answers go
    """

    def __init__(self, loads: str = "well") -> None:
        self._loads = loads

    def load(self) -> None:
        """Load well, not at all, or never to the end."""
        if self._loads == "missing":
            raise ModelError("No model file here.")
        if self._loads == "hang":
            threading.Event().wait()

    def fits(self, messages: Sequence[Message]) -> bool:
        """Whether it is no more than 100 characters; "crash" is not answered."""
        if messages[-1].text == "crash":
            os.abort()
        return len(messages[-1].text) <= 100

    def has_control_tokens(self, text: str) -> bool:
        """Whether there is a pointed bracket."""
        return "<" in text

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Do one word after the other."""
        for piece in re.findall(r"\s*\S+", messages[-1].text):
            match piece.strip():
                case "read" | "deaf":
                    while not stop.is_set() or "deaf" in piece:
                        time.sleep(0.01)
                    return
                case "hang":
                    threading.Event().wait()
                case "crash":
                    os.abort()
                case "fail":
                    raise KeyError("no such word")
                case "pid":
                    yield str(os.getpid())
                case "print":
                    print("printed", flush=True)
                    os.write(1, b"written\n")
                case _:
                    yield piece


class Slow:
    """Writes one sentence with its mark, whatever it is asked, and takes half a second."""

    def load(self) -> None:
        """Nothing to get ready."""

    def fits(self, messages: Sequence[Message]) -> bool:
        """Everything fits."""
        return True

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Piece by piece."""
        for piece in re.findall(r"\s*\S+", f"{WRITTEN} [1]"):
            time.sleep(0.08)
            yield piece


class Echo:
    """Repeats the ship that its question names, in a sentence with its mark, piece by piece."""

    def load(self) -> None:
        """Nothing to get ready."""

    def fits(self, messages: Sequence[Message]) -> bool:
        """Everything fits."""
        return True

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Piece by piece, until it is stopped."""
        asked = messages[-1].text.rsplit("Question:", 1)[-1]
        name = next(word for word in re.findall(r"\w+", asked) if word.startswith("ship"))
        for piece in re.findall(r"\s*\S+", f"The storm {name} sank a ferry on Monday. [1]"):
            time.sleep(0.01)
            if stop.is_set():
                return
            yield piece
