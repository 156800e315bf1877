"""What a library holds, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from rag.errors import DamagedError
from rag.store.library import Library, day_of
from rag.types import Holdings


def holdings(library: Library) -> Holdings:
    """Return what there is, for people to see."""
    articles, first, last = library.db.row(
        "SELECT count(*), min(published), max(published) FROM articles"
    )
    outlets = library.db.rows(
        "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1"
    )
    return Holdings(
        articles=articles,
        passages=int(library.db.row("SELECT count(*) FROM passages")[0]),
        outlets=dict(outlets),
        first=day_of(first),
        last=day_of(last),
        undated=library.count_undated(),
        generation=library.generation,
        skipped=library.skipped(),
        months=_months(library),
        ingested=datetime.fromisoformat(when) if (when := library.meta("ingested")) else None,
    )


def _months(library: Library) -> dict[str, dict[str, int]]:
    """Count dated articles by outlet and month."""
    found: dict[str, dict[str, int]] = {}
    for outlet, month, count in library.db.rows(
        "SELECT coalesce(source, ''), substr(published, 1, 7), count(*) FROM articles"
        " WHERE published IS NOT NULL GROUP BY 1, 2 ORDER BY 2"
    ):
        found.setdefault(outlet, {})[month] = count
    return found


def problems(library: Library) -> list[str]:
    """Return what SQLite's checks and ours find wrong. Raises LibraryError if they cannot run now."""
    found = [row[0] for row in library.db.rows("PRAGMA integrity_check") if row[0] != "ok"]
    found += [f"foreign key: {row}" for row in library.db.rows("PRAGMA foreign_key_check")]
    for table in ("passages_fts", "articles_fts"):
        check = f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)"
        complaint = library.db.complaint(check)
        found += [f"full text: {complaint}"] if complaint else []
    for read in (lambda: list(library.articles()), library.vectors):
        try:
            read()
        except DamagedError as error:
            found.append(str(error))
    return found
