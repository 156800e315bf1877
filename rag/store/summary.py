"""What a library holds, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime

from rag.store import soundness
from rag.store.database import PATIENCE
from rag.store.library import Library
from rag.store.soundness import day_of
from rag.types.archive import Holdings


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
        ingested=_moment(library.meta("ingested")),
    )


def _moment(stored: str | None) -> datetime | None:
    """Return a moment as it is stored; a damaged one is not known, and the next ingest sets it anew."""
    try:
        return datetime.fromisoformat(stored) if stored else None
    except (TypeError, ValueError):
        return None


def _months(library: Library) -> dict[str, dict[str, int]]:
    """Count dated articles by outlet and month."""
    found: dict[str, dict[str, int]] = {}
    for outlet, month, count in library.db.rows(
        "SELECT coalesce(source, ''), substr(published, 1, 7), count(*) FROM articles"
        " WHERE published IS NOT NULL GROUP BY 1, 2 ORDER BY 2"
    ):
        found.setdefault(outlet, {})[month] = count
    return found


def problems(library: Library, patience: float = PATIENCE) -> list[str]:
    """Return what SQLite's checks and ours find wrong, each with its next step.

    Raises LibraryError if they cannot run now; another program is waited for so many seconds.
    """
    return [str(fault) for fault in soundness.faults(library.db, patience)]
