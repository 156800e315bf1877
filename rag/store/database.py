"""One connection to SQLite, whose errors say the next step; only broken contents are damage."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Self

from rag.errors import DamagedError, LibraryError
from rag.settings import command

PATIENCE = 10.0  # seconds that a statement waits for another program
REBUILD = f"Rename or remove it and run: {command('ingest')}"
_IN_USE = (
    "{path} is in use by another program. Wait until that is done, or close it, and run again."
)
_FULL = "No space left for {path}. Make room and run again; what was committed is kept."
_ALLOW = "Check the permissions of it and its folder, or name another folder in CLIPPINGS_INDEX."
_UNOPENED = f"{{path}} cannot be opened ({{cause}}). {_ALLOW}"
_READ_ONLY = f"{{path}} cannot be written ({{cause}}). {_ALLOW}"
_DENIED = f"{{path}} cannot be read or written ({{cause}}). {_ALLOW}"
_FAILED = "The disk cannot read or write {path} ({cause}). Check the disk and the space on it, and run again."
_TOO_MANY = "{path} cannot be opened ({cause}). End other programs, and run again."
_PENDING = (
    "{path} cannot be read here: what was written last lies in {cause}, which SQLite only reads where"
    f" it may write. Check the permissions of the folder, or run there once: {command('ingest')}"
)
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
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
# What the system says, which SQLite does not tell.
_REFUSED = {
    **dict.fromkeys(_NO_SPACE, _FULL),
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: _DENIED,
    errno.EMFILE: _TOO_MANY,
    errno.ENFILE: _TOO_MANY,
}
_TAKES_NOTHING = [number for number, told in _REFUSED.items() if told in (_FULL, _DENIED)]
_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
# Where SQLite cannot make its shared memory, or not write it.
_SHUT = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)


class Database:
    """A connection to the file of a library: one thread each, no transaction unless one is begun."""

    as_of: date | None = None  # the day on which its articles are seen; None is now

    def __init__(
        self, connection: sqlite3.Connection, path: Path, still: tuple[int, ...] = ()
    ) -> None:
        self.connection = connection
        self.path = path
        self.still = still  # the file's marks when it was opened as one that nobody writes

    @classmethod
    def connect(cls, path: Path, patience: float = PATIENCE, told: Path | None = None) -> Self:
        """Open a file, made when missing; errors name it, or what is `told` in its place."""
        with _told(told or path):
            return cls(_opened(str(path), patience=patience), told or path)

    @classmethod
    def read(cls, path: Path) -> Self:
        """Open a file for reading alone, also where nothing can be written beside it."""
        with _told(path):
            connection = _opened(f"{path.absolute().as_uri()}?mode=ro", uri=True)
            try:
                connection.execute("PRAGMA schema_version")
            except sqlite3.Error as error:
                connection.close()
                if _code(error) not in _SHUT:
                    raise
                return cls._unwritten(path, error)
            return cls(connection, path)

    @classmethod
    def _unwritten(cls, path: Path, why: sqlite3.Error) -> Self:
        """Open a file that nobody writes now, without locks; every read sees to it that this is so.

        Only where the disk takes nothing: SQLite's memory for its locks is a file beside.
        """
        shut = refusal(path)
        if shut is None or shut.errno not in _TAKES_NOTHING:
            raise why
        pending = [
            beside
            for beside in (path.with_name(path.name + end) for end in ("-wal", "-journal"))
            if beside.is_file() and beside.stat().st_size
        ]
        if pending and shut.errno in _NO_SPACE:
            raise refused(path, shut) from why
        if pending:
            raise LibraryError(_PENDING.format(path=path, cause=pending[0].name)) from why
        still = _marks(path)
        connection = _opened(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        try:
            connection.execute("PRAGMA schema_version")
        except sqlite3.Error:
            connection.close()
            raise why from None
        return cls(connection, path, still)

    def rows(self, sql: str, values: Sequence[Any] | Mapping[str, Any] = ()) -> list[Any]:
        """Run one statement and return its rows."""
        with _told(self.path):
            found = self.connection.execute(sql, values).fetchall()
        if self.still and _marks(self.path) != self.still:
            raise LibraryError(_IN_USE.format(path=self.path))
        return found

    def batches(self, sql: str, size: int) -> Iterator[list[Any]]:
        """Run one statement and yield its rows, so many at a time."""
        with _told(self.path):
            found = self.connection.execute(sql)
            while rows := found.fetchmany(size):
                yield rows

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
        except UnicodeDecodeError as error:
            return str(error)
        finally:
            self.connection.rollback()
        return None

    def damaged(self, cause: object) -> DamagedError:
        """Say what is broken, and how to build the library again."""
        return _damaged(self.path, cause)


def refused(path: Path | str, error: OSError) -> LibraryError:
    """Say what the system does not do with a file of the library, with the next step."""
    told = _REFUSED.get(error.errno or 0, _FAILED)
    return LibraryError(told.format(path=path, cause=error.strerror))


def refusal(path: Path) -> OSError | None:
    """Read and write beside a library; return what the system says against it."""
    try:
        if path.is_file():
            with path.open("rb+") as file:
                file.read(1)
        with tempfile.TemporaryFile(dir=path.parent) as file:
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        return error
    return None


def _opened(name: str, patience: float = PATIENCE, uri: bool = False) -> sqlite3.Connection:
    return sqlite3.connect(
        name, timeout=patience, isolation_level=None, check_same_thread=False, uri=uri
    )


def _marks(path: Path) -> tuple[int, ...]:
    """What changes when a file is written or another takes its place."""
    found = path.stat()
    return found.st_ino, found.st_size, found.st_mtime_ns


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise _failure(path, error) from error
    except UnicodeDecodeError as error:  # bytes that are no text, in the names of columns
        raise _damaged(path, error) from error
    except OSError as error:
        raise refused(path, error) from error


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
    if code in (sqlite3.SQLITE_IOERR, *_SHUT) and (why := refusal(path)):
        return refused(path, why)
    other = f"{{path}} cannot be used ({{cause}}). Keep it, and check it: {command('doctor')}"
    return LibraryError(_MET.get(code or 0, other).format(path=path, cause=error))


def _damaged(path: Path, cause: object) -> DamagedError:
    return DamagedError(f"{path} is damaged or not a library of Clippings ({cause}). {REBUILD}")
