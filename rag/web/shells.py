"""The shell's questions to an open page: each connection is one call of the engine (rag.shell.channel)."""

from __future__ import annotations

import itertools
import secrets
import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rag.engine import Engine
from rag.errors import ClippingsError
from rag.plain import Plain
from rag.shell import channel
from rag.shell.channel import CALLS, Gone, Note, Wire
from rag.web.sessions import Questions

MOST = 32  # connections at once; who finds no room answers by itself
CLOSING = 0.2  # seconds until the end is noticed


@contextmanager
def answering(engine: Engine, questions: Questions) -> Iterator[None]:
    """Answer the shells of this person for the length of the block, and leave the note that they read.

    Where no note can be left, none come.
    """
    secret = secrets.token_hex(32)
    with _Shells(engine, questions, secret) as shells:
        note = Note(shells.server_address[1], secret, channel.whose(engine.settings))
        threading.Thread(target=shells.serve_forever, args=(CLOSING,), daemon=True).start()
        try:
            with suppress(OSError):
                note.leave(engine.settings.index)
            yield
        finally:
            note.take_back(engine.settings.index)
            shells.shutdown()


class _Shells(socketserver.ThreadingTCPServer):
    """Listens on this computer alone, a thread for each shell."""

    daemon_threads = True
    request_queue_size = MOST

    def __init__(self, engine: Engine, questions: Questions, secret: str) -> None:
        self.engine, self.questions, self.secret = engine, questions, secret
        self.room = threading.BoundedSemaphore(MOST)
        self.numbers = itertools.count(1)
        super().__init__((channel.HOST, 0), _Shell)


class _Shell(socketserver.BaseRequestHandler):
    """One connection: who it is, one call, its values."""

    server: _Shells
    request: socket.socket

    def handle(self) -> None:
        """Answer; whoever does not speak as a shell does hears nothing."""
        if not self.server.room.acquire(blocking=False):
            return
        try:
            with suppress(Gone):
                wire = Wire(self.request)
                channel.admit(wire, self.server.secret)
                self._answer(wire, wire.receive(channel.LONGEST, channel.SENDING))
        finally:
            self.server.room.release()

    def _answer(self, wire: Wire, told: dict[str, Any]) -> None:
        """Send the values of a call as they come, then how it ended. Raises Gone with the shell."""
        plain = Plain()
        name, given = _read(told, plain)
        with self._begun(wire) as stop:
            end = None
            try:
                for value in self._values(name, given, stop):
                    wire.send({"value": plain.write(value)})
            except ClippingsError as error:
                end = [type(error).__name__, str(error)]
            wire.send({"end": end})

    def _values(self, name: str, given: list[Any], stop: threading.Event) -> Iterator[Any]:
        if name == "stream":
            yield from self.server.engine.stream(given[0], stop)
            return
        asked = getattr(self.server.engine, name)
        yield asked(*given) if callable(asked) else asked

    @contextmanager
    def _begun(self, wire: Wire) -> Iterator[threading.Event]:
        """Count as a visitor who waits; give the stop, which the shell sets by ending its side."""
        visitor, over = f"shell {next(self.server.numbers)}", threading.Event()
        stop = self.server.questions.begin(visitor)
        ear = self.request.dup()  # its timeout is its own
        listen = threading.Thread(target=_listen, args=(ear, wire, stop, over), daemon=True)
        listen.start()
        try:
            yield stop
        finally:
            over.set()
            self.server.questions.end(visitor, stop)


def _read(told: dict[str, Any], plain: Plain) -> tuple[str, list[Any]]:
    """Return the name of a call and what is given with it. Raises Gone for what is no call."""
    try:
        name, kinds = told["call"], CALLS[told["call"]].given
        given = [plain.read(*one) for one in zip(told["given"], kinds, strict=True)]
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise Gone("no call") from error
    return name, given


def _listen(ear: socket.socket, wire: Wire, stop: threading.Event, over: threading.Event) -> None:
    """Give a sign of life each second until all is over, and set `stop` when the shell ends its side."""
    with ear, suppress(OSError, Gone):
        ear.settimeout(channel.PULSE)
        while not over.is_set() and _quiet(ear):
            wire.pulse()
        stop.set()
        while not over.wait(channel.PULSE):
            wire.pulse()
    stop.set()  # a shell that takes nothing more is gone


def _quiet(ear: socket.socket) -> bool:
    try:
        ear.recv(1)
    except TimeoutError:
        return True
    return False
