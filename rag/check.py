"""Check a draft in the shell.

    python -m rag.check draft.md
    python -m rag.check --json - < draft.txt

Each sentence is compared with what the articles say nearest to it, without a language model:
supported, only alleged there, contradicted, a quotation altered, or not in the archive. Headings and
questions are left out. stdout carries a line for each sentence and then the evidence; stderr carries the progress.
Ctrl-C ends it with the sentences that were checked.

Exit codes: 0 every sentence is supported · 2 bad arguments · 4 a sentence is not supported · 5 no or
broken index · 6 model missing · 130 interrupted.
"""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Exit, Option

from rag.errors import Unreadable, UsageError
from rag.settings import Settings, command
from rag.shell.terminal import INTERRUPTED, door, interrupting, progress_bar, run, say
from rag.types import CheckedDraft, Skipped

if TYPE_CHECKING:
    from rag.engine import Engine

UNSUPPORTED = 4


def check(
    context: Context,
    draft: Annotated[
        str,
        Argument(help="A file: text, Markdown, web page, Word or PDF; or - for standard input."),
    ],
    *,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Check every sentence of a draft against the articles; no language model is asked."""

    def work() -> int:
        from rag.engine import Engine  # numpy, onnxruntime: not for --help

        settings = Settings.from_env()
        text = typed(settings.draft_characters) if draft == "-" else read(draft, settings)
        engine = (context.obj or Engine)(settings)
        stop = threading.Event()
        with interrupting(stop), progress_bar(quiet) as progress:
            *_, last = engine.check(text, progress, stop)
        show(last, as_json=as_json, quiet=quiet)
        if last.unchecked:
            return INTERRUPTED
        return 0 if last.supported else UNSUPPORTED

    raise Exit(run(work))


def typed(limit: int) -> str:
    """Return standard input, one character more than the limit at most; bytes that are no text as ?"""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    return sys.stdin.read(limit + 1)


def read(draft: str, settings: Settings) -> str:
    """Return the text of a file, of other kinds than text without what their reader leaves out.

    Raises UsageError where it cannot be read.
    """
    from rag.reading import encoding, folder, formats

    path = Path(draft)
    if not path.is_file():
        raise UsageError(f"No file {draft}. Give a draft, or - for standard input.")
    path = path.resolve()  # a link to a draft is the draft
    file = folder.read(path.parent, path.name, settings.file_bytes)
    try:
        if isinstance(file, Skipped):
            raise Unreadable(file.reason)
        reader = formats.READERS.get(PurePath(file.path).suffix.lower(), "readers.text:")
        if reader.startswith("readers.text:"):
            return encoding.decoded(file.data)
        if isinstance(pages := formats.read_pages(file), Skipped):
            raise Unreadable(pages.reason)
        return "\n\n".join(page.text for page in pages)
    except Unreadable as reason:
        raise UsageError(f"{draft} cannot be checked: {reason}.") from reason


def show(draft: CheckedDraft, *, as_json: bool, quiet: bool) -> None:
    """Print the checked sentences on stdout, and beside them how many have each verdict."""
    from rag.show.drafts import lines, summary
    from rag.show.json import draft_json

    if as_json:
        print(json.dumps(draft_json(draft), ensure_ascii=False, indent=2), flush=True)
    else:
        for line in lines(draft):
            print(line, flush=True)
    if not quiet:
        say(summary(draft))


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(check, command("check"), arguments, make)


if __name__ == "__main__":
    sys.exit(main())
