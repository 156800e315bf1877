"""Find articles in the shell: words, phrases, what is left out; or all of them, by day.

    python -m rag.search "ferry strike"
    python -m rag.search --sort day '"Port Sevrin" -dockers'
    python -m rag.search --csv --limit 1000 "genalo~ OR hammer" > found.csv
    python -m rag.search --since 2025-06-01

Words without operators find articles with all of them, and after these articles that are near in
words or meaning. "A phrase" keeps its order, -word leaves out, OR joins two, name~ also finds names
with a wrong letter. No text lists all articles. Copies of one report count once.

stdout carries the result, stderr how it was read.

Exit codes: 0 found · 2 bad arguments · 3 nothing found · 5 no or broken index · 6 model missing ·
75 an ingest is running · 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Context, Exit, Option

from rag.errors import UsageError
from rag.filters import Filters
from rag.settings import Settings, command
from rag.shell.options import filters, with_filters
from rag.shell.terminal import door, progress_bar, run, say, takes_marks
from rag.show.csv import COLUMNS, csv_text, listed_rows
from rag.show.found import heading, lines
from rag.show.json import found_json
from rag.show.view import meant
from rag.types.hits import Found, Sort

if TYPE_CHECKING:
    from rag.engine import Engine

NOTHING = 3
PAGE = 500  # reports at a time: a long list is printed while it grows


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to find, and how much of it."""

    text: str
    filters: Filters
    sort: Sort
    limit: int


def search(
    context: Context,
    text: Annotated[
        str, Argument(help='Words, "a phrase", -word, OR, name~. None: all articles, by day.')
    ] = "",
    *,
    chosen: dict[str, Any],
    sort: Annotated[Sort, Option(help="The best first, or the newest.")] = "fit",
    limit: Annotated[int, Option(min=1, help="How many articles at most.")] = 20,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
    as_csv: Annotated[
        bool, Option("--csv", help="Print a table for a spreadsheet, a line for each article.")
    ] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Find articles by their words; nothing is read by a model."""

    def work() -> int:
        if as_json and as_csv:
            raise UsageError("Both --json and --csv were given. Choose one.")
        show = _json if as_json else _csv if as_csv else _text
        return find(Wanted(text, filters(chosen), sort, limit), show, quiet, context.obj)

    raise Exit(run(work))


def find(
    wanted: Wanted,
    show: Callable[[Iterator[Found]], None],
    quiet: bool,
    make: Callable[..., Engine] | None = None,
) -> int:
    """Show what an engine of `make` finds, page by page; return the exit code."""
    from rag.engine import Engine  # numpy, onnxruntime: not for --help

    aside = (lambda _: None) if quiet else say
    engine = (make or Engine)(Settings.from_env(), say=aside)
    if not engine.has_library:
        with progress_bar(quiet) as progress:
            aside(f"First search: {engine.ingest(progress)}")
    pages = _pages(wanted, engine)
    first = next(pages)
    for note in (*first.notes, *map(meant, first.did_you_mean)):
        aside(note)

    def all_pages() -> Iterator[Found]:
        yield first
        yield from pages

    show(all_pages())
    return 0 if first.all else NOTHING


def _pages(wanted: Wanted, engine: Engine) -> Iterator[Found]:
    """Yield the list in parts, at least one, until there is no more or the limit is reached."""
    offset = 0
    while True:
        many = min(PAGE, wanted.limit - offset)
        found = engine.find(wanted.text, wanted.filters, wanted.sort, many, offset)
        yield found
        offset += many
        if offset >= min(wanted.limit, found.all):
            return


def _text(pages: Iterator[Found]) -> None:
    marks, shown, found = takes_marks(sys.stdout), 0, None
    for found in pages:
        if not shown:
            print(heading(found))
        for line in lines(found, marks):
            print(line)
        shown += len(found.reports)
    if found and shown < found.all:
        say(f"\n{shown:,} of {found.all:,} are shown; --limit {found.all} shows all.")


def _csv(pages: Iterator[Found]) -> None:
    print(csv_text([COLUMNS]), end="")
    for found in pages:
        print(csv_text(listed_rows(found.reports)), end="", flush=True)


def _json(pages: Iterator[Found]) -> None:
    first, *others = pages
    reports = [item for found in (first, *others) for item in found.reports]
    print(
        json.dumps(found_json(replace(first, reports=tuple(reports))), ensure_ascii=False, indent=2)
    )


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(with_filters(search), command("search"), arguments, make)


if __name__ == "__main__":
    sys.exit(main())
