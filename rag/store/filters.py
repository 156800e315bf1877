"""Filters and days -> the keys of the articles that they leave."""

from __future__ import annotations

import json

from rag.errors import UsageError
from rag.store.database import Database
from rag.types import Filters, Window

NAMED = 20  # outlets or authors that an error message lists


def article_keys(db: Database, filters: Filters, window: Window | None) -> list[int] | None:
    """Keys of the articles that filters and window leave, or None for all.

    A filter of the user leaves out undated articles; a window read from the question keeps
    them. Raises UsageError for an outlet or author that is not in the library.
    """
    conditions, values = [], []
    for column, name in (("source", filters.source), ("author", filters.author)):
        if name:
            conditions.append(f"a.{column} IN (SELECT value FROM json_each(?))")
            values.append(_matching(db, column, name))
    if filters.without:
        conditions.append("a.path NOT IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filters.without))
    for comparison, day in ((">=", filters.since), ("<=", filters.until)):
        if day:
            conditions.append(f"a.published {comparison} ?")
            values.append(day.isoformat())
    for comparison, day in ((">=", window.since), ("<=", window.until)) if window else ():
        if day:
            conditions.append(f"(a.published IS NULL OR a.published {comparison} ?)")
            values.append(day.isoformat())
    if not conditions:
        return None
    where = " AND ".join(conditions)
    return [row[0] for row in db.rows(f"SELECT a.key FROM articles a WHERE {where}", values)]


def _matching(db: Database, column: str, name: str) -> str:
    """The values of a column that have a name in them, as a list in JSON."""
    rows = db.rows(f"SELECT DISTINCT {column} FROM articles WHERE {column} IS NOT NULL ORDER BY 1")
    known = [row[0] for row in rows]
    matching = [value for value in known if name.lower() in value.lower()]
    if not matching:
        what = "outlet" if column == "source" else column
        some = f"{', '.join(known[:NAMED])}{' …' if len(known) > NAMED else ''}"
        raise UsageError(
            f"No {what} {name!r} in the library. It has: {some or f'no article with an {what}'}."
        )
    return json.dumps(matching)
