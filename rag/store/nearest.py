"""FAISS: vectors with numbers -> those nearest to one. Exactly, or for MANY vectors approximately.

Approximately means: the vectors lie in lists, each around a centre, and only the lists whose centres
are nearest to a question are read (an inverted file, Jegou, Douze, Schmid 2011), in half precision.
Both kinds take more vectors, and lose some, without being made again; one that is read when it is
wanted takes none.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from rag.types.models import Vectors

MANY = 200_000  # vectors: reading all of them takes 50 ms on two cores
SAMPLE = 48  # vectors a list, from which the centres are learned; FAISS asks for 39 and more
READ = 1 / 8  # of the lists; docs/scale.md says how many of the ten nearest are among them
_ROUNDS = 10  # of k-means

Ids: TypeAlias = np.ndarray[Any, np.dtype[np.int64]]
NONE: Ids = np.empty(0, np.int64)


def exact(dimension: int) -> Any:
    """Return an empty index that reads every vector."""
    import faiss

    return faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))


def approximate(sample: Vectors, count: int) -> Any:
    """Return an empty index for about so many vectors like those of a sample (n x d)."""
    import faiss

    lists = lists_for(count)
    index: Any = faiss.index_factory(
        sample.shape[1], f"IVF{lists},SQfp16", faiss.METRIC_INNER_PRODUCT
    )
    index.cp.niter, index.cp.seed = _ROUNDS, 1
    index.cp.max_points_per_centroid = SAMPLE
    index.train(np.ascontiguousarray(sample, dtype=np.float32))
    return index


def lists_for(count: int) -> int:
    """Return how many lists so many vectors have: FAISS advises 4 to 16 times the root."""
    return max(1, int(4 * count**0.5))


def write(index: Any, path: Path) -> None:
    """Write an index into a file as FAISS does; raise OSError where that cannot be."""
    import faiss

    try:
        faiss.write_index(index, str(path))
    except RuntimeError as error:  # which may have the system's reason in its text
        raise OSError(errno.EIO, str(error).rpartition(": ")[2]) from error


def read(path: Path, whole: bool = False) -> Any:
    """Return the index at the beginning of a file. Raises ValueError where it is none of our kinds.

    Lists are read when a question wants them, and cannot change, unless the `whole` is wanted.
    """
    import faiss

    mapped = 0 if whole or os.name == "nt" else faiss.IO_FLAG_MMAP
    try:
        index: Any = faiss.read_index(str(path), mapped)
    except RuntimeError as error:  # as another FAISS writes it
        raise ValueError(str(error)) from error
    if isinstance(index, faiss.IndexIDMap2):
        known = isinstance(faiss.downcast_index(index.index), faiss.IndexFlatIP)
    else:
        known = isinstance(index, faiss.IndexIVFScalarQuantizer)
    if not known:
        raise ValueError(f"{type(index).__name__} is no index of ours")
    if mapped and not is_exact(index):  # 32 threads would fetch the lists of each question
        lists: Any = faiss.downcast_InvertedLists(index.invlists)
        lists.prefetch_nthread = 0
    return index


def is_exact(index: Any) -> bool:
    """Return whether every vector is read."""
    return not hasattr(index, "nlist")


def numbers(index: Any) -> Ids:
    """Return the numbers of all vectors of an index, in no order."""
    import faiss

    if is_exact(index):
        return np.asarray(faiss.vector_to_array(index.id_map), dtype=np.int64)
    lists = index.invlists
    found = [
        faiss.rev_swig_ptr(lists.get_ids(one), lists.list_size(one)).copy()
        for one in range(index.nlist)
        if lists.list_size(one)
    ]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def add(index: Any, ids: Ids, vectors: Vectors) -> None:
    """Take more vectors (n x d) by their numbers (n)."""
    if len(ids):
        index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), ids)


def remove(index: Any, ids: Ids) -> None:
    """Lose vectors by their numbers."""
    import faiss

    if len(ids):
        index.remove_ids(faiss.IDSelectorBatch(ids))


def search(
    index: Any, vector: Vectors, limit: int, ids: Sequence[int] | None, gone: Ids = NONE
) -> list[tuple[int, float]]:
    """Return numbers and inner products of the vectors nearest to one (d), best first, if in `ids`; as if
    those that are `gone` were not there.
    """
    import faiss

    chosen: Any = faiss.SearchParameters() if is_exact(index) else faiss.SearchParametersIVF()
    share = 1.0
    if ids is not None:
        chosen.sel = among = _among(ids, gone)
        share = len(ids) / index.ntotal
    elif len(gone):
        among = faiss.IDSelectorBatch(gone)
        chosen.sel = others = faiss.IDSelectorNot(among)  # noqa: F841 - kept alive
    if not is_exact(index):  # where few count, the nearest of them lie in lists far away
        chosen.nprobe = max(1, min(index.nlist, round(index.nlist * READ / max(share, READ))))
    scores, found = index.search(vector.reshape(1, -1), min(limit, index.ntotal), params=chosen)
    return [
        (int(number), float(score))
        for number, score in zip(found[0], scores[0], strict=True)
        if number >= 0
    ]


def _among(ids: Sequence[int], gone: Ids) -> Any:
    """Return what lets FAISS see some numbers alone: a bit for each (a set of 500,000 takes .4 s to make)."""
    import faiss

    wanted = np.fromiter(ids, np.int64, len(ids))
    seen = np.zeros(int(wanted.max(initial=0)) + 1, dtype=bool)
    seen[wanted] = True
    seen[gone[gone < len(seen)]] = False
    made: Any = faiss.IDSelectorBitmap  # its types are those of C++; it keeps the bits
    return made(np.packbits(seen, bitorder="little"))
