"""FAISS over the library's vectors: which passages lie nearest to a question, exactly.

`passages.faiss` is a cache: a line with the sha256 of all that follows, a line with its stamp,
FAISS's own bytes. FAISS has no checksum and loads damaged files silently (98 of 120 flipped bits,
measured), so bytes are hashed before they are parsed. Missing, stale or damaged, it is built again
from the vectors; unwritable, the index stays in memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from rag.atomic import replace_bytes
from rag.store.library import Library
from rag.types import Vectors

FILE = "passages.faiss"
_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the cached index was made from; an index with another stamp is not this library's."""

    format: int
    generation: int
    encoder: str | None
    dimension: int
    count: int


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
        import faiss

        chosen = None
        if ids is not None:
            chosen = faiss.SearchParameters()
            chosen.sel = among = faiss.IDSelectorBatch(np.array(ids, dtype=np.int64))  # noqa: F841 - kept alive
        scores, found = self._index.search(
            vector.reshape(1, -1), min(limit, len(self)), params=chosen
        )
        return [
            (int(number), float(score))
            for number, score in zip(found[0], scores[0], strict=True)
            if number >= 0
        ]

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """Return the vectors of passages that are in the index (n x d), in the order of their ids."""
        if not ids:
            return np.empty((0, 0), np.float32)
        rows: Vectors = self._index.reconstruct_batch(np.array(ids, dtype=np.int64))
        return rows


def load(
    library: Library, folder: Path, say: Callable[[str], None] = lambda _: None
) -> PassageIndex:
    """Return the index of the present generation: from a sound cache, else built anew."""
    path, generation = folder / FILE, library.generation
    index, reason = _read(path, generation, library.encoder)
    if index is not None:
        return PassageIndex(index, generation)
    if path.exists():
        say(f"{path.name} is {reason}; building it again from the library.")
    return build(library, folder, say)


def build(
    library: Library, folder: Path, say: Callable[[str], None] = lambda _: None
) -> PassageIndex:
    """Build the index from the vectors, and keep it in the cache where that can be written."""
    with library.snapshot():
        generation, encoder = library.generation, library.encoder
        ids, vectors = library.vectors()
    if not len(ids):
        return PassageIndex(None, generation)
    import faiss

    index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1]))
    index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)
    stamp = Stamp(_FORMAT, generation, encoder, vectors.shape[1], len(ids))
    body = json.dumps(asdict(stamp)).encode() + b"\n" + faiss.serialize_index(index).tobytes()
    try:
        replace_bytes(folder / FILE, hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    except OSError as error:
        say(f"{FILE} cannot be written ({error.strerror}); the index stays in memory.")
    return PassageIndex(index, generation)


def _read(path: Path, generation: int, encoder: str | None) -> tuple[Any, str]:
    """Return the cached FAISS index, or None and why not."""
    try:
        data = path.read_bytes()
    except OSError as error:
        return None, f"unreadable ({error.strerror})"
    checksum, _, body = data.partition(b"\n")
    if hashlib.sha256(body).hexdigest().encode() != checksum:
        return None, "damaged"
    line, _, faiss_bytes = body.partition(b"\n")
    stamp = _stamp(line)
    if stamp is None or (stamp.generation, stamp.encoder) != (generation, encoder):
        return None, "stale"
    import faiss

    index = faiss.deserialize_index(np.frombuffer(faiss_bytes, dtype=np.uint8))
    flat = isinstance(index, faiss.IndexIDMap2) and isinstance(
        faiss.downcast_index(index.index), faiss.IndexFlatIP
    )
    if not flat or (index.d, index.ntotal) != (stamp.dimension, stamp.count):
        return None, "of another kind"
    return index, ""


def _stamp(line: bytes) -> Stamp | None:
    """Read the stamp of a cache of this format; another format may have other fields."""
    try:
        found = json.loads(line)
    except ValueError:
        return None
    known = isinstance(found, dict) and found.keys() == {field.name for field in fields(Stamp)}
    return Stamp(**found) if known and found["format"] == _FORMAT else None
