"""The words of all articles of a large library, each with where and how often: BM25 at once, with all words.

SQLite scores a row at a time (a microsecond each) and reads every row of a word to count them: with
100,000 articles the common words of a question take a tenth of a second. `articles.words` is a cache
(rag.store.cached) of the same counts as columns: word -> articles and their counts. Articles that came
since it was written are counted when it is loaded, and those that went are left out.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from rag.language.words import search_words
from rag.store import cached
from rag.store.cached import Stamp
from rag.store.database import Database
from rag.store.fulltext import MANY, TEXT_WEIGHT, TITLE_WEIGHT, FullText, Often
from rag.store.library import Library
from rag.store.schema import TOKENIZE
from rag.store.terms import terms

FILE = "articles.words"
# share of the articles: where more came or went since it was written, it is made again (a minute for
# 100,000); 1,000 that are counted when it is loaded take half a second
CHANGED = 0.01
AT_ONCE = 2_000  # words
K1, B = 1.2, 0.75  # of BM25, as SQLite has them
LEAST = 1e-6  # what a word is worth that most articles have, as SQLite has it
_COLUMNS = ("keys", "lengths", "words", "starts", "rows", "counts")

Array: TypeAlias = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Counts:
    """How often words are in some articles; `rows` and `counts` of a word are those from its start on."""

    keys: Array  # int64, n: of the articles, ascending
    lengths: Array  # int32, n: words in headline and text
    words: Array  # uint64, w: marks of the words, ascending
    starts: Array  # int64, w + 1
    rows: Array  # uint32, m: places in `keys`, ascending for each word
    counts: Array  # uint8, m: a word of the headline counts twice

    def of(self, word: int) -> tuple[Array, Array]:
        """Return the places and counts of a word by its mark."""
        place = int(np.searchsorted(self.words, np.uint64(word)))
        if place == len(self.words) or int(self.words[place]) != word:
            return self.rows[:0], self.counts[:0]
        part = slice(int(self.starts[place]), int(self.starts[place + 1]))
        return self.rows[part], self.counts[part]

    @cached_property
    def total(self) -> int:
        """The words of all articles."""
        return int(self.lengths.sum())

    def to_bytes(self) -> bytes:
        """Return a line with the lengths of the columns, and the columns."""
        columns = [getattr(self, name) for name in _COLUMNS]
        line = json.dumps([[one.dtype.str, len(one)] for one in columns]).encode()
        return b"\n".join([line, b"".join(one.tobytes() for one in columns)])

    @classmethod
    def from_bytes(cls, data: memoryview) -> Counts:
        """Read what `to_bytes` has written."""
        line, _, _ = bytes(data[:1_000]).partition(b"\n")
        at, columns = len(line) + 1, []
        for kind, many in json.loads(line):
            columns.append(np.frombuffer(data, np.dtype(kind), many, at))
            at += columns[-1].nbytes
        return cls(*columns)


class ArticleWords:
    """Articles by BM25 over every word of a question, as SQLite's full text has it."""

    def __init__(self, parts: Sequence[Counts], gone: Iterable[int], generation: int) -> None:
        self._parts = parts
        self._gone = np.array(sorted(gone), dtype=np.int64)
        self.generation = generation
        self.many = sum(len(part.keys) for part in parts) - len(self._gone)
        total = sum(part.total for part in parts)
        mean = total / max(1, sum(len(part.keys) for part in parts))
        self._norms = [K1 * (1 - B + B * part.lengths / max(mean, 1e-9)) for part in parts]

    def search(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return article keys and scores for a question's words, best first, if in `keys`."""
        words = [_mark(stem) for stems in terms(search_words(question)) for stem in stems]
        found = [[part.of(word) for part in self._parts] for word in words]
        worth = [self._worth(sum(len(rows) for rows, _ in one)) for one in found]
        numbers, scores = list[Array](), list[Array]()
        for place, (part, norms) in enumerate(zip(self._parts, self._norms, strict=True)):
            told = np.zeros(len(part.keys))
            for idf, one in zip(worth, found, strict=True):
                rows, counts = one[place]
                told[rows] += idf * counts * (K1 + 1) / (counts + norms[rows])
            there = np.flatnonzero(told) if keys is None else _places(part.keys, keys)
            there = there[told[there] > 0]
            numbers.append(part.keys[there])
            scores.append(told[there])
        return _best(np.concatenate(numbers), np.concatenate(scores), self._gone, limit)

    def _worth(self, many: int) -> float:
        idf = math.log((self.many - many + 0.5) / (many + 0.5)) if many < self.many else 0.0
        return idf if idf > 0 else LEAST


def _places(known: Array, keys: Sequence[int]) -> Array:
    """Return where those of the keys are that are known, each once."""
    wanted = np.unique(np.array(keys, dtype=np.int64))
    places = np.minimum(np.searchsorted(known, wanted), max(0, len(known) - 1))
    return places[known[places] == wanted] if len(known) else places[:0]


def _best(numbers: Array, scores: Array, gone: Array, limit: int) -> list[tuple[int, float]]:
    many = limit + len(gone)
    if (
        len(scores) > many
    ):  # all that are as good as the last, so that the order is that of the keys
        least = np.partition(scores, -many)[-many]
        numbers, scores = numbers[scores >= least], scores[scores >= least]
    order = np.lexsort((numbers, -scores))
    left = order[~np.isin(numbers[order], gone)][:limit]
    return list(zip(numbers[left].tolist(), scores[left].tolist(), strict=True))


def _mark(word: str) -> int:
    return int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True, slots=True)
