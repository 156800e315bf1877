"""Many questions in the shell: a file of them -> one report, with progress and the time that is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from rag.errors import UsageError
from rag.protocols import silent
from rag.reading import sheets
from rag.shell import places
from rag.shell.answers import Answers
from rag.shell.terminal import INTERRUPTED, interrupting, progress_bar, say
from rag.show.outcomes import REPORTS, duration
from rag.stories import batch
from rag.types.answers import Outcome
from rag.types.questions import Ask

_KINDS = ".html, .csv or .json"


def in_batch(path: Path, out: Path | None, base: Ask, answers: Answers, quiet: bool) -> int:
    """Ask the rows of a file, and write the report; return the highest code."""
    report = _place(out)
    asks = sheets.asks(path, base)
    aside = (lambda _: None) if quiet else say
    if not answers.has_library:
        with progress_bar(quiet) as progress:
            aside(f"First question: {answers.ingest(progress)}")
    held, settings = answers.holdings(), answers.settings
    facts = settings.model, settings.prose, settings.answer_seconds, held.generation, held.articles
    journal = batch.opened(batch.beside(report), batch.signature(asks, *facts), date.today())
    if journal.done:
        aside(f"Going on after {len(journal.done):,} of {len(asks):,} rows.")
    outcomes = _asked(asks, answers, journal, quiet)
    if len(outcomes) < len(asks):
        aside(f"Interrupted after {len(outcomes):,} of {len(asks):,} rows. Run it again to go on.")
        return INTERRUPTED
    places.write(report, REPORTS[report.suffix.lower()[1:]](outcomes, base.day(journal.asked_on)))
    journal.path.unlink(missing_ok=True)
    missed = sum(not one.hit for one in outcomes)
    aside(f"{len(outcomes):,} rows, {missed:,} without a hit. Written to {report}")
    return max(one.exit_code for one in outcomes)


def _asked(
    asks: Sequence[Ask], answers: Answers, journal: batch.Journal, quiet: bool
) -> list[Outcome]:
    """Ask all rows until interrupted; those of the journal are not asked again."""
    stop, outcomes = threading.Event(), list[Outcome]()
    with ExitStack() as around:
        around.enter_context(interrupting(stop))
        bar = around.enter_context(progress_bar(quiet))
        watched = bar is not silent
        began, before = time.monotonic(), len(journal.done)
        for one in batch.run(asks, answers, journal, bar, stop):
            outcomes.append(one)
            asked = len(outcomes) - before
            if asked > 0 and not (quiet or watched):
                left = (time.monotonic() - began) / asked * (len(asks) - len(outcomes))
                say(f"{len(outcomes):,} of {len(asks):,} · {duration(left)} left · {one.question}")
    return outcomes


def _place(out: Path | None) -> Path:
    """Return where the report goes. Raises UsageError for a file that could not be written at the end."""
    if out is None:
        raise UsageError(f"--batch needs a place for its report: --out FILE, {_KINDS}.")
    places.check(out, _KINDS, frozenset(REPORTS))
    return out
