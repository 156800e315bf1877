"""Read exports (JSON, JSON lines, CSV and its kin), one page for each record.

A record is a set of named values. `fields` tells which of them are text, title, date …, or the
mapping that is given instead: `read_json(path, data, names={**RECORD_NAMES, "meldung": "text"})`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from rag.errors import Unreadable
from rag.reading.encoding import decoded
from rag.reading.html.fragment import plain_text
from rag.reading.readers.fields import RECORD_NAMES, known_fields, normal_name
from rag.types.files import Page

MAX_RECORDS = 200_000
MAX_DIGITS = 20  # of a number: more is an identifier, and slow to convert
MAX_DEPTH = 5  # objects around the list of records, or within a record
FIELD_CHARACTERS = 20_000_000  # as long as a file may be
DELIMITERS = ",;\t|"

_LISTS = ("articles", "items", "results", "data", "docs", "records", "entries", "hits", "response")
_FIELD_LIMIT = threading.Lock()
_TRUNCATED = re.compile(r"\s*(?:…|\.\.\.)?\s*\[\+\d+ chars\]\s*$")  # what an interface held back
_TOO_MANY = f"more than {MAX_RECORDS:,} records; split the file"

Record = Mapping[str, Any]


def read_json(path: str, data: bytes, names: Mapping[str, str] = RECORD_NAMES) -> list[Page]:
    """Read a list of objects, an object with such a list inside, or one object."""
    text = decoded(data)
    try:
        value = _loaded(text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data":  # one object a line, under the wrong name
            return read_json_lines(path, data, names)
        reason = f"{error.msg.removesuffix(' at')} in line {error.lineno}"
        raise Unreadable(f"not JSON: {reason}") from None
    return _pages(path, _records(value), names)


def read_json_lines(path: str, data: bytes, names: Mapping[str, str] = RECORD_NAMES) -> list[Page]:
    """Read one object a line, without blank lines."""
    lines = [line for line in decoded(data).split("\n") if line.strip()]
    if len(lines) > MAX_RECORDS:
        raise Unreadable(_TOO_MANY)
    values = [value for line in lines if (value := _line(line)) is not None]
    if not values:
        raise Unreadable(f"none of its {len(lines):,} lines is a JSON object")
    return _pages(path, values, names)


def read_table(path: str, data: bytes, names: Mapping[str, str] = RECORD_NAMES) -> list[Page]:
    """Read values separated by comma, semicolon, tab or bar, with their names in the first line."""
    text = decoded(data)
    with _long_fields():
        return _pages(path, _table(text, names), names)


def _table(text: str, names: Mapping[str, str]) -> list[Record]:
    """Return the records of a table by the names in its first line."""
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda one: _recognised(first, one, names))
    of_text = {name: ours for name, ours in names.items() if ours in ("text", "summary")}
    if not known_fields(dict.fromkeys(_cells(first, delimiter), "x"), of_text):
        raise Unreadable(
            "its first line names no column for the text; call one of them text, body or content"
        )
    try:
        rows = csv.DictReader(io.StringIO(text.lstrip("\n"), newline=""), delimiter=delimiter)
        return [{name: value for name, value in row.items() if name} for row in _capped(rows)]
    except csv.Error as error:
        raise Unreadable(f"not a table that can be read: {error}") from None


@contextmanager
def _long_fields() -> Iterator[None]:
    """Allow fields as long as a file in the block, for one thread at a time: the limit is global."""
    with _FIELD_LIMIT:
        before = csv.field_size_limit(FIELD_CHARACTERS)
        try:
            yield
        finally:
            csv.field_size_limit(before)


def _loaded(text: str) -> Any:
    """Parse JSON without the traps: depth, numbers of a million digits, NaN."""
    try:
        return json.loads(text, strict=False, parse_int=_integer, parse_constant=lambda name: None)
    except RecursionError:
        raise Unreadable("JSON nested too deeply") from None


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= MAX_DIGITS else digits


def _line(text: str) -> Record | None:
    try:
        value = _loaded(text)
    except (json.JSONDecodeError, Unreadable):
        return None
    return value if isinstance(value, dict) else None


def _records(value: Any) -> list[Record]:
    """Return the list of objects nearest to the surface, or the object itself."""
    level = [value]
    for _ in range(MAX_DEPTH):
        for one in level:
            if isinstance(one, list) and any(isinstance(item, dict) for item in one):
                if len(one) > MAX_RECORDS:
                    raise Unreadable(_TOO_MANY)
                return [item for item in one if isinstance(item, dict)]
        objects = [one for one in level if isinstance(one, dict)]
        if any(_has_text(one) for one in objects):
            break
        level = [inner for one in objects for inner in _by_likelihood(one)]
    if isinstance(value, dict) and value:
        return [value]
    raise Unreadable("neither a list of articles nor an object with one inside")


def _has_text(record: Record) -> bool:
    named = (name for name, value in record.items() if isinstance(value, str))
    return any(RECORD_NAMES.get(normal_name(name)) == "text" for name in named)


def _by_likelihood(record: Record) -> list[Any]:
    usual = [record[name] for name in _LISTS if name in record]
    return usual + [value for name, value in record.items() if name not in _LISTS]


def _pages(path: str, records: Sequence[Record], names: Mapping[str, str]) -> list[Page]:
    pages = [page for record in records if (page := _page(path, record, names))]
    if pages:
        return pages
    if not records:
        raise Unreadable("no records in it")
    named = ", ".join(list(map(str, records[0]))[:8])
    raise Unreadable(f"none of its {len(records):,} records has a text; its names are {named}")


def _page(path: str, record: Record, names: Mapping[str, str]) -> Page | None:
    fields = known_fields(_values(record, names), names)
    text, summary = fields.pop("text", ""), fields.pop("summary", "")
    text = plain_text(_TRUNCATED.sub("", text or summary))
    for name in ("title", "outlet", "author"):
        if name in fields:
            fields[name] = " ".join(plain_text(fields[name]).split())
    fields = {name: value for name, value in fields.items() if value}
    return Page(path, text, fields) if text else None


def _values(record: Record, names: Mapping[str, str]) -> dict[str, str]:
    """Return a record's values as text; nested objects (`fields`, `_source`) fill its gaps."""
    found: dict[str, str] = {}
    level: list[Record] = [record]
    for _ in range(MAX_DEPTH):
        deeper: list[Record] = []
        for one in level:
            for name, value in one.items():
                if text := _text(value, named=normal_name(str(name)) in names):
                    found.setdefault(str(name), text)
                elif isinstance(value, dict):
                    deeper.append(value)
        if not deeper or {"text"} & known_fields(found, names).keys():
            break
        level = deeper
    return found


def _text(value: Any, named: bool) -> str:
    """Return a value as text: of an object its name, of a list all its members."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, dict) and named and not _has_text(value):
        inner = (value.get(name) for name in ("name", "title", "rendered", "value", "main", "text"))
        return next((text for text in inner if isinstance(text, str)), "")
    if isinstance(value, list) and named:
        parts = [_text(one, named) for one in value if not isinstance(one, list)]
        longest = max((len(part) for part in parts), default=0)
        return ("\n\n" if longest > 100 else ", ").join(part for part in parts if part)
    return ""


def _recognised(line: str, delimiter: str, names: Mapping[str, str]) -> tuple[int, int]:
    cells = _cells(line, delimiter)
    return sum(normal_name(cell) in names for cell in cells), len(cells)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _capped(rows: Iterable[Any]) -> Iterator[Any]:
    for count, row in enumerate(rows):
        if count >= MAX_RECORDS:
            raise Unreadable(_TOO_MANY)
        yield row