class LargeText:
    """Full text of a large library: articles by all words, passages of the best by its rarer ones."""

    words: ArticleWords
    passages: FullText

    def search_articles(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return article keys and BM25 scores for a question's words, best first, if in `keys`."""
        return self.words.search(question, limit, keys)

    def search_text(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return passage ids and BM25 scores for its words, best first, of articles in `keys`."""
        return self.passages.search_text(question, limit, keys)


def text_of(library: Library, words: ArticleWords | None, often: Often) -> FullText | LargeText:
    """Return full text over a library, which `words` were counted of where it is large."""
    passages = FullText(library.db, often)
    return LargeText(words, passages) if words else passages


# ── made, kept, loaded ──


def load(
    library: Library, folder: Path, say: Callable[[str], None] = lambda _: None
) -> ArticleWords | None:
    """Return the words of the present generation: from a sound cache and what came since, else counted
    anew; None of a library that is not large.
    """
    if library.last_passage() <= MANY:
        return None
    path = folder / FILE
    counts, stamp, reason = _read(path, library)
    if stamp and counts:
        with library.snapshot():
            if found := _caught_up(counts, stamp, library):
                return found
    elif path.exists():
        say(f"{FILE} is {reason}; counting the words of the articles again.")
    return build(library, folder, say)


def refresh(library: Library, folder: Path) -> None:
    """See to it that the next one who loads the words has little to do."""
    stamp = cached.stamp_in(folder / FILE)
    total = library.count_articles()
    if stamp is None or not cached.is_of(stamp, library) or _is_much(total - stamp.count, total):
        load(library, folder)


def build(
    library: Library, folder: Path, say: Callable[[str], None] = lambda _: None
) -> ArticleWords:
    """Count the words of all articles, and keep that in the cache where it can be written."""
    with library.snapshot():
        counts = counted(library.db, _keys(library))
        last = int(counts.keys[-1]) if len(counts.keys) else 0
        stamp = cached.stamp(library, 0, len(counts.keys), last)
    cached.write(folder / FILE, stamp, lambda part: part.write_bytes(counts.to_bytes()), say)
    return ArticleWords([counts], (), stamp.generation)


def _read(path: Path, library: Library) -> tuple[Counts | None, Stamp | None, str]:
    data, stamp, reason = cached.read(path, library)
    if stamp is None:
        return None, None, reason
    try:
        counts = Counts.from_bytes(data)
    except (ValueError, TypeError):
        return None, None, "of another kind"
    return counts, stamp, ""


def _caught_up(counts: Counts, stamp: Stamp, library: Library) -> ArticleWords | None:
    """Return the words of this generation, or None where much came or went.

    Keys are never given twice.
    """
    new = _keys(library, stamp.last)
    gone: Iterable[int] = ()
    if library.count_articles() - len(new) != stamp.count:
        gone = np.setdiff1d(counts.keys, _keys(library), assume_unique=True).tolist()
    if _is_much(len(new) + len([*gone]), stamp.count):
        return None
    parts = [counts, *([_of_new(library, new)] if len(new) else [])]
    return ArticleWords(parts, gone, library.generation)


def _is_much(changed: int, total: int) -> bool:
    return abs(changed) > CHANGED * total


def _keys(library: Library, after: int = 0) -> Array:
    sql = "SELECT key FROM main.articles WHERE key > ? ORDER BY key"
    return np.array([row[0] for row in library.db.rows(sql, (after,))], dtype=np.int64)


def _of_new(library: Library, keys: Array) -> Counts:
    sql = (
        "SELECT key, title, text FROM main.articles"
        " WHERE key IN (SELECT value FROM json_each(?)) ORDER BY key"
    )
    rows = library.db.rows(sql, (json.dumps(keys.tolist()),))
    db = Database.connect(Path(":memory:"))
    try:
        db.rows(f"CREATE VIRTUAL TABLE articles_fts USING fts5 (title, text, {TOKENIZE})")
        db.many("INSERT INTO articles_fts (rowid, title, text) VALUES (?, ?, ?)", rows)
        return counted(db, keys)
    finally:
        db.connection.close()


def counted(db: Database, keys: Array) -> Counts:
    """Count the words of the articles with these keys in the full text of a database."""
    db.rows("CREATE VIRTUAL TABLE temp.said USING fts5vocab (main, articles_fts, instance)")
    lengths = np.zeros(len(keys), np.int64)
    marks, many = list[int](), list[Array]()
    rows, counts = list[Array](), list[Array]()
    try:
        for batch in db.batches(
            "SELECT term, group_concat(2 * doc + (col = 'title')) FROM temp.said GROUP BY term",
            AT_ONCE,
        ):
            said = np.fromstring(",".join(where for _, where in batch), dtype=np.int64, sep=",")
            word = np.repeat(np.arange(len(batch)), [where.count(",") + 1 for _, where in batch])
            row = np.searchsorted(keys, said >> 1)
            lengths += np.bincount(row, minlength=len(keys))
            worth = np.where(said & 1, TITLE_WEIGHT, TEXT_WEIGHT)
            first = np.flatnonzero(np.diff(word * len(keys) + row, prepend=-1))
            marks += [_mark(term) for term, _ in batch]
            many.append(np.bincount(word[first], minlength=len(batch)))
            rows.append(row[first].astype(np.uint32))
            counts.append(np.minimum(np.add.reduceat(worth, first), 255).astype(np.uint8))
    finally:
        db.rows("DROP TABLE temp.said")
    return _sorted(keys, lengths, np.array(marks, np.uint64), many, rows, counts)


def _sorted(
    keys: Array,
    lengths: Array,
    marks: Array,
    many: Sequence[Array],
    rows: Sequence[Array],
    counts: Sequence[Array],
) -> Counts:
    """Return the counts, whose words are in the order of their marks."""
    each = np.concatenate([np.zeros(0, np.int64), *many])
    begin, order = np.cumsum(each) - each, np.argsort(marks)
    starts = np.concatenate([[0], np.cumsum(each[order])]).astype(np.int64)
    places = np.arange(starts[-1]) + np.repeat(begin[order] - starts[:-1], each[order])
    return Counts(
        keys,
        lengths.astype(np.int32),
        marks[order],
        starts,
        np.concatenate([np.zeros(0, np.uint32), *rows])[places],
        np.concatenate([np.zeros(0, np.uint8), *counts])[places],
    )
