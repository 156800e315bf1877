"""A sheet of questions -> what is asked: CSV, a table of a spreadsheet, or plain text with a question a line.

The first column holds questions or names, further ones filters by the names of `rag.filters`. A line
of names stands first where there are several columns; of a single column it may be missing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rag import filters
from rag.errors import Unreadable, UsageError
from rag.reading.encoding import decoded
from rag.types.questions import Ask

MOST = 10_000  # rows: more than a computer answers in a day
_DELIMITERS = ",;\t"
_HEADS = frozenset(["question", "questions", "name", "names"])
_COLUMNS: Mapping[str, str] = {
    told: row.name for row in filters.FILTERS for told in (row.name, row.label.lower())
}


@dataclass(frozen=True, slots=True)
class Line:
    """A row that is not blank, with its number in the file."""

    number: int
    cells: tuple[str, ...]


def asks(path: Path, base: Ask) -> tuple[Ask, ...]:
    """Read what is asked; a cell of a filter takes the place of `base`'s. Raises UsageError, with the
    line, for what cannot be read.
    """
    try:
        text = decoded(path.read_bytes())
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except Unreadable as error:
        raise UsageError(f"{path} cannot be read: {error}.") from error
    return _read(str(path), text, base, plain=path.suffix.lower() == ".txt")


def pasted(text: str, base: Ask, most: int) -> tuple[Ask, ...]:
    """Read a list that was pasted, of at most so many rows: a table as spreadsheets copy it, or a
    question a line. Raises UsageError as `asks` does.
    """
    if not text.strip():
        raise UsageError("Nothing was pasted. Write a question or a name on each line.")
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    return _read("The list", clean, base, plain=not _is_table(clean), most=most)


def _read(name: str, text: str, base: Ask, *, plain: bool, most: int = MOST) -> tuple[Ask, ...]:
    """Read the rows of a sheet that errors call by this name."""
    lines = list(_plain(text) if plain else _table(name, text))
    columns = [] if plain else _columns(name, lines)
    rows = lines[1:] if columns or _is_head(lines) else lines
    if not rows:
        raise UsageError(f"{name} has no question. Write one below its first line.")
    if len(rows) > most:
        raise UsageError(f"{name} has {len(rows):,} rows; at most {most:,} are asked. Split it.")
    return tuple(_ask(name, row, columns, base) for row in rows)


def _is_table(text: str) -> bool:
    """Return whether a list has columns: parted by tabs, or named after a head that others follow."""
    first = text.lstrip("\n").partition("\n")[0]
    parts = re.split(f"[{_DELIMITERS}]", first)
    return "\t" in first or (len(parts) > 1 and parts[0].strip(' "').lower() in _HEADS)


def _plain(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Line(number, (line.strip(),))


def _table(name: str, text: str) -> Iterator[Line]:
    """Yield the rows; they are parted by what parts the most cells of the first line."""
    first = text.lstrip("\n").partition("\n")[0]
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Line(reader.line_num, tuple(" ".join(cell.split()) for cell in cells))
    except csv.Error as error:
        raise UsageError(f"{name} is no table, in line {reader.line_num}: {error}.") from error


def _is_head(lines: Sequence[Line]) -> bool:
    return bool(lines) and lines[0].cells[0].lower() in _HEADS


def _columns(sheet: str, lines: Sequence[Line]) -> list[str]:
    """Return the filters of the columns after the first; none where there is one column."""
    most = max((len(_filled(line.cells)) for line in lines), default=0)
    if most < 2:
        return []
    names = [name.lower().replace("-", "_") for name in _filled(lines[0].cells)[1:]]
    unknown = next((name for name in names if name not in _COLUMNS), None)
    if unknown is None and names:
        return [_COLUMNS[name] for name in names]
    known = ", ".join(row.name for row in filters.FILTERS)
    reason = f"“{unknown}” is no filter" if unknown else "the columns have no names"
    raise UsageError(
        f"{sheet}, line {lines[0].number}: {reason}. The first line names the columns: question, then any of"
        f" {known}. A question with a comma stands in quotation marks, or in a .txt file, one a line."
    )


def _filled(cells: Sequence[str]) -> Sequence[str]:
    """Return the cells without empty ones at the end."""
    last = max((place for place, cell in enumerate(cells, start=1) if cell), default=0)
    return cells[:last]


def _ask(sheet: str, line: Line, columns: Sequence[str], base: Ask) -> Ask:
    question, *cells = _filled(line.cells)
    where = f"{sheet}, line {line.number}"
    if not any(character.isalnum() for character in question):
        raise UsageError(f"{where}: the question is missing. Write one, or take the line away.")
    if len(cells) > len(columns):
        raise UsageError(f"{where}: “{cells[len(columns)]}” stands in a column without a name.")
    given = {name: cell for name, cell in zip(columns, cells, strict=False) if cell}
    told = base.filters.texts()
    try:
        return replace(base, question=question, filters=filters.chosen({**told, **given}))
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from error
