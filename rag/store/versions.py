"""Library -> its articles as versions: where anything about one changes, it is another version.

What copies a library elsewhere compares numbers of versions, and nothing else: each is deterministic,
so that what was copied before a kill is not copied again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rag.store import soundness
from rag.store.library import Library
from rag.store.records import RECORD
from rag.store.soundness import day_of
from rag.types.articles import Article, Passage, digest

BITS = 24  # of a number, behind the library's own: they tell the versions of one article apart

_REPLACED = """(SELECT min(b.published) FROM articles b WHERE a.superseded AND b.report = a.report
    AND b.url = a.url AND (b.published, b.key) > (a.published, a.key))"""


@dataclass(frozen=True, slots=True)
class Version:
    """An article as it is now, with its passages; their ids are the library's."""

    number: int  # its key, then BITS that change with anything about it
    key: int
    article: Article
    passages: tuple[Passage, ...]
    superseded: bool  # whether another version is in its place
    replaced: date | None  # the day from which another one is; None where that has no date, too

    def number_of(self, passage: Passage) -> int:
        """Return the number of one of its passages, which changes with it."""
        return passage.id << BITS | self.number & (1 << BITS) - 1


def numbers(library: Library) -> dict[int, int]:
    """Return the key of every article by the number of its version."""
    encoded = f"{library.mark} {library.encoder}"
    rows = library.db.rows(f"SELECT a.key, a.sha256, {_REPLACED} FROM articles a ORDER BY a.key")
    return {_number(key, f"{encoded} {kept} {day}"): key for key, kept, day in rows}


def versions(library: Library, wanted: dict[int, int], at_once: int) -> Iterator[list[Version]]:
    """Yield those with the wanted numbers, some at once. Raises AlteredError for an altered article."""
    pairs = sorted((key, number) for number, key in wanted.items())
    for first in range(0, len(pairs), at_once):
        some = dict(pairs[first : first + at_once])
        yield list(_read(library, some))


def _read(library: Library, numbers: dict[int, int]) -> Iterator[Version]:
    given = (json.dumps([*numbers]),)
    among = "IN (SELECT value FROM json_each(?))"
    spans: dict[int, list[tuple[int, int, int]]] = {}
    for key, *span in library.db.rows(
        f'SELECT article, id, start, "end" FROM passages WHERE article {among} ORDER BY id', given
    ):
        spans.setdefault(key, []).append((span[0], span[1], span[2]))
    sql = f"SELECT a.key, a.superseded, {_REPLACED}, {RECORD} FROM articles a WHERE a.key {among}"
    for key, superseded, day, *record in library.db.rows(sql, given):
        article = soundness.article(library.db, record)
        cut = (Passage(article, start, end, one) for one, start, end in spans.get(key, ()))
        yield Version(numbers[key], key, article, tuple(cut), bool(superseded), day_of(day))


def _number(key: int, told: str) -> int:
    return key << BITS | int(digest(told)[: BITS // 4], 16)
