"""An address -> a file in the models folder, whole and checked; or the part of it that came so far.

What came lies beside its place as NAME.part, and what it is a part of in NAME.part.json; asked again,
only the rest is fetched (Range, If-Range). A file has its name once its sha256 is right. A connection
that is cut, and a server that is busy, are tried again after a while.

Only https is spoken, except with this computer, and no redirect leads elsewhere. Nothing is sent but
the address and the place to go on from. (`huggingface_hub.hf_hub_download` resumes, too, but knows the
files of a hub alone, compares no sha256, only warns where the disk is too small, and sends a token that
it finds and facts about the computer. So the standard library asks.)
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from http.client import HTTPException
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from filelock import FileLock, Timeout

from rag.atomic import replace_bytes, settle
from rag.errors import ModelError, UsageError
from rag.protocols import Progress, silent
from rag.settings import VERSION

SECONDS = 30.0  # of silence after which a connection counts as cut
PAUSES = (1.0, 2.0, 5.0, 15.0, 30.0)  # seconds before each new try; from the first once bytes came
LONGEST_PAUSE = 60.0  # seconds that a server may ask to wait
HOPS = 6  # redirects that are followed
CHUNK = 2**18  # bytes: what a kill may lose
SPARE = 200_000_000  # bytes that stay free on the disk
GGUF = b"GGUF"  # how such a file begins
_PASSING = {408, 425, 429, 500, 502, 503, 504}  # answers that may be others in a while
_NO_HEAD = {405, 501}  # answers of servers that tell nothing without the bytes
_MOVED = {301, 302, 303, 307, 308}
_LINKED = re.compile(r'"?([0-9a-f]{64})"?')  # the sha256 that a server names for a file
_RANGE = re.compile(r"bytes (\d{1,18})-\d+/(\d{1,18})")
_ETAG = re.compile(r'"[!#-~]*"')  # a weak one (W/"…") proves nothing
_NUMBER = re.compile(r"\d{1,18}")
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file at an address, and what is known of it."""

    url: str
    name: str  # in the models folder
    size: int = 0  # bytes; 0 where it is not known
    sha256: str = ""  # empty where it is not known


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait after each cut, and who hears of it."""

    pauses: tuple[float, ...] = PAUSES
    sleep: Callable[[float], None] = time.sleep
    tell: Callable[[str], None] = lambda _: None


PATIENCE = Patience()


class Cut(Exception):
    """The file did not come to its end this time; the text is why. `wait` is what the server asks for."""

    def __init__(self, why: str, wait: float = 0.0) -> None:
        super().__init__(why)
        self.wait = wait


class _Answered(Exception):
    """A server answered with something else than the file."""

    def __init__(self, status: int, wait: float) -> None:
        self.status, self.wait = status, wait


# ── what the commands call ──


def known(wanted: Wanted, patience: Patience = PATIENCE) -> Wanted:
    """Ask the server for the size and the sha256 of a file, where they are not known.

    Raises ModelError where it does not have the file, or has another one.
    """

    def asked() -> Wanted:
        try:
            with _opened(wanted.url, {}, "HEAD") as answer:
                told = answer.told
        except _Answered as answered:
            if answered.status not in _NO_HEAD:
                raise
            return wanted
        size = told.get("x-linked-size") or told.get("content-length") or ""
        size = size if _NUMBER.fullmatch(size) else "0"
        named = _LINKED.fullmatch(told.get("x-linked-etag", ""))
        found = replace(
            wanted,
            size=wanted.size or int(size),
            sha256=wanted.sha256 or (named[1] if named else ""),
        )
        if named and found.sha256 != named[1]:
            raise ModelError(
                f"{_host(wanted.url)} has another {wanted.name}: its sha256 is {named[1]}, not"
                f" {found.sha256}. Nothing was fetched."
            )
        return found

    return _tried(asked, lambda: 0, wanted, patience)


def fetch(
    wanted: Wanted, folder: Path, progress: Progress = silent, patience: Patience = PATIENCE
) -> tuple[Path, str]:
    """Fetch a file into the folder; return its path and its sha256.

    Raises ModelError, which says what is kept. An interruption keeps what came, too.
    """
    part = Part.of(wanted.name, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".fetching.lock", timeout=0):
            _tried(lambda: _fill(part, wanted, progress), part.size, wanted, patience)
            digest = _checked(part, wanted, progress)
            settle(part.path, folder / wanted.name)
            part.notes.unlink(missing_ok=True)
    except Timeout:
        raise ModelError(f"Another `get` is at work in {folder}. Wait for its end.") from None
    except OSError as error:
        raise _unwritten(part, folder, error) from error
    return folder / wanted.name, digest


def room(size: int, folder: Path) -> None:
    """Raise ModelError where a folder has no room for so many bytes more."""
    free = free_bytes(folder)
    if free < size + SPARE:
        raise ModelError(
            f"No room in {folder}: {(size + SPARE) / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free."
            " Make room, or name another folder in CLIPPINGS_MODELS."
        )


def free_bytes(folder: Path) -> int:
    """Return the bytes that are free where a folder is, or will be."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    return shutil.disk_usage(there).free


