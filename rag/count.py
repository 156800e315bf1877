"""Count the articles that mention something, in the shell.

    python -m rag.count "Trump"
    python -m rag.count "Trump" --by month
    python -m rag.count '"trade war" or tariffs' --by outlet --since 2025-05-01 --csv
    python -m rag.count --by month
    python -m rag.count "Trump" --by organisation

Words in a row are one phrase, in any form. "Trump and Musk" counts articles that mention both, "Trump
or Musk" those that mention one; in quotation marks, `and` and `or` are words. Copies of one report
count once. Only for names a model is loaded, a small one.

Exit codes: 0 counted · 2 bad arguments · 3 no article · 5 no or broken index · 75 an ingest is running
· 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Context, Exit, Option

from rag.errors import UsageError
from rag.filters import Filters
from rag.settings import Settings, command
from rag.shell.options import filters, with_filters
from rag.shell.terminal import door, progress_bar, run, say
from rag.show.csv import csv_text
from rag.show.json import archive_json
from rag.show.shell import counted
from rag.types.archive import Archive, Counted

if TYPE_CHECKING:
    from rag.engine import Engine

NOTHING = 3
SERIES: dict[str | None, Counted] = {
    None: "articles",
    "month": "months",
    "outlet": "outlets",
    "day": "days",
    "person": "names",
    "organisation": "organisations",
}


def count(
    context: Context,
    text: Annotated[str, Argument(help="What the articles mention; nothing for all.")] = "",
    *,
    by: Annotated[
        Literal["month", "outlet", "day", "person", "organisation"] | None,
        Option(help="Also count for each of these."),
    ] = None,
    chosen: dict[str, Any],
    as_json: Annotated[bool, Option("--json", help="Print a JSON object.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="Print a table for spreadsheets.")] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Count the articles that mention something; copies of one report count once."""

    def work() -> int:
        if as_json and as_csv:
            raise UsageError("Both --json and --csv were given. Choose one.")
        found = _count(text, SERIES[by], filters(chosen), quiet, context.obj)
        if as_json:
            print(json.dumps(archive_json(found), ensure_ascii=False, indent=2))
        elif as_csv:
            print(table(found, by), end="")
        else:
            print(counted(found))
            for note in () if quiet else found.notes:
                say(note)
        return 0 if found.number else NOTHING

    raise Exit(run(work))


def _count(
    text: str,
    kind: Counted,
    narrowed: Filters,
    quiet: bool,
    make: Callable[..., Engine] | None,
) -> Archive:
    """Count by an engine of `make`, after the first ingest where none was."""
    from rag.archive.asked import Asked, mention  # numpy, faiss: not for --help
    from rag.archive.slots import Mention
    from rag.engine import Engine
    from rag.language.typed import usable

    settings = Settings.from_env()
    wanted = mention(text) if text.strip() else Mention()
    if wanted is None:
        raise UsageError(
            f"Nothing to count in {text!r}: give words, with “and” or with “or” between them, not both."
        )
    if text.strip():
        wanted = mention(usable(text, settings.question_characters)) or wanted
    engine = (make or Engine)(settings)
    if not engine.has_library:
        with progress_bar(quiet) as progress:
            report = engine.ingest(progress)
        if not quiet:
            say(f"First question: {report}")
    return engine.count(Asked(kind, wanted, narrowed))


def table(found: Archive, by: str | None) -> str:
    """What was counted as CSV: a row for each month, outlet, day or name, else the number alone."""
    if not by:
        return csv_text([["articles"], [found.number]])
    return csv_text([[by, "articles"], *([one.label, one.count] for one in found.rows)])


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(with_filters(count), command("count"), arguments, make)


if __name__ == "__main__":
    sys.exit(main())
