"""The filters as options of a command, and what was given for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated, Any

from typer import Option

from rag.filters import Filter, Filters, one_parameter_each, sound

DAY = ["%Y-%m-%d"]


def with_filters(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each filter in place of `chosen`."""
    return one_parameter_each(function, _option, None)


def filters(chosen: Mapping[str, Any]) -> Filters:
    """Return the filters that were given; raise UsageError for days in the wrong order."""
    return sound(Filters(**{name: value_of(value) for name, value in chosen.items()}))


def value_of(value: Any) -> Any:
    """Return the value of an option; of a day typer makes the moment it begins."""
    return value.date() if isinstance(value, datetime) else value


def _option(row: Filter) -> Any:
    """Return the type of a filter's option."""
    if row.is_day:
        return Annotated[datetime | None, Option(formats=DAY, help=row.help)]
    return Annotated[str | None, Option(help=row.help)]
