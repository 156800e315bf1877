"""A list of articles or a question <-> what stands behind the ? of its address: every link is one of these."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import parse_qsl, urlencode

from rag.filters import Filters, chosen
from rag.retrieval.find import Wish
from rag.types.hits import Sort

PAGE = 20  # reports that the page shows at a time
TIMELINE = "timeline"
MOST_DIGITS = 9  # of a place in a list; there is nothing behind


def address(wish: Wish, *, timeline: bool = False) -> str:
    """Return what finds the same again, as `wish_of` reads it; as a timeline where `is_timeline` says so."""
    parts = {"find": wish.text, **wish.filters.texts()}
    if wish.sort != "fit":
        parts["sort"] = wish.sort
    if wish.offset:
        parts["after"] = str(wish.offset)
    if timeline:
        parts["as"] = TIMELINE
    return urlencode(parts, errors="replace")


def is_timeline(given: str | Mapping[str, str]) -> bool:
    """Return whether an address, or its parts, asks for a timeline instead of a list."""
    return (dict(parse_qsl(given)) if isinstance(given, str) else given).get("as") == TIMELINE


def wish_of(given: str | Mapping[str, str]) -> Wish:
    """Read an address, or its parts. Raises UsageError for what is no day, or days in the wrong order."""
    if isinstance(given, str):
        given = dict(parse_qsl(given, keep_blank_values=True))
    after = given.get("after", "")
    offset = int(after) if after.isdecimal() and len(after) <= MOST_DIGITS else 0
    sort = cast(Sort, given.get("sort", "fit"))  # the engine refuses any other word
    return Wish(given.get("find", ""), chosen(given), sort, PAGE, offset)


def question(text: str, filters: Filters) -> str:
    """Return what asks the same again, as `asked` reads it."""
    parts = {"q": text, **filters.texts()}
    return urlencode(parts, errors="replace")


def asked(given: str) -> tuple[str, Filters]:
    """Read the address of a question. Raises UsageError for what is no day, or days in the wrong order."""
    parts = dict(parse_qsl(given, keep_blank_values=True))
    return parts.get("q", ""), chosen(parts)
