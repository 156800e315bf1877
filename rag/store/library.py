"""The truth: articles, passages, vectors and full text in one SQLite file.

    files ──< articles ──< passages >── vectors, by digest of the text and encoder
                │              └── full text: FTS5 over a view, the text itself is kept once
                └── full text, too

It changes in transactions, and nothing is encoded twice. Passage ids are never reused. `generation`
counts committed states. A reader sees one generation.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any, Self

import numpy as np

from rag.errors import LibraryError
from rag.filters import Filters
from rag.settings import command
from rag.store import filters as filtering
from rag.store.database import Database
from rag.store.schema import PASSAGES_OF, connect
from rag.types import Article, Passage, Skipped, Vectors, Window, digest

FILE = "library.sqlite"
FIELDS = tuple(field.name for field in fields(Article))
_ARTICLE_COLUMNS = ", ".join(f"a.{field}" for field in ("sha256", *FIELDS))


class Library:
    """An open library; use it in a `with` block. Connections are per object: one thread each."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.path = db.path

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open for reading. Raises LibraryError when there is none, or none of ours."""
        path = folder / FILE
        if not path.is_file():
            raise LibraryError(f"No index in {folder}. Build it: {command('ingest')}")
        return cls(connect(path))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.db.connection.close()

    @property
    def generation(self) -> int:
        """The number of the committed state."""
        return int(self.meta("generation") or 0)

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
        rows = self.db.rows("SELECT path, sha256, recipe FROM files")
        return {path: (sha256, recipe) for path, sha256, recipe in rows}

    def skipped(self) -> tuple[Skipped, ...]:
        """Return what the last ingest left out, and why."""
        rows = self.db.rows("SELECT path, reason FROM skipped ORDER BY path")
        return tuple(Skipped(*row) for row in rows)

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
        """Count the articles without a date."""
        return int(self.db.row("SELECT count(*) FROM articles WHERE published IS NULL")[0])

    def newest(self) -> date | None:
        """Return the day of the newest dated article."""
        return day_of(self.db.row("SELECT max(published) FROM articles")[0])

    def vectors(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Vectors]:
        """Return passage ids (n) and vectors (n x d). Raises LibraryError for a damaged one."""
        rows = self.db.rows(
            "SELECT p.id, v.vector, v.checksum FROM passages p LEFT JOIN vectors v"
            " ON v.digest = p.digest AND v.encoder = ? ORDER BY p.id",
            (self.encoder,),
        )
        for number, vector, checksum in rows:
            if vector is None or zlib.crc32(vector) != checksum:
                raise self.db.damaged(
                    f"the vector of passage {number} is {'missing' if vector is None else 'damaged'}",
                )
        if not rows:
            return np.empty(0, np.int64), np.empty((0, 0), np.float32)
        data = b"".join(row[1] for row in rows)
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        return ids, np.frombuffer(data, dtype="<f4").reshape(len(rows), -1)

    def origins(self, ids: Sequence[int]) -> dict[int, tuple[int, date | None]]:
        """Return the article's key and day of publication by passage id, for the ids that exist."""
        rows = self.db.rows(
            "SELECT p.id, a.key, a.published FROM passages p JOIN articles a ON a.key = p.article"
            " WHERE p.id IN (SELECT value FROM json_each(?)) AND NOT a.superseded",
            (json.dumps(list(ids)),),
        )
        return {number: (key, day_of(day)) for number, key, day in rows}

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return passages by id, if they exist. Raises LibraryError for an altered article."""
        spans = self.db.rows(
            'SELECT p.id, p.start, p."end", p.article FROM passages p'
            " JOIN articles a ON a.key = p.article"
            " WHERE p.id IN (SELECT value FROM json_each(?)) AND NOT a.superseded",
            (json.dumps(list(ids)),),
        )
        keys = sorted({key for *_, key in spans})
        rows = self.db.rows(
            f"SELECT a.key, {_ARTICLE_COLUMNS} FROM articles a"
            " WHERE a.key IN (SELECT value FROM json_each(?))",
            (json.dumps(keys),),
        )
        articles = {key: self._article(columns) for key, *columns in rows}
        return {
            number: Passage(articles[key], start, end, number) for number, start, end, key in spans
        }

    def articles(self) -> Iterator[Article]:
        """Yield every article, in the order of files and their articles."""
        for columns in self.db.rows(
            f"SELECT {_ARTICLE_COLUMNS} FROM articles a ORDER BY a.file, a.position"
        ):
            yield self._article(columns)

    def article(self, number: str) -> Article | None:
        """Return the article with this id, or None."""
        row = self.db.row(f"SELECT {_ARTICLE_COLUMNS} FROM articles a WHERE a.id = ?", (number,))
        return self._article(row) if row else None

    def outline(self) -> Iterator[tuple[str, str | None, date | None, int]]:
        """Yield id, outlet, day and report of every article in sight, without its text."""
        for number, outlet, day, report in self.db.rows(
            "SELECT id, source, published, report FROM articles WHERE NOT superseded"
        ):
            yield number, outlet, day_of(day), report

    def suggestions(self) -> tuple[dict[str, str], dict[str, int]]:
        """Return the questions whose articles are in sight, and what was tried."""
        value = json.loads(self.meta("suggestions") or '{"kept": {}, "tried": {}}')
        rows = self.db.rows(
            "SELECT id FROM articles WHERE NOT superseded"
            " AND id IN (SELECT value FROM json_each(?))",
            (json.dumps([*value["kept"].values()]),),
        )
        there = {row[0] for row in rows}
        return {asked: key for asked, key in value["kept"].items() if key in there}, value["tried"]

    def copies(self, article: Article) -> tuple[Article, ...]:
        """Return the other articles of the same report, each outlet and file once."""
        if not article.report:
            return ()
        rows = self.db.rows(
            f"SELECT {_ARTICLE_COLUMNS} FROM articles a WHERE a.report = ? AND NOT a.superseded"
            " ORDER BY a.published, a.key",
            (article.report,),
        )
        found = (self._article(columns) for columns in rows)
        return tuple(
            copy for copy in found if (copy.path, copy.position) != (article.path, article.position)
        )

    def article_keys(self, filters: Filters, window: Window | None) -> list[int] | None:
        """Return the keys of the articles that filters and window leave, or None for all."""
        return filtering.article_keys(self.db, filters, window)

    def passage_ids(self, keys: Sequence[int]) -> list[int]:
        """Return the ids of the passages of articles."""
        return [row[0] for row in self.db.rows(PASSAGES_OF, (json.dumps(keys),))]

    def _article(self, columns: Sequence[Any]) -> Article:
        sha256, *values = columns
        given = dict(zip(FIELDS, values, strict=True))
        if digest(given["text"]) != sha256:
            raise self.db.damaged(f"the text of “{given['title']}” ({given['path']}) was altered")
        return Article(**given | {"published": day_of(given["published"])})


def day_of(stored: str | None) -> date | None:
    """Return a day as it is stored."""
    return date.fromisoformat(stored) if stored else None