def address(url: str, here: bool) -> SplitResult:
    """Return the parts of an address that may be asked; `here` lets http to this computer pass.

    Raises UsageError.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        parts, host = SplitResult("", "", "", "", ""), ""
    plain = url.isascii() and url.isprintable() and " " not in url and "@" not in parts.netloc
    if plain and host and parts.scheme == "https":
        return parts
    if plain and here and parts.scheme == "http" and is_here(host):
        return parts
    raise UsageError(f"{url!r} cannot be asked. Give an address that begins with https://.")


def is_here(host: str) -> bool:
    """Whether a host is this computer."""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"


# ── the part that came ──


@dataclass(frozen=True, slots=True)
class Part:
    """An unfinished file and the notes beside it: address, ETag and sha256 of the whole."""

    path: Path
    notes: Path

    @classmethod
    def of(cls, name: str, folder: Path) -> Part:
        """The part of a file of this name."""
        return cls(folder / f"{name}.part", folder / f"{name}.part.json")

    def size(self) -> int:
        """Bytes that came."""
        return self.path.stat().st_size if self.path.exists() else 0

    def drop(self) -> None:
        """Begin anew."""
        self.path.unlink(missing_ok=True)
        self.notes.unlink(missing_ok=True)

    def begun(self, wanted: Wanted) -> tuple[int, str]:
        """Return how many bytes of this very file came, and the ETag that proves it, if any."""
        try:
            kept = json.loads(self.notes.read_bytes())
            url, etag, sha256 = str(kept["url"]), str(kept["etag"]), str(kept["sha256"])
        except (OSError, ValueError, TypeError, KeyError):
            return 0, ""
        etag = etag if url == wanted.url and _ETAG.fullmatch(etag) else ""
        same = etag or (sha256 and sha256 == wanted.sha256)
        return (self.size(), etag) if same else (0, "")

    def note(self, wanted: Wanted, etag: str) -> None:
        """Write down what the part is of."""
        told = {"url": wanted.url, "etag": etag, "sha256": wanted.sha256}
        replace_bytes(self.notes, json.dumps(told).encode())


def _fill(part: Part, wanted: Wanted, progress: Progress) -> None:
    """Fetch what is missing of a part. Raises Cut where something is still missing then."""
    begun, etag = part.begun(wanted)
    if begun and begun == wanted.size:
        return
    headers = {"Range": f"bytes={begun}-"} if begun else {}
    if begun and etag:
        headers["If-Range"] = etag
    try:
        with _opened(wanted.url, headers) as answer:
            _append(part, wanted, answer, (begun, etag), progress)
    except _Answered as answered:
        if answered.status != 416:
            raise
        part.drop()
        raise Cut("what came is no part of the file; it is fetched anew") from None


def _append(
    part: Part, wanted: Wanted, answer: _Answer, begun: tuple[int, str], progress: Progress
) -> None:
    """Write what comes behind what is there, or instead of it."""
    at, total, etag = answer.place()
    if wanted.size and total and total != wanted.size:
        raise ModelError(
            f"{_host(wanted.url)} offers {total} bytes as {wanted.name}, not {wanted.size}: it is"
            " another file. Nothing of it was kept."
        )
    came, before = begun
    if at and (at != came or (before and etag and before != etag)):
        part.drop()
        raise Cut("the file is another one now; it is fetched anew")
    if not at:
        part.drop()
    size, total = at, total or wanted.size
    room(max(0, total - size), part.path.parent)
    part.note(wanted, etag)
    with part.path.open("ab") as out:
        while chunk := answer.read(CHUNK):
            if not size and not chunk.startswith(GGUF):
                raise ModelError(
                    f"{wanted.url} is no GGUF file; perhaps it is a page. Nothing of it was kept."
                )
            size += len(chunk)
            if total and size > total:
                raise ModelError(f"{_host(wanted.url)} sends more than {total} bytes. Stopped.")
            out.write(chunk)
            progress(wanted.name, size, total)
    if size < total:
        raise Cut(f"the connection was cut after {size / 1e6:.0f} of {total / 1e6:.0f} MB")


def _checked(part: Part, wanted: Wanted, progress: Progress) -> str:
    """Return the sha256 of a whole part; raise ModelError where it is not the one that is wanted."""
    digest, done, size = hashlib.sha256(), 0, part.size()
    with part.path.open("rb") as file:
        while chunk := file.read(2**22):
            digest.update(chunk)
            done += len(chunk)
            progress(f"checking {wanted.name}", done, size)
    if wanted.sha256 and digest.hexdigest() != wanted.sha256:
        part.drop()
        raise ModelError(
            f"{wanted.name} came with wrong bytes and was removed: its sha256 is"
            f" {digest.hexdigest()}, not {wanted.sha256}. Run the same command again; where that"
            " happens twice, the file at that address is another one."
        )
    return digest.hexdigest()


def _unwritten(part: Part, folder: Path, error: OSError) -> ModelError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    step = "Make room, or name" if full else "Name"
    kept = f" {part.size() / 1e6:.0f} MB are kept in {part.path}." if part.size() else ""
    return ModelError(
        f"{folder} cannot be written: {error.strerror or error}.{kept} {step} another folder in"
        " CLIPPINGS_MODELS."
    )


# ── asking ──


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a server answers: its bytes, and what it told on the way to them."""

    response: Any
    told: Mapping[str, str]  # names in small letters

    def __enter__(self) -> _Answer:
        return self

    def __exit__(self, *_: object) -> None:
        self.response.close()

    def read(self, most: int) -> bytes:
        """Return the next bytes. Raises Cut."""
        try:
            return bytes(self.response.read(most))
        except (OSError, HTTPException) as error:
            raise Cut(f"the connection was cut ({_reason(error)})") from error

    def place(self) -> tuple[int, int, str]:
        """Return where the bytes belong, how many the whole file has (0: not told), and its ETag."""
        headers = self.response.headers
        etag = headers.get("ETag", "")
        etag = etag if _ETAG.fullmatch(etag) else ""
        if self.response.status == 206:
            if found := _RANGE.fullmatch(headers.get("Content-Range", "")):
                return int(found[1]), int(found[2]), etag
            raise Cut("the server does not say which part it sends")
        length = headers.get("Content-Length", "")
        return 0, int(length) if _NUMBER.fullmatch(length) else 0, etag


