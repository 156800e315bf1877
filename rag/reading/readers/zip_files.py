"""Read zip files, within limits that stop a bomb."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from rag.errors import Unreadable

MAX_ENTRIES = 10_000
MAX_BYTES = 100_000_000  # unpacked, all entries together
MAX_RATIO = 100  # unpacked to packed; prose has 3, tables of numbers 20
FREE_BYTES = 1_000_000  # below this the ratio does not matter: a blank page packs 1000 to 1

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others unpack without a limit
_DRIVE = re.compile(r"^[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file within an archive: its bytes, or why it is not read."""

    name: str
    data: bytes = b""
    reason: str | None = None


def opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive; raise Unreadable when it is damaged or too large."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, OSError) as error:
        raise Unreadable(f"a damaged zip file: {error}") from error
    infos = archive.infolist()
    total = sum(info.file_size for info in infos)
    if len(infos) > MAX_ENTRIES:
        raise Unreadable(f"a zip file with {len(infos):,} entries; {MAX_ENTRIES:,} are read")
    if total > MAX_BYTES:
        sizes = f"{total / 1e6:,.0f} MB unpacked; {MAX_BYTES / 1e6:.0f} MB are read"
        raise Unreadable(f"a zip file of {sizes}")
    if total > FREE_BYTES and total > MAX_RATIO * len(data):
        raise Unreadable(f"a zip file that unpacks to more than {MAX_RATIO} times its size")
    return archive


def entry_names(data: bytes) -> list[str]:
    """Return the names of an archive's files, as `entries` yields them."""
    with opened(data) as archive:
        return [info.filename for info in _files(archive)]


def entries(data: bytes, begin: int = 0) -> Iterator[Entry]:
    """Yield the files of an archive from number `begin` on, in its order, without folders."""
    with opened(data) as archive:
        for info in _files(archive)[begin:]:
            reason = _refused(info)
            yield Entry(info.filename, reason=reason) if reason else _read(archive, info)


def _files(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    return [info for info in archive.infolist() if not info.is_dir()]


def _refused(info: zipfile.ZipInfo) -> str | None:
    parts = info.filename.replace("\\", "/").split("/")
    if info.filename.startswith(("/", "\\")) or _DRIVE.match(info.filename) or ".." in parts:
        return "its name leads out of the archive"
    if any(part.startswith(".") for part in parts) or parts[0] == "__MACOSX":
        return "hidden"
    if info.flag_bits & 1:
        return "encrypted; unpack the archive with its password"
    if info.compress_type not in _METHODS:
        return "packed in an unusual way; unpack the archive"
    if info.file_size > FREE_BYTES and info.file_size > MAX_RATIO * max(info.compress_size, 1):
        return f"it unpacks to more than {MAX_RATIO} times its size"
    return None


def _read(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Entry:
    try:
        return Entry(info.filename, archive.read(info))  # never more than the size it declares
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError):
        return Entry(info.filename, reason="damaged in the archive")
