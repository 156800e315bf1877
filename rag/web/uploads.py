"""Uploaded files -> the seeds folder: under safe names, and only what can be read.

Nothing there is ever overwritten, no link is followed, and each refusal has its reason.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path, PurePosixPath

from rag.atomic import replacing
from rag.errors import Unreadable, UsageError
from rag.isolated import Readers
from rag.reading import folder, formats
from rag.types.files import Skipped, SourceFile

NAME_BYTES = 120  # file systems take 255; this leaves room for folders, marks and temporary names
SUFFIX_BYTES = 16  # anything longer is not a suffix
NAMELESS = "article"

_PUNCTUATION = frozenset(" ._-(),'&+")
_RESERVED = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9¹²³]", re.IGNORECASE)  # by Windows


def add(
    paths: Sequence[tuple[Path, str]], seeds: Path, limit: int
) -> tuple[tuple[str, ...], tuple[Skipped, ...]]:
    """Copy files, each given by place and name, of at most `limit` bytes, into `seeds`.

    Return the names they have there and what was left out; raise UsageError without a folder.
    """
    try:
        seeds.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{seeds} cannot be made: {error.strerror}. Check its place.") from error
    known = _sizes(seeds)
    added: list[str] = []
    skipped: list[Skipped] = []
    with Readers() as readers:
        for path, given in paths:
            name = safe_name(given)
            try:
                data = _acceptable(path, name, limit, readers)
                _refuse_known(seeds, data, known.get(len(data), ()), limit)
                added.append(_put(seeds, name, data))
                known.setdefault(len(data), []).append(added[-1])
            except Unreadable as reason:
                skipped.append(Skipped(name, str(reason)))
    return tuple(added), tuple(skipped)


# ── names ──


def safe_name(given: str) -> str:
    """Return the last part of a name in a form that every system takes, with its suffix."""
    last = re.split(r"[/\\]", given)[-1]
    shown = " ".join(unicodedata.normalize("NFC", "".join(map(_kept, last))).split())
    plain = re.sub(r"-{2,}", "-", shown).rstrip(" .-")
    suffix = PurePosixPath(f"x{plain}").suffix
    if len(suffix.encode()) > SUFFIX_BYTES:
        suffix = ""
    stem = plain.removesuffix(suffix).strip(" .-") or NAMELESS
    if _RESERVED.fullmatch(stem.partition(".")[0].strip()):
        stem = f"{NAMELESS}-{stem}"
    return _fitted(stem, suffix)


def _kept(character: str) -> str:
    """Return the character, or its replacement in a name: "" for invisible ones."""
    if character.isspace():
        return " "
    kind = unicodedata.category(character)[0]
    if kind == "C":  # controls, directions, surrogates, unassigned
        return ""
    return character if kind in "LMN" or character in _PUNCTUATION else "-"


def _fitted(stem: str, tail: str) -> str:
    """Fit both parts into NAME_BYTES, cutting the first one."""
    room = NAME_BYTES - len(tail.encode())
    return f"{stem.encode()[:room].decode('utf-8', 'ignore').rstrip(' .-')}{tail}"


def _names(name: str) -> Iterator[str]:
    """Yield the name, then "name-2.txt", "name-3.txt" …"""
    yield name
    path = PurePosixPath(name)
    yield from (_fitted(path.stem, f"-{number}{path.suffix}") for number in count(2))


# ── contents ──


def _acceptable(path: Path, name: str, limit: int, readers: Readers) -> bytes:
    """Return the bytes of a file that can be an article; raise Unreadable with the reason if not."""
    kind = PurePosixPath(name).suffix.lower()
    if kind not in formats.SIGNS:
        raise Unreadable(f"{kind or 'a file without a suffix'} is not read; give {formats.KINDS}")
    if path.is_symlink():
        raise Unreadable("a link; give the file itself")
    file = folder.read(path.parent, path.name, limit)
    if isinstance(file, Skipped):
        raise Unreadable(file.reason)
    _check_content(SourceFile(name, file.data, file.sha256), kind, readers)
    return file.data


def _check_content(file: SourceFile, kind: str, readers: Readers) -> None:
    if not formats.content_fits(kind, file.data):
        raise Unreadable(f"its content is not that of a {kind} file")
    if formats.SIGNS[kind]:
        return  # costly to read: its sign is enough
    if isinstance(pages := readers.pages(file, []), Skipped):
        raise Unreadable(pages.reason)


def _sizes(seeds: Path) -> dict[int, list[str]]:
    """Return the paths of the folder's files by size: only equal sizes can be equal files."""
    found: dict[int, list[str]] = {}
    for path in folder.walk(seeds):
        if isinstance(path, str):
            with suppress(OSError):  # gone in the meantime
                found.setdefault((seeds / path).lstat().st_size, []).append(path)
    return found


def _refuse_known(seeds: Path, data: bytes, same_size: Sequence[str], limit: int) -> None:
    for path in same_size:
        file = folder.read(seeds, path, limit)
        if isinstance(file, SourceFile) and file.data == data:
            raise Unreadable(f"already there ({path})")


# ── writing ──


def _put(seeds: Path, name: str, data: bytes) -> str:
    """Write under the first free name and return it; raise Unreadable when that fails."""
    for free in _names(name):
        try:
            _create(seeds / free, data)
        except FileExistsError:
            continue
        except OSError as error:
            raise Unreadable(f"cannot be written: {error.strerror}") from error
        return free
    raise AssertionError("names never end")


def _create(path: Path, data: bytes) -> None:
    """Make a new file, whole or not at all; raise FileExistsError when the name is taken."""
    # an empty file holds the name until the bytes take its place: nothing is overwritten
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        with replacing(path) as part:
            part.write_bytes(data)
            shutil.copymode(path, part)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
