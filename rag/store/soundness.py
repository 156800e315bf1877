"""Whether a library is as it was written: each record before it is shown, and all of it for the doctor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from itertools import islice
from typing import Any

from rag.errors import AlteredError, DamagedError, LibraryError
from rag.settings import command
from rag.store.database import PATIENCE, Database, refusal
from rag.store.records import RECORD, is_sound, named, vector_checksum
from rag.types.articles import Article

NAMED = 20  # altered articles that are named one by one
_AGAIN = (
    f"Read the articles again (what is sound is not encoded again): {command('ingest')} --check"
)


def article(db: Database, record: Sequence[Any]) -> Article:
    """Make an article of its record. Raises AlteredError where anything in it was altered."""
    values = named(record)
    if not is_sound(record):
        raise _altered(db, f"“{values['title']}” ({values['path']})")
    return Article(**values | {"published": day_of(values["published"])})


def day_of(stored: str | None) -> date | None:
    """Return a day as it is stored. Raises AlteredError for what is none."""
    try:
        return date.fromisoformat(stored) if stored else None
    except (TypeError, ValueError) as error:
        raise AlteredError(f"The library has {stored!r} for a day. {_AGAIN}") from error


def vectors(
    db: Database, encoder: str | None, ids: Sequence[int] | None = None
) -> list[tuple[int, bytes]]:
    """Return ids and vectors, by an encoder, of these passages or of all. Raises AlteredError for one that
    is not sound.
    """
    among = "" if ids is None else " WHERE p.id IN (SELECT value FROM json_each(?))"
    rows = db.rows(
        "SELECT p.id, p.digest, v.vector, v.checksum FROM passages p LEFT JOIN vectors v"
        f" ON v.digest = p.digest AND v.encoder = ?{among} ORDER BY p.id",
        (encoder, *(() if ids is None else (json.dumps(list(ids)),))),
    )
    for number, text, vector, checksum in rows:
        if vector is None or not _is_whole(text, encoder, vector, checksum):
            state = "is missing" if vector is None else "is damaged"
            raise AlteredError(f"The vector of passage {number} in {db.path} {state}. {_AGAIN}")
    found = [(number, vector) for number, _, vector, _ in rows]
    if len({len(vector) for _, vector in found}) > 1:
        raise AlteredError(f"The vectors in {db.path} differ in length. {_AGAIN}")
    return found


def damaged_vectors(db: Database) -> Iterator[int]:
    """Yield the row numbers of vectors that are not as they were put."""
    sql = "SELECT rowid, digest, encoder, vector, checksum FROM vectors WHERE rowid > ? LIMIT 1000"
    last = 0
    while rows := db.rows(sql, (last,)):
        yield from (row for row, *kept in rows if not _is_whole(*kept))
        last = rows[-1][0]


def is_altered(db: Database, encoder: str | None) -> bool:
    """Whether an article, a vector or the names are not as they were put (22 µs a record and 1 µs a vector to
    hash, with two busy cores)."""
    missing = db.row(
        "SELECT 1 FROM passages p LEFT JOIN vectors v ON v.digest = p.digest AND v.encoder = ?"
        " WHERE v.digest IS NULL",
        (encoder,),
    )
    found = (True for check in (damaged_vectors, _altered_articles) for _ in check(db))
    return bool(missing) or any(found) or not _is_read(db, "names")


def is_part_altered(db: Database, encoder: str | None, keys: Sequence[int]) -> bool:
    """Whether one of the articles with these keys, or a vector of theirs, is not as it was put."""
    rows = db.rows(
        "SELECT p.digest, v.encoder, v.vector, v.checksum FROM passages p LEFT JOIN vectors v"
        " ON v.digest = p.digest AND v.encoder = ? WHERE p.article IN (SELECT value FROM json_each(?))",
        (encoder, json.dumps(list(keys))),
    )
    sound = all(vector and _is_whole(text, of, vector, kept) for text, of, vector, kept in rows)
    return not sound or any(_altered_articles(db, keys))


def faults(db: Database, patience: float = PATIENCE) -> list[LibraryError]:
    """Return what SQLite's checks and ours find wrong; each says its next step.

    Full text is left out where nothing can be written: its check takes a lock. Raises LibraryError if a
    check cannot be made now.
    """
    encoder = db.row("SELECT value FROM meta WHERE name = 'encoder'")
    checks: tuple[Callable[[], Iterator[LibraryError]], ...] = (
        lambda: _told_by_sqlite(db),
        lambda: _full_text(db, patience),
        lambda: islice(_altered_articles(db), NAMED),
        lambda: _notes(db),
        lambda: _raised(lambda: vectors(db, encoder and encoder[0])),
    )
    found: list[LibraryError] = []
    for check in checks:
        try:
            found += check()
        except DamagedError as error:
            found.append(error)
    return found


def _told_by_sqlite(db: Database) -> Iterator[LibraryError]:
    rows = [row[0] for row in db.rows("PRAGMA integrity_check") if row[0] != "ok"]
    rows += [f"foreign key: {row}" for row in db.rows("PRAGMA foreign_key_check")]
    yield from map(db.damaged, rows)


def _full_text(db: Database, patience: float) -> Iterator[LibraryError]:
    if refusal(db.path):
        return
    with closing((other := Database.connect(db.path, patience)).connection):
        for table in ("passages_fts", "articles_fts"):
            check = f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
            complaint = other.complaint(check)
            if complaint:
                yield db.damaged(f"full text: {complaint}")


def _altered_articles(db: Database, keys: Sequence[int] | None = None) -> Iterator[LibraryError]:
    if keys is None:
        keys = [row[0] for row in db.rows("SELECT key FROM articles ORDER BY file, position")]
    for key in keys:
        yield from _raised(lambda key=key: _read(db, key))  # type: ignore[misc]


def _notes(db: Database) -> Iterator[LibraryError]:
    """Tell what cannot be read of the lists beside the articles."""
    for table in ("files", "skipped", "seen", "names"):
        if not _is_read(db, table):
            yield _altered(db, f"The list “{table}”")
    yield from _raised(lambda: db.rows("SELECT * FROM meta"))


def _is_read(db: Database, table: str) -> bool:
    try:
        db.rows(f"SELECT * FROM {table}")
    except DamagedError:
        return False
    return True


def _read(db: Database, key: int) -> None:
    try:
        record = db.row(f"SELECT {RECORD} FROM articles a WHERE a.key = ?", (key,))
        if record is None:
            raise db.damaged(f"an index names article {key}, which is not there")
        article(db, record)
    except DamagedError as error:  # its bytes are no text
        sql = "SELECT CAST(title AS BLOB), CAST(path AS BLOB) FROM articles WHERE key = ?"
        try:
            title, path = (bytes(value).decode("utf-8", "replace") for value in db.row(sql, (key,)))
        except (DamagedError, TypeError):  # also where there is no row
            raise error from None
        raise _altered(db, f"“{title}” ({path})") from error


def _raised(check: Callable[[], object]) -> Iterator[LibraryError]:
    try:
        check()
    except (AlteredError, DamagedError) as error:
        yield error


def _is_whole(text: str, encoder: str | None, vector: bytes, checksum: int) -> bool:
    try:
        return vector_checksum(text, encoder or "", vector) == checksum
    except TypeError:  # a column holds another kind of value
        return False


def _altered(db: Database, what: str) -> AlteredError:
    return AlteredError(f"{what} in {db.path} was altered. {_AGAIN}")
