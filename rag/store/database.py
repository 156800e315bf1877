"""One connection to SQLite, whose errors say the next step; only broken contents are damage."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from rag.errors import DamagedError, LibraryError
from rag.settings import command

REBUILD = f"Rename or remove it and run: {command('ingest')}"
_IN_USE = (
    "{path} is in use by another program. Wait until that is done, or close it, and run again."
)
FULL = "No space left for {path}. Make room and run again; what was committed is kept."
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
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_IOERR: _FAILED,
}
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Database:
    """A connection to the file of a library: one thread each, no transaction unless one is begun."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.connection = connection
        self.path = path

    @classmethod
    def connect(cls, path: Path) -> Self:
        """Open a file, made when missing."""
        with _told(path):
            connection = sqlite3.connect(
                path, timeout=10, isolation_level=None, check_same_thread=False
            )
            return cls(connection, path)

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """Run one statement and return its rows."""
        with _told(self.path):
            return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement and return its first row, or None."""
        rows = self.rows(sql, values)
        return rows[0] if rows else None

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for each of the rows."""
        with _told(self.path):
            self.connection.executemany(sql, rows)

    def script(self, sql: str) -> None:
        """Run several statements."""
        with _told(self.path):
            self.connection.executescript(sql)

    @contextmanager
    def transaction(self, begin: str = "BEGIN") -> Iterator[None]:
        """Take back what the block has begun, unless it commits."""
        self.rows(begin)
        try:
            yield
        finally:
            with _told(self.path):
                self.connection.rollback()

    def complaint(self, check: str) -> str | None:
        """Return what a check of SQLite finds wrong. Raises LibraryError where it cannot be made now."""
        try:
            self.connection.execute(check)
        except sqlite3.Error as error:
            if _code(error) in _MET:
                raise _failure(self.path, error) from error
            return str(error)
        finally:
            self.connection.rollback()
        return None

    def damaged(self, cause: object) -> DamagedError:
        """Say what is broken, and how to build the library again."""
        return _damaged(self.path, cause)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(path, error) from error


def _code(error: sqlite3.Error) -> int | None:
    """Return SQLite's primary error code, or None where Python itself raised the error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def _failure(path: Path, error: sqlite3.Error) -> LibraryError:
    """Say what SQLite met, with the next step; only broken contents are damage."""
    code = _code(error)
    not_utf8 = code is None and isinstance(error, sqlite3.OperationalError)
    if code in _DAMAGE or not_utf8:
        return _damaged(path, error)
    other = f"{{path}} cannot be used ({{cause}}). Keep it, and check it: {command('doctor')}"
    return LibraryError(_MET.get(code or 0, other).format(path=path, cause=error))


def _damaged(path: Path, cause: object) -> DamagedError:
    return DamagedError(f"{path} is damaged or not a library of Clippings ({cause}). {REBUILD}")
