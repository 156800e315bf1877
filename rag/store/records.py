"""What is kept of an article or a vector -> its checksum, over everything: altered, it is noticed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from rag.types.articles import Article, digest

FIELDS = tuple(field.name for field in fields(Article))
_KEPT = ("file", "id", "superseded", "signature", *FIELDS)
_SPANS = """(SELECT group_concat(start || ' ' || "end" || ' ' || digest, ';') FROM
    (SELECT start, "end", digest FROM passages WHERE article = a.key ORDER BY id))"""
# As of a day, `articles` is a view that hides later versions: the checksum is that of the row itself.
_ITSELF = {"superseded": "(SELECT superseded FROM main.articles WHERE key = a.key)"}
RECORD = ", ".join(["a.sha256", _SPANS, *(_ITSELF.get(name, f"a.{name}") for name in _KEPT)])
"""The columns of a row of `articles AS a`: its checksum, then what that is made of."""


def checksum(values: Sequence[Any]) -> str:
    """Return the digest of a record without its checksum: numbers, texts, bytes or None."""
    plain = [value.hex() if isinstance(value, bytes) else value for value in values]
    return digest(json.dumps(plain))


def is_sound(record: Sequence[Any]) -> bool:
    """Whether a record is as it was put."""
    return bool(checksum(record[1:]) == record[0])


def named(record: Sequence[Any]) -> dict[str, Any]:
    """Return the values of a record by the names of an article's fields."""
    return dict(zip(FIELDS, record[-len(FIELDS) :], strict=True))


def vector_checksum(text: str, encoder: str, vector: bytes) -> int:
    """Return the CRC of a vector, the digest of its text and its encoder."""
    return zlib.crc32(vector, zlib.crc32(f"{text} {encoder}".encode()))
