"""What only the one writer of a library may do, who holds its lock: `writing` or `amending`."""

from __future__ import annotations

import errno
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import numpy as np

from rag.errors import IngestRunningError, LibraryError
from rag.store.copies import reports, signature
from rag.store.database import FULL
from rag.store.library import FIELDS, FILE, Library
from rag.store.schema import connect
from rag.types import Article, Passage, Skipped, Vectors, digest

LOCK = "ingest.lock"
LOCK_SECONDS = 1.0  # that a writer waits for another; questions to begin with are written in less


class Writer(Library):
    """A library that may be written, by the one who holds its lock."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write in one transaction that ends as a new generation, or not at all."""
        with self.db.transaction("BEGIN IMMEDIATE"):
            yield
            self.db.rows("UPDATE meta SET value = value + 1 WHERE name = 'generation'")
            self.db.rows("COMMIT")

    def put_file(
        self, path: str, sha256: str, recipe: str, passages: Sequence[Sequence[Passage]]
    ) -> None:
        """Replace what came from a file by articles, as passages; `recipe` says how it was read."""
        self.remove_file(path)
        self.db.rows("INSERT INTO files VALUES (?, ?, ?)", (path, sha256, recipe))
        for spans in passages:
            self._put_article(path, spans[0].article, spans)

    def _put_article(self, file: str, article: Article, spans: Sequence[Passage]) -> None:
        day = article.published.isoformat() if article.published else None
        values = {field: getattr(article, field) for field in FIELDS} | {
            "file": file,
            "id": article.id,
            "sha256": digest(article.text),
            "signature": signature(article.text),
            "published": day,
        }
        self.db.rows(
            f"INSERT INTO articles ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
            list(values.values()),
        )
        (key,) = self.db.row("SELECT last_insert_rowid()")
        self.db.many(
            'INSERT INTO passages (article, start, "end", digest) VALUES (?, ?, ?, ?)',
            [(key, span.start, span.end, digest(span.encoded_text)) for span in spans],
        )
        self.db.rows(
            "INSERT INTO passages_fts (rowid, title, text) SELECT id, title, text FROM passage_texts"
            " WHERE id IN (SELECT id FROM passages WHERE article = ?)",
            (key,),
        )
        self.db.rows(
            "INSERT INTO articles_fts (rowid, title, text) VALUES (?, ?, ?)",
            (key, article.title, article.text),
        )

    def remove_file(self, path: str) -> None:
        """Forget a file and its articles. Their vectors stay until `sweep`."""
        passages = (
            "SELECT p.id FROM passages p JOIN articles a ON a.key = p.article WHERE a.file = ?"
        )
        self.db.rows(
            "INSERT INTO passages_fts (passages_fts, rowid, title, text)"
            f" SELECT 'delete', id, title, text FROM passage_texts WHERE id IN ({passages})",
            (path,),
        )
        self.db.rows(
            "INSERT INTO articles_fts (articles_fts, rowid, title, text)"
            " SELECT 'delete', key, title, text FROM articles WHERE file = ?",
            (path,),
        )
        self.db.rows(f"DELETE FROM passages WHERE id IN ({passages})", (path,))
        self.db.rows("DELETE FROM articles WHERE file = ?", (path,))
        self.db.rows("DELETE FROM files WHERE path = ?", (path,))

    def put_skipped(self, skipped: Iterable[Skipped]) -> None:
        """Remember what this ingest left out."""
        self.db.rows("DELETE FROM skipped")
        self.db.many(
            "INSERT OR REPLACE INTO skipped VALUES (?, ?)",
            [(item.path, item.reason) for item in skipped],
        )

    def put_ingested(self, moment: datetime) -> None:
        """Remember when the folder was looked through; no new generation."""
        self.db.rows(
            "INSERT OR REPLACE INTO meta VALUES ('ingested', ?)",
            (moment.isoformat(timespec="seconds"),),
        )

    def put_suggestions(self, kept: Mapping[str, str], tried: Mapping[str, int]) -> None:
        """Remember questions and the article that answers each, and tries; no new generation."""
        value = json.dumps({"kept": dict(kept), "tried": dict(tried)}, ensure_ascii=False)
        self.db.rows("INSERT OR REPLACE INTO meta VALUES ('suggestions', ?)", (value,))

    def put_reports(self) -> None:
        """Find copies among all articles; keep in sight the newest of those with one url.

        Newest is by date, then by when it came into the library.
        """
        rows = self.db.rows("SELECT key, signature, url FROM articles ORDER BY published, key")
        versions: dict[str, list[int]] = {}
        for key, _, url in rows:
            if url:
                versions.setdefault(url, []).append(key)
        found = reports({key: kept for key, kept, _ in rows}, versions.values())
        older = {key for keys in versions.values() for key in keys[:-1]}
        self.db.many(
            "UPDATE articles SET report = ?1, superseded = ?2"
            " WHERE key = ?3 AND (report <> ?1 OR superseded <> ?2)",
            [(report, int(key in older), key) for key, report in found.items()],
        )

    def put_vectors(self, texts: Sequence[str], vectors: Vectors, encoder: str) -> None:
        """Keep unit vectors of texts, else raise ValueError; `encoder` becomes the library's."""
        if vectors.shape[0] != len(texts) or not np.allclose(
            np.linalg.norm(vectors, axis=1), 1, atol=1e-3
        ):
            raise ValueError(
                f"{len(texts)} texts need as many finite unit vectors, not {vectors.shape}"
            )
        self.db.rows("INSERT OR REPLACE INTO meta VALUES ('encoder', ?)", (encoder,))
        rows = [vector.astype("<f4").tobytes() for vector in vectors]
        self.db.many(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
            [
                (digest(text), encoder, row, zlib.crc32(row))
                for text, row in zip(texts, rows, strict=True)
            ],
        )

    def sweep(self) -> None:
        """Drop vectors that no passage uses or another encoder made."""
        self.db.rows("DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM passages)")
        self.db.rows("DELETE FROM vectors WHERE encoder <> ?", (self.encoder,))


@contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """Open or make a library for the one writer. Raises IngestRunningError while another works."""
    with _permitted(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder), Writer(connect(folder / FILE, create=True)) as library:
            yield library


@contextmanager
def amending(folder: Path) -> Iterator[Writer]:
    """Open a library for the one writer; raises LibraryError without one, else as `writing`."""
    with _permitted(folder), Writer.open(folder) as library, _lock(folder):
        yield library


@contextmanager
def _permitted(folder: Path) -> Iterator[None]:
    """Tell what the system meets while a library or its lock is written, with the next step."""
    try:
        yield
    except OSError as error:
        path = error.filename or folder
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise LibraryError(FULL.format(path=path)) from error
        reason = f"{path} cannot be written: {error.strerror}. Check its permissions."
        raise LibraryError(reason) from error


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
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
