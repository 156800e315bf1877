"""A file's articles between reading and publishing: kept through a kill, seen by no reader."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from rag.store.database import Database
from rag.types.articles import Article, Passage, digest
from rag.types.files import Skipped


@dataclass(frozen=True, slots=True)
class Staged:
    """A file that was read: its articles as their passages, and what could not be read in it."""

    path: str
    sha256: str
    recipe: str  # how it was read
    articles: tuple[tuple[Passage, ...], ...]
    left_out: int = 0  # words of its pages that are in no article
    skipped: tuple[Skipped, ...] = ()

    @property
    def texts(self) -> list[str]:
        """What is encoded of it."""
        return [passage.encoded_text for spans in self.articles for passage in spans]


def content(file: Staged) -> str:
    """Return what was read of a file, as JSON."""
    return json.dumps(
        {
            "articles": [
                {
                    "article": asdict(spans[0].article),
                    "spans": [(span.start, span.end) for span in spans],
                }
                for spans in file.articles
            ],
            "left_out": file.left_out,
            "skipped": [(item.path, item.reason) for item in file.skipped],
        },
        default=date.isoformat,
    )


def restored(path: str, sha256: str, recipe: str, text: str) -> Staged:
    """Return the file whose `content` is the text."""
    told = json.loads(text)
    return Staged(
        path,
        sha256,
        recipe,
        tuple(_passages(**one) for one in told["articles"]),
        told["left_out"],
        tuple(Skipped(*item) for item in told["skipped"]),
    )


def put(db: Database, file: Staged) -> None:
    """Keep a file that was read."""
    row = (file.path, file.sha256, file.recipe, content(file))
    db.rows("INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?, ?)", (*row, _checksum(row)))


def paths(db: Database, recipe: str) -> dict[str, str]:
    """Return the sha256 of the files that were read in this way, by path; not of altered ones."""
    rows = db.rows("SELECT path FROM staged WHERE recipe = ?", (recipe,))
    found = (get(db, path) for (path,) in rows)
    return {file.path: file.sha256 for file in found if file}


def get(db: Database, path: str) -> Staged | None:
    """Return a file that was read, or None where it is not there as it was put."""
    found = db.row(
        "SELECT path, sha256, recipe, content, checksum FROM staged WHERE path = ?", (path,)
    )
    if found is None or _checksum(found[:4]) != found[4]:
        return None
    return restored(*found[:4])


def keep(db: Database, paths: Iterable[str]) -> None:
    """Forget what was read of other files than these."""
    sql = "DELETE FROM staged WHERE path NOT IN (SELECT value FROM json_each(?))"
    db.rows(sql, (json.dumps(list(paths)),))


def is_empty(db: Database) -> bool:
    """Whether there is nothing that was read and not published."""
    return db.row("SELECT 1 FROM staged") is None


def _passages(
    article: dict[str, str | None], spans: Sequence[Sequence[int]]
) -> tuple[Passage, ...]:
    day = article["published"]
    whole = Article(**article | {"published": date.fromisoformat(day) if day else None})  # type: ignore[arg-type]
    return tuple(Passage(whole, start, end) for start, end in spans)


def _checksum(row: Sequence[str]) -> str:
    return digest("\x1f".join(map(str, row)))
