"""The whole: articles and questions -> every question asked once -> a run.

task -> collection, ingested -> engine -> questions that count -> outcomes -> figures -> Run
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

from rag.engine import Engine
from rag.protocols import Progress, silent
from rag.settings import Settings
from rag.store.library import Library
from scripts.scoreboard import answers, figures, refusal, retrieval
from scripts.scoreboard.collections import (
    CACHE,
    Collection,
    Question,
    collection,
    questions,
    questions_digest,
)
from scripts.scoreboard.drafts import drafted
from scripts.scoreboard.measures import SEED, Figure
from scripts.scoreboard.outcomes import Outcome, collected
from scripts.scoreboard.own_library import UNHURRIED
from scripts.scoreboard.runs import OUTCOMES, Run

What = Literal["retrieval", "answers", "closed-book", "refusal"]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be measured, on which files."""

    what: What
    articles: Path
    questions: Path
    until: date | None = None  # the library is frozen at this day
    write: bool = False  # refusal: let the model decide, too
    limit: int | None = None  # so many of the questions, drawn with the fixed seed
    articles_limit: int | None = None  # the first so many of the articles

    @property
    def name(self) -> str:
        """The run's name: what, the folder and the name of the questions."""
        folder = self.questions.resolve().parent.name
        return f"{self.what}{'-written' if self.write else ''}-{folder}-{self.questions.stem}"


@dataclass(frozen=True, slots=True)
class Places:
    """Where libraries and single outcomes are kept."""

    cache: Path = CACHE
    outcomes: Path = OUTCOMES


def measured(
    task: Task,
    settings: Settings,
    make_engine: Callable[[Settings], Engine] = Engine,
    progress: Progress = silent,
    places: Places = Places(),
) -> Run:
    """Measure a task; a run that was stopped goes on where it was."""
    given = questions(task.questions)
    found = collection(task.articles, task.articles_limit, places.cache)
    engine = make_engine(replace(found.settings(settings), answer_seconds=UNHURRIED))
    engine.ingest(progress)
    counted = _counted(task, given, found)
    sampled = _sample(counted, task.limit)
    draft = _draft(task, engine, found, len(given) - len(counted), len(sampled) < len(counted))
    path = places.outcomes / draft.key
    outcomes = collected(sampled, _ask(task, engine, found), path, progress)
    return replace(draft, figures=_figures(task, outcomes, engine.settings))


def _counted(task: Task, given: Sequence[Question], found: Collection) -> list[Question]:
    match task.what:
        case "retrieval":
            return retrieval.counted(given, found)
        case "refusal":
            return refusal.counted(given, found, task.until)
        case _:
            return answers.counted(given, found)


def _sample(given: list[Question], limit: int | None) -> list[Question]:
    """At most `limit` of the questions, in their order."""
    if limit is None or limit >= len(given):
        return given
    drawn = random.Random(SEED).sample(range(len(given)), limit)
    return [given[place] for place in sorted(drawn)]


def _ask(task: Task, engine: Engine, found: Collection) -> Callable[[Question], Outcome]:
    match task.what:
        case "retrieval":
            return lambda question: retrieval.outcome(engine, found, question)
        case "refusal":
            return lambda question: refusal.outcome(engine, question, task.until, task.write)
        case "closed-book":
            return lambda question: answers.closed_book(engine.models.generator, question)
        case _:
            return lambda question: answers.outcome(engine, found, question)


def _figures(
    task: Task, outcomes: Sequence[Outcome], settings: Settings
) -> Mapping[str, Mapping[str, Figure]]:
    if task.what == "refusal":
        return refusal.figures(outcomes)
    if task.what == "answers":
        with Library.open(settings.index) as library:
            return figures.summed(answers.with_fidelity(outcomes, library))
    return figures.summed(outcomes)


def _draft(task: Task, engine: Engine, found: Collection, left_out: int, sampled: bool) -> Run:
    return drafted(
        task.name,
        engine,
        writes=task.write or task.what in ("answers", "closed-book"),
        options={
            "until": task.until.isoformat() if task.until else None,
            "write": task.write,
            "limit": task.limit,
            "articles limit": task.articles_limit,
        },
        data={"articles": found.digest, "questions": questions_digest(task.questions)},
        left_out=left_out,
        limited=sampled or task.articles_limit is not None,
    )
