"""Ask in the shell.

    python -m rag.ask "Who will replace Kenneth Genalo?"
    echo "Who will replace Kenneth Genalo?" | python -m rag.ask --json -
    python -m rag.ask --out report.md "Who will replace Kenneth Genalo?"
    python -m rag.ask - < questions.txt

Standard input holds one question a line; each is answered by itself, with one loading of the models.
For one question `--json` prints an indented object, for several an object a line (JSON Lines).

stdout carries the result, the short answer first; stderr carries the progress and, while the model
still writes, the evidence.

Exit codes: 0 answered · 2 bad arguments · 3 the articles do not say · 4 a sentence could not be
verified · 5 no or broken index · 6 model missing · 7 timed out · 75 an ingest is running · 130
interrupted. Of several questions the highest code counts.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Context, Exit, Option

from rag.errors import UsageError
from rag.settings import Settings, command
from rag.shell.options import DAY, filters, value_of, with_filters
from rag.shell.terminal import INTERRUPTED, door, interrupting, progress_bar, run, takes_marks
from rag.show.files import FILES
from rag.show.shell import Printer
from rag.types import Answer, Ask

if TYPE_CHECKING:
    from rag.engine import Engine

EXIT = {"answered": 0, "partial": 0, "not_found": 3, "stopped": 7}
UNVERIFIED = 4
DEFAULTS = Settings()


def ask(
    context: Context,
    question: Annotated[str, Argument(help="The question, or - for standard input, one a line.")],
    *,
    as_json: Annotated[
        bool, Option("--json", help="Print a JSON object for each question.")
    ] = False,
    evidence_only: Annotated[
        bool,
        Option("--evidence-only", help="Show the short answer and the evidence; write nothing."),
    ] = False,
    prose: Annotated[
        Literal["on", "off"] | None,
        Option(
            help="Whether a language model writes sentences; off, the articles' own sentences"
            " answer, at once. Not given: as CLIPPINGS_PROSE, else on.",
        ),
    ] = None,
    as_of: Annotated[
        datetime | None, Option(formats=DAY, help="The day of asking; else today.")
    ] = None,
    any_time: Annotated[
        bool, Option("--any-time", help="Do not read the question's words about time.")
    ] = False,
    chosen: dict[str, Any],
    k: Annotated[
        int, Option("-k", min=1, max=20, help="How many pieces of evidence.")
    ] = DEFAULTS.evidence,
    model: Annotated[
        str | None, Option(help=f"A name from `{command('models')}` or a .gguf file.")
    ] = None,
    timeout: Annotated[
        float, Option(min=1, help="Seconds that writing may take.")
    ] = DEFAULTS.answer_seconds,
    explain: Annotated[
        bool, Option("--explain", help="Also show how the evidence was found.")
    ] = False,
    out: Annotated[
        Path | None, Option(help="Also write the answer to this file: .md, .html or .json.")
    ] = None,
    no_stream: Annotated[bool, Option("--no-stream", help="Print only when all is done.")] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Ask the articles; the answer comes with the exact words it rests on."""

    def work() -> int:
        settings = replace(Settings.from_env(), answer_seconds=timeout)
        settings = replace(settings, model=model) if model else settings
        settings = replace(settings, prose=prose == "on") if prose else settings
        ask = Ask(
            "",
            filters(chosen),
            as_of=value_of(as_of),
            read_dates=not any_time,
            evidence=k,
            write=not evidence_only,
            prose=settings.prose,
        )
        show = Printer(
            as_json=as_json,
            stream=not (no_stream or as_json),
            quiet=quiet,
            all_evidence=evidence_only,
            explain=explain,
            marks=takes_marks(sys.stdout),
            out=out,
        )
        asks = [replace(ask, question=one) for one in given(question)]
        return answer(asks, settings, show, context.obj)

    raise Exit(run(work))


def given(question: str) -> list[str]:
    """The question itself, or for - those of standard input: its lines that are not blank."""
    if question != "-":
        return [question]
    return [line for line in sys.stdin if line.strip()] or [""]


def answer(
    asks: Sequence[Ask],
    settings: Settings,
    show: Printer,
    make: Callable[..., Engine] | None = None,
) -> int:
    """Answer the questions on stdout, by an engine of `make`; return the exit code."""
    from rag.engine import Engine  # numpy, onnxruntime: not for --help
    from rag.retrieval.question import usable

    most = settings.question_characters
    asks = [replace(ask, question=usable(ask.question, most)) for ask in asks]
    if show.out:
        check_report(show.out, len(asks))
    engine = (make or Engine)(settings, say=show.aside)
    if not engine.has_library:
        with progress_bar(show.quiet) as progress:
            report = engine.ingest(progress)
        show.aside(f"First question: {report}")
    return answer_all(asks, engine, show)


def answer_all(asks: Sequence[Ask], engine: Engine, show: Printer) -> int:
    """Answer one question after the other until interrupted; returns the highest exit code."""
    show.several = len(asks) > 1
    stop = threading.Event()
    code = 0
    with interrupting(stop):
        for ask in asks:
            if stop.is_set():
                return INTERRUPTED
            code = max(code, _answer(ask, engine, show, stop))
    return code


def _answer(ask: Ask, engine: Engine, show: Printer, stop: threading.Event) -> int:
    """Answer one question; returns its exit code."""
    show.asked(ask.question)
    last = None
    for last in engine.stream(ask, stop):
        show.grown(last)
    assert last is not None
    show.done(last)
    if show.out:
        write_report(last, show.out)
        show.aside(f"Written to {show.out}")
    if last.status == "stopped" and stop.is_set():
        return INTERRUPTED
    if not all(statement.supported for statement in last.statements):
        return UNVERIFIED
    return EXIT[last.status]


def check_report(path: Path, questions: int = 1) -> None:
    """Raise UsageError, before anything is asked, for a file that could not be written at the end."""
    if questions > 1:
        raise UsageError(f"--out takes one answer, not {questions}. Ask one question at a time.")
    if path.suffix.lower()[1:] not in FILES:
        raise UsageError(f"--out writes .md, .html or .json files, not {str(path)!r}.")
    if not path.parent.is_dir():
        raise UsageError(f"No folder {path.parent}. Make it, or give --out another place.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give --out the name of a file.")


def write_report(answer: Answer, path: Path) -> None:
    """Put the answer into a file, whole or not at all. Raises UsageError when it cannot be written."""
    from rag.atomic import replace_bytes

    text = FILES[path.suffix.lower()[1:]](answer)
    try:
        replace_bytes(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(with_filters(ask), command("ask"), arguments, make)


if __name__ == "__main__":
    sys.exit(main())
