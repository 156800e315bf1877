"""Files that a person hands over -> the seeds folder: under safe names, and only what can be read.

Nothing that is there is ever overwritten, no link is followed, and each refusal says why.
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
from rag.reading import folder, formats
from rag.types import Skipped, SourceFile

NAME_BYTES = 120  # file systems take 255; this leaves room for folders, marks and temporary names
SUFFIX_BYTES = 16  # what is longer is no suffix
NAMELESS = "article"

_PUNCTUATION = frozenset(" ._-(),'&+")
_RESERVED = re.compile(r"con|prn|aux|nul|(?:com|lpt)[0-9¹²³]", re.IGNORECASE)  # by Windows


def add(
    paths: Sequence[tuple[Path, str]], seeds: Path, limit: int
) -> tuple[tuple[str, ...], tuple[Skipped, ...]]:
    """Copy files into `seeds`, each given as the place where it lies and the name its owner gave it.

    Returns the names under which they were added, and what was left out with the reason. A file has
    at most `limit` bytes. Raises UsageError when the folder can be neither made nor listed.
    """
    try:
        seeds.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{seeds} cannot be made: {error.strerror}. Check its place.") from error
    known = _sizes(seeds)
    added: list[str] = []
    skipped: list[Skipped] = []
    for path, given in paths:
        name = safe_name(given)
        try:
            data = _acceptable(path, name, limit)
            _refuse_known(seeds, data, known.get(len(data), ()), limit)
            added.append(_put(seeds, name, data))
            known.setdefault(len(data), []).append(added[-1])
        except Unreadable as reason:
            skipped.append(Skipped(name, str(reason)))
    return tuple(added), tuple(skipped)


# ── names ──


def safe_name(given: str) -> str:
    """The last part of a name, as every system takes it: letters and digits of any script, no
    separator, no control, no leading dot or dash, not reserved, at most NAME_BYTES; with its suffix.
    """
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
    """The character, or what stands for it in a name: nothing for what cannot be seen."""
    if character.isspace():
        return " "
    kind = unicodedata.category(character)[0]
    if kind == "C":  # controls, directions, surrogates, unassigned
        return ""
    return character if kind in "LMN" or character in _PUNCTUATION else "-"


def _fitted(stem: str, tail: str) -> str:
    """Both parts in NAME_BYTES, the first one cut where it is too long."""
    room = NAME_BYTES - len(tail.encode())
    return f"{stem.encode()[:room].decode('utf-8', 'ignore').rstrip(' .-')}{tail}"


def _names(name: str) -> Iterator[str]:
    """The name, then "name-2.txt", "name-3.txt" …"""
    yield name
    path = PurePosixPath(name)
    yield from (_fitted(path.stem, f"-{number}{path.suffix}") for number in count(2))


# ── contents ──


def _acceptable(path: Path, name: str, limit: int) -> bytes:
    """The bytes of a file that can be an article. Raises Unreadable with the reason why not."""
    kind = PurePosixPath(name).suffix.lower()
    if kind not in formats.SIGNS:
        raise Unreadable(f"{kind or 'a file without a suffix'} is not read; give {formats.KINDS}")
    if path.is_symlink():
        raise Unreadable("a link; give the file itself")
    file = folder.read(path.parent, path.name, limit)
    if isinstance(file, Skipped):
        raise Unreadable(file.reason)
    _check_content(SourceFile(name, file.data, file.sha256), kind)
    return file.data


def _check_content(file: SourceFile, kind: str) -> None:
    if not formats.content_fits(kind, file.data):
        raise Unreadable(f"its content is not that of a {kind} file")
    if formats.SIGNS[kind]:
        return  # costly to read: its sign is enough
    if isinstance(pages := formats.read_pages(file), Skipped):
        raise Unreadable(pages.reason)


def _sizes(seeds: Path) -> dict[int, list[str]]:
    """Paths of the files in the folder by their size: what has another size is another file."""
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
    """Write under the first name that is free; returns it. Raises Unreadable when it cannot be."""
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
    """A new file, whole or not at all. Raises FileExistsError when anything has its name, a link
    that leads nowhere included.

    An empty file holds the name until the bytes take its place, so nobody else's is overwritten.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    try:
        with replacing(path) as part:
            part.write_bytes(data)
            shutil.copymode(path, part)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
