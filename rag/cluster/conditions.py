"""Filters, days and numbers -> conditions of Milvus. Its syntax is written here and nowhere else.

A row is there from the generation `born` until the one before `gone`. Days are ordinals, 0 where an
article has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.filters import Filters
from rag.store.filters import matching
from rag.types.days import Window

NEVER = 10_000_000  # later than any day; and more generations than there will be
NOTHING = "id < 0"


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen: one generation, as it is or as it was on a day."""

    generation: int
    as_of: date | None = None

    @property
    def there(self) -> str:
        """The condition of a row that is of this generation."""
        return f"born <= {self.generation} and gone > {self.generation}"

    @property
    def known(self) -> str:
        """The same, and known on the day."""
        if not self.as_of:
            return self.there
        return f"{self.there} and published > 0 and published <= {ordinal(self.as_of)}"

    @property
    def shown(self) -> str:
        """The same, and no other version was in its place."""
        day = ordinal(self.as_of) if self.as_of else NEVER - 1
        return f"{self.known} and replaced > {day}"


def ordinal(day: date | None) -> int:
    """Return the number of a day; 0 without one."""
    return day.toordinal() if day else 0


def day(number: int) -> date | None:
    """Return the day of a number."""
    return date.fromordinal(number) if number else None


def of_numbers(field: str, values: Iterable[int]) -> str:
    """Return the condition that a field has one of some numbers."""
    found = ", ".join(str(int(value)) for value in values)
    return f"{field} in [{found}]" if found else NOTHING


def of_texts(field: str, values: Iterable[str]) -> str:
    """Return the condition that a field has one of some texts."""
    found = ", ".join(map(quoted, values))
    return f"{field} in [{found}]" if found else NOTHING


def quoted(text: str) -> str:
    """Return a text as Milvus reads it: nothing in it can end it."""
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + plain.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t") + '"'


def between(window: Window) -> str:
    """Return the condition of a day inside a window."""
    until = ordinal(window.until) if window.until else NEVER
    return f"published >= {max(1, ordinal(window.since))} and published <= {until}"


def narrowed(
    filters: Filters, window: Window | None, known: Mapping[str, Sequence[str]]
) -> list[str]:
    """Return the conditions that filters and window add; `known` are the values of each text column.

    As in a library on this computer, filters leave out undated articles and windows keep them. Raises
    UsageError for an outlet or author that none has.
    """
    found = []
    for row, value in filters.rows():
        if isinstance(value, date):
            is_first = row.kind == "first day"
            found.append(between(Window(value, None) if is_first else Window(None, value)))
        else:
            found.append(of_texts(row.column, matching(known[row.column], row, value)))
    if filters.without:
        found.append(f"not ({of_texts('path', filters.without)})")
    if window and (window.since or window.until):
        found.append(f"(published == 0 or ({between(window)}))")
    return found


def joined(*conditions: str) -> str:
    """Return the condition that all of them hold."""
    return " and ".join(filter(None, conditions))
