"""Write files whole or not at all: beside their place, synced, then renamed."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PART = (".clippings-", ".tmp")  # how the name of an unfinished file begins and ends
ABANDONED = 3600.0  # seconds without a write after which nobody finishes it


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a name beside `path` to write to; rename it to `path` if the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sweep(path.parent)
    part = path.with_name(secrets.token_hex(8).join(PART))
    part.touch(exist_ok=False)  # with the permissions that a new file has here
    try:
        yield part
        settle(part, path)
    finally:
        part.unlink(missing_ok=True)


def settle(part: Path, path: Path) -> None:
    """Give a finished file the name `path`, for good: its bytes are on the disk before it has it."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    part.replace(path)
    _sync_folder(path.parent)


def sweep(folder: Path) -> None:
    """Remove the unfinished files of writers that were killed."""
    begin, end = PART
    with suppress(OSError):
        for part in folder.glob(f"{begin}*{end}*"):  # also what SQLite keeps beside its files
            if time.time() - part.stat().st_mtime > ABANDONED:
                part.unlink(missing_ok=True)


def replace_bytes(path: Path, data: bytes) -> None:
    """Replace the contents of `path` with `data`."""
    with replacing(path) as part:
        part.write_bytes(data)


def _sync_folder(folder: Path) -> None:
    """Make the rename itself durable, where folders can be opened (not on Windows)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
