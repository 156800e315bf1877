"""Between the shell and an open page: the note that the page leaves, the proof that both have read it, and lines.

    shell  {"shell": nonce}                  page  {"page": nonce, "proof": of both nonces}
    shell  {"proof": of both nonces}
           {"call": name, "given": [...]}    page  {"value": ...} for each, "" each second, {"end": ...}

The note lies beside the library, for its owner's eyes only. The secret in it never travels, so somebody else who
listens where a page was learns neither it nor a question. What is no such line ends the connection, and a shell that
hangs up, or only ends its side, stops its question. A connection takes one call.
"""

from __future__ import annotations

import hmac
import json
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rag import errors
from rag.atomic import replacing
from rag.errors import ClippingsError
from rag.filters import Filters
from rag.plain import Plain
from rag.protocols import Stop
from rag.settings import CHECKOUT, VERSION, Settings
from rag.show.pack import Pack
from rag.types.answers import Answer
from rag.types.archive import Holdings
from rag.types.articles import Article
from rag.types.hits import Found, Sight, Sort
from rag.types.questions import Ask

FILE = "page.json"
HOST = "127.0.0.1"
CONNECTING = 0.3  # seconds until somebody listens; where a page was killed, nobody does at once
# Seconds until each side has proved itself. A page at work for others may take half a second, and a second
# model would only make it busier.
GREETING = 2.0
PULSE = 1.0  # seconds between the signs that a page still works
SILENT = 10.0  # seconds without a sign after which it does not
SENDING = 10.0  # seconds until the other side has taken a line
TICK = 0.05  # seconds after which a stop is noticed
SHORT = 300  # bytes of a line before the proof
LONGEST = 64_000_000  # bytes of a line after it: an answer has up to a hundred whole articles
NEVER = threading.Event()  # a stop that nobody sets


class Gone(Exception):
    """There is no page any more, or no shell, or none that speaks like one."""


@dataclass(frozen=True, slots=True)
class Call:
    """What a page is asked for: the types of what is given, and of each value that comes."""

    given: tuple[Any, ...]
    value: Any


CALLS: Mapping[str, Call] = {
    "has_library": Call((), bool),
    "stream": Call((Ask,), Answer),
    "article": Call((str,), tuple[Article, tuple[Article, ...]] | None),
    "pack": Call((Answer,), Pack),
    "glance": Call((Ask,), Sight),
    "find": Call((str, Filters | None, Sort, int), Found),
    "holdings": Call((), Holdings),
}
"""What of an engine a page answers for the shell, by its names there."""


# ── the note ──


@dataclass(frozen=True, slots=True)
class Note:
    """Where an open page listens for shells, their secret, and what it answers from."""

    port: int
    secret: str
    of: Mapping[str, str]

    def leave(self, folder: Path) -> None:
        """Write it, readable by its owner alone. Raises OSError where that cannot be."""
        with replacing(folder / FILE) as part:
            part.unlink()  # made anew, so that nobody has it open
            made = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(made, "w") as file:
                json.dump(asdict(self), file)

    def take_back(self, folder: Path) -> None:
        """Remove it, unless another page has left its own since."""
        if _read(folder) == self:
            with suppress(OSError):
                (folder / FILE).unlink()


def note_for(settings: Settings) -> Note | None:
    """Return the note of a page that would answer as an engine of these settings does; else None."""
    note = _read(settings.index)
    return note if note and note.of == whose(settings) else None


def whose(settings: Settings) -> dict[str, str]:
    """Return all that an answer depends on: folders, model, amounts, and the program itself.

    Whether prose is written comes with each question; how many cores work on it changes no word.
    """
    program = Path(__file__).resolve().parent.parent
    facts = {one.name: str(getattr(settings, one.name)) for one in fields(settings)}
    places = {name: os.path.realpath(facts[name]) for name in ("seeds", "index", "models")}
    if settings.model.endswith(".gguf"):
        places["model"] = os.path.realpath(Path(settings.model).expanduser())
    changed = max(file.stat().st_mtime_ns for file in program.rglob("*.py")) if CHECKOUT else 0
    del facts["prose"], facts["threads"]
    return {**facts, **places, "program": f"{VERSION} {program} {changed}"}


def _read(folder: Path) -> Note | None:
    """Return the note in a folder if it is this person's."""
    try:
        with (folder / FILE).open(encoding="utf-8") as file:
            if hasattr(os, "getuid") and os.fstat(file.fileno()).st_uid != os.getuid():
                return None  # somebody else would read the questions, and could answer anything
            note = Note(**json.loads(file.read(10_000)))
    except (OSError, ValueError, TypeError):
        return None
    return note if isinstance(note.port, int) and isinstance(note.secret, str) else None


# ── lines ──


