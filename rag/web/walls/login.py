"""The password of a page that other computers reach: read from a file, asked by HTTP Basic."""

from __future__ import annotations

import hashlib
import hmac
import os
import stat
import time
from base64 import b64decode
from collections import OrderedDict, deque
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from rag.errors import UsageError

SHORTEST = 12  # characters: 10 tries a minute must not find it
TRIES = 10  # wrong passwords of one client …
MINUTE = 60.0  # … in this many seconds, then it waits
CLIENTS = 10_000  # remembered at most; the longest unseen is forgotten first

Verdict = Literal["welcome", "wrong", "locked"]


def read_password(path: Path) -> str:
    """Return the password in a file; raise UsageError if others may read it or it is too short."""
    try:
        with path.open(encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            password = file.readline().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The password file {path} cannot be read: {error}.") from error
    if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
        raise UsageError(f"Others may read the password file {path}. Run: chmod 600 {path}")
    if len(password) < SHORTEST:
        raise UsageError(
            f"The password in {path} has {len(password)} characters; take at least {SHORTEST}."
        )
    return password


class Login:
    """Compare passwords, and throttle clients that guess."""

    def __init__(self, password: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._digest = _digest(password)
        self._clock = clock
        self._wrong: OrderedDict[str, deque[float]] = OrderedDict()

    def check(self, client: str, authorization: str | None) -> Verdict:
        """Check a client's Authorization header; without one it is wrong, but not counted."""
        if self._locked(client):
            return "locked"
        if authorization is None:
            return "wrong"
        # digests have one length: the time of comparing tells nothing about the password
        if hmac.compare_digest(_digest(_password(authorization)), self._digest):
            return "welcome"
        self._remember(client)
        return "wrong"

    def _locked(self, client: str) -> bool:
        """Return whether all tries of a minute are used up."""
        tries = self._wrong.get(client)
        return tries is not None and len(tries) == TRIES and self._clock() - tries[0] < MINUTE

    def _remember(self, client: str) -> None:
        """Count a wrong try."""
        self._wrong.setdefault(client, deque(maxlen=TRIES)).append(self._clock())
        self._wrong.move_to_end(client)
        if len(self._wrong) > CLIENTS:
            self._wrong.popitem(last=False)


def _password(authorization: str) -> str:
    """Return the password of a Basic header, for any user name; "" for any other header."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        decoded = b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        return ""
    return decoded.partition(":")[2]


def _digest(password: str) -> bytes:
    return hashlib.sha256(password.encode("utf-8", "surrogatepass")).digest()
