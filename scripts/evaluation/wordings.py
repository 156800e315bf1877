"""Ask one thing in nine wordings: are verdict and value the same? Without a language model.

The wordings of tests/gold/wordings.jsonl, from a plain question over a few small letters to a long
polite one, are asked of the archive of tests/gold on one day.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rag.engine import Engine
from rag.settings import ROOT
from rag.types.questions import Ask
from scripts.evaluation import answers
from scripts.evaluation.collections import digest_of, file_digest, records
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.runner import Means, Ready, Task, models, sampled

GOLD = ROOT / "tests" / "gold"
WORDINGS, ARCHIVE = GOLD / "wordings.jsonl", GOLD / "archive"
DAY = date(2025, 6, 6)  # of asking: that of the archive's last articles

SAME = "same verdict and value"
ANSWERED, RIGHT = "wordings answered", "wordings answered rightly"


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked, in several wordings, and every accepted form of its answer."""

    id: str
    wordings: tuple[str, ...]
    answers: tuple[str, ...]


def cases(path: Path = WORDINGS) -> list[Case]:
    """Return the cases of a file with id, wordings and answers in each line."""
    return [Case(one["id"], tuple(one["wordings"]), tuple(one["answers"])) for one in records(path)]


def task(path: Path = WORDINGS, archive: Path = ARCHIVE) -> Task:
    """Return the task on a library of the archive, which is kept."""

    def ready(means: Means) -> Ready[Case]:
        engine = means.engine(seeds=archive, index=means.cache / "archive")
        engine.ingest(means.progress)
        articles = digest_of(sorted(archive.iterdir()))
        data = {"articles": articles, "questions": file_digest(path)}
        return Ready(
            engine.settings,
            models(engine, writes=False),
            sampled({case.id: case for case in cases(path)}, means.limit, data),
            lambda case: outcome(case, engine),
        )

    return Task("wordings", (path,), ready)


def outcome(case: Case, engine: Engine) -> Outcome:
    """Return how many wordings lead to the commonest pair of verdict and value, and how many to
    the right one.
    """
    found = Counter(_verdict_and_value(wording, case, engine) for wording in case.wordings)
    [(_, most)] = found.most_common(1)
    many = found.total()
    answered = sum(count for (kept, _), count in found.items() if kept)
    parts = {ANSWERED: (answered, many), RIGHT: (found[True, True], many)}
    return Outcome(case.id, "all", means={SAME: most / many}, parts=parts)


def _verdict_and_value(wording: str, case: Case, engine: Engine) -> tuple[bool, bool]:
    """Return whether a wording is answered, and whether with the right value."""
    answer = answers.finished(engine.answer(Ask(wording, asked_on=DAY, write=False)))
    return answer.status != "not_found", answers.short_fits(answer, case.answers)
