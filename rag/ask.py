"""Ask in the shell.

    python -m rag.ask "Who will replace Kenneth Genalo?"
    echo "Who will replace Kenneth Genalo?" | python -m rag.ask --json -
    python -m rag.ask --out report.md "Who will replace Kenneth Genalo?"
    python -m rag.ask - < questions.txt

Standard input holds one question a line; each is answered by itself, with one loading of the models.
For one question `--json` prints an indented object, for several an object a line (JSON Lines).

stdout carries the result, stderr the progress and, while the model still writes, the evidence.

Exit codes: 0 answered · 2 bad arguments · 3 the articles do not say · 4 a sentence could not be
verified · 5 no or broken index · 6 model missing · 7 timed out · 75 an ingest is running · 130
interrupted. Of several questions the highest code counts.
"""

from __future__ import annotations

import json
import sys
import textwrap
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rag.errors import UsageError
from rag.filters import Filter, Filters, one_parameter_each
from rag.settings import Settings
from rag.shell.terminal import INTERRUPTED, door, interrupting, progress_bar, run, say
from rag.show import export
from rag.show.harmless import harmless
from rag.types import Answer, Disagreement, Evidence, Explanation, Hit

if TYPE_CHECKING:
    from rag.engine import Engine

WIDTH = 100
NAME_WIDTH = 38  # of an outlet or a headline before a passage: most of the line is for its words
EXIT = {"answered": 0, "partial": 0, "not_found": 3, "failed": 6, "stopped": 7}
UNVERIFIED = 4
DAY = ["%Y-%m-%d"]
REPORTS = {".md": export.markdown, ".html": export.page, ".json": export.json_text}
DEFAULTS = Settings()


