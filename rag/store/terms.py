"""Texts -> the stems that full text knows them by, for an index that is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rag.store.database import Database
from rag.store.schema import TOKENIZE


def terms(texts: Sequence[str]) -> list[list[str]]:
    """Return the stems of each text in their order, by SQLite's own tokenizer: both engines then agree
    on what a word is.
    """
    db = Database.connect(Path(":memory:"))
    try:
        db.rows(f"CREATE VIRTUAL TABLE texts USING fts5 (text, {TOKENIZE})")
        db.rows("CREATE VIRTUAL TABLE found USING fts5vocab (texts, instance)")
        db.many("INSERT INTO texts (rowid, text) VALUES (?, ?)", enumerate(texts))
        stems: list[list[str]] = [[] for _ in texts]
        for term, row in db.rows('SELECT term, doc FROM found ORDER BY doc, "offset"'):
            stems[row].append(term)
        return stems
    finally:
        db.connection.close()
