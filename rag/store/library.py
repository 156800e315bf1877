"""The truth: articles, passages, vectors and full text in one SQLite file.

    files ──< articles ──< passages >── vectors, by digest of the text and encoder
                │              └── full text: FTS5 over a view, the text itself is kept once
                └── full text, too

An ingest publishes all that it brings in one transaction, and nothing is encoded twice. Passage ids
are never reused. `generation` counts what was published. A reader sees one generation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np

from rag.errors import ClippingsError
from rag.filters import Filters
from rag.protocols import NameField
from rag.store import filters as filtering
from rag.store import soundness
from rag.store.database import Database
from rag.store.records import RECORD
from rag.store.schema import PASSAGES_OF, connect, nothing_in
from rag.store.soundness import day_of
from rag.types.articles import Article, Passage, digest
from rag.types.days import Window
from rag.types.evidence import Evidence
from rag.types.files import Skipped, Stamp
from rag.types.models import Vectors

FILE = "library.sqlite"


class Library:
    """An open library; use it in a `with` block. Connections are per object: one thread each."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.path = db.path

    @classmethod
    def open(cls, folder: Path, as_of: date | None = None) -> Self:
        """Open for reading, with `as_of` as it was on that day: later articles are not in sight, nor are
        undated ones. Raises NoLibraryError before the first ingest has ended, and LibraryError when it
        is none of ours or cannot be used now.
        """
        path = folder / FILE
        if not path.exists():
            raise nothing_in(folder)
        library = cls(connect(path, as_of))
        try:
            if library.generation:
                return library
            raise nothing_in(folder)
        except BaseException:
            library.db.connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close it. What surprised the block in a damaged library is told as damage, not as a bug."""
        try:
            if isinstance(error, Exception) and not isinstance(error, ClippingsError | OSError):
                for fault in soundness.faults(self.db):
                    raise fault from error
        finally:
            self.db.connection.close()

    @property
    def generation(self) -> int:
        """The number of what was published last; 0 before the first ingest has ended."""
        number = self.meta("generation") or "0"
        if not str(number).isdecimal():
            raise self.db.damaged(f"the generation is {number!r}")
        return int(number)

    @property
    def encoder(self) -> str | None:
        """The fingerprint of the encoder that made the vectors."""
        return self.meta("encoder")

    def meta(self, name: str) -> str | None:
        """Return a value that is kept beside the articles, or None."""
        row = self.db.row("SELECT value FROM meta WHERE name = ?", (name,))
        return row[0] if row else None

    def snapshot(self) -> AbstractContextManager[None]:
        """Let every read in the block see the same generation."""
        return self.db.transaction()

    def files(self) -> dict[str, tuple[str, str]]:
        """Return sha256 and recipe by path of every file that articles came from."""
        rows = self._notes("path", "sha256", "recipe", table="files")
        return {path: (sha256, recipe) for path, sha256, recipe in rows}

    def file_of(self, article: Article) -> tuple[str, str] | None:
        """Return path and sha256 of the file that an article came from; None where it is not there now."""
        sql = (
            "SELECT f.path, f.sha256 FROM articles a JOIN files f ON f.path = a.file"
            " WHERE a.id = ? AND a.path = ? AND a.position = ?"
        )
        row = self.db.row(sql, (article.id, article.path, article.position))
        return tuple(row) if row else None

    def articles_of(self, file: str) -> tuple[Article, ...]:
        """Return the articles that came from a file, in their order."""
        sql = f"SELECT {RECORD} FROM articles a WHERE a.file = ? ORDER BY a.position"
        return tuple(self._article(columns) for columns in self.db.rows(sql, (file,)))

    def files_with(self, number: str, title: str, url: str | None) -> list[str]:
        """Return the files of the articles with this id, else with this headline or this address."""
        sql = (
            "SELECT DISTINCT file FROM articles WHERE id = ? OR title = ? OR url = ?"
            " ORDER BY id != ?, file LIMIT 100"
        )
        return list(
            dict.fromkeys(row[0] for row in self.db.rows(sql, (number, title, url, number)))
        )

    def holding(self, words: str, limit: int) -> tuple[str, ...]:
        """Return the paths of the first articles whose text has these very words."""
        sql = "SELECT path FROM articles WHERE instr(text, ?) ORDER BY file, position LIMIT ?"
        return tuple(row[0] for row in self.db.rows(sql, (words, limit)))

    def values(self, field: NameField) -> list[str]:
        """Return the outlets or the authors that articles have, each once."""
        sql = f"SELECT DISTINCT {field} FROM articles WHERE {field} IS NOT NULL"
        return [row[0] for row in self.db.rows(sql)]

    def skipped(self) -> tuple[Skipped, ...]:
        """Return what the last ingest left out, and why."""
        rows = self._notes("path", "reason", table="skipped")
        return tuple(Skipped(*row) for row in rows)

    def seen(self) -> dict[str, Stamp]:
        """Return the files of the folder as the last ingest found them, also those it could not read."""
        rows = self._notes("path", "size", "modified", table="seen")
        return {path: Stamp(_number(size), _number(modified)) for path, size, modified in rows}

    def _notes(self, *columns: str, table: str) -> list[list[str]]:
        """Return what the last ingest noted, by path. Bytes that are no text are the sign U+FFFD: the
        next ingest finds the note to be another one, and writes it anew.
        """
        read = ", ".join(f"CAST({column} AS BLOB)" for column in columns)
        rows = self.db.rows(f"SELECT {read} FROM {table} ORDER BY path")
        return [[bytes(value).decode("utf-8", "replace") for value in row] for row in rows]

    def article_ids(self, path: str) -> list[str]:
        """Return the ids of the articles that came from a file."""
        rows = self.db.rows("SELECT id FROM articles WHERE file = ? ORDER BY position", (path,))
        return [row[0] for row in rows]

    def without_vector(self, texts: Sequence[str], encoder: str) -> list[str]:
        """Return the texts, once each, that this encoder has not encoded yet."""
        unique = {digest(text): text for text in texts}
        known = "SELECT 1 FROM vectors WHERE digest = ? AND encoder = ?"
        return [text for key, text in unique.items() if not self.db.row(known, (key, encoder))]

    def count_articles(self) -> int:
        """Count the articles."""
        return int(self.db.row("SELECT count(*) FROM articles")[0])

    def count_dated(self, window: Window) -> int:
        """Count the articles published inside a window."""
        since, until = (day.isoformat() if day else None for day in (window.since, window.until))
        sql = (
            "SELECT count(*) FROM articles WHERE published IS NOT NULL"
            " AND (? IS NULL OR published >= ?) AND (? IS NULL OR published <= ?)"
        )
        return int(self.db.row(sql, (since, since, until, until))[0])

    def count_undated(self) -> int:
        """Count the articles without a date, in sight or not."""
        return int(self.db.row("SELECT count(*) FROM main.articles WHERE published IS NULL")[0])

    def newest(self) -> date | None:
        """Return the day of the newest dated article."""
        return day_of(self.db.row("SELECT max(published) FROM articles")[0])

    def oldest(self) -> date | None:
        """Return the day of the oldest dated article."""
        return day_of(self.db.row("SELECT min(published) FROM articles")[0])

    @property
    def mark(self) -> str | None:
        """What no other library has; None in one that only earlier versions have written."""
        return self.meta("library")

    def count_passages(self) -> int:
        """Count the passages."""
        return int(self.db.row("SELECT count(*) FROM passages")[0])

    def passage_numbers(self, after: int = 0) -> list[int]:
        """Return the ids of all passages, those `after` a number, in their order."""
        rows = self.db.rows("SELECT id FROM passages WHERE id > ? ORDER BY id", (after,))
        return [row[0] for row in rows]

    def last_passage(self) -> int:
        """Return the highest id that a passage has: those that come later have higher ones."""
        return int(self.db.row("SELECT coalesce(max(id), 0) FROM passages")[0])

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """Return the vectors of passages (n x d), in the order of their ids. Raises AlteredError for a
        damaged or missing one.
        """
        rows = dict(soundness.vectors(self.db, self.encoder, ids))
        data = b"".join(rows[number] for number in ids)
        return np.frombuffer(data, dtype="<f4").reshape(len(ids), -1 if data else 0)

    def origins(self, ids: Sequence[int]) -> dict[int, tuple[int, date | None]]:
        """Return the article's key and day of publication by passage id, for the ids that exist."""
        rows = self.db.rows(
            "SELECT p.id, a.key, a.published FROM passages p JOIN articles a ON a.key = p.article"
            " WHERE p.id IN (SELECT value FROM json_each(?)) AND NOT a.superseded",
            (json.dumps(list(ids)),),
        )
        return {number: (key, day_of(day)) for number, key, day in rows}

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return passages by id, if they exist. Raises AlteredError for an altered article."""
        spans = self.db.rows(
            'SELECT p.id, p.start, p."end", p.article FROM passages p'
            " JOIN articles a ON a.key = p.article"
            " WHERE p.id IN (SELECT value FROM json_each(?)) AND NOT a.superseded",
            (json.dumps(list(ids)),),
        )
        keys = sorted({key for *_, key in spans})
        rows = self.db.rows(
            f"SELECT a.key, {RECORD} FROM articles a"
            " WHERE a.key IN (SELECT value FROM json_each(?))",
            (json.dumps(keys),),
        )
        articles = {key: self._article(columns) for key, *columns in rows}
        return {
            number: Passage(articles[key], start, end, number) for number, start, end, key in spans
        }

    def passages_at(self, item: Evidence) -> list[int]:
        """Return the ids of the passages in which the words of a piece of evidence stand."""
        rows = self.db.rows(
            "SELECT p.id FROM passages p JOIN articles a ON a.key = p.article WHERE a.id = ?"
            ' AND p.start < ? AND p."end" > ? ORDER BY p.id',
            (item.article.id, item.end, item.start),
        )
        return [row[0] for row in rows]

    def articles(self) -> Iterator[Article]:
        """Yield every article, in the order of files and their articles."""
        for columns in self.db.rows(f"SELECT {RECORD} FROM articles a ORDER BY a.file, a.position"):
            yield self._article(columns)

    def article(self, number: str) -> Article | None:
        """Return the article with this id, or None."""
        row = self.db.row(f"SELECT {RECORD} FROM articles a WHERE a.id = ?", (number,))
        return self._article(row) if row else None

    def outline(self) -> Iterator[tuple[str, str | None, date | None, int]]:
        """Yield id, outlet, day and report of every article in sight, without its text."""
        for number, outlet, day, report in self.db.rows(
            "SELECT id, source, published, report FROM articles WHERE NOT superseded"
        ):
            yield number, outlet, day_of(day), report

    def suggestions(self) -> tuple[dict[str, str], dict[str, int]]:
        """Return the questions whose articles are in sight, and what was tried."""
        kept, tried = _kept(self.meta("suggestions"))
        rows = self.db.rows(
            "SELECT id FROM articles WHERE NOT superseded"
            " AND id IN (SELECT value FROM json_each(?))",
            (json.dumps([*kept.values()]),),
        )
        there = {row[0] for row in rows}
        return {asked: key for asked, key in kept.items() if key in there}, tried

    def copies(self, article: Article) -> tuple[Article, ...]:
        """Return the other articles of the same report, each outlet and file once."""
        if not article.report:
            return ()
        rows = self.db.rows(
            f"SELECT {RECORD} FROM articles a WHERE a.report = ? AND NOT a.superseded"
            " ORDER BY a.published, a.key",
            (article.report,),
        )
        found = (self._article(columns) for columns in rows)
        return tuple(
            copy for copy in found if (copy.path, copy.position) != (article.path, article.position)
        )

    def keys_of(self, article: Article) -> list[int]:
        """Return the keys of the articles with this one's id: the same text may be in two files."""
        rows = self.db.rows("SELECT key FROM articles WHERE id = ? ORDER BY key", (article.id,))
        return [row[0] for row in rows]

    def last_key(self) -> int:
        """Return the highest key that an article has: those that come later have higher ones."""
        return int(self.db.row("SELECT coalesce(max(key), 0) FROM articles")[0])

    def article_keys(self, filters: Filters, window: Window | None) -> list[int] | None:
        """Return the keys of the articles that filters and window leave, or None for all."""
        return filtering.article_keys(self.db, filters, window)

    def passage_ids(self, keys: Sequence[int]) -> list[int]:
        """Return the ids of the passages of articles."""
        return [row[0] for row in self.db.rows(PASSAGES_OF, (json.dumps(keys),))]

    def _article(self, record: Sequence[Any]) -> Article:
        return soundness.article(self.db, record)


def _number(noted: str) -> int:
    """Read a number of a note; a damaged one is none that a file has."""
    return int(noted) if noted.isdecimal() else -1


def _kept(stored: str | None) -> tuple[dict[str, str], dict[str, int]]:
    """Read questions and tries as they are stored; what is damaged is made again."""
    with suppress(ValueError, TypeError, KeyError, AttributeError):
        value = json.loads(stored or "")
        kept = {str(asked): str(key) for asked, key in value["kept"].items()}
        return kept, {str(key): int(count) for key, count in value["tried"].items()}
    return {}, {}
