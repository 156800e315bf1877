"""What happened when, in the shell: every sentence about a name, with the day on which it happened.

    python -m rag.timeline "Ras Baraka"
    python -m rag.timeline '"Port Sevrin" -dockers' --since 2025-01-01
    python -m rag.timeline "Why was the bridge closed?" --html > bridge.html
    python -m rag.timeline Genalo --csv > genalo.csv

Each line is a sentence of an article, word for word, once however often it was printed. Its day is
the one it tells ("on Thursday" is read against the day of the article), apart from the day it was
printed. A sentence that tells none, or not surely, comes at the end: nothing is guessed. A name or
words are found as `rag.search` finds them; for a question the reader chooses the sentences.

Exit codes: 0 found · 2 bad arguments · 3 nothing found · 5 no or broken index · 6 model missing ·
75 an ingest is running · 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Context, Exit, Option

from rag.errors import UsageError
from rag.filters import Filters
from rag.settings import Settings, command
from rag.shell.options import filters, with_filters
from rag.shell.terminal import door, progress_bar, run, say
from rag.types.archive import Timeline

if TYPE_CHECKING:
    from rag.engine import Engine

NOTHING = 3


def timeline(
    context: Context,
    topic: Annotated[str, Argument(help="A name, words as for search, or a question.")],
    *,
    chosen: dict[str, Any],
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="Print a table for a spreadsheet.")] = False,
    as_html: Annotated[
        bool, Option("--html", help="Print a page: a line of dots by month, then the list.")
    ] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Tell what happened when, in sentences of the articles; nothing is written."""

    def work() -> int:
        if as_json + as_csv + as_html > 1:
            raise UsageError("Only one of --json, --csv and --html can be printed. Choose one.")
        found = _made(topic, filters(chosen), quiet, context.obj)
        kind = "json" if as_json else "csv" if as_csv else "html" if as_html else ""
        print(_printed(found, kind), end="")
        if not quiet:
            for note in found.notes:
                say(note)
        return 0 if found.all else NOTHING

    raise Exit(run(work))


def _made(
    topic: str, narrowed: Filters, quiet: bool, make: Callable[..., Engine] | None
) -> Timeline:
    """Make the timeline by an engine of `make`, after the first ingest where none was."""
    from rag.engine import Engine  # numpy, onnxruntime: not for --help

    aside = (lambda _: None) if quiet else say
    engine = (make or Engine)(Settings.from_env(), say=aside)
    if not engine.has_library:
        with progress_bar(quiet) as progress:
            aside(f"First timeline: {engine.ingest(progress)}")
    return engine.timeline(topic, narrowed)


def _printed(found: Timeline, kind: str) -> str:
    """Return the timeline as text of this kind; "" is for the terminal."""
    from rag.show import timeline as show
    from rag.show.csv import csv_text

    if kind == "json":
        return json.dumps(show.to_json(found), ensure_ascii=False, indent=2) + "\n"
    if kind == "csv":
        return csv_text([show.COLUMNS, *show.rows(found)])
    if kind == "html":
        return show.html_file(found)
    told = show.heading(found) if found.all else show.NONE
    return "\n".join([told, "", *show.lines(found)]).rstrip() + "\n"


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(with_filters(timeline), command("timeline"), arguments, make)


if __name__ == "__main__":
    sys.exit(main())