class _NoRedirect(HTTPRedirectHandler):
    """Follows nothing, so that each address is looked at first."""

    def http_error_302(self, *_: Any, **__: Any) -> Any:
        """Leave it to who asked."""

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302


def _opened(url: str, headers: Mapping[str, str], method: str = "GET") -> _Answer:
    """Open an address and those that it leads to. Raises Cut, _Answered, and UsageError."""
    told: dict[str, str] = {}
    sent = {"User-Agent": f"clippings/{VERSION}", "Accept-Encoding": "identity", **headers}
    here = is_here(address(url, here=True).hostname or "")
    for _ in range(HOPS):
        # A proxy of the environment is not asked for this computer.
        handlers = (_NoRedirect(), ProxyHandler({})) if here else (_NoRedirect(),)
        try:
            response = build_opener(*handlers).open(
                Request(url, headers=sent, method=method), timeout=SECONDS
            )
        except HTTPError as error:
            error.close()
            if error.code not in _MOVED or not error.headers.get("Location"):
                raise _Answered(error.code, _wait(error.headers.get("Retry-After", ""))) from None
            told = _small(error.headers) | told  # the publisher's word goes before the store's
            if method == "HEAD" and "x-linked-size" in told:
                return _Answer(error, told)  # a store may have signed its address for GET alone
            url = _next(url, error.headers["Location"], here)
        except (OSError, HTTPException) as error:
            raise Cut(f"{_host(url)} cannot be reached ({_reason(error)})") from error
        else:
            length = {"content-length": response.headers.get("Content-Length", "")}
            return _Answer(response, _small(response.headers) | told | length)
    raise ModelError(f"{_host(url)} leads from one address to the next. Nothing was fetched.")


def _next(url: str, location: str, here: bool) -> str:
    """Return the address that another one leads to. Raises ModelError where it may not be asked."""
    try:
        there = urljoin(url, location)
        address(there, here)
    except (UsageError, ValueError):
        raise ModelError(
            f"{_host(url)} leads to {location[:200]!r}, which is not https. Nothing was fetched."
        ) from None
    return there


def _small(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _tried(
    work: Callable[[], _Made], came: Callable[[], int], wanted: Wanted, patience: Patience
) -> _Made:
    """Do something until it is done, with a pause after each cut; more than ever came brings patience."""
    tries, most = 0, came()
    while True:
        try:
            return work()
        except _Answered as answered:
            if answered.status not in _PASSING:
                raise _refusal(wanted, answered.status) from None
            why, wait = f"{_host(wanted.url)} answers {answered.status}", answered.wait
        except Cut as cut:
            why, wait = str(cut), cut.wait
        tries, most = 0 if came() > most else tries, max(most, came())
        if tries == len(patience.pauses):
            kept = f" {came() / 1e6:.0f} MB are kept;" if came() else ""
            raise ModelError(
                f"{wanted.name} could not be fetched: {why}.{kept} the same command goes on later."
            )
        wait = max(patience.pauses[tries], wait)
        patience.tell(f"{why}; again in {wait:.0f} s")
        patience.sleep(wait)
        tries += 1


def _refusal(wanted: Wanted, status: int) -> ModelError:
    host = _host(wanted.url)
    if status in (401, 403):
        return ModelError(
            f"{host} gives {wanted.name} only to those who are logged in and took its licence"
            f" ({status}). Fetch it with a browser, then: get ./{wanted.name}"
        )
    if status in (404, 410):
        return ModelError(f"{host} does not have {wanted.name} ({status}): {wanted.url}")
    return ModelError(f"{host} answers {status} for {wanted.url}. Nothing was fetched.")


def _wait(told: str) -> float:
    return min(float(told), LONGEST_PAUSE) if told.isdecimal() else 0.0


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or error
    told = "".join(one if one.isprintable() else "?" for one in str(reason)[:200])
    return told or type(error).__name__