def ask(
    question: Annotated[
        str, typer.Argument(help="The question, or - for standard input, one a line.")
    ],
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a JSON object for each question.")
    ] = False,
    evidence_only: Annotated[
        bool, typer.Option("--evidence-only", help="Show the evidence; write nothing.")
    ] = False,
    as_of: Annotated[
        datetime | None, typer.Option(formats=DAY, help="The day of asking; else today.")
    ] = None,
    any_time: Annotated[
        bool, typer.Option("--any-time", help="Do not read the question's words about time.")
    ] = False,
    chosen: dict[str, Any],
    k: Annotated[
        int, typer.Option("-k", min=1, max=20, help="How many pieces of evidence.")
    ] = DEFAULTS.evidence,
    model: Annotated[
        str | None, typer.Option(help="A name from `python -m rag.models` or a .gguf file.")
    ] = None,
    timeout: Annotated[
        float, typer.Option(min=1, help="Seconds that writing may take.")
    ] = DEFAULTS.answer_seconds,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also show how the evidence was found.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Also write the answer to this file: .md, .html or .json."),
    ] = None,
    no_stream: Annotated[
        bool, typer.Option("--no-stream", help="Print only when all is done.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Ask the articles; the answer comes with the exact words it rests on."""
    settings = replace(Settings.from_env(), answer_seconds=timeout)
    settings = replace(settings, model=model) if model else settings
    options: dict[str, Any] = {
        "filters": Filters(**{name: _read(value) for name, value in chosen.items()}),
        "as_of": _read(as_of),
        "read_dates": not any_time,
        "evidence_count": k,
        "write": not evidence_only,
    }
    show = Shown(
        as_json=as_json,
        stream=not (no_stream or as_json),
        quiet=quiet,
        all_evidence=evidence_only,
        explain=explain,
        out=out,
    )
    raise typer.Exit(run(lambda: answer(given(question), settings, options, show)))


def given(question: str) -> list[str]:
    """The question itself, or for - those of standard input: its lines that are not blank."""
    if question != "-":
        return [question]
    return [line for line in sys.stdin if line.strip()] or [""]


def _read(value: Any) -> Any:
    """The value of an option; of a day typer makes the moment it begins."""
    return value.date() if isinstance(value, datetime) else value


def _option(row: Filter) -> Any:
    """The type of a filter's option."""
    if row.is_day:
        return Annotated[datetime | None, typer.Option(formats=DAY, help=row.help)]
    return Annotated[str | None, typer.Option(help=row.help)]


def answer(questions: list[str], settings: Settings, options: dict[str, Any], show: Shown) -> int:
    """Answer the questions on stdout; returns the exit code."""
    from rag.engine import Engine, usable  # numpy, onnxruntime: not for --help

    questions = [usable(one, settings.question_characters) for one in questions]
    if show.out:
        check_report(show.out, len(questions))
    engine = Engine(settings, say=(lambda _: None) if show.quiet else say)
    if not engine.has_library:
        with progress_bar(show.quiet) as progress:
            report = engine.ingest(progress)
        show.aside(f"First question: {report}")
    return answer_all(questions, engine, options, show)


def answer_all(
    questions: Sequence[str], engine: Engine, options: dict[str, Any], show: Shown
) -> int:
    """Answer one question after the other until interrupted; returns the highest exit code."""
    show.several = len(questions) > 1
    stop = threading.Event()
    code = 0
    with interrupting(stop):
        for question in questions:
            if stop.is_set():
                return INTERRUPTED
            code = max(code, _answer(question, engine, options, show, stop))
    return code


def _answer(
    question: str, engine: Engine, options: dict[str, Any], show: Shown, stop: threading.Event
) -> int:
    """Answer one question; returns its exit code."""
    show.asked(question)
    last = None
    for last in engine.stream(question, stop=stop, **options):
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
    if path.suffix.lower() not in REPORTS:
        raise UsageError(f"--out writes .md, .html or .json files, not {str(path)!r}.")
    if not path.parent.is_dir():
        raise UsageError(f"No folder {path.parent}. Make it, or give --out another place.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder. Give --out the name of a file.")


def write_report(answer: Answer, path: Path) -> None:
    """Put the answer into a file, whole or not at all. Raises UsageError when it cannot be written."""
    from rag.atomic import replace_bytes

    text = REPORTS[path.suffix.lower()](answer)
    try:
        replace_bytes(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


class Shown:
    """What has been printed of an answer that grows; `out` is a file that takes it, too."""

    def __init__(
        self,
        *,
        as_json: bool,
        stream: bool,
        quiet: bool,
        all_evidence: bool,
        explain: bool = False,
        out: Path | None = None,
    ) -> None:
        self.as_json, self.stream, self.quiet = as_json, stream, quiet
        self.all_evidence, self.explain, self.out = all_evidence, explain, out
        self.several = False  # questions, so each is printed before its answer
        self._evidence_said = False
        self._statements = 0
        self._questions = 0

    def asked(self, question: str) -> None:
        """Begin with a question."""
        self._evidence_said, self._statements = False, 0
        if self.several and not self.as_json:
            before = "\n" if self._questions else ""
            print(harmless(f"{before}{question}\n"), flush=True)
        self._questions += 1

    def aside(self, text: str) -> None:
        """A line beside the result."""
        if not self.quiet:
            say(text)

    def grown(self, answer: Answer) -> None:
        """Print what is new."""
        if not answer.done and not self._evidence_said and not self.quiet and not self.as_json:
            self._evidence_said = True
            self.aside(f"Reading the best of {len(answer.evidence)} excerpts:")
            for item in answer.evidence:
                self.aside(near(item))
            self.aside("")
        if self.stream:
            for statement in answer.statements[self._statements :]:
                print(harmless(str(statement)), flush=True)
            self._statements = len(answer.statements)

    def done(self, answer: Answer) -> None:
        """Print the rest: what was not streamed, then the quotes that were cited, or the nearest
        ones.
        """
        if self.as_json:
            found = answer.to_json(explain=self.explain)
            indent = None if self.several else 2
            print(json.dumps(found, ensure_ascii=False, indent=indent), flush=True)
            return
        if answer.status == "not_found":
            print(answer.text)
        elif not self.stream:
            print(harmless(answer.text))
        for note in filter(None, (str(answer.window or ""), *answer.notes)):
            self.aside(note) if answer.status == "answered" else print(harmless(note))
        if answer.status == "not_found" and not self.all_evidence:
            print("\nThe nearest passages:")
            for item in answer.evidence[:3]:
                print(near(item))
        else:
            for item in answer.cited or answer.evidence:
                print(f"\n{quote(item)}")
        for disagreement in answer.disagreements:
            print(f"\n{differing(disagreement)}")
        if self.explain and answer.explanation:
            print(f"\n{harmless(explained(answer.explanation))}")


def quote(item: Evidence) -> str:
    """Evidence for the terminal: number and quote, then outlet, agency, date, headline and file."""
    article = item.article
    lines = textwrap.wrap(
        f"[{item.number}] “{' '.join(item.quote.split())}”", WIDTH, subsequent_indent="    "
    )
    lines += [f"    {article.imprint} · {article.day} · {article.title}", f"    {article.path}"]
    if item.days:
        lines.append(f"    {', '.join(map(str, item.days))}")
    if item.elsewhere:
        lines.append(f"    {item.elsewhere}")
    return harmless("\n".join(lines))


def differing(item: Disagreement) -> str:
    """What differs and how, then a line for each value with the numbers of its evidence."""
    marks = ("".join(f"[{number}]" for number in side.evidence) for side in item.values)
    sides = [f"  {side.value} {mark}" for side, mark in zip(item.values, marks, strict=True)]
    return harmless("\n".join([f"{export.DIFFER[item.kind]} {item.about}:", *sides]))


def near(item: Evidence) -> str:
    """Evidence in one line: outlet, or headline where none is known, and as many words as fit."""
    article = item.article
    known = article.source or article.title or article.path
    name, *more = textwrap.wrap(known, NAME_WIDTH) or [""]
    name += " …" if more else ""
    return textwrap.shorten(harmless(f"[{item.number}] {name}: {item.quote}"), WIDTH)


def explained(found: Explanation) -> str:
    """A table: what was searched, each hit with its ranks and scores, and what was cut."""
    lines = [f"Searched: {question}" for question in found.questions]
    lines += [f"Full text asked for: {' '.join(found.words)}", ""]
    lines += ["text vectors  fused reranked  passage"]
    lines += [_explained(hit) for hit in found.hits]
    lines += [f"{_explained(cut.hit)} · cut: {cut.reason}" for cut in found.cut]
    return "\n".join(lines)


def _explained(hit: Hit) -> str:
    text, vector = (str(rank or "-") for rank in (hit.text_rank, hit.vector_rank))
    reranked = f"{hit.reranked:.3f}" if hit.reranked is not None else "-"
    where = f"{hit.passage.article.path}:{hit.passage.start} {hit.passage.article.title}"
    return f"{text:>4} {vector:>7} {hit.fused:6.4f} {reranked:>8}  {textwrap.shorten(where, 70)}"


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    return door(one_parameter_each(ask, _option, None), "python -m rag.ask", arguments)


if __name__ == "__main__":
    sys.exit(main())
