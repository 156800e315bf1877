"""Values <-> what JSON has, by the types of their fields: dataclasses, tuples, mappings, days and plain ones.

A dataclass is the list of its fields; the same object again is the number under which it came first. So an
article travels once, however many hits are in it, and a growing answer sends only what is new of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


class Plain:
    """What one side of a talk has written and read; the other side meets the same values in this order."""

    def __init__(self) -> None:
        self._met: list[Any] = []
        self._numbers: dict[int, int] = {}  # by id(): `_met` keeps each of them alive

    def write(self, value: Any) -> Any:
        """Return a value as JSON has it. Raises TypeError for one of another kind."""
        if is_dataclass(value):
            if (number := self._numbers.get(id(value))) is not None:
                return number
            written = [self.write(getattr(value, one.name)) for one in fields(value)]
            self._meet(value)
            return written
        if value is None or isinstance(value, str | int | float):
            return value
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, tuple):
            return [self.write(one) for one in value]
        if isinstance(value, Mapping):
            return {name: self.write(one) for name, one in value.items()}
        raise TypeError(f"{type(value).__name__} cannot travel as JSON")

    def read(self, plain: Any, kind: Any) -> Any:
        """Return the value of a kind, such as `tuple[Hit, ...]`. Raises ValueError where it is none."""
        origin, parts = get_origin(kind), get_args(kind)
        if origin in (Union, UnionType):
            if plain is None and NoneType in parts:
                return None
            [one] = (
                part for part in parts if part is not NoneType
            )  # of two nobody could tell which
            return self.read(plain, one)
        if origin is Literal and plain in parts:
            return plain
        if origin is tuple and isinstance(plain, list):
            kinds = parts[:1] * len(plain) if parts[-1] is ... else parts
            return tuple(self._each(plain, kinds))
        if origin is Mapping and isinstance(plain, dict):
            return {self.read(key, parts[0]): self.read(plain[key], parts[1]) for key in plain}
        if is_dataclass(kind):
            return self._read_dataclass(plain, kind)
        if kind in (date, datetime) and isinstance(plain, str):
            return kind.fromisoformat(plain)
        if origin is None and isinstance(plain, (int, float) if kind is float else kind):
            return plain
        raise ValueError(f"{plain!r:.80} is no {kind}")

    def _read_dataclass(self, plain: Any, kind: Any) -> Any:
        if isinstance(plain, list):
            value = kind(*self._each(plain, _kinds(kind)))
            self._meet(value)
            return value
        if isinstance(plain, int) and 0 <= plain < len(self._met):
            value = self._met[plain]
            if isinstance(value, kind):
                return value
        raise ValueError(f"{plain!r:.80} is no {kind.__name__}")

    def _each(self, plain: list[Any], kinds: tuple[Any, ...]) -> list[Any]:
        return [self.read(one, kind) for one, kind in zip(plain, kinds, strict=True)]

    def _meet(self, value: Any) -> None:
        self._numbers[id(value)] = len(self._met)
        self._met.append(value)


@cache
def _kinds(kind: Any) -> tuple[Any, ...]:
    """Return the types of a dataclass's fields, in their order."""
    hints = get_type_hints(kind)
    return tuple(hints[one.name] for one in fields(kind))
