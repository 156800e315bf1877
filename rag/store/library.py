"""The truth: articles, passages, vectors and full text in one SQLite file.

    files ──< articles ──< passages >── vectors, by digest of the text and encoder
                │              └── full text: FTS5 over a view, the text itself is kept once
                └── full text, too

It changes in transactions, and nothing is encoded twice. Passage ids are never reused. `generation`
counts committed states. A reader sees one generation. A writer holds a lock: an ingest (`writing`) from
beginning to end, the questions to begin with (`locked`) for a moment.
"""

from __future__ import annotations

import errno
import json
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any, Self

import numpy as np

from rag.errors import DamagedError, IngestRunningError, LibraryError, UsageError
from rag.filters import Filter, Filters
from rag.language.words import search_words
from rag.store.copies import reports, signature
from rag.types import Article, Holdings, Passage, Skipped, Vectors, Window, digest

SCHEMA_VERSION, EARLIER = "3", "2"
FILE = "library.sqlite"
LOCK = "ingest.lock"
LOCK_SECONDS = 1.0  # that a writer waits for another; questions to begin with are written in less
REBUILD = "Rename or remove it and run: python scripts/ingest.py"
_IN_USE = (
    "{path} is in use by another program. Wait until that is done, or close it, and run again."
)
_FULL = "No space left for {path}. Make room and run again; what was committed is kept."
_ALLOW = "Check the permissions of it and its folder, or name another folder in CLIPPINGS_INDEX."
_UNOPENED = f"{{path}} cannot be opened ({{cause}}). {_ALLOW}"
_READ_ONLY = f"{{path}} cannot be written ({{cause}}). {_ALLOW}"
_FAILED = "The disk cannot read or write {path} ({cause}). Check the disk and the space on it, and run again."
# What SQLite meets where nothing is damaged, by its primary error code.
_MET = {
    sqlite3.SQLITE_BUSY: _IN_USE,
    sqlite3.SQLITE_LOCKED: _IN_USE,
    sqlite3.SQLITE_PROTOCOL: _IN_USE,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _UNOPENED,
    sqlite3.SQLITE_PERM: _UNOPENED,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FAILED,
}
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
NAMED = 20  # outlets or authors that an error message lists
TITLE_WEIGHT, TEXT_WEIGHT = 2.0, 1.0  # a word of the headline counts twice

_TOKENIZE = 'tokenize="porter unicode61 remove_diacritics 2"'
# A table with row numbers: in one without, every vector would take an overflow page of its own.
_VECTORS = """CREATE TABLE vectors (
    digest TEXT NOT NULL, encoder TEXT NOT NULL, vector BLOB NOT NULL, checksum INTEGER NOT NULL,
    UNIQUE (digest, encoder)
);"""
_ARTICLES_FTS = f"""CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, text, content='articles', content_rowid='key', {_TOKENIZE}
);"""
_SCHEMA = f"""
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('schema', '{SCHEMA_VERSION}'), ('generation', '0');
CREATE TABLE files (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, recipe TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE skipped (path TEXT PRIMARY KEY, reason TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    key INTEGER PRIMARY KEY AUTOINCREMENT, file TEXT NOT NULL REFERENCES files (path),
    id TEXT NOT NULL, sha256 TEXT NOT NULL, path TEXT NOT NULL, position INTEGER NOT NULL,
    title TEXT NOT NULL, text TEXT NOT NULL, source TEXT, agency TEXT, author TEXT, published TEXT,
    published_from TEXT, place TEXT, url TEXT, language TEXT, report INTEGER NOT NULL,
    superseded INTEGER NOT NULL DEFAULT 0, signature BLOB NOT NULL, UNIQUE (file, position)
);
CREATE INDEX articles_published ON articles (published);
CREATE INDEX articles_report ON articles (report);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL REFERENCES articles (key),
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, digest TEXT NOT NULL
);
CREATE INDEX passages_article ON passages (article);
CREATE INDEX passages_digest ON passages (digest);
{_VECTORS}
CREATE VIEW passage_texts AS
    SELECT p.id AS id, a.title AS title, substr(a.text, p.start + 1, p."end" - p.start) AS text
    FROM passages p JOIN articles a ON a.key = p.article;
CREATE VIRTUAL TABLE passages_fts USING fts5 (
    title, text, content='passage_texts', content_rowid='id', {_TOKENIZE}
);
{_ARTICLES_FTS}
"""
# The earlier version had no full text of whole articles.
_FROM_2 = f"""
{_ARTICLES_FTS}
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
ALTER TABLE vectors RENAME TO vectors_2;
{_VECTORS}
INSERT INTO vectors SELECT * FROM vectors_2;
DROP TABLE vectors_2;
UPDATE meta SET value = '{SCHEMA_VERSION}' WHERE name = 'schema';
"""
_PASSAGES_OF = "SELECT id FROM passages WHERE article IN (SELECT value FROM json_each(?))"
_NARROWED = {
    "part of a name": "IN (SELECT value FROM json_each(?))",
    "first day": ">= ?",
    "last day": "<= ?",
}
_FIELDS = tuple(field.name for field in fields(Article))
_ARTICLE_COLUMNS = ", ".join(f"a.{field}" for field in ("sha256", *_FIELDS))


