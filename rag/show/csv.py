"""Rows -> CSV that a spreadsheet opens and never calculates."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from rag.show.harmless import harmless
from rag.types.hits import Listed

COLUMNS = "published outlet agency author title passage near also url path id correction".split()
_CALCULATES = ("=", "+", "-", "@", "\t", "\r")  # a text that begins so may be run as a formula


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """Return the rows, a line each, cells in quotation marks where they must be."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerows([[_cell(value) for value in row] for row in rows])
    return text.getvalue()


def listed_rows(reports: Iterable[Listed]) -> Iterable[Sequence[object]]:
    """Yield a row under COLUMNS for each report of a list."""
    for item in reports:
        one = item.article
        about = (one.published, one.source, one.agency, one.author, one.title, item.passage.text)
        where = one.url, one.path, one.id, one.correction
        yield *about, "near" if item.near else "", item.elsewhere, *where


def _cell(value: object) -> str:
    """Return a value as text; an apostrophe goes before what a spreadsheet would calculate. A number
    stays one.
    """
    if isinstance(value, int):
        return str(value)
    text = "" if value is None else harmless(str(value))
    return f"'{text}" if text.startswith(_CALCULATES) else text
