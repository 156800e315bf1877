"""Filters and days -> the keys of the articles that they leave."""

from __future__ import annotations

import json
from collections.abc import Sequence

from rag.errors import UsageError
from rag.filters import Filter, Filters
from rag.store.database import Database
from rag.types.days import Window

NAMED = 20  # outlets or authors that an error message lists
_NARROWED = {
    "part of a name": "IN (SELECT value FROM json_each(?))",
    "first day": ">= ?",
    "last day": "<= ?",
    "last day known": "<= ?",
}


def article_keys(db: Database, filters: Filters, window: Window | None) -> list[int] | None:
    """Return the keys of the articles that filters and window leave, or None for all.

    A filter of the user leaves out undated articles; a window read from the question keeps them.
    Raises UsageError for an outlet or author that is not in the library.
    """
    conditions, values = [], []
    for row, value in filters.rows():
        conditions.append(f"a.{row.column} {_NARROWED[row.kind]}")
        values.append(_known(db, row, value) if isinstance(value, str) else str(value))
    if filters.without:
        conditions.append("a.path NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filters.without))
    for comparison, day in ((">=", window.since), ("<=", window.until)) if window else ():
        if day:
            conditions.append(f"(a.published IS NULL OR a.published {comparison} ?)")
            values.append(day.isoformat())
    if not conditions:
        return None
    where = " AND ".join(conditions)
    return [row[0] for row in db.rows(f"SELECT a.key FROM articles a WHERE {where}", values)]


def _known(db: Database, row: Filter, name: str) -> str:
    """Return the values of a column that hold this part of a name, as JSON."""
    column = row.column
    rows = db.rows(f"SELECT DISTINCT {column} FROM articles WHERE {column} IS NOT NULL")
    return json.dumps(matching([value for (value,) in rows], row, name))


def matching(values: Sequence[str], row: Filter, name: str) -> list[str]:
    """Return those of a column's values that hold this part of a name; raise UsageError without one."""
    known = sorted(values)
    found = [value for value in known if name.lower() in value.lower()]
    if not found:
        what = row.label.lower()
        some = f"{', '.join(known[:NAMED])}{' …' if len(known) > NAMED else ''}"
        raise UsageError(
            f"No {what} {name!r} in the library. It has: {some or f'no article with an {what}'}."
        )
    return found
