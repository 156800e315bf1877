"""The index over the library's vectors: which passages lie nearest to a question.

`passages.faiss` is a cache (rag.store.cached) of FAISS's own bytes. Passages that came or went since
it was written are brought into it, which a few take no time; it is written again where many have.
Missing, damaged or of another library, it is built again from the vectors; unwritable, it stays in
memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.store import cached, nearest
from rag.store.cached import Stamp
from rag.store.library import Library
from rag.types.models import Vectors

FILE = "passages.faiss"
CHANGED = 0.1  # share of the passages: where more came or went, the index is built again
FEW = 20_000  # passages of an index that is written in no time
WRITTEN = (
    0.02  # share of the passages: where fewer came or went in one of more, it is not written again
)
BATCH = 50_000  # vectors that are added at once


class PassageIndex:
    """Nearest passages by inner product of unit vectors (the cosine).

    What came after `index` was written is in another, and what went is left out.
    """

    def __init__(
        self, index: Any, generation: int, more: Any = None, gone: nearest.Ids = nearest.NONE
    ) -> None:
        self._index, self._more, self._gone = index, more, gone
        self.generation = generation

    def __len__(self) -> int:
        parts = (self._index, self._more)
        return sum(int(part.ntotal) for part in parts if part is not None) - len(self._gone)

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
        found = nearest.search(self._index, vector, limit, ids, self._gone)
        if self._more is None:
            return found
        found += nearest.search(self._more, vector, limit, ids)
        return sorted(found, key=lambda hit: -hit[1])[:limit]


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
            changes = _changes(index, stamp, library)
            if changes and not _is_written(stamp, library, changes):
                new, gone = changes
                return PassageIndex(index, library.generation, _more(library, new), gone)
            whole = _changed(path, stamp, library, *changes) if changes else None
            now = _stamp_of(whole, library) if whole else stamp
        if whole:
            _write(whole, now, folder, say)
            return PassageIndex(whole, now.generation)
    elif path.exists():
        say(f"{path.name} is {reason}; building it again from the library.")
    return build(library, folder, say)


def refresh(library: Library, folder: Path) -> None:
    """See to it that the next one who loads the index has little to do."""
    stamp = cached.stamp_in(folder / FILE)
    if stamp is None or not cached.is_of(stamp, library) or _is_written(stamp, library):
        load(library, folder)


def _is_written(stamp: Stamp, library: Library, changes: Sequence[nearest.Ids] = ()) -> bool:
    """Whether an index that has this stamp is written again, after changes or by the number of passages."""
    total = library.count_passages()
    changed = sum(map(len, changes)) or abs(total - stamp.count)
    return total < FEW or changed > WRITTEN * total


def build(
    library: Library, folder: Path, say: Callable[[str], None] = lambda _: None
) -> PassageIndex:
    """Build the index from the vectors, and keep it in the cache where that can be written."""
    with library.snapshot():
        ids = np.array(library.passage_numbers(), dtype=np.int64)
        if not len(ids):
            return PassageIndex(None, library.generation)
        index = _empty(library, ids)
        _add(index, library, ids)
        stamp = _stamp_of(index, library)
    _write(index, stamp, folder, say)
    return PassageIndex(index, stamp.generation)


def _empty(library: Library, ids: nearest.Ids) -> Any:
    if len(ids) < nearest.MANY:
        return nearest.exact(library.vectors([int(ids[0])]).shape[1])
    many = min(len(ids), nearest.SAMPLE * nearest.lists_for(len(ids)))
    drawn = np.random.default_rng(1).choice(ids, many, replace=False)
    return nearest.approximate(library.vectors(np.sort(drawn).tolist()), len(ids))


def _changes(index: Any, stamp: Stamp, library: Library) -> tuple[nearest.Ids, nearest.Ids] | None:
    """Return which passages came and went since an index was written; None where it is better built again.

    Numbers are never given twice, so where as many are left of the old ones, all of them are.
    """
    new, gone = np.array(library.passage_numbers(stamp.last), dtype=np.int64), nearest.NONE
    total = library.count_passages()
    if total - len(new) != stamp.count:
        now = np.array(library.passage_numbers(), dtype=np.int64)
        gone = np.setdiff1d(nearest.numbers(index), now, assume_unique=True)
    grown = nearest.is_exact(index) != (total < nearest.MANY)
    if len(new) + len(gone) > CHANGED * stamp.count or grown or not total:
        return None
    return new, gone


def _more(library: Library, new: nearest.Ids) -> Any:
    """Return an index of a few passages, or None without any."""
    if not len(new):
        return None
    index = nearest.exact(library.vectors([int(new[0])]).shape[1])
    _add(index, library, new)
    return index


def _changed(
    path: Path, stamp: Stamp, library: Library, new: nearest.Ids, gone: nearest.Ids
) -> Any:
    """Return the index of a cache with what came and without what went; None if it is another one by now."""
    index = nearest.read(path, whole=True)
    if index.ntotal != stamp.count:
        return None
    nearest.remove(index, gone)
    _add(index, library, new)
    return index


def _add(index: Any, library: Library, ids: nearest.Ids) -> None:
    for first in range(0, len(ids), BATCH):
        some = ids[first : first + BATCH]
        nearest.add(index, some, library.vectors(some.tolist()))


def _stamp_of(index: Any, library: Library) -> Stamp:
    return cached.stamp(library, index.d, index.ntotal, library.last_passage())


def _write(index: Any, stamp: Stamp, folder: Path, say: Callable[[str], None]) -> None:
    cached.write(folder / FILE, stamp, lambda part: nearest.write(index, part), say)


def _read(path: Path, library: Library) -> tuple[Any, Stamp | None, str]:
    """Return the cached index of a library with its stamp, or neither and why not."""
    _, stamp, reason = cached.read(path, library)
    if stamp is None:
        return None, None, reason
    try:
        index = nearest.read(path)
    except ValueError:
        return None, None, "of another kind"
    if (index.d, index.ntotal) != (stamp.dimension, stamp.count):
        return None, None, "of another kind"
    return index, stamp, ""
