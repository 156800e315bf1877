"""The tables of a library, their versions, and a connection to a file that has them."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import Any

from rag.atomic import replacing
from rag.errors import DamagedError, LibraryError, NoLibraryError
from rag.settings import command
from rag.store.database import REBUILD, Database
from rag.store.records import RECORD, checksum, is_sound, vector_checksum
from rag.types.articles import digest

SCHEMA_VERSION = "6"

TOKENIZE = 'tokenize="porter unicode61 remove_diacritics 2"'
# A table with row numbers: in one without, every vector would take an overflow page of its own.
_VECTORS = """CREATE TABLE vectors (
    digest TEXT NOT NULL, encoder TEXT NOT NULL, vector BLOB NOT NULL, checksum INTEGER NOT NULL,
    UNIQUE (digest, encoder)
);"""
_ARTICLES_FTS = f"""CREATE VIRTUAL TABLE articles_fts USING fts5 (
    title, text, content='articles', content_rowid='key', {TOKENIZE}
);"""
# Names by their normal form, how they are spelled and how many articles have them; and the folder
# as the last ingest found it: sizes in bytes, times of change in nanoseconds.
_NAMES_AND_SEEN = """CREATE TABLE names (
    word TEXT PRIMARY KEY, spelled TEXT NOT NULL, articles INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE seen (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL
) WITHOUT ROWID;"""
# What an ingest has read and encoded, until it publishes all of it at once; see rag.store.staged.
_STAGED = """CREATE TABLE staged (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, recipe TEXT NOT NULL, content TEXT NOT NULL,
    checksum TEXT NOT NULL
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
    published_from TEXT, place TEXT, url TEXT, language TEXT, correction TEXT, report INTEGER NOT NULL,
    superseded INTEGER NOT NULL DEFAULT 0, signature BLOB NOT NULL, UNIQUE (file, position)
);
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
    title, text, content='passage_texts', content_rowid='id', {TOKENIZE}
);
{_ARTICLES_FTS}
{_NAMES_AND_SEEN}
{_STAGED}
"""
# Version 2 had no full text of whole articles.
_FROM_2 = f"""BEGIN;
{_ARTICLES_FTS}
INSERT INTO articles_fts (articles_fts) VALUES ('rebuild');
ALTER TABLE vectors RENAME TO vectors_2;
{_VECTORS}
INSERT INTO vectors SELECT * FROM vectors_2;
DROP TABLE vectors_2;
UPDATE meta SET value = '3' WHERE name = 'schema';
COMMIT; VACUUM;"""
# Version 3 had neither names, which the writer counts when it opens the library, nor times of files.
_FROM_3 = f"""BEGIN;
{_NAMES_AND_SEEN}
UPDATE meta SET value = '4' WHERE name = 'schema';
COMMIT;"""
_RECORD_5 = RECORD.replace(", a.correction", "")  # versions 4 and 5 had no corrections


def _from_4(db: Database) -> None:
    """Give every record and vector the checksum of all of it: version 4 only had that of the text."""
    with db.transaction("BEGIN IMMEDIATE"):
        db.rows(_STAGED)
        for key, text, *record in db.rows(f"SELECT a.key, a.text, {_RECORD_5} FROM articles a"):
            if digest(text) == record[0]:
                sql = "UPDATE articles SET sha256 = ? WHERE key = ?"
                db.rows(sql, (checksum(record[1:]), key))
        for row, *kept, old in db.rows(
            "SELECT rowid, digest, encoder, vector, checksum FROM vectors"
        ):
            if zlib.crc32(kept[2]) == old:
                sql = "UPDATE vectors SET checksum = ? WHERE rowid = ?"
                db.rows(sql, (vector_checksum(*kept), row))
        db.rows("UPDATE meta SET value = '5' WHERE name = 'schema'")
        db.rows("COMMIT")


def _from_5(db: Database) -> None:
    """Give every article a place for its correction: the next ingest reads all files again, and finds them.

    A record that was sound gets the checksum of all of it again.
    """
    with db.transaction("BEGIN IMMEDIATE"):
        db.rows("ALTER TABLE articles ADD COLUMN correction TEXT")
        for (key,) in db.rows("SELECT key FROM articles"):
            with suppress(DamagedError):  # its bytes are no text: it stays altered
                if is_sound(_record(db, key, _RECORD_5)):
                    sql = "UPDATE articles SET sha256 = ? WHERE key = ?"
                    db.rows(sql, (checksum(_record(db, key, RECORD)[1:]), key))
        db.rows("UPDATE meta SET value = '6' WHERE name = 'schema'")
        db.rows("COMMIT")


def _record(db: Database, key: int, columns: str) -> Sequence[Any]:
    record: Sequence[Any] = db.row(f"SELECT {columns} FROM articles a WHERE a.key = ?", (key,))
    return record


_EARLIER: dict[str, Callable[[Database], None]] = {
    "2": lambda db: db.script(_FROM_2),
    "3": lambda db: db.script(_FROM_3),
    "4": _from_4,
    "5": _from_5,
}
"""Version -> what makes the next one of it."""
# Lists and filters read these columns alone, newest first: in the table they lie behind the texts, and a
# page of 100,000 articles takes 0.3 s. Made where they are missing; the version stays the same.
_INDEXES = """
DROP INDEX IF EXISTS articles_published;
CREATE INDEX IF NOT EXISTS articles_listed
    ON articles (published, report, superseded, source, author, path);
