"""The folder where dropped files arrive: how much waits there, and what is left over goes.

Gradio never removes a file that it was given. The page does, once it has copied it (`discard`); here
goes what broke off on the way, and what a page that was killed left behind.
"""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PREFIX = "clippings-"
LOCK = "lock"  # held by the page that the folder belongs to
STALE_SECONDS = 60.0  # a younger folder may not have its lock yet
WAITING_SECONDS = 3600.0  # an upload waits for the ingests before it, and no longer
WAITING_BYTES = 500_000_000  # of all files that wait to be copied, those on their way included


@contextmanager
def folder() -> Iterator[Path]:
    """Make a folder of this page alone; at its end it goes, as do those of pages that were killed."""
    sweep(Path(tempfile.gettempdir()))
    with (
        tempfile.TemporaryDirectory(prefix=PREFIX, ignore_cleanup_errors=True) as made,
        FileLock(Path(made) / LOCK),
    ):
        yield Path(made)


def sweep(place: Path) -> None:
    """Remove the folders of pages that do not run any more; only one's own can be removed."""
    for left in place.glob(f"{PREFIX}*"):
        with suppress(OSError, Timeout):
            status = left.lstat()
            own = not hasattr(os, "getuid") or status.st_uid == os.getuid()
            old = time.time() - status.st_mtime > STALE_SECONDS
            if stat.S_ISDIR(status.st_mode) and own and old and (left / LOCK).is_file():
                with FileLock(left / LOCK, timeout=0):
                    shutil.rmtree(left, ignore_errors=True)


def waiting(place: Path, now: float | None = None) -> int:
    """Return how many bytes wait; what has waited too long broke off, and is removed."""
    size, now = 0, time.time() if now is None else now
    for path in place.rglob("*"):
        with suppress(OSError):  # it was copied in the meantime
            status = path.lstat()
            if not stat.S_ISREG(status.st_mode) or path.name == LOCK:
                continue
            if now - status.st_mtime > WAITING_SECONDS:
                path.unlink()
            else:
                size += status.st_size
    return size


def discard(paths: Iterable[Path], place: Path) -> None:
    """Remove dropped files that were dealt with; only such that lie in the folder."""
    for path in paths:
        if path.is_relative_to(place) and ".." not in path.parts:
            path.unlink(missing_ok=True)
            with suppress(OSError):  # another file is in it
                if path.parent != place:
                    path.parent.rmdir()
