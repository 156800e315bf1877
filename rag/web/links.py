"""A list of articles <-> what stands behind the ? of its address: every link to a list is one of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl, urlencode

from rag.filters import chosen
from rag.retrieval.find import Wish
from rag.types import Sort

PAGE = 20  # reports that the page shows at a time
MOST_DIGITS = 9  # of a place in a list; there is nothing behind


def address(wish: Wish) -> str:
    """Return what finds the same again, as `wish_of` reads it."""
    parts = {"find": wish.text, **{row.name: str(value) for row, value in wish.filters.rows()}}
    if wish.sort != "fit":
        parts["sort"] = wish.sort
    if wish.offset:
        parts["after"] = str(wish.offset)
    return urlencode(parts, errors="replace")


def wish_of(given: str | Mapping[str, str]) -> Wish:
    """Read an address, or its parts. Raises UsageError for what is no day, or days in the wrong order."""
    if isinstance(given, str):
        given = dict(parse_qsl(given, keep_blank_values=True))
    after = given.get("after", "")
    offset = int(after) if after.isdecimal() and len(after) <= MOST_DIGITS else 0
    sort = cast(Sort, given.get("sort", "fit"))  # the engine refuses any other word
    return Wish(given.get("find", ""), chosen(given), sort, PAGE, offset)
