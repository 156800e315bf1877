"""The index over the library's vectors: which passages lie nearest to a question.

`passages.faiss` is a cache: a line with a checksum of all that follows, a line with its stamp,
FAISS's own bytes. FAISS has no checksum and loads damaged files silently (98 of 120 flipped bits,
measured), so bytes are hashed before they are parsed. Passages that came or went since it was
written are brought into it, which a few take no time; it is written again where many have. Missing,
damaged or of another library, it is built again from the vectors; unwritable, it stays in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from rag.atomic import replace_bytes
from rag.store import nearest
from rag.store.library import Library
from rag.types import Vectors

FILE = "passages.faiss"
CHANGED = 0.1  # share of the passages: where more came or went, the index is built again
FEW = 20_000  # passages of an index that is written in no time
WRITTEN = (
    0.02  # share of the passages: where fewer came or went in one of more, it is not written again
)
BATCH = 50_000  # vectors that are added at once
BLOCK = 16_000_000  # bytes that are hashed at once
_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the cached index was made from; an index with another stamp is not this library's."""

    format: int
    library: str | None
    generation: int
    encoder: str | None
    dimension: int
    count: int
    last: int  # the highest number of a passage: those that come later have higher ones


class PassageIndex:
    """Nearest passages by inner product of unit vectors (the cosine)."""

    def __init__(self, index: Any, generation: int) -> None:
        self._index = index
        self.generation = generation

    def __len__(self) -> int:
        return int(self._index.ntotal) if self._index is not None else 0

    def search(
        self, vector: Vectors, limit: int, ids: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return passage ids and cosines for a vector (d), best first, if in `ids`."""
        if not len(self) or (ids is not None and not ids):
            return []
        if vector.shape != (self._index.d,) or not np.isfinite(vector).all():
            raise ValueError(
                f"a question's vector has {self._index.d} finite numbers, not shape {vector.shape}"
            )
        return nearest.search(self._index, vector, limit, ids)


def load(
    library: Library, folder: Path, say: Callable[[str], None] = lambda _: None
) -> PassageIndex:
    """Return the index of the present generation: from a sound cache, else built anew."""
    path = folder / FILE
    index, stamp, reason = _read(path, library)
    if stamp and stamp.generation == library.generation:
        return PassageIndex(index, stamp.generation)
    if stamp:
        with library.snapshot():
            changed = _catch_up(index, stamp, library)
            now = _stamp_of(index, library)
        if changed is not None:
            if now.count < FEW or changed > WRITTEN * now.count:
                _write(index, now, folder, say)
            return PassageIndex(index, now.generation)
    elif path.exists():
        say(f"{path.name} is {reason}; building it again from the library.")
    return build(library, folder, say)


def refresh(library: Library, folder: Path) -> None:
    """See to it that the next one who loads the index has little to do."""
    stamp = _stamp_in(folder / FILE)
    total = library.count_passages()
    ours = stamp is not None and _is_of(stamp, library)
    changed = abs(total - stamp.count) if stamp else total
    if not ours or total < FEW or changed > WRITTEN * total:
        load(library, folder)


def build(
    library: Library, folder: Path, say: Callable[[str], None] = lambda _: None
) -> PassageIndex:
    """Build the index from the vectors, and keep it in the cache where that can be written."""
    with library.snapshot():
        ids = np.array(library.passage_numbers(), dtype=np.int64)
        if not len(ids):
            return PassageIndex(None, library.generation)
        index = _empty(library, ids)
        for first in range(0, len(ids), BATCH):
            some = ids[first : first + BATCH]
            nearest.add(index, some, library.vectors(some.tolist()))
        stamp = _stamp_of(index, library)
    _write(index, stamp, folder, say)
    return PassageIndex(index, stamp.generation)


def _empty(library: Library, ids: nearest.Ids) -> Any:
    if len(ids) < nearest.MANY:
        return nearest.exact(library.vectors([int(ids[0])]).shape[1])
    many = min(len(ids), nearest.SAMPLE * nearest.lists_for(len(ids)))
    drawn = np.random.default_rng(1).choice(ids, many, replace=False)
    return nearest.approximate(library.vectors(np.sort(drawn).tolist()), len(ids))


def _catch_up(index: Any, stamp: Stamp, library: Library) -> int | None:
    """Bring an index of an earlier generation up to this one; return how many passages came or went, or
    None where it is better built again.

    Numbers are never given twice, so where as many are left of the old ones, all of them are.
    """
    new = np.array(library.passage_numbers(stamp.last), dtype=np.int64)
    gone = np.empty(0, np.int64)
    total = library.count_passages()
    if total - len(new) != stamp.count:
        now = np.array(library.passage_numbers(), dtype=np.int64)
        gone = np.setdiff1d(nearest.numbers(index), now, assume_unique=True)
    changed = len(new) + len(gone)
    grown = nearest.is_exact(index) != (total < nearest.MANY)
    if changed > CHANGED * stamp.count or grown or not total:
        return None
    nearest.remove(index, gone)
    for first in range(0, len(new), BATCH):
        some = new[first : first + BATCH]
        nearest.add(index, some, library.vectors(some.tolist()))
    return changed


def _stamp_of(index: Any, library: Library) -> Stamp:
    return Stamp(
        _FORMAT,
        library.mark,
        library.generation,
        library.encoder,
        index.d,
        index.ntotal,
        library.last_passage(),
    )


def _write(index: Any, stamp: Stamp, folder: Path, say: Callable[[str], None]) -> None:
    body = json.dumps(asdict(stamp)).encode() + b"\n" + nearest.to_bytes(index)
    try:
        replace_bytes(folder / FILE, _checksum(memoryview(body)) + b"\n" + body)
    except OSError as error:
        say(f"{FILE} cannot be written ({error.strerror}); the index stays in memory.")


def _read(path: Path, library: Library) -> tuple[Any, Stamp | None, str]:
    """Return the cached index of a library with its stamp, or neither and why not."""
    try:
        data = memoryview(path.read_bytes())
    except OSError as error:
        return None, None, f"unreadable ({error.strerror})"
    checksum, body = _line(data)
    if _checksum(body) != checksum:
        return None, None, "damaged"
    line, faiss_bytes = _line(body)
    stamp = _stamp(line)
    if stamp is None or not _is_of(stamp, library):
        return None, None, "stale"
    try:
        index = nearest.from_bytes(faiss_bytes)
    except ValueError:
        return None, None, "of another kind"
    if (index.d, index.ntotal) != (stamp.dimension, stamp.count):
        return None, None, "of another kind"
    return index, stamp, ""


def _checksum(data: memoryview) -> bytes:
    """Return the sha256 of the sha256 of each block, in hexadecimal digits: two cores share the work."""
    blocks = [data[first : first + BLOCK] for first in range(0, len(data), BLOCK)]
    with ThreadPoolExecutor(2) as hashing:
        digests = hashing.map(lambda block: hashlib.sha256(block).digest(), blocks)
        return hashlib.sha256(b"".join(digests)).hexdigest().encode()


def _is_of(stamp: Stamp, library: Library) -> bool:
    """Whether an index is of this library as it is now or was before."""
    now = library.mark, library.encoder
    return (stamp.library, stamp.encoder) == now and stamp.generation <= library.generation


def _line(data: memoryview) -> tuple[bytes, memoryview]:
    """Split bytes behind their first line, of which ours have fewer than 1,000 characters."""
    line, _, _ = bytes(data[:1_000]).partition(b"\n")
    return line, data[len(line) + 1 :]


def _stamp_in(path: Path) -> Stamp | None:
    """Return the stamp of a cache, unproved; None where there is none."""
    try:
        with path.open("rb") as file:
            file.readline(1_000)
            return _stamp(file.readline(1_000))
    except OSError:
        return None


def _stamp(line: bytes) -> Stamp | None:
    """Read the stamp of a cache of this format; another format may have other fields."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    known = isinstance(found, dict) and found.keys() == {field.name for field in fields(Stamp)}
    return Stamp(**found) if known and found["format"] == _FORMAT else None
