"""What only the one writer of a library may do, who holds its lock: `writing` or `amending`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import numpy as np

from rag import atomic
from rag.errors import IngestRunningError
from rag.store import names, soundness, staged
from rag.store.copies import PLACES, alike, joined, reports, signature
from rag.store.database import refused
from rag.store.library import FILE, Library
from rag.store.records import FIELDS, RECORD, checksum, vector_checksum
from rag.store.schema import create
from rag.store.staged import Staged
from rag.types.articles import Article, Passage, digest
from rag.types.files import Skipped, Stamp
from rag.types.models import Vectors

# articles; in a library of more, an ingest looks at so many again, at others each time, and only compares
# what is new with the rest
LARGE, AGAIN = 5_000, 500
LOCK = "ingest.lock"
LOCK_SECONDS = 1.0  # that a writer waits for another; questions to begin with are written in less


class Writer(Library):
    """A library that may be written, by the one who holds its lock."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write in one transaction that ends as a new generation, or not at all."""
        with self.noting():
            yield
            self.db.rows("UPDATE meta SET value = value + 1 WHERE name = 'generation'")

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Write in one transaction what no reader searches; no new generation."""
        with self.db.transaction("BEGIN IMMEDIATE"):
            yield
            self.db.rows("COMMIT")

    def stage(self, files: Iterable[Staged]) -> None:
        """Keep files that were read and encoded until they are published."""
        for file in files:
            staged.put(self.db, file)

    def resume(self, recipe: str, found: Mapping[str, str]) -> set[str]:
        """Return the paths of files that were read and not published, by this recipe and as they are in
        `found` (sha256 by path). What else was staged is of no use any more, and forgotten.
        """
        if staged.is_empty(self.db):
            return set()
        there = staged.paths(self.db, recipe)
        kept = {path for path, sha256 in there.items() if found.get(path) == sha256}
        with self.noting():
            staged.keep(self.db, kept)
        return kept

    def staged_file(self, path: str) -> Staged | None:
        """Return a file that was read and not published, or None."""
        return staged.get(self.db, path)

    @property
    def is_finished(self) -> bool:
        """Whether all that was read is published, and every article's report is known."""
        unknown = self.db.row("SELECT 1 FROM articles WHERE report = 0")
        return unknown is None and staged.is_empty(self.db)

    @property
    def is_large(self) -> bool:
        """Whether looking at everything takes longer than people wait for one more article."""
        return self.count_articles() > LARGE

    def is_altered(self, whole: bool = False) -> bool:
        """Whether an article or a vector is not as it was put; of a large library a part is looked at,
        unless the `whole` is wanted.
        """
        if whole or not self.is_large:
            return soundness.is_altered(self.db, self.encoder)
        return soundness.is_part_altered(self.db, self.encoder, self._part())

    def _part(self) -> list[int]:
        """Return the keys of the articles whose turn it is, and note where the next ones begin."""
        sql = "SELECT key FROM articles WHERE key > ? ORDER BY key LIMIT ?"
        last = self.meta("looked") or "0"
        rows = self.db.rows(sql, (int(last) if last.isdecimal() else 0, AGAIN))
        rows = rows or self.db.rows(sql, (0, AGAIN))
        with self.noting():
            self.db.rows("INSERT OR REPLACE INTO meta VALUES ('looked', ?)", (str(rows[-1][0]),))
        return [row[0] for row in rows]

    def drop_damaged_vectors(self) -> None:
        """Drop vectors that are not as they were put, so that their texts are encoded again."""
        rows = [(row,) for row in soundness.damaged_vectors(self.db)]
        self.db.many("DELETE FROM vectors WHERE rowid = ?", rows)

    def clear(self) -> None:
        """Forget all files and articles, whatever state they are in. Vectors stay until `sweep`."""
        for table in ("passages_fts", "articles_fts"):
            self.db.rows(f"INSERT INTO {table} ({table}) VALUES ('delete-all')")
        for table in ("passages", "articles", "files", "names"):
            self.db.rows(f"DELETE FROM {table}")

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
            "sha256": "",
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
        self._seal(key)
        self.db.rows(
            "INSERT INTO passages_fts (rowid, title, text) SELECT id, title, text FROM passage_texts"
            " WHERE id IN (SELECT id FROM passages WHERE article = ?)",
            (key,),
        )
        self.db.rows(
            "INSERT INTO articles_fts (rowid, title, text) VALUES (?, ?, ?)",
            (key, article.title, article.text),
        )
        names.add(self.db, key)

    def _seal(self, key: int) -> None:
        """Give the record of an article its checksum."""
        record = self.db.row(f"SELECT {RECORD} FROM articles a WHERE a.key = ?", (key,))
        sql = "UPDATE articles SET sha256 = ? WHERE key = ?"
        self.db.rows(sql, (checksum(record[1:]), key))

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
        for (key,) in self.db.rows("SELECT key FROM articles WHERE file = ?", (path,)):
            names.remove(self.db, key)
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

    def put_ingested(self, moment: datetime, seen: Mapping[str, Stamp]) -> None:
        """Remember when the folder was looked through and its files then."""
        self.db.rows(
            "INSERT OR REPLACE INTO meta VALUES ('ingested', ?)",
            (moment.isoformat(timespec="seconds"),),
        )
        self.db.rows("DELETE FROM seen")
        self.db.many(
            "INSERT INTO seen VALUES (?, ?, ?)",
            [(path, stamp.size, stamp.modified) for path, stamp in seen.items()],
        )

    def put_suggestions(self, kept: Mapping[str, str], tried: Mapping[str, int]) -> None:
        """Remember questions and the article that answers each, and tries; no new generation."""
        value = json.dumps({"kept": dict(kept), "tried": dict(tried)}, ensure_ascii=False)
        self.db.rows("INSERT OR REPLACE INTO meta VALUES ('suggestions', ?)", (value,))

    def put_reports(self) -> None:
        """Find copies among all articles; keep in sight the newest of those with one url.

        Newest is by date, then by when it came into the library.
        """
        signatures = dict(self.db.rows("SELECT key, signature FROM articles"))
        versions = self._versions()
        self._put_found(reports(signatures, versions), versions)

    def add_reports(self) -> None:
        """Do the same for the articles whose report is not known yet; the rest is only compared with them."""
        new = self.db.rows("SELECT key, signature, url FROM articles WHERE report = 0")
        rows = self.db.rows("SELECT key, report, signature FROM articles WHERE report > 0")
        there = np.frombuffer(b"".join(kept for *_, kept in rows), dtype="<u4")
        there = there.reshape(len(rows), PLACES)
        of = {key: report for key, report, _ in rows}
        of |= reports({key: kept for key, kept, _ in new})  # copies among the new ones
        versions = self._versions([url for *_, url in new if url])
        same = [(of[key], of[rows[row][0]]) for key, kept, _ in new for row in alike(kept, there)]
        same += [(of[one], of[key]) for keys in versions for one, key in pairwise(keys)]
        first = joined(same)
        self._put_found({key: first.get(report, report) for key, report in of.items()}, versions)

    def _versions(self, urls: Sequence[str] | None = None) -> list[list[int]]:
        """Return the keys of the articles of each url, the newest last; of all of them, or of `urls`."""
        where, given = "url != ''", tuple[str, ...]()
        if urls is not None:
            where, given = "url IN (SELECT value FROM json_each(?))", (json.dumps(urls),)
        found: dict[str, list[int]] = {}
        sql = f"SELECT url, key FROM articles WHERE {where} ORDER BY published, key"
        for url, key in self.db.rows(sql, given):
            found.setdefault(url, []).append(key)
        return list(found.values())

    def _put_found(self, report: Mapping[int, int], versions: Sequence[Sequence[int]]) -> None:
        """Write the report of each article and which versions are superseded, where that is another."""
        older = {key: int(key != keys[-1]) for keys in versions for key in keys}
        sql = "UPDATE articles SET report = ?, superseded = ? WHERE key = ?"
        for key, *before in self.db.rows("SELECT key, report, superseded FROM articles"):
            now = [report[key], older.get(key, before[1])]
            if before != now:
                self.db.rows(sql, (*now, key))
                self._seal(key)

    def put_vectors(self, texts: Sequence[str], vectors: Vectors, encoder: str) -> None:
        """Keep unit vectors of texts, else raise ValueError."""
        if vectors.shape[0] != len(texts) or not np.allclose(
            np.linalg.norm(vectors, axis=1), 1, atol=1e-3
        ):
            raise ValueError(
                f"{len(texts)} texts need as many finite unit vectors, not {vectors.shape}"
            )
        rows = [vector.astype("<f4").tobytes() for vector in vectors]
        keys = [digest(text) for text in texts]
        self.db.many(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)",
            [
                (key, encoder, row, vector_checksum(key, encoder, row))
                for key, row in zip(keys, rows, strict=True)
            ],
        )

    def put_encoder(self, encoder: str) -> None:
        """Say whose vectors are searched: every passage must have one."""
        self.db.rows("INSERT OR REPLACE INTO meta VALUES ('encoder', ?)", (encoder,))

    def unstage(self) -> None:
        """Drop what is staged."""
        staged.keep(self.db, ())

    def sweep(self) -> None:
        """Drop vectors that no passage uses or another encoder made."""
        self.db.rows("DELETE FROM vectors WHERE digest NOT IN (SELECT digest FROM passages)")
        self.db.rows("DELETE FROM vectors WHERE encoder <> ?", (self.encoder,))


@contextmanager
def writing(folder: Path) -> Iterator[Writer]:
    """Open or make a library for the one writer. Raises IngestRunningError while another works."""
    with _permitted(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with _lock(folder), Writer(create(folder / FILE)) as library:
            atomic.sweep(folder)
            names.count_missing(library.db)
            yield library


@contextmanager
def amending(folder: Path) -> Iterator[Writer]:
    """Open a library for the one writer; raises NoLibraryError without one, else as `writing`."""
    Writer.open(folder).db.connection.close()
    with _permitted(folder), _lock(folder), Writer(create(folder / FILE)) as library:
        yield library


@contextmanager
def _permitted(folder: Path) -> Iterator[None]:
    """Tell what the system refuses while a library or its lock is written, with the next step."""
    try:
        yield
    except OSError as error:
        raise refused(error.filename or folder, error) from error


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
    finally:
        with suppress(OSError):
            owner.unlink(missing_ok=True)
        lock.release()
