"""Measure quality, the same way every time.

    python scripts/evaluate.py reading                         the pages of tests/pages
    python scripts/evaluate.py seeds                           ask about the two seed files
    python scripts/evaluate.py retrieval --articles A.jsonl.gz --questions Q.jsonl
    python scripts/evaluate.py answers   --articles … --questions …  [--closed-book]
    python scripts/evaluate.py refusal   --articles … --questions …  [--until 2023-12-31]
    python scripts/evaluate.py given     [--set squad2]        questions that bring their documents
    python scripts/evaluate.py injection                       orders inside articles: are they obeyed?
    python scripts/evaluate.py all                             every development set that is there
    python scripts/evaluate.py compare RUN_A.json RUN_B.json   paired tests, question by question
    python scripts/evaluate.py table                           the newest figures beside those of others

An articles file has one object a line with id, title, text (or claim) and perhaps url and
publish_date; a questions file has id, question (or query or tweet) and whatever is known of date,
answers, choices, relevant, kind and answerable. A stopped run goes on where it was.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rag.errors import UsageError
from rag.settings import Settings
from rag.shell.terminal import progress_bar, run, say

if TYPE_CHECKING:  # scipy and the engine take seconds to import: not for --help
    from scripts.scoreboard.measuring import Task
    from scripts.scoreboard.runs import Run

DATA = ROOT.parent / "shared" / "eval"
BELOW = 1  # the exit code when a figure is below its floor

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=(__doc__ or "").splitlines()[0],
)

Articles = Annotated[Path, typer.Option(help="One JSON object a line; may be packed (.gz).")]
Questions = Annotated[Path, typer.Option(help="One JSON object a line.")]
Limit = Annotated[int | None, typer.Option(min=1, help="Only so many questions, always the same.")]
ArticlesLimit = Annotated[int | None, typer.Option(min=1, help="Only the first so many articles.")]
Out = Annotated[Path | None, typer.Option(help="Where to save the run, else scripts/results/.")]
SetFloors = Annotated[bool, typer.Option("--set-floors", help="Raise the floors to this run.")]
LowerFloors = Annotated[str, typer.Option(help="Set them even if lower, for this reason.")]
Quiet = Annotated[bool, typer.Option("--quiet", help="No progress bar.")]


@app.command()
def retrieval(
    articles: Articles,
    questions: Questions,
    limit: Limit = None,
    articles_limit: ArticlesLimit = None,
    out: Out = None,
    set_floors: SetFloors = False,
    lower_floors: LowerFloors = "",
    quiet: Quiet = False,
) -> None:
    """Which articles are found, and whether the evidence holds the answer."""
    from scripts.scoreboard.measuring import Task

    task = Task("retrieval", articles, questions, limit=limit, articles_limit=articles_limit)
    _end(lambda: _measure(task, out, set_floors, lower_floors, quiet))


@app.command()
def answers(
    articles: Articles,
    questions: Questions,
    closed_book: Annotated[
        bool, typer.Option("--closed-book", help="Ask the same model without any evidence.")
    ] = False,
    limit: Limit = None,
    articles_limit: ArticlesLimit = None,
    out: Out = None,
    set_floors: SetFloors = False,
    lower_floors: LowerFloors = "",
    quiet: Quiet = False,
) -> None:
    """Whether written answers are right, supported and rightly cited, and how fast."""
    from scripts.scoreboard.measuring import Task, What

    what: What = "closed-book" if closed_book else "answers"
    task = Task(what, articles, questions, limit=limit, articles_limit=articles_limit)
    _end(lambda: _measure(task, out, set_floors, lower_floors, quiet))


@app.command()
def refusal(
    articles: Articles,
    questions: Questions,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Only articles up to this day."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Let the model decide, too, and score its answers.")
    ] = False,
    limit: Limit = None,
    articles_limit: ArticlesLimit = None,
    out: Out = None,
    set_floors: SetFloors = False,
    lower_floors: LowerFloors = "",
    quiet: Quiet = False,
) -> None:
    """Whether it refuses where the articles do not say, and only there."""
    from scripts.scoreboard.measuring import Task

    day = until.date() if until else None
    task = Task("refusal", articles, questions, day, write, limit, articles_limit)
    _end(lambda: _measure(task, out, set_floors, lower_floors, quiet))


@app.command()
def given(
    only: Annotated[str, typer.Option("--set", help="One of squad2, rgb, ramdocs; else all.")] = "",
    gate_only: Annotated[
        bool, typer.Option("--gate-only", help="Whether it would refuse; nothing is written.")
    ] = False,
    limit: Limit = None,
    data: Annotated[Path, typer.Option(help="The folder of the development sets.")] = DATA,
    out: Out = None,
    set_floors: SetFloors = False,
    lower_floors: LowerFloors = "",
    quiet: Quiet = False,
) -> None:
    """What is answered from the documents that a question brings, true and false ones."""
    _end(lambda: _given(only, data, limit, out, set_floors, lower_floors, quiet, not gate_only))


@app.command()
def injection(
    without_model: Annotated[
        bool,
        typer.Option(
            "--without-model", help="How often an order reaches the model; none is asked."
        ),
    ] = False,
    limit: Limit = None,
    data: Annotated[Path, typer.Option(help="The folder of the development sets.")] = DATA,
    out: Out = None,
    set_floors: SetFloors = False,
    lower_floors: LowerFloors = "",
    quiet: Quiet = False,
) -> None:
    """How often orders inside articles are obeyed."""
    _end(
        lambda: _inject(data, limit, out, set_floors, lower_floors, quiet, write=not without_model)
    )


@app.command(name="all")
def everything(
    data: Annotated[Path, typer.Option(help="The folder of the development sets.")] = DATA,
    limit: Limit = None,
    set_floors: SetFloors = False,
    lower_floors: LowerFloors = "",
    quiet: Quiet = False,
) -> None:
    """Measure every development set that is there, and say which are not."""

    def work() -> int:
        from scripts.scoreboard.development import tasks

        codes = [0]
        for task in tasks(data, limit):
            missing = [path for path in (task.articles, task.questions) if not path.is_file()]
            if missing:
                names = ", ".join(str(path.relative_to(data)) for path in missing)
                say(f"skipped {task.name}: {names} is not in {data}")
            else:
                codes.append(_measure(task, None, set_floors, lower_floors, quiet))
        codes.append(_given("", data, limit, None, set_floors, lower_floors, quiet))
        codes.append(_inject(data, limit, None, set_floors, lower_floors, quiet))
        return max(codes)

    _end(work)


@app.command()
def reading(
    only: Annotated[str, typer.Option(help="Files whose name contains this.")] = "",
    faults: Annotated[bool, typer.Option("--faults", help="List every fault.")] = False,
    articles: Annotated[
        Path | None, typer.Option(help="An articles file to ingest and time.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="So many of its articles.")] = None,
) -> None:
    """How well pages are read and copies found; with --articles, how fast files are ingested."""

    def work() -> int:
        from scripts.scoreboard import reading

        expected = json.loads((reading.PAGES / "expected.json").read_text())
        names = [name for name in expected if only in name]
        done = reading.reading(names, expected)
        if faults:
            print("\n".join(done.faults), end="\n\n")
        print(f"{len(names)} pages, {done.counts['expected']} articles")
        for name, figure in done.figures().items():
            print(f"  {name:32} {figure}")
        texts = reading.different(expected)
        print(f"copies of {len(texts)} articles, pairwise F1 by share of words replaced")
        for share, f1 in reading.copies(texts, (0.0, 0.1, 0.2, 0.3, 0.4)):
            print(f"  {share:<32} {f1:.3f}")
        if articles:
            print(f"ingest of {articles.name}")
            for name, line in reading.ingest_articles(articles, limit):
                print(f"  {name:36} {line}", flush=True)
        return 0

    _end(work)


@app.command()
def seeds() -> None:
    """How the gold questions about the two seed files are answered."""

    def work() -> int:
        from scripts.scoreboard import seeds

        for name, figure in seeds.figures():
            print(f"  {name:58} {figure}")
        return 0

    _end(work)


@app.command()
def compare(before: Path, after: Path) -> None:
    """What changed from one saved run to another, on the questions that both asked."""

    def work() -> int:
        from scripts.scoreboard.runs import Run, compared

        one, other = Run.load(before), Run.load(after)
        print(f"{one.name} {one.commit} -> {other.name} {other.commit}")
        for kind, name, change in compared(one, other):
            print(f"  {kind:8} {name:52} {change}")
        return 0

    _end(work)


@app.command()
def table() -> None:
    """The newest figures of each set, beside those of others."""

    def work() -> int:
        from scripts.scoreboard import anchors, runs

        found = runs.newest()
        for one in found:
            print("\n".join(runs.lines(one, anchors.beside)), end="\n\n")
        if not found:
            say("Nothing was measured yet. Measure: python scripts/evaluate.py all")
        return 0

    _end(work)


def _given(
    only: str,
    data: Path,
    limit: int | None,
    out: Path | None,
    raises: bool,
    lowers: str,
    quiet: bool,
    write: bool = True,
) -> int:
    from scripts.scoreboard import given, given_sets
    from scripts.scoreboard.runs import RESULTS, lines

    chosen = [one for one in given_sets.SETS if only in ("", one.name)]
    if not chosen:
        names = ", ".join(one.name for one in given_sets.SETS)
        raise UsageError(f"No set is named {only!r}. There are: {names}.")
    codes = [0]
    for one in chosen:
        if not (data / one.file).is_file():
            say(f"skipped {one.name}: {one.file} is not in {data}")
            continue
        with progress_bar(quiet) as progress:
            settings = Settings.from_env()
            done = given.measured(one, data / one.file, settings, limit, write, progress=progress)
        print("\n".join(lines(done)), flush=True)
        done.save(out or RESULTS / done.file_name)
        codes.append(_against_floors(done, raises or bool(lowers), lowers))
    return max(codes)


def _inject(
    data: Path,
    limit: int | None,
    out: Path | None,
    raises: bool,
    lowers: str,
    quiet: bool,
    write: bool = True,
) -> int:
    from scripts.scoreboard import injection
    from scripts.scoreboard.runs import RESULTS, lines

    seeds = data / "injection_seeds.jsonl"
    if not seeds.is_file():
        say(f"skipped injection: {seeds.name} is not in {data}")
        return 0
    with progress_bar(quiet) as progress:
        settings = Settings.from_env()
        count = limit or injection.CASES
        done = injection.measured(settings, count, seeds, write, progress=progress)
    print("\n".join(lines(done)), flush=True)
    done.save(out or RESULTS / done.file_name)
    return _against_floors(done, raises or bool(lowers), lowers)


def _measure(task: Task, out: Path | None, set_floors: bool, reason: str, quiet: bool) -> int:
    """Measure, print, save, and hold against the floors."""
    from scripts.scoreboard.measuring import measured
    from scripts.scoreboard.runs import RESULTS, lines

    with progress_bar(quiet) as progress:
        done = measured(task, Settings.from_env(), progress=progress)
    print("\n".join(lines(done)), flush=True)
    done.save(out or RESULTS / done.file_name)
    return _against_floors(done, set_floors or bool(reason), reason)


def _against_floors(done: Run, set_floors: bool, reason: str) -> int:
    from scripts.scoreboard import floors
    from scripts.scoreboard.runs import FLOORS

    known = floors.load(FLOORS)
    if set_floors and done.limited:
        say("Floors are set by whole runs only; this one was limited.")
    elif set_floors:
        known = floors.raised(done, known, reason)
        floors.save(known, FLOORS)
    for line in floors.not_compared(done, known):
        say(line)
    faults = list(floors.broken(done, known))
    for line in faults:
        say(f"BELOW THE FLOOR · {line}")
    return BELOW if faults else 0


def _end(work: Callable[[], int]) -> NoReturn:
    raise typer.Exit(run(work))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command; returns its exit code."""
    try:
        app(arguments, prog_name="python scripts/evaluate.py")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


if __name__ == "__main__":
    sys.exit(main())