class Wire:
    """A connection that carries JSON objects, one a line; many threads may send."""

    def __init__(self, plug: socket.socket, sending: float = SENDING) -> None:
        self._plug, self._seconds = plug, sending
        self._rest = bytearray()
        self._sending = threading.Lock()

    def send(self, *messages: Mapping[str, Any]) -> None:
        """Send objects. Raises Gone where nobody takes them."""
        self._put(b"".join(json.dumps(one).encode() + b"\n" for one in messages))

    def pulse(self) -> None:
        """Send a sign of life."""
        self._put(b"\n")

    def receive(self, most: int, seconds: float) -> dict[str, Any]:
        """Return the next object. Raises Gone where none of at most `most` bytes comes in time."""
        line = self._line(most, seconds)
        if line is None:
            raise Gone("nothing came")
        return _parsed(line)

    def heard(self, stop: Stop) -> Iterator[dict[str, Any]]:
        """Yield the objects as they come; `stop` ends this side, and the last ones still come."""
        quiet, ended = 0.0, False
        while quiet < SILENT:  # counted, not timed: a computer that slept is no silence
            if stop.is_set() and not ended:
                ended = True
                with suppress(OSError):
                    self._plug.shutdown(socket.SHUT_WR)
            line = self._line(LONGEST, TICK)
            quiet = quiet + TICK if line is None else 0.0
            if line:
                yield _parsed(line)
        raise Gone("no sign of life")

    def _put(self, line: bytes) -> None:
        try:
            with self._sending:
                self._plug.settimeout(self._seconds)
                self._plug.sendall(line)
        except OSError as error:
            raise Gone(str(error)) from error

    def _line(self, most: int, seconds: float) -> bytes | None:
        """Return the next line without its end, or None where it is not whole in time."""
        until = time.monotonic() + seconds
        end = self._rest.find(b"\n")
        while end < 0:
            if len(self._rest) > most:
                raise Gone("too long a line")
            if (left := until - time.monotonic()) <= 0:
                return None
            try:
                self._plug.settimeout(left)
                came = self._plug.recv(65536)
            except TimeoutError:
                return None
            except OSError as error:
                raise Gone(str(error)) from error
            if not came:
                raise Gone("the other side hung up")
            place = came.find(b"\n")
            end = len(self._rest) + place if place >= 0 else -1
            self._rest += came
        line = bytes(self._rest[:end])
        del self._rest[: end + 1]
        return line


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Gone("no line of ours") from error
    if not isinstance(message, dict):
        raise Gone("no line of ours")
    return message


# ── who is there ──


def admit(wire: Wire, secret: str) -> None:
    """Prove to a shell that this is its page. Raises Gone unless it proves that it has read the note."""
    theirs, ours = str(wire.receive(SHORT, GREETING).get("shell")), os.urandom(16).hex()
    wire.send({"page": ours, "proof": _proof(secret, "page", theirs, ours)})
    _check(wire.receive(SHORT, GREETING), _proof(secret, "shell", theirs, ours))


def _greet(wire: Wire, secret: str) -> None:
    """Prove to a page that this is its owner's shell. Raises Gone unless it is the page of the note."""
    ours = os.urandom(16).hex()
    wire.send({"shell": ours})
    told = wire.receive(SHORT, GREETING)
    theirs = str(told.get("page"))
    _check(told, _proof(secret, "page", ours, theirs))
    wire.send({"proof": _proof(secret, "shell", ours, theirs)})


def _proof(secret: str, side: str, shell: str, page: str) -> str:
    return hmac.new(secret.encode(), f"{side} {shell} {page}".encode(), "sha256").hexdigest()


def _check(told: Mapping[str, Any], proof: str) -> None:
    if not hmac.compare_digest(str(told.get("proof")).encode(), proof.encode()):
        raise Gone("somebody else")


# ── a call ──


def asked(note: Note, name: str, given: Sequence[Any], stop: Stop = NEVER) -> Iterator[Any]:
    """Yield what a page answers. Raises Gone where it does not, and the ClippingsError that it meets."""
    plain = Plain()
    try:
        with socket.create_connection((HOST, note.port), CONNECTING) as plug:
            wire = Wire(plug)
            _greet(wire, note.secret)
            wire.send({"call": name, "given": [plain.write(one) for one in given]})
            for message in wire.heard(stop):
                if "end" in message:
                    if message["end"]:
                        raise _error(*message["end"])
                    return
                yield plain.read(message["value"], CALLS[name].value)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Gone(str(error)) from error


def _error(name: str, text: str) -> ClippingsError:
    kind = getattr(errors, name, None)
    if not (isinstance(kind, type) and issubclass(kind, ClippingsError)):
        raise ValueError(f"no error {name}")
    return kind(text)
