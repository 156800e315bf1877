"""Ask in the shell.

    python -m rag.ask "Who will replace Kenneth Genalo?"
    echo "Who will replace Kenneth Genalo?" | python -m rag.ask --json -
    python -m rag.ask --out report.md "Who will replace Kenneth Genalo?"
    python -m rag.ask - < questions.txt
    python -m rag.ask -c "And who replaces him?"
    python -m rag.ask --batch questions.csv --out report.html
    python -m rag.ask --keep "Who will replace Kenneth Genalo?"
    python -m rag.ask --model http://127.0.0.1:8001/v1#qwen "Who will replace Kenneth Genalo?"

Standard input holds one question a line; each is answered by itself, with one loading of the models.
For one question `--json` prints an indented object, for several an object a line (JSON Lines).
--batch asks each row of a table: the first column holds questions or names, further ones are named
after filters. Started again after a kill it goes on where it was. --keep asks again after each ingest
whose articles may change the answer (rag.standing). While the page of the same articles and settings is
open, it is asked, and no models are loaded here; --own does without it.

stdout carries the result, the short answer first; stderr carries the progress and, while the model
still writes, the evidence.

Exit codes: 0 answered · 2 bad arguments · 3 the articles do not say · 4 a sentence could not be
verified · 5 no or broken index · 6 model missing, or its server failed · 7 timed out · 75 an ingest is running ·
130 interrupted. Of several questions the highest code counts.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from typer import Argument, Context, Exit, Option

from rag.errors import UsageError
from rag.language.typed import usable
from rag.models.servers import is_address, servers
from rag.settings import Settings, command
from rag.shell import last, places
from rag.shell.answers import Answers
from rag.shell.options import DAY, filters, value_of, with_filters
from rag.shell.terminal import INTERRUPTED, door, interrupting, progress_bar, run, takes_marks
from rag.show.files import FILES, KINDS, kind_of
from rag.show.shell import Printer
from rag.types.answers import Answer
from rag.types.questions import Ask

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.show.pack import Pack

DEFAULTS = Settings()


def ask(
    context: Context,
    question: Annotated[
        str | None, Argument(help="The question, or - for standard input, one a line.")
    ] = None,
    *,
    batch: Annotated[
        Path | None,
        Option(
            help="Ask each row of this .csv file, first column question or name, then filters; or each"
            " line of a .txt file. --out takes the report."
        ),
    ] = None,
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
    asked_on: Annotated[
        datetime | None,
        Option(
            formats=DAY, help="The day of asking, for words about time; else --as-of, else today."
        ),
    ] = None,
    any_time: Annotated[
        bool, Option("--any-time", help="Do not read the question's words about time.")
    ] = False,
    chosen: dict[str, Any],
    going_on: Annotated[
        bool,
        Option(
            "--continue",
            "-c",
            help="Go on from the last answer of the shell, and from each to the next.",
        ),
    ] = False,
    keep: Annotated[
        bool,
        Option(
            "--keep",
            help="Keep the question: after an ingest that changes its answer, the change is told.",
        ),
    ] = False,
    k: Annotated[
        int, Option("-k", min=1, max=20, help="How many pieces of evidence.")
    ] = DEFAULTS.evidence,
    model: Annotated[
        str | None,
        Option(
            help=f"A name from `{command('models')}`, a .gguf file, or a server in OpenAI's form:"
            " URL#NAME, several separated by commas."
        ),
    ] = None,
    leaves: Annotated[
        bool,
        Option(
            "--leaves-this-computer",
            help="Let servers on other computers have the question: a model its excerpts, too, a library"
            " the articles.",
        ),
    ] = False,
    timeout: Annotated[
        float, Option(min=1, help="Seconds that writing may take.")
    ] = DEFAULTS.answer_seconds,
    explain: Annotated[
        bool, Option("--explain", help="Also show how the evidence was found.")
    ] = False,
    own: Annotated[
        bool,
        Option(
            "--own", help="Load the models here, even while the page is open and could be asked."
        ),
    ] = False,
    out: Annotated[
        Path | None,
        Option(
            help=f"Also write the answer to this file: {KINDS} (its articles as references); of --batch"
            " the report: .html, .csv or .json."
        ),
    ] = None,
    no_stream: Annotated[bool, Option("--no-stream", help="Print only when all is done.")] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Ask the articles; the answer comes with the exact words it rests on."""

    def work() -> int:
        settings = replace(Settings.from_env(), answer_seconds=timeout)
        settings = replace(settings, model=model) if model else settings
        settings = replace(settings, prose=prose == "on") if prose else settings
        settings = replace(settings, leaves=True) if leaves else settings
        if settings.prose and not evidence_only and is_address(settings.model):
            servers(settings.model, leaves=settings.leaves)  # refused before anything is read
        ask = Ask(
            "",
            filters(chosen),
            asked_on=value_of(asked_on),
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
        answers = Answers(settings, show.aside, context.obj, own=own)
        if batch:
            others = {
                "--continue": going_on,
                "--json": as_json,
                "--explain": explain,
                "--keep": keep,
            }
            check_alone(question, others)
            from rag.shell.batch import in_batch

            return in_batch(batch, out, ask, answers, quiet)
        if question is None:
            raise UsageError(
                f"Ask a question, or name a file with --batch: {command('ask')} --help"
            )
        if keep:
            check_lasting(
                {"--continue": going_on, "--asked-on": asked_on, "--as-of": ask.filters.as_of}
            )
        asks = [replace(ask, question=one) for one in given(question)]
        return answer(asks, answers, show, going_on=going_on, keep=keep)

    raise Exit(run(work))


def check_alone(question: str | None, others: Mapping[str, bool]) -> None:
    """Raise UsageError where a question stands beside --batch, or an option that means nothing there."""
    if question is not None:
        raise UsageError(f"Both a question and --batch were given. Put {question!r} into the file.")
    for name in (name for name, is_given in others.items() if is_given):
        raise UsageError(f"--batch and {name} do not go together. Leave one of them out.")


def check_lasting(others: Mapping[str, object]) -> None:
    """Raise UsageError where --keep stands beside what holds for this one time."""
    for name in (name for name, is_given in others.items() if is_given):
        raise UsageError(
            f"--keep and {name} do not go together: a kept question stands alone, and is asked on any day."
        )


def given(question: str) -> list[str]:
    """The question itself, or for - those of standard input: its lines that are not blank."""
    if question != "-":
        return [question]
    return [line for line in sys.stdin if line.strip()] or [""]


def answer(
    asks: Sequence[Ask],
    answers: Answers,
    show: Printer,
    *,
    going_on: bool = False,
    keep: bool = False,
) -> int:
    """Answer the questions on stdout; return the exit code.

    When `going_on`, the first one follows the last answer that was kept, each other the one before it.
    Those to `keep` are standing questions from then on.
    """
    settings = answers.settings
    most = settings.question_characters
    asks = [replace(ask, question=usable(ask.question, most)) for ask in asks]
    if show.out:
        check_report(show.out, len(asks))
    if not answers.has_library:
        with progress_bar(show.quiet) as progress:
            report = answers.ingest(progress)
        show.aside(f"First question: {report}")
    after = last.kept(settings.index, answers.article) if going_on else None
    code = answer_all(asks, answers, show, after)
    if not keep or code == INTERRUPTED:
        return code
    from rag.stories import kept  # what compares answers, 0.05 s: only where a question is kept

    for one in asks:
        kept.keep(one, answers, settings.index, date.today())
        show.aside(f"Kept: {one.question} All that are kept: {command('standing')}")
    return code


def answer_all(
    asks: Sequence[Ask], answers: Engine | Answers, show: Printer, after: Answer | None = None
) -> int:
    """Answer one question after the other until interrupted; returns the highest exit code.

    With `after`, each is a turn of one conversation, which goes on from there.
    """
    show.several = len(asks) > 1
    stop = threading.Event()
    code = 0
    with interrupting(stop):
        for ask in asks:
            if stop.is_set():
                return INTERRUPTED
            found = _answer(replace(ask, after=after), answers, show, stop)
            after = found if after else None
            ended = found.status == "stopped" and stop.is_set()
            code = max(code, INTERRUPTED if ended else found.exit_code)
    return code


def _answer(ask: Ask, answers: Engine | Answers, show: Printer, stop: threading.Event) -> Answer:
    """Answer one question, and keep the answer for the next command."""
    show.asked(ask.question)
    found = None
    for found in answers.stream(ask, stop):
        show.grown(found)
    assert found is not None
    show.done(found)
    if show.out:
        write_report(found, show.out, answers.pack(found))
        show.aside(f"Written to {show.out}")
    last.keep(found, answers.settings.index)
    return found


def check_report(path: Path, questions: int = 1) -> None:
    """Raise UsageError, before anything is asked, for a file that could not be written at the end."""
    if questions > 1:
        raise UsageError(f"--out takes one answer, not {questions}. Ask one question at a time.")
    places.check(path, KINDS, frozenset(FILES))


def write_report(answer: Answer, path: Path, pack: Pack | None = None) -> None:
    """Put the answer into a file, whole or not at all, with its pack where the file has room for one.

    Raises UsageError when it cannot be written.
    """
    places.write(path, FILES[kind_of(path.name) or path.suffix.lower()[1:]](answer, pack))


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(with_filters(ask), command("ask"), arguments, make)


if __name__ == "__main__":
    sys.exit(main())
