"""Measure quality, the same way every time.

    python -m scripts.evaluation run all                    every development set that is there
    python -m scripts.evaluation run reading given-squad2   one or several; a wrong name lists them
    python -m scripts.evaluation run answers --articles A.jsonl.gz --questions Q.jsonl
    python -m scripts.evaluation compare RUN_A.json RUN_B.json
    python -m scripts.evaluation table                      the newest figures beside those of others
    python -m scripts.evaluation benchmark                  speed and memory with the library of index/
    python -m scripts.evaluation benchmark A.jsonl.gz       how fast articles are ingested
    python -m scripts.evaluation benchmark --listed 100000  a page of a list of so many articles
    python -m scripts.evaluation benchmark --passages 1000000   what a library of so many passages costs
    python -m scripts.evaluation growth                     the same of 10,000, 100,000 and a million, kept
    python -m scripts.evaluation benchmark --indexes 1000000    kinds of index over so many vectors
    python -m scripts.evaluation benchmark --children       what it costs that children read the files
    python -m scripts.evaluation peers                      Clippings beside txtai and LangChain: what each step costs

An articles file has one object a line with id, title, text (or claim) and perhaps url and
publish_date; a questions file has id, question (or query or tweet) and whatever is known of date,
answers, choices, relevant, kind and answerable. A stopped run goes on where it was.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from rag.errors import UsageError
from rag.settings import ROOT, Settings
from rag.shell import terminal
from rag.shell.terminal import progress_bar, say

# Each command imports what it needs: scipy and the engine take seconds, which --help need not.

DATA = ROOT.parent / "shared" / "eval"
BELOW = 1  # the exit code when a figure is below its floor

about = (__doc__ or "").splitlines()[0]
app = typer.Typer(
    add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None, help=about
)
File = Annotated[Path | None, typer.Option(help="One JSON object a line, perhaps .gz.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Only articles up to it.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only so many questions, always the same.")]


def command(work: Callable[..., int]) -> Callable[..., int]:
    """Make a shell command of a function; what people may meet becomes one line and an exit code."""

    @wraps(work)
    def told(**options: Any) -> NoReturn:
        raise typer.Exit(terminal.run(lambda: work(**options)))

    app.command()(told)
    return work


@command
def run(
    names: Annotated[list[str], typer.Argument(help="Of tasks, or how theirs begin; or all.")],
    articles: File = None,
    questions: File = None,
    until: Day = None,
    limit: Limit = None,
    data: Annotated[Path, typer.Option(help="The folder of the development sets.")] = DATA,
    out: Annotated[Path | None, typer.Option(help="Where to save, else scripts/results.")] = None,
    set_floors: Annotated[
        bool, typer.Option("--set-floors", help="Raise them to this run.")
    ] = False,
    lower_floors: Annotated[str, typer.Option(help="Lower them, too, for this reason.")] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> int:
    """Measure tasks, print and save their figures, hold them against their floors."""
    from scripts.evaluation import floors, runs, tasks
    from scripts.evaluation.runner import Means, measured

    if articles and questions:
        day = until and until.date()
        chosen = [tasks.own(name, articles, questions, day) for name in names]
    elif articles or questions:
        raise UsageError("--articles and --questions belong together.")
    else:
        chosen = tasks.chosen(names, data)
    code, known = 0, floors.load(runs.FLOORS)
    for task in chosen:
        missing = [file.name for file in task.files if not file.is_file()]
        if missing and not articles:
            say(f"skipped {task.name}: {', '.join(missing)} is not in {data}")
            continue
        with progress_bar(quiet) as progress:
            done = measured(task, Means(Settings.from_env(), limit, progress=progress))
        print("\n".join(runs.lines(done)), flush=True)
        done.save(out or runs.RESULTS / done.file_name)
        if (set_floors or lower_floors) and done.limited:
            say("Floors are set by whole runs only; this one was limited.")
        elif set_floors or lower_floors:
            known = floors.raised(done, known, lower_floors)
            floors.save(known, runs.FLOORS)
        for line in floors.not_compared(done, known):
            say(line)
        for line in floors.broken(done, known):
            say(f"BELOW THE FLOOR · {line}")
            code = BELOW
    return code


@command
def benchmark(
    articles: Annotated[Path | None, typer.Argument()] = None,
    listed: Annotated[
        int | None, typer.Option(min=1, help="Make so many short articles and list them.")
    ] = None,
    passages: Annotated[
        int | None,
        typer.Option(min=1_000, help="A library of so many, made of the one that is there."),
    ] = None,
    indexes: Annotated[
        int | None,
        typer.Option(min=1_000, help="Kinds of index over so many vectors, made of those there."),
    ] = None,
    children: Annotated[
        bool, typer.Option("--children", help="Read and ingest small texts, with and without them.")
    ] = False,
) -> int:
    """How fast questions are answered, an articles file is ingested or a list is shown, or what the
    children cost that read files; in Markdown.
    """
    from scripts.evaluation import indexes as kinds
    from scripts.evaluation import speed

    settings = Settings.from_env()
    if indexes:
        lines = kinds.table(settings, indexes, say)
    else:
        lines = speed.table(settings, articles, listed, children, passages)
    for line in lines:
        print(line, flush=True)
    return 0


@command
def peers(
    articles: File = None,
    questions: File = None,
    count: Annotated[int, typer.Option(min=1, help="So many articles, drawn by chance.")] = 300,
    few: Annotated[int, typer.Option(min=1, help="So many questions.")] = 5,
    times: Annotated[int, typer.Option(min=1, help="How often all articles are ingested.")] = 1,
    data: Annotated[Path, typer.Option(help="The folder of the development sets.")] = DATA,
    out: Annotated[Path | None, typer.Option(help="Where to save, else scripts/results.")] = None,
) -> int:
    """What each step costs, from a cold start, with Clippings and with what one could use instead."""
    from scripts.evaluation.peers import beside, drawn, shown, sides
    from scripts.evaluation.runs import PEERS

    articles = articles or data / "realtimeqa" / "small_dev_articles.jsonl.gz"
    questions = questions or data / "realtimeqa" / "small_dev_questions.jsonl"
    sample = drawn.sample(articles, questions, count, few)
    models = beside.place(Settings.from_env())
    found = beside.measured(sides.everybody(), sample, models, times, say)
    found.save(out or PEERS)
    print(shown.table(out or PEERS))
    return 0


@command
def growth(
    sizes: Annotated[list[int] | None, typer.Argument(help="Passages.", min=1_000)] = None,
    made: Annotated[Path | None, typer.Option(help="The folder of the libraries.")] = None,
) -> int:
    """What libraries of several sizes cost, made of the one that is there; kept for docs/quality.md."""
    from scripts.evaluation import growth as growing
    from scripts.evaluation.collections import CACHE

    for size in sizes or growing.SIZES:
        for cost in growing.measured(Settings.from_env(), size, (made or CACHE) / f"large-{size}"):
            print(f"{size:,} · {cost.name}: {cost}", flush=True)
    print(growing.table(growing.load()))
    return 0


@command
def compare(before: Path, after: Path) -> int:
    """What changed from one saved run to another, on the questions that both asked."""
    from scripts.evaluation.runs import Run, compared

    one, other = Run.load(before), Run.load(after)
    print(f"{one.name} {one.commit} -> {other.name} {other.commit}")
    for kind, name, change in compared(one, other):
        print(f"  {kind:8} {name:52} {change}")
    return 0


@command
def table(
    markdown: Annotated[
        bool, typer.Option("--markdown", help="As docs/quality.md has them.")
    ] = False,
) -> int:
    """The newest figures of each set, beside those of others."""
    from scripts.evaluation.markdown import tables
    from scripts.evaluation.runs import lines, newest

    shown = tables() if markdown else "\n\n".join("\n".join(lines(run)) for run in newest())
    print(shown or "Nothing was measured yet. Measure: python -m scripts.evaluation run all")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    try:
        app(arguments, prog_name="python -m scripts.evaluation")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
