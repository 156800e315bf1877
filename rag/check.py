"""Check a draft in the shell, or an answer that was written to a file.

    python -m rag.check draft.md
    python -m rag.check --json - < draft.txt
    python -m rag.check answer.html

Each sentence is compared with what the articles say nearest to it, without a language model:
supported, only alleged there, contradicted, a quotation altered, or not in the archive. Headings and
questions are left out. stdout carries a line for each sentence and then the evidence; stderr carries the progress.
Ctrl-C ends it with the sentences that were checked.

Of an answer that rag.ask wrote to a page or an object (known by a mark in it) each quotation is looked for
in the articles of today, without any model: same, moved, changed or gone.

Exit codes: 0 every sentence is supported, or every quotation is same or moved · 2 bad arguments · 4 one is
not, or the answer's file was altered · 5 no or broken index · 6 model missing · 130 interrupted.
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
from rag.types.drafts import CheckedDraft
from rag.types.files import Skipped, SourceFile

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.show.pack import Found

UNSUPPORTED = 4


def check(
    context: Context,
    draft: Annotated[
        str,
        Argument(
            help="A file: text, Markdown, web page, Word or PDF; an answer that --out wrote; or - for"
            " standard input."
        ),
    ],
    *,
    as_json: Annotated[bool, Option("--json", help="Print one JSON object.")] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Check every sentence of a draft, or every quotation of a saved answer, against the articles; no
    language model is asked.
    """

    def work() -> int:
        from rag.engine import Engine  # numpy, onnxruntime: not for --help

        settings = Settings.from_env()
        if draft == "-":
            text = typed(settings.draft_characters)
        else:
            file = opened(draft, settings)
            if found := saved(draft, file):
                return follow(found, settings, as_json=as_json, quiet=quiet)
            text = read(draft, file)
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


def opened(draft: str, settings: Settings) -> SourceFile:
    """Return a file with its bytes. Raises UsageError where it cannot be read."""
    from rag.reading import folder

    path = Path(draft)
    if not path.is_file():
        raise UsageError(f"No file {draft}. Give a draft, or - for standard input.")
    path = path.resolve()  # a link to a draft is the draft
    file = folder.read(path.parent, path.name, settings.file_bytes)
    if isinstance(file, Skipped):
        raise UsageError(f"{draft} cannot be checked: {file.reason}.")
    return file


def read(draft: str, file: SourceFile) -> str:
    """Return the text of a file, of other kinds than text without what their reader leaves out.

    Raises UsageError where it cannot be read.
    """
    from rag.isolated import Readers
    from rag.reading import encoding, formats

    try:
        reader = formats.READERS.get(PurePath(file.path).suffix.lower(), "readers.text:")
        if reader.startswith("readers.text:"):
            return encoding.decoded(file.data)
        with Readers(1) as readers:
            pages = readers.pages(file, [])
        if isinstance(pages, Skipped):
            raise Unreadable(pages.reason)
        return "\n\n".join(page.text for page in pages)
    except Unreadable as reason:
        raise UsageError(f"{draft} cannot be checked: {reason}.") from reason


def saved(draft: str, file: SourceFile) -> Found | None:
    """Return the pack in a file, or None. Raises UsageError for one of which nothing can be made."""
    from rag.show import pack

    try:
        return pack.found(file.data)
    except Unreadable as reason:
        raise UsageError(f"{draft} cannot be checked: {reason}.") from reason


def follow(found: Found, settings: Settings, *, as_json: bool, quiet: bool) -> int:
    """Print what became of the quotations of a pack; return 0 where all hold and nothing was altered."""
    from rag.show.traced import heading, line, summary, traced_json
    from rag.stories.proof import traced

    aside = (lambda _: None) if quiet else say
    traces = []
    if not as_json:
        print(*heading(found), sep="\n", flush=True)
    for one in traced(found.pack, settings, aside):
        traces.append(one)
        if not as_json:
            print(*line(one), sep="\n", flush=True)
    if as_json:
        told = traced_json(found, traces)
        print(json.dumps(told, ensure_ascii=False, indent=2), flush=True)
    aside(summary(traces))
    return 0 if all(one.holds for one in traces) and not found.altered else UNSUPPORTED


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
