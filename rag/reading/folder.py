"""Folder -> source files: a safe walk, size limits, one read with its digest.

The folder is only read. Links are not followed, devices not opened; what is left out is named.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath

from rag.errors import UsageError
from rag.types.files import Skipped, SourceFile, Stamp

MAX_DEPTH = 100  # folders within folders; each costs a level of recursion


def walk(folder: Path) -> Iterator[str | Skipped]:
    """Yield the relative paths of the regular files below `folder`, sorted; the rest as Skipped."""
    if not folder.is_dir():
        raise UsageError(f"No folder {folder}. Make it and put articles into it, then run again.")
    yield from _walk(folder, "")


def _walk(folder: Path, prefix: str) -> Iterator[str | Skipped]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        if not prefix:
            reason = f"{folder} cannot be read: {error.strerror}. Check its permissions."
            raise UsageError(reason) from error
        yield Skipped(prefix.rstrip("/"), f"folder cannot be read: {error.strerror}")
        return
    for entry in entries:
        path = prefix + entry.name
        readable = path.encode("utf-8", "backslashreplace").decode()
        if readable != path:
            yield Skipped(readable, "its name is not UTF-8; rename it")
        elif entry.is_symlink():
            yield Skipped(path, "a link; put the file itself into the folder")
        elif entry.name.startswith("."):
            yield Skipped(path, "hidden")
        elif entry.is_dir(follow_symlinks=False) and path.count("/") >= MAX_DEPTH:
            yield Skipped(path, f"more than {MAX_DEPTH} folders within each other")
        elif entry.is_dir(follow_symlinks=False):
            yield from _walk(Path(entry.path), path + "/")
        elif entry.is_file(follow_symlinks=False):
            yield path
        else:
            yield Skipped(path, "not a file (device, pipe or socket)")


def stamps(folder: Path) -> dict[str, Stamp]:
    """Return size and time of change of the regular files below `folder` by path; none is opened."""
    found: dict[str, Stamp] = {}
    for path in walk(folder):
        if isinstance(path, str):
            with suppress(OSError):  # gone in the meantime
                status = os.lstat(os.path.join(folder, path))  # noqa: PTH118 – a Path costs more than the call
                found[path] = Stamp(status.st_size, status.st_mtime_ns)
    return found


def read(folder: Path, path: str, limit: int) -> SourceFile | Skipped:
    """Read one file of at most `limit` bytes in the folder, without following links.

    A file that changes while it is read is read once more, then left to the next ingest.
    """
    if not _is_inside(folder, path):
        return Skipped(path, "its place is not in the folder")
    for _ in range(2):
        try:
            data, is_whole = _bytes(folder / path, limit)
        except OSError as error:
            return Skipped(path, f"cannot be read: {error.strerror}; check its permissions")
        if data is None:
            return Skipped(path, "not a regular file")
        if len(data) > limit:
            return Skipped(path, f"larger than {limit / 1e6:.0f} MB")
        if is_whole:
            return SourceFile(path, data, hashlib.sha256(data).hexdigest())
    return Skipped(path, "changes while it is read; ingest again")


def _is_inside(folder: Path, path: str) -> bool:
    """Return whether a relative path stays in the folder, through no link: a library may name any."""
    parts = PurePosixPath(path).parts
    if not parts or path.startswith(("/", "\\")) or ".." in parts or "\0" in path:
        return False
    if os.name == "nt" and ("\\" in path or ":" in path):
        return False
    above = folder
    for part in parts[:-1]:
        above = above / part
        if above.is_symlink():
            return False
    return True


def _bytes(path: Path, limit: int) -> tuple[bytes | None, bool]:
    """Read at most `limit` + 1 bytes, None of a device; tell whether the file stayed as it was."""
    flags = os.O_RDONLY
    for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, flag, 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            return None, True
        data = file.read(limit + 1)
        after = os.fstat(file.fileno())
    return data, (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
