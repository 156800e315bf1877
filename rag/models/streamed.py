"""What a server sends -> the sentences of one line, read in a thread of its own.

A stop waits for nothing: it shuts the connection, which ends the work of the server.
"""

from __future__ import annotations

import queue
import re
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rag.models.apart import MOST_BYTES, TICK
from rag.protocols import CUT, Stop

_THOUGHT = r"(?:think|thinking|thought|reasoning)"
_OPENS = re.compile(rf"\s*[<\[]{_THOUGHT}[>\]]", re.IGNORECASE)
_CLOSES = re.compile(rf"[<\[]/{_THOUGHT}[>\]]", re.IGNORECASE)
ANOTHER = "or name another: --model, or CLIPPINGS_MODEL"
CORRECT = f"Is it the address of a chat in OpenAI's form? Most end in /v1. Correct it, {ANOTHER}."
LOOK = "Look at what the server reports, " + ANOTHER + "."
LINE = 20_000  # characters that may come before a line ends, thoughts included


class Broken(Exception):
    """What is wrong with a server, and what to do about it."""

    def __init__(self, reason: str, step: str) -> None:
        super().__init__(reason)
        self.step = step


class Unreached(Broken):
    """An address at which nobody answers."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of what is written; `end` says why it is the last, `thought` that there is more unseen."""

    text: str = ""
    end: str = ""
    thought: bool = False


class Call:
    """A request at work in a thread of its own."""

    def __init__(self, work: Callable[[Call], Iterator[str]]) -> None:
        self._said: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
        self._socket: socket.socket | None = None
        self._over = False
        threading.Thread(
            target=self._run, args=(work,), name="language model elsewhere", daemon=True
        ).start()

    def said(self, stop: Stop) -> Iterator[str]:
        """Yield what comes until it ends or `stop` is set; raise what went wrong."""
        while not stop.is_set():
            try:
                said = self._said.get(timeout=TICK)
            except queue.Empty:
                continue
            if isinstance(said, BaseException):
                raise said
            if said is None:
                return
            yield said

    def traced(self, event: str, info: Mapping[str, Any]) -> None:
        """Hear of a new connection: the one that is to be shut."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self._over:
                self.end()

    def end(self) -> None:
        """End it, whatever it waits for."""
        self._over = True
        if self._socket:
            with suppress(OSError):  # it is closed already
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _run(self, work: Callable[[Call], Iterator[str]]) -> None:
        try:
            for data in work(self):
                self._said.put(data)
                if self._over:
                    break
            self._said.put(None)
        except BaseException as error:
            self._said.put(error)


def data(chunks: Iterable[bytes]) -> Iterator[str]:
    """Yield the data of a stream of server-sent events, a line each; comments and other fields are none.

    Raises Broken for a stream that is longer than an answer can be.
    """
    rest, size = b"", 0
    for chunk in chunks:
        size += len(chunk)
        if size > MOST_BYTES:
            raise Broken("sends more than an answer can have", CORRECT)
        *lines, rest = (rest + chunk).split(b"\n")
        yield from filter(None, map(_datum, lines))
    yield from filter(None, [_datum(rest)])


def _datum(line: bytes) -> str:
    return line[5:].decode("utf-8", "replace").strip() if line.startswith(b"data:") else ""


def sentences(pieces: Iterable[Piece], stop: Stop) -> Iterator[str]:
    """Yield the one line that is written, by sentences, without what was thought before it.

    Raises Broken where the pieces end before the line does, or where nothing but thoughts came.
    """
    held, begun, thought, heard = "", False, False, False
    for piece in pieces:
        heard, thought = True, thought or piece.thought
        held += piece.text
        if len(held) > LINE:
            raise Broken("sends more than an answer can have", CORRECT)
        if not begun:
            held, more = _spoken(held)
            thought = thought or more
            if more and not piece.end:
                continue
        line, ended, _ = held.partition("\n")
        if ended or piece.end:
            if thought and not begun and (not line.strip() or _OPENS.match(line)):
                raise Broken(
                    "only thought, and wrote nothing",
                    f"Switch its thinking off (llama-server: --reasoning-budget 0), {ANOTHER}.",
                )
            yield from filter(None, (line, CUT if piece.end == "length" and not ended else ""))
            return
        if _goes_on(held):
            begun = True
            yield held
            held = ""
    if stop.is_set():
        return
    if heard:
        raise Broken("broke off", f"Ask again. If it does so each time: {LOOK}")
    raise Broken("sends what is no chat", CORRECT)


def _spoken(text: str) -> tuple[str, bool]:
    """Return a text without blanks and thoughts before it, and whether a thought goes on."""
    *_, end = [0, *(found.end() for found in _CLOSES.finditer(text))]
    spoken = text[end:].lstrip()
    return spoken, bool(_OPENS.match(spoken))


def _goes_on(text: str) -> bool:
    """Return whether words follow a mark: of a sentence nothing is made before its marks are complete."""
    return any(map(str.isalnum, text.partition("]")[2]))
