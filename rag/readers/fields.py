"""What formats call the things an article has; our names for them."""

from __future__ import annotations

from collections.abc import Mapping

FIELD_NAMES = {
    "title": "title",
    "headline": "title",
    "source": "outlet",
    "outlet": "outlet",
    "publisher": "outlet",
    "site": "outlet",
    "author": "author",
    "byline": "author",
    "date": "published",
    "published": "published",
}


def known_fields(pairs: Mapping[str, str]) -> dict[str, str]:
    """The fields whose names are recognised, under our names; of several spellings the first."""
    found: dict[str, str] = {}
    for name, value in pairs.items():
        ours = FIELD_NAMES.get(name.strip().lower())
        if ours and value.strip():
            found.setdefault(ours, value.strip())
    return found
