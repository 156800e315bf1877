"""The tables of a library, their versions, and a connection to a file that has them."""

from __future__ import annotations

from pathlib import Path

from rag.errors import LibraryError
from rag.settings import command
from rag.store.database import REBUILD, Database

SCHEMA_VERSION, EARLIER = "3", "2"

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
# Ids of the passages of articles, whose keys are a list in JSON.
PASSAGES_OF = "SELECT id FROM passages WHERE article IN (SELECT value FROM json_each(?))"


def connect(path: Path, create: bool = False) -> Database:
    """Connect to a library of ours. Raises LibraryError for anything else.

    With `create` it is made where it is missing, and brought up to date.
    """
    fresh = create and (not path.exists() or path.stat().st_size == 0)
    db = Database.connect(path)
    if fresh:
        db.rows("PRAGMA journal_mode = WAL")
        db.script(f"BEGIN; {_SCHEMA} COMMIT;")
    found = _version(db)
    if create and found == EARLIER:
        db.script(f"BEGIN; {_FROM_2} COMMIT; VACUUM;")
        found = SCHEMA_VERSION
    if found == EARLIER:
        raise LibraryError(
            f"{path} was made by an earlier version of Clippings. Bring it up to date (seconds; nothing is"
            f" encoded again): {command('ingest')}"
        )
    if found != SCHEMA_VERSION:
        raise LibraryError(f"{path} was made by another version of Clippings. {REBUILD}")
    db.rows("PRAGMA synchronous = FULL")
    db.rows("PRAGMA foreign_keys = ON")
    return db


def _version(db: Database) -> str | None:
    """Return the version that made a library. Raises DamagedError for the file of another program."""
    columns = {row[1] for row in db.rows("PRAGMA table_info(meta)")}
    if not {"name", "value"} <= columns:
        raise db.damaged("no such table: meta")
    row = db.row("SELECT value FROM meta WHERE name = 'schema'")
    return row[0] if row else None
