"""A cache beside a library: a file that is believed as it was written, and where it is of that library.

Its bytes, a line with its stamp, and the checksum of all that: at the end, so that what reads the bytes
reads the file. They are hashed before anybody parses them: FAISS loads damaged files silently (98 of
120 flipped bits, measured). Nothing is copied: the file is mapped, and replaced as a whole.
"""

from __future__ import annotations

import hashlib
import json
import mmap
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from rag.atomic import replacing
from rag.store.library import Library

BLOCK = 16_000_000  # bytes that are hashed at once
_FORMAT = 3
_DIGITS = 64  # of a checksum
_TAIL = 1_000  # bytes in which stamp and checksum are


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a cache was made from; one with another stamp is not this library's."""

    format: int
    library: str | None
    generation: int
    encoder: str | None
    dimension: int  # of vectors; 0 where there are none
    count: int  # of what is in it
    last: int  # the highest number of that: those that come later have higher ones


def stamp(library: Library, dimension: int, count: int, last: int) -> Stamp:
    """Return the stamp of what is made of a library as it is."""
    return Stamp(_FORMAT, library.mark, library.generation, library.encoder, dimension, count, last)


def write(
    path: Path, made_from: Stamp, put: Callable[[Path], object], say: Callable[[str], None]
) -> None:
    """Write a cache whose bytes are put into a file; say where that cannot be."""
    try:
        with replacing(path) as part:
            put(part)
            with part.open("ab") as file:
                file.write(b"\n" + json.dumps(asdict(made_from)).encode() + b"\n")
            told = checksum(_mapped(part))
            with part.open("ab") as file:
                file.write(told)
    except OSError as error:
        say(f"{path.name} cannot be written ({error.strerror}); the index stays in memory.")


def read(path: Path, library: Library) -> tuple[memoryview, Stamp | None, str]:
    """Return the bytes of the cache of a library, with its stamp; else no stamp, and why not."""
    try:
        data = _mapped(path)
    except OSError as error:
        return memoryview(b""), None, f"unreadable ({error.strerror})"
    line = _line(bytes(data[-_TAIL:]))
    found = stamp_of(line)
    if found is None or not is_of(found, library):
        return memoryview(b""), None, "stale"
    if checksum(data[:-_DIGITS]) != data[-_DIGITS:]:
        return memoryview(b""), None, "damaged"
    return data[: -_DIGITS - len(line) - 2], found, ""


def _mapped(path: Path) -> memoryview:
    """Return the bytes of a file, which are read when they are wanted."""
    with path.open("rb") as file:
        if not os.fstat(file.fileno()).st_size:
            return memoryview(b"")
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


def checksum(data: memoryview) -> bytes:
    """Return the sha256 of the sha256 of each block, in hexadecimal digits: two cores share the work."""
    blocks = [data[first : first + BLOCK] for first in range(0, len(data), BLOCK)]
    with ThreadPoolExecutor(2) as hashing:
        digests = hashing.map(lambda block: hashlib.sha256(block).digest(), blocks)
        return hashlib.sha256(b"".join(digests)).hexdigest().encode()


def is_of(found: Stamp, library: Library) -> bool:
    """Whether a cache is of this library as it is now or was before."""
    now = library.mark, library.encoder
    return (found.library, found.encoder) == now and found.generation <= library.generation


def stamp_in(path: Path) -> Stamp | None:
    """Return the stamp of a cache, unproved; None where there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - _TAIL))
            return stamp_of(_line(file.read()))
    except OSError:
        return None


def stamp_of(line: bytes) -> Stamp | None:
    """Read the stamp of a cache of this format; another format may have other fields."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    known = isinstance(found, dict) and found.keys() == {field.name for field in fields(Stamp)}
    return Stamp(**found) if known and found["format"] == _FORMAT else None


def _line(tail: bytes) -> bytes:
    """Return the line before the checksum in the end of a file."""
    return tail[: -_DIGITS - 1].rpartition(b"\n")[2]
