"""The ingest command: bring the articles in seeds/ into the library; only what changed is read and
encoded again.

    python scripts/ingest.py
    python scripts/ingest.py --dry-run     what would be read and forgotten; changes nothing
    python scripts/ingest.py --watch       again whenever the folder changes, until Ctrl-C
    python scripts/ingest.py --ray HOST:PORT   files are read and encoded by a Ray cluster (docs/scale-ray.md)

After each ingest the standing questions whose answers may have changed are asked again (rag.standing),
and the news is told. Afterwards, and not with --watch, it makes the questions that the page suggests, where some are
missing; Ctrl-C ends that alone.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated

from typer import Argument, Context, Exit, Option

from rag.errors import ClippingsError, IngestRunningError, ModelError, UsageError
from rag.settings import Settings, command
from rag.shell.standing import Standing
from rag.shell.terminal import door, interrupting, progress_bar, run, say
from rag.show.harmless import harmless
from rag.show.news import news_json, told
from rag.types.files import IngestReport, Skipped

if TYPE_CHECKING:
    from rag.engine import Engine
    from rag.job import Elsewhere

ASKABLE = (
    "The articles can be asked now. Questions to begin with are being written for the page, a minute or"
    " two; Ctrl-C leaves them out."
)


def ingest(
    context: Context,
    address: Annotated[
        str,
        Argument(
            help="Of the Ray cluster, for --ray; without one Ray runs on this computer alone.",
            show_default=False,
        ),
    ] = "",
    dry_run: Annotated[bool, Option("--dry-run", help="Only say what would be done.")] = False,
    watch: Annotated[bool, Option("--watch", help="Ingest again at every change.")] = False,
    allow_shrink: Annotated[
        bool, Option("--allow-shrink", help="Even if over 30 % of the articles are gone.")
    ] = False,
    check: Annotated[
        bool,
        Option(
            "--check",
            help="Look at all there is: at every article of a library of more than 5,000, of which 500 have"
            " their turn each time, and into every file of a folder of more than 200 MB.",
        ),
    ] = False,
    as_json: Annotated[bool, Option("--json", help="Print the report as one JSON object.")] = False,
    no_questions: Annotated[
        bool, Option("--no-questions", help="Make no questions for the page to suggest.")
    ] = False,
    ray: Annotated[
        bool, Option("--ray", help="Let a Ray cluster read and encode the files.")
    ] = False,
    leaves: Annotated[
        bool,
        Option(
            "--leaves-this-computer",
            help="Let a library on another computer have the articles, and a language model excerpts.",
        ),
    ] = False,
    quiet: Annotated[bool, Option("--quiet", help="Nothing on stderr but errors.")] = False,
) -> None:
    """Read what is new or changed in seeds/, forget what is gone, and say what was left out."""

    def work() -> int:
        settings = Settings.from_env()
        settings = replace(settings, leaves=True) if leaves else settings
        elsewhere = _cluster(settings, ray, address)
        if dry_run:
            _plan(settings, as_json)
            return 0
        standing = Standing(settings, quiet, context.obj)
        if watch:
            _watch(settings, standing, allow_shrink, as_json, quiet, elsewhere)
        else:
            _show(_ingest(settings, allow_shrink, quiet, check, elsewhere), standing, as_json)
            if not no_questions:
                _suggest(settings, quiet, context.obj)
        return 0

    raise Exit(run(work))


def _cluster(settings: Settings, wanted: bool, address: str) -> Elsewhere | None:
    if address and not wanted:
        raise UsageError(
            f"{address!r} is no option. For a Ray cluster at this address: --ray {address}"
        )
    if not wanted:
        return None
    from rag.cluster.ray_ingest import ray

    return ray(settings, address)


def _plan(settings: Settings, as_json: bool) -> None:
    from rag.stories.ingest import plan

    found, skipped = plan(settings)
    if as_json:
        done = {"read": found.fresh, "forget": found.gone, "unchanged": sorted(found.unchanged)}
        print(json.dumps({**done, "skipped": [asdict(item) for item in skipped]}, indent=2))
    else:
        _say_skipped(skipped)
        print(harmless(str(found)))


def _ingest(
    settings: Settings,
    allow_shrink: bool,
    quiet: bool,
    check: bool = False,
    elsewhere: Elsewhere | None = None,
) -> IngestReport:
    from rag.stories import ingest

    with progress_bar(quiet) as progress:
        return ingest.ingest(
            settings, progress, allow_shrink=allow_shrink, check=check, elsewhere=elsewhere
        )


def _show(report: IngestReport, standing: Standing, as_json: bool) -> None:
    """Every file that was left out with its reason, the counts, then the news of standing questions."""
    if as_json:
        found = {**asdict(report), "news": list(map(news_json, standing.news()))}
        print(json.dumps(found, ensure_ascii=False, indent=2), flush=True)
        return
    _say_skipped(report.skipped)
    print(harmless(str(report)), flush=True)
    for one in standing.news():
        print(f"\n{told(one)}", flush=True)


def _say_skipped(skipped: list[Skipped] | tuple[Skipped, ...]) -> None:
    for item in skipped:
        say(f"skipped {item.path}: {item.reason}")


def _suggest(settings: Settings, quiet: bool, make: Callable[..., Engine] | None) -> None:
    """Make the questions that are missing; Ctrl-C only ends this, the articles are in the library."""
    from rag.engine import Engine
    from rag.stories.suggest import WANTED

    engine, stop, began = (make or Engine)(settings), threading.Event(), time.monotonic()
    before = engine.suggestions()
    if len(before) >= WANTED:
        return
    # Another ingest that has begun meanwhile goes on with them.
    with suppress(IngestRunningError), interrupting(stop), progress_bar(quiet) as progress:
        try:
            engine.models.generator.load()
            if not quiet:
                say(ASKABLE)
        except ModelError:
            pass  # without a model there are none
        except UsageError as error:
            say(f"No questions are made for the page: {error}")
            return
        engine.suggest(progress, stop)
    found = engine.suggestions()
    if quiet:
        return
    if stop.is_set():
        say("Interrupted. The articles are in the library; the next ingest goes on with questions.")
    elif found != before:
        seconds = time.monotonic() - began
        say(f"{len(found)} questions for the page, asked and answered · {seconds:.1f} s")


def _watch(
    settings: Settings,
    standing: Standing,
    allow_shrink: bool,
    as_json: bool,
    quiet: bool,
    elsewhere: Elsewhere | None,
) -> None:
    """Ingest now and at every change; what goes wrong once is told, and the next change tried."""
    from watchfiles import watch

    settings.seeds.mkdir(parents=True, exist_ok=True)
    # An empty turn first: the watcher runs from then on and misses nothing during the ingest.
    changes = watch(settings.seeds, rust_timeout=500, yield_on_timeout=True, raise_interrupt=False)
    next(changes)
    say(f"Watching {settings.seeds}. End it with Ctrl-C.")
    changed: object = True
    while changed is not None:
        if changed:
            try:
                ingested = _ingest(settings, allow_shrink, quiet, elsewhere=elsewhere)
                _show(ingested, standing, as_json)
            except ClippingsError as error:
                say(str(error))
        changed = next(changes, None)


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(ingest, command("ingest"), arguments, make)