class Library:
    """An open library; use it in a `with` block. Connections are per object: one thread each."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._db = connection
        self.path = path

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open for reading. Raises LibraryError when there is none, or none of ours."""
        path = folder / FILE
        if not path.is_file():
            raise LibraryError(f"No index in {folder}. Build it: python scripts/ingest.py")
        return cls(_connect(path), path)

    @classmethod
    @contextmanager
    def writing(cls, folder: Path) -> Iterator[Self]:
        """Open for the one writer, made when missing. Raises IngestRunningError while another
        writer is at work.
        """
        path = folder / FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _writer_lock(folder), cls(_connect(path, create=True), path) as library:
                yield library
        except OSError as error:
            raise _unwritable(folder, error) from error
        except sqlite3.Error as error:
            raise _failure(path, error) from error

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be the one writer of an open library in the block. Raises IngestRunningError while another
        is at work.
        """
        try:
            with _writer_lock(self.path.parent):
                yield
        except OSError as error:
            raise _unwritable(self.path.parent, error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    # ── state ──

    @property
    def generation(self) -> int:
        """The number of the committed state."""
        return int(self._meta("generation") or 0)

    @property
    def encoder(self) -> str | None:
        """The fingerprint of the encoder that made the vectors."""
        return self._meta("encoder")

    def _meta(self, name: str) -> str | None:
        row = self._row("SELECT value FROM meta WHERE name = ?", (name,))
        return row[0] if row else None

    def _rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            raise _failure(self.path, error) from error

    def _row(self, sql: str, values: Sequence[Any] = ()) -> Any:
        rows = self._rows(sql, values)
        return rows[0] if rows else None

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Let every read in the block see the same generation."""
        self._rows("BEGIN")
        try:
            yield
        finally:
            self._db.rollback()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write in one transaction that ends as a new generation, or not at all."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._db.execute("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    # ── writing ──

    def files(self) -> dict[str, tuple[str, str]]:
        """sha256 and recipe by path of every file that articles came from."""
        return {
            path: (sha256, recipe)
            for path, sha256, recipe in self._rows("SELECT path, sha256, recipe FROM files")
        }

    def article_ids(self, path: str) -> list[str]:
        """Ids of the articles that came from a file."""
        return [
            row[0]
            for row in self._rows(
                "SELECT id FROM articles WHERE file = ? ORDER BY position", (path,)
            )
        ]

    def count_articles(self) -> int:
        """Number of articles."""
        return int(self._row("SELECT count(*) FROM articles")[0])

    def put_file(
        self, path: str, sha256: str, recipe: str, passages: Sequence[Sequence[Passage]]
    ) -> None:
        """Replace what came from a file by these articles, each given as its passages; `recipe`
        says how it was read.
        """
        self.remove_file(path)
        self._db.execute("INSERT INTO files VALUES (?, ?, ?)", (path, sha256, recipe))
        for spans in passages:
            self._put_article(path, spans[0].article, spans)

    def _put_article(self, file: str, article: Article, spans: Sequence[Passage]) -> None:
        day = article.published.isoformat() if article.published else None
        values = {field: getattr(article, field) for field in _FIELDS} | {
            "file": file,
            "id": article.id,
            "sha256": digest(article.text),
            "signature": signature(article.text),
            "published": day,
        }
        key = self._db.execute(
            f"INSERT INTO articles ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        ).lastrowid
        self._db.executemany(
            'INSERT INTO passages (article, start, "end", digest) VALUES (?, ?, ?, ?)',
            [(key, span.start, span.end, digest(span.encoded_text)) for span in spans],
        )
        self._db.execute(
            "INSERT INTO passages_fts (rowid, title, text) SELECT id, title, text FROM passage_texts"
            " WHERE id IN (SELECT id FROM passages WHERE article = ?)",
            (key,),
        )
        self._db.execute(
            "INSERT INTO articles_fts (rowid, title, text) VALUES (?, ?, ?)",
            (key, article.title, article.text),
        )

    def remove_file(self, path: str) -> None:
        """Forget a file and its articles. Their vectors stay until `sweep`."""
        passages = (
            "SELECT p.id FROM passages p JOIN articles a ON a.key = p.article WHERE a.file = ?"
        )
        self._db.execute(
            "INSERT INTO passages_fts (passages_fts, rowid, title, text)"
            f" SELECT 'delete', id, title, text FROM passage_texts WHERE id IN ({passages})",
            (path,),
        )
        self._db.execute(
            "INSERT INTO articles_fts (articles_fts, rowid, title, text)"
            " SELECT 'delete', key, title, text FROM articles WHERE file = ?",
            (path,),
        )
        self._db.execute(f"DELETE FROM passages WHERE id IN ({passages})", (path,))
        self._db.execute("DELETE FROM articles WHERE file = ?", (path,))
        self._db.execute("DELETE FROM files WHERE path = ?", (path,))

    def skipped(self) -> tuple[Skipped, ...]:
        """What the last ingest left out, and why."""
        return tuple(
            Skipped(*row) for row in self._rows("SELECT path, reason FROM skipped ORDER BY path")
        )

    def put_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Remember what this ingest left out."""
        self._db.execute("DELETE FROM skipped")
        self._db.executemany(
            "INSERT OR REPLACE INTO skipped VALUES (?, ?)",
            [(item.path, item.reason) for item in skipped],
        )

    def put_ingested(self, moment: datetime) -> None:
        """Remember when the folder was looked through; no new generation, nothing else changes."""
        self._db.execute(
            "INSERT OR REPLACE INTO meta VALUES ('ingested', ?)",
            (moment.isoformat(timespec="seconds"),),
        )

    def put_suggestions(self, kept: Mapping[str, str], tried: Mapping[str, int]) -> None:
        """Remember questions with the id of the article that answers each, and how many sentences
        of which articles were tried; no new generation, nothing else changes.
        """
        value = json.dumps({"kept": dict(kept), "tried": dict(tried)}, ensure_ascii=False)
        self._rows("INSERT OR REPLACE INTO meta VALUES ('suggestions', ?)", (value,))

    def put_reports(self) -> None:
        """Find copies among all articles; of versions with one url only the newest stays in sight.

        Newest is by date, then by when it came into the library.
        """
        rows = self._rows("SELECT key, signature, url FROM articles ORDER BY published, key")
        versions: dict[str, list[int]] = {}
        for key, _, url in rows:
            if url:
                versions.setdefault(url, []).append(key)
        found = reports({key: kept for key, kept, _ in rows}, versions.values())
        older = {key for keys in versions.values() for key in keys[:-1]}
        self._db.executemany(
            "UPDATE articles SET report = ?1, superseded = ?2"
            " WHERE key = ?3 AND (report <> ?1 OR superseded <> ?2)",
            [(report, int(key in older), key) for key, report in found.items()],
        )

    def put_vectors(self, texts: Sequence[str], vectors: Vectors, encoder: str) -> None:
        """Keep vectors of texts; from now on `encoder` is the library's. Raises ValueError for a
        shape, norm or number that cannot be a unit vector.
        """
        if vectors.shape[0] != len(texts) or not np.allclose(
            np.linalg.norm(vectors, axis=1), 1, atol=1e-3
        ):
            raise ValueError(
                f"{len(texts)} texts need as many finite unit vectors, not {vectors.shape}"
            )
        self._db.execute("INSERT OR REPLACE INTO meta VALUES ('encoder', ?)", (encoder,))
        rows = [vector.astype("<f4").tobytes() for vector in vectors]
        self._db.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
            [
                (digest(text), encoder, row, zlib.crc32(row))
                for text, row in zip(texts, rows, strict=True)
            ],
        )

    def without_vector(self, texts: Sequence[str], encoder: str) -> list[str]:
        """The texts, once each, that this encoder has not encoded yet."""
        unique = {digest(text): text for text in texts}
        known = set()
        for key in unique:
            if self._row("SELECT 1 FROM vectors WHERE digest = ? AND encoder = ?", (key, encoder)):
                known.add(key)
        return [text for key, text in unique.items() if key not in known]

    def sweep(self) -> None:
        """Drop vectors that no passage uses or another encoder made."""
        self._db.execute("DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM passages)")
        self._db.execute("DELETE FROM vectors WHERE encoder <> ?", (self.encoder,))

    # ── reading ──

    def vectors(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], Vectors]:
        """Passage ids (n) and their vectors (n x d). Raises LibraryError for a missing or damaged
        vector.
        """
        rows = self._rows(
            "SELECT p.id, v.vector, v.checksum FROM passages p LEFT JOIN vectors v"
            " ON v.digest = p.digest AND v.encoder = ? ORDER BY p.id",
            (self.encoder,),
        )
        for number, vector, checksum in rows:
            if vector is None or zlib.crc32(vector) != checksum:
                raise _damaged(
                    self.path,
                    f"the vector of passage {number} is {'missing' if vector is None else 'damaged'}",
                )
        ids = np.array([row[0] for row in rows], dtype=np.int64)
        data = b"".join(row[1] for row in rows)
        return ids, np.frombuffer(data, dtype="<f4").reshape(len(rows), -1) if rows else np.empty(
            (0, 0), np.float32
        )

    def origins(self, ids: Sequence[int]) -> dict[int, tuple[int, date | None]]:
        """Key and day of publication of the article by passage id; ids that are gone are left out."""
        rows = self._rows(
            "SELECT p.id, a.key, a.published FROM passages p JOIN articles a ON a.key = p.article"
            " WHERE p.id IN (SELECT value FROM json_each(?)) AND NOT a.superseded",
            (json.dumps(list(ids)),),
        )
        return {
            number: (key, date.fromisoformat(day) if day else None) for number, key, day in rows
        }

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Passages by id; ids that are gone are left out. An article whose text was altered is
        never returned.
        """
        spans = self._rows(
            'SELECT p.id, p.start, p."end", p.article FROM passages p'
            " JOIN articles a ON a.key = p.article"
            " WHERE p.id IN (SELECT value FROM json_each(?)) AND NOT a.superseded",
            (json.dumps(list(ids)),),
        )
        keys = sorted({key for *_, key in spans})
        rows = self._rows(
            f"SELECT a.key, {_ARTICLE_COLUMNS} FROM articles a"
            " WHERE a.key IN (SELECT value FROM json_each(?))",
            (json.dumps(keys),),
        )
        articles = {key: self._article(columns) for key, *columns in rows}
        return {
            number: Passage(articles[key], start, end, number) for number, start, end, key in spans
        }

    def articles(self) -> Iterator[Article]:
        """Every article, in the order of files and their articles."""
        for columns in self._rows(
            f"SELECT {_ARTICLE_COLUMNS} FROM articles a ORDER BY a.file, a.position"
        ):
            yield self._article(columns)

    def article(self, number: str) -> Article | None:
        """The article with this id, or None."""
        row = self._row(f"SELECT {_ARTICLE_COLUMNS} FROM articles a WHERE a.id = ?", (number,))
        return self._article(row) if row else None

    def outline(self) -> Iterator[tuple[str, str | None, date | None, int]]:
        """Id, outlet, day and report of every article in sight, without its text."""
        for number, outlet, day, report in self._rows(
            "SELECT id, source, published, report FROM articles WHERE NOT superseded"
        ):
            yield number, outlet, date.fromisoformat(day) if day else None, report

    def suggestions(self) -> tuple[dict[str, str], dict[str, int]]:
        """The questions that are kept, as long as the article of each is in sight, and what was
        tried.
        """
        value = json.loads(self._meta("suggestions") or '{"kept": {}, "tried": {}}')
        rows = self._rows(
            "SELECT id FROM articles WHERE NOT superseded"
            " AND id IN (SELECT value FROM json_each(?))",
            (json.dumps([*value["kept"].values()]),),
        )
        there = {row[0] for row in rows}
        return {asked: key for asked, key in value["kept"].items() if key in there}, value["tried"]

    def _article(self, columns: Sequence[Any]) -> Article:
        sha256, *values = columns
        given = dict(zip(_FIELDS, values, strict=True))
        if digest(given["text"]) != sha256:
            raise _damaged(
                self.path, f"the text of “{given['title']}” ({given['path']}) was altered"
            )
        if given["published"]:
            given["published"] = date.fromisoformat(given["published"])
        return Article(**given)

    def copies(self, article: Article) -> tuple[Article, ...]:
        """The other articles of the same report, each outlet and file once."""
        if not article.report:
            return ()
        rows = self._rows(
            f"SELECT {_ARTICLE_COLUMNS} FROM articles a WHERE a.report = ? AND NOT a.superseded"
            " ORDER BY a.published, a.key",
            (article.report,),
        )
        found = (self._article(columns) for columns in rows)
        return tuple(
            copy for copy in found if (copy.path, copy.position) != (article.path, article.position)
        )

    def search_articles(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Article keys and BM25 scores for the words of a question, best first; only among `keys`
        where given.
        """
        return self._search("articles_fts", question, limit, "SELECT value FROM json_each(?)", keys)

    def search_text(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Passage ids and BM25 scores for the words of a question, best first; only of the articles
        of `keys` where given.
        """
        return self._search("passages_fts", question, limit, _PASSAGES_OF, keys)

    def _search(
        self, table: str, question: str, limit: int, among: str, keys: Sequence[int] | None
    ) -> list[tuple[int, float]]:
        words = search_words(question)
        if not words or (keys is not None and not keys):
            return []
        # The plus keeps SQLite from asking the full text once for every allowed row (30 s for 41,000).
        where = f" AND +rowid IN ({among})" if keys is not None else ""
        allowed = () if keys is None else (json.dumps(keys),)
        rows = self._rows(
            f"SELECT rowid, -bm25({table}, {TITLE_WEIGHT}, {TEXT_WEIGHT}) AS score FROM {table}"
            f" WHERE {table} MATCH ?{where} ORDER BY score DESC, rowid LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), *allowed, limit),
        )
        return [(int(number), float(score)) for number, score in rows]

    def article_keys(self, filters: Filters, window: Window | None) -> list[int] | None:
        """Keys of the articles that filters and window leave, or None for all.

        A filter of the user leaves out undated articles; a window read from the question keeps
        them. Raises UsageError for an outlet or author that is not in the library.
        """
        conditions, values = [], []
        for row, value in filters.rows():
            conditions.append(f"a.{row.column} {_NARROWED[row.kind]}")
            values.append(self._matching(row, value) if isinstance(value, str) else str(value))
        if filters.without:
            conditions.append("a.path NOT IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(filters.without))
        for comparison, day in ((">=", window.since), ("<=", window.until)) if window else ():
            if day:
                conditions.append(f"(a.published IS NULL OR a.published {comparison} ?)")
                values.append(day.isoformat())
        if not conditions:
            return None
        where = " AND ".join(conditions)
        return [row[0] for row in self._rows(f"SELECT a.key FROM articles a WHERE {where}", values)]

    def passage_ids(self, keys: Sequence[int]) -> list[int]:
        """Ids of the passages of articles."""
        return [row[0] for row in self._rows(_PASSAGES_OF, (json.dumps(keys),))]

    def _matching(self, row: Filter, name: str) -> str:
        """The values of a column that hold this part of a name, as JSON."""
        known = [
            value
            for (value,) in self._rows(
                f"SELECT DISTINCT {row.column} FROM articles WHERE {row.column} IS NOT NULL ORDER BY 1"
            )
        ]
        matching = [value for value in known if name.lower() in value.lower()]
        if not matching:
            what = row.label.lower()
            some = f"{', '.join(known[:NAMED])}{' …' if len(known) > NAMED else ''}"
            raise UsageError(
                f"No {what} {name!r} in the library. It has: {some or f'no article with an {what}'}."
            )
        return json.dumps(matching)

    def count_dated(self, window: Window) -> int:
        """Number of articles published inside a window."""
        since, until = (day.isoformat() if day else None for day in (window.since, window.until))
        sql = (
            "SELECT count(*) FROM articles WHERE published IS NOT NULL"
            " AND (? IS NULL OR published >= ?) AND (? IS NULL OR published <= ?)"
        )
        return int(self._row(sql, (since, since, until, until))[0])

    def count_undated(self) -> int:
        """Number of articles without a date."""
        return int(self._row("SELECT count(*) FROM articles WHERE published IS NULL")[0])

    def newest(self) -> date | None:
        """The day of the newest dated article."""
        last = self._row("SELECT max(published) FROM articles")[0]
        return date.fromisoformat(last) if last else None

    def holdings(self) -> Holdings:
        """What there is, for people to see."""
        articles, first, last = self._row(
            "SELECT count(*), min(published), max(published) FROM articles"
        )
        outlets = self._rows(
            "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1"
        )
        return Holdings(
            articles=articles,
            passages=int(self._row("SELECT count(*) FROM passages")[0]),
            outlets=dict(outlets),
            first=date.fromisoformat(first) if first else None,
            last=date.fromisoformat(last) if last else None,
            undated=self.count_undated(),
            generation=self.generation,
            skipped=self.skipped(),
            months=self._months(),
            ingested=datetime.fromisoformat(when) if (when := self._meta("ingested")) else None,
        )

    def _months(self) -> dict[str, dict[str, int]]:
        """Dated articles by outlet and month."""
        found: dict[str, dict[str, int]] = {}
        for outlet, month, count in self._rows(
            "SELECT coalesce(source, ''), substr(published, 1, 7), count(*) FROM articles"
            " WHERE published IS NOT NULL GROUP BY 1, 2 ORDER BY 2"
        ):
            found.setdefault(outlet, {})[month] = count
        return found

    def problems(self) -> list[str]:
        """What SQLite's own checks and ours find wrong; empty when all is sound. Raises LibraryError
        where they cannot be made now.
        """
        found = [row[0] for row in self._rows("PRAGMA integrity_check") if row[0] != "ok"]
        found += [f"foreign key: {row}" for row in self._rows("PRAGMA foreign_key_check")]
        for table in ("passages_fts", "articles_fts"):
            try:
                self._db.execute(
                    f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
                )
            except sqlite3.Error as error:
                if _code(error) in _MET:
                    raise _failure(self.path, error) from error
                found.append(f"full text: {error}")
            finally:
                self._db.rollback()
        for check in (lambda: list(self.articles()), self.vectors):
            try:
                check()
            except DamagedError as error:
                found.append(str(error))
        return found


def _connect(path: Path, create: bool = False) -> sqlite3.Connection:
    """A connection to a library of ours: WAL, full sync, foreign keys. Raises LibraryError for
    anything else.
    """
    fresh = create and (not path.exists() or path.stat().st_size == 0)
    try:
        db = sqlite3.connect(path, timeout=10, isolation_level=None, check_same_thread=False)
        if fresh:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(f"BEGIN; {_SCHEMA} COMMIT;")
        found = _version(db, path)
        if create and found == (EARLIER,):
            db.executescript(f"BEGIN; {_FROM_2} COMMIT; VACUUM;")
            found = (SCHEMA_VERSION,)
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
    except sqlite3.Error as error:
        raise _failure(path, error) from error
    if found == (EARLIER,):
        raise LibraryError(
            f"{path} was made by an earlier version of Clippings. Bring it up to date (seconds; nothing is"
            " encoded again): python scripts/ingest.py"
        )
    if found is None or found[0] != SCHEMA_VERSION:
        raise LibraryError(f"{path} was made by another version of Clippings. {REBUILD}")
    return db


def _version(db: sqlite3.Connection, path: Path) -> Any:
    """The row that says which version made a library. Raises DamagedError for another's file."""
    try:
        return db.execute("SELECT value FROM meta WHERE name = 'schema'").fetchone()
    except sqlite3.OperationalError as error:
        if _code(error) == sqlite3.SQLITE_ERROR:  # it has no such table
            raise _damaged(path, error) from error
        raise


def _code(error: sqlite3.Error) -> int | None:
    """SQLite's primary error code, or None where Python itself raised the error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _failure(path: Path, error: sqlite3.Error) -> LibraryError:
    """What SQLite met, in words with the next step; only broken contents are damage."""
    code = _code(error)
    not_utf8 = code is None and isinstance(error, sqlite3.OperationalError)
    if code in _DAMAGE or not_utf8:
        return _damaged(path, error)
    other = "{path} cannot be used ({cause}). Keep it, and check it: python -m rag.doctor"
    return LibraryError(_MET.get(code or 0, other).format(path=path, cause=error))


def _damaged(path: Path, cause: object) -> DamagedError:
    return DamagedError(f"{path} is damaged or not a library of Clippings ({cause}). {REBUILD}")


def _unwritable(folder: Path, error: OSError) -> LibraryError:
    """What the system met while a library or its lock was written, in words with the next step."""
    path = error.filename or folder
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return LibraryError(_FULL.format(path=path))
    return LibraryError(f"{path} cannot be written: {error.strerror}. Check its permissions.")


@contextmanager
def _writer_lock(folder: Path) -> Iterator[None]:
    """Hold the operating system's lock, which ends with the process; the file says who holds it."""
    from filelock import FileLock, Timeout

    lock, owner = FileLock(folder / LOCK, timeout=LOCK_SECONDS), folder / f"{LOCK}.pid"
    try:
        lock.acquire()
    except Timeout as error:
        pid = owner.read_text().strip() if owner.exists() else "unknown"
        raise IngestRunningError(
            f"Another ingest is running (pid {pid}). Wait for it, or stop it and run again."
        ) from error
    try:
        owner.write_text(str(os.getpid()))
        yield
        owner.unlink(missing_ok=True)
    finally:
        lock.release()