CREATE INDEX IF NOT EXISTS articles_source ON articles (source, published);
CREATE INDEX IF NOT EXISTS articles_id ON articles (id);
CREATE INDEX IF NOT EXISTS articles_url ON articles (url) WHERE url IS NOT NULL;
CREATE INDEX IF NOT EXISTS articles_copies ON articles (report, signature);
"""
# Ids of the passages of articles, whose keys are a list in JSON.
PASSAGES_OF = "SELECT id FROM passages WHERE article IN (SELECT value FROM json_each(?))"


def connect(path: Path, as_of: date | None = None) -> Database:
    """Connect to a library of ours for reading. Raises LibraryError for anything else.

    With `as_of` its articles are those that were known on that day.
    """
    db = Database.read(path)
    try:
        found = _version(db)
        if found in _EARLIER:
            raise LibraryError(
                f"{path} was made by an earlier version of Clippings. Bring it up to date (seconds; nothing"
                f" is encoded again): {command('ingest')}"
            )
        _check(db, found)
        if as_of:
            _look_back(db, as_of)
    except BaseException:
        db.connection.close()
        raise
    return db


def create(path: Path) -> Database:
    """Connect to a library of ours for writing, made whole where it is missing, and brought up to date."""
    if not path.exists() or not path.stat().st_size:
        with replacing(path) as part, closing(Database.connect(part, told=path).connection) as new:
            _make(Database(new, path))
    db = Database.connect(path)
    try:
        if _is_empty(db):  # an earlier version was killed while it made this
            _make(db)
        while (found := _version(db)) in _EARLIER:
            _EARLIER[found](db)
        _check(db, found)
        db.script(_INDEXES)
        if db.row("SELECT 1 FROM meta WHERE name = 'library'") is None:  # a mark of its own
            db.rows("INSERT INTO meta VALUES ('library', lower(hex(randomblob(8))))")
        db.rows("PRAGMA synchronous = FULL")
        db.rows("PRAGMA foreign_keys = ON")
    except BaseException:
        db.connection.close()
        raise
    return db


def _make(db: Database) -> None:
    # In this order the tables are in the file itself, which is renamed, and not in one beside it.
    db.script(f"BEGIN; {_SCHEMA} COMMIT;")
    db.rows("PRAGMA journal_mode = WAL")


def _check(db: Database, version: str | None) -> None:
    if version and version.isdecimal() and int(version) > int(SCHEMA_VERSION):
        raise LibraryError(
            f"{db.path} was made by a later version of Clippings: its tables are version {version}, and this"
            f" one reads those up to {SCHEMA_VERSION}. It is sound: bring Clippings up to date, or name another"
            " folder in CLIPPINGS_INDEX."
        )
    if version != SCHEMA_VERSION:
        raise LibraryError(f"{db.path} was made by another version of Clippings. {REBUILD}")


def _is_empty(db: Database) -> bool:
    """Whether there is no table in a file."""
    return not db.row("SELECT 1 FROM sqlite_master")


def _look_back(db: Database, day: date) -> None:
    """Put a view before the articles: those published up to a day, and undated ones never. A version is
    superseded only where a later one was there by then.
    """
    known = f"published <= '{day.isoformat()}'"
    later = (
        f"superseded AND EXISTS (SELECT 1 FROM main.articles b WHERE b.report = a.report AND b.url = a.url"
        f" AND b.{known} AND (b.published, b.key) > (a.published, a.key)) AS superseded"
    )
    names = [row[1] for row in db.rows("PRAGMA main.table_info(articles)")]
    columns = ", ".join(later if name == "superseded" else name for name in names)
    db.rows(f"CREATE TEMP VIEW articles AS SELECT {columns} FROM main.articles a WHERE {known}")
    db.as_of = day


def _version(db: Database) -> str | None:
    """Return the version that made a library.

    Raises NoLibraryError for an empty file, and DamagedError for that of another program.
    """
    columns = {row[1] for row in db.rows("PRAGMA table_info(meta)")}
    if {"name", "value"} <= columns:
        row = db.row("SELECT value FROM meta WHERE name = 'schema'")
        return row[0] if row else None
    if _is_empty(db):
        raise nothing_in(db.path.parent)
    raise db.damaged("no such table: meta")


def nothing_in(folder: Path) -> NoLibraryError:
    """Say that there is no library, and how to build it."""
    return NoLibraryError(f"No index in {folder}. Build it: {command('ingest')}")
