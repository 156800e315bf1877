"""Article texts -> reports: wire copies and rewritten copies of one text are one report.

A text becomes a MinHash signature of its pairs of neighbouring words; two texts are copies when
their signatures agree in at least SAME_SHARE of their places, which estimates the Jaccard
similarity. With 20 % of the words replaced, 0.8² of the pairs stay, a similarity of .64 / (2 - .64)
= .47; two reporters on the same event stay below .15.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from rag.language.words import words
from rag.types.articles import digest

PLACES = 256  # of a signature: the estimate's standard deviation is at most 0.03
SAME_SHARE = 0.30
# Locality-sensitive hashing: only pairs that agree in a whole band are compared. 85 bands of 3 miss
# a similarity of .30 in 10 % of the cases, of .40 in 0.4 %.
BANDS, ROWS = 85, 3
Signature: TypeAlias = np.ndarray[Any, np.dtype[np.uint32]]
LEAST_WORDS = 20  # shorter texts are too alike by chance: only equal ones are copies


def signature(text: str) -> bytes:
    """Return 256 numbers of 32 bits that are alike for like texts and equal for equal ones."""
    found = words(text)
    if len(found) < LEAST_WORDS:
        pairs = [digest(" ".join(found))]
    else:
        pairs = [f"{one} {other}" for one, other in pairwise(found)]
    unique = {pair.encode("utf-8", "replace") for pair in pairs}
    hashes = [int.from_bytes(hashlib.sha1(pair).digest()[:4], "little") for pair in unique]
    factors, terms = _permutations()
    mixed = _mixed(np.array(hashes, dtype=np.uint32)).reshape(-1, 1)
    least: Signature = (mixed * factors + terms).min(axis=0).astype("<u4")
    return least.tobytes()


@cache
def _permutations() -> tuple[Signature, Signature]:
    """Return a and b of PLACES permutations h -> a h + b modulo 2 ** 32, a odd.

    They are those of datasketch 2 (`MinHash(seed=1)`), which takes a second to import: libraries keep
    what it has made.
    """
    drawn = np.random.RandomState(1)
    factors = drawn.randint(0, 1 << 31, PLACES, dtype=np.uint32) * np.uint32(2) + np.uint32(1)
    return factors, drawn.randint(0, 1 << 32, PLACES, dtype=np.uint32)


def _mixed(hashes: Signature) -> Signature:
    """Return 32-bit numbers through the finalizer of MurmurHash3 (Appleby 2011)."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        hashes = (hashes ^ (hashes >> np.uint32(shift))) * np.uint32(factor)
    return hashes ^ (hashes >> np.uint32(16))


def reports(signatures: Mapping[int, bytes], same: Iterable[Sequence[int]] = ()) -> dict[int, int]:
    """Return the report of every article: the smallest key among its copies and those in `same`."""
    keys = sorted(signatures)
    rows = np.frombuffer(b"".join(signatures[key] for key in keys), dtype="<u4")
    rows = rows.reshape(len(keys), PLACES)
    groups = _Groups()
    for group in same:
        for other in group[1:]:
            groups.join(group[0], other)
    for one, other in _candidates(rows):
        known = groups.first(keys[one]) == groups.first(keys[other])
        if not known and (rows[one] == rows[other]).mean() >= SAME_SHARE:
            groups.join(keys[one], keys[other])
    return {key: groups.first(key) for key in keys}


def joined(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the smallest number that each number of the pairs is joined with, one by the other."""
    groups, named = _Groups(), set[int]()
    for one, other in pairs:
        groups.join(one, other)
        named |= {one, other}
    return {number: groups.first(number) for number in named}


class _Groups:
    """Numbers in groups, known by their smallest: union and find."""

    def __init__(self) -> None:
        self._parent: dict[int, int] = {}

    def first(self, number: int) -> int:
        """Return the smallest number of a number's group."""
        parent = self._parent
        while (above := parent.get(number, number)) != number:
            parent[number] = parent.get(above, above)
            number = above
        return number

    def join(self, one: int, other: int) -> None:
        """Make one group of two."""
        low, high = sorted((self.first(one), self.first(other)))
        self._parent[high] = low


def alike(one: bytes, others: np.ndarray[tuple[int, int], np.dtype[np.uint32]]) -> list[int]:
    """Return the rows of signatures (n x 256) that are copies of one."""
    own = np.frombuffer(one, dtype="<u4")
    return [int(row) for row in np.flatnonzero((others == own).mean(axis=1) >= SAME_SHARE)]


def _candidates(
    rows: np.ndarray[tuple[int, int], np.dtype[np.uint32]],
) -> Iterable[tuple[int, int]]:
    """Yield pairs of rows that agree in a whole band: each with the first one of the same band.

    datasketch's MinHashLSH with these bands gives the same and takes seven times as long.
    """
    for band in range(BANDS):
        seen: dict[bytes, int] = {}
        for number, row in enumerate(
            np.ascontiguousarray(rows[:, band * ROWS : (band + 1) * ROWS])
        ):
            first = seen.setdefault(row.tobytes(), number)
            if first != number:
                yield first, number
