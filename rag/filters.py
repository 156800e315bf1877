"""What a search can be narrowed to.

The shell, the page with its links and pills, the endpoints and the library all read FILTERS, so a
new filter is a row there, with its field in `Filters`, over a column of the library's articles.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from typing import Any, Literal

from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Filter:
    """A row of FILTERS."""

    name: str  # of the option, the argument, and the part of a link
    kind: Literal["part of a name", "first day", "last day", "last day known"]
    column: str  # of the library's articles
    label: str  # on the page, and in errors
    hint: str  # in its empty field on the page
    help: str  # in the shell, and for programs
    pill: str  # above the answer, where {} is the value
    listed: bool = False  # on the page it is chosen from a list

    @property
    def is_day(self) -> bool:
        """Whether its value is a day; else it is text."""
        return self.kind != "part of a name"


FILTERS = (
    Filter(
        "source",
        "part of a name",
        column="source",
        label="Outlet",
        hint="All outlets",
        help="Only articles of this outlet (a part of its name will do).",
        pill="Only {}",
        listed=True,
    ),
    Filter(
        "author",
        "part of a name",
        column="author",
        label="Author",
        hint="All authors",
        help="Only articles of this author (a part of the name will do).",
        pill="Only by {}",
    ),
    Filter(
        "since",
        "first day",
        column="published",
        label="From",
        hint="2025-06-01",
        help="Only articles from this day on.",
        pill="From {}",
    ),
    Filter(
        "until",
        "last day",
        column="published",
        label="Up to",
        hint="2025-06-30",
        help="Only articles up to this day.",
        pill="Up to {}",
    ),
    Filter(
        "as_of",
        "last day known",
        column="published",
        label="As known on",
        hint="2025-06-30",
        help="As the archive was on this day: no later article is searched, counted or listed.",
        pill="As known on {}",
    ),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the user restricted the search to, by the names of FILTERS; None is no restriction."""

    source: str | None = None
    author: str | None = None
    since: date | None = None
    until: date | None = None
    as_of: date | None = None  # the library is opened as it was on that day
    without: tuple[str, ...] = ()  # paths of articles that shall not count

    def rows(self) -> Iterator[tuple[Filter, str | date]]:
        """The filters that are set, each with its value."""
        for row in FILTERS:
            if value := getattr(self, row.name):
                yield row, value

    def texts(self) -> dict[str, str]:
        """The filters that are set, by name, as `chosen` reads them."""
        return {row.name: str(value) for row, value in self.rows()}


def chosen(texts: Mapping[str, str | None]) -> Filters:
    """Read filters by name; raise UsageError for what is no day and for days in the wrong order."""
    given = {row: (texts.get(row.name) or "").strip() for row in FILTERS}
    read: dict[str, Any] = {
        row.name: day(text) if row.is_day else text or None for row, text in given.items()
    }
    return sound(Filters(**read))


def sound(filters: Filters) -> Filters:
    """Return the filters; raise UsageError for days that leave nothing."""
    if filters.since and filters.until and filters.until < filters.since:
        raise UsageError(
            f"No day is from {filters.since} on and up to {filters.until}. Exchange the two."
        )
    if filters.since and filters.as_of and filters.as_of < filters.since:
        raise UsageError(
            f"As known on {filters.as_of}, no article is from {filters.since} on. Give an earlier first day."
        )
    return filters


def day(text: str | None) -> date | None:
    """A day of the calendar, or None for nothing. Raises UsageError for anything else."""
    if not (text and text.strip()):
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise UsageError(f"“{text}” is no day. Write it like 2025-06-05.") from error


def one_parameter_each(
    function: Callable[..., Any], annotation: Callable[[Filter], Any], default: str | None
) -> Callable[..., Any]:
    """Give a function a parameter for each filter in place of `chosen`, for typer and gradio to see."""
    own = inspect.signature(function, eval_str=True)
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    filters = [
        inspect.Parameter(row.name, kind, default=default, annotation=annotation(row))
        for row in FILTERS
    ]
    parameters = [
        seen.replace(kind=kind)
        for one in own.parameters.values()
        for seen in (filters if one.name == "chosen" else [one])
    ]
    signature = own.replace(parameters=parameters)

    @wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        bound = signature.bind(*given, **named)
        bound.apply_defaults()
        values = bound.arguments
        chosen = {row.name: values.pop(row.name) for row in FILTERS}
        return function(**values, chosen=chosen)

    vars(called)["__signature__"] = signature
    called.__annotations__ = {one.name: one.annotation for one in parameters}
    called.__annotations__["return"] = own.return_annotation
    return called
