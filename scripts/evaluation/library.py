"""Ask a library of an articles file the questions of a questions file: tasks of five kinds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from rag.engine import Engine
from scripts.evaluation import answers, refusal, retrieval
from scripts.evaluation.collections import (
    Collection,
    Question,
    collection,
    questions,
    questions_digest,
)
from scripts.evaluation.figures import Figures, summed
from scripts.evaluation.measures import SEED
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.runner import Means, Ready, Task, models

Counted = Callable[[Iterable[Question], Collection], list[Question]]


@dataclass(frozen=True, slots=True)
class Way:
    """Which questions count, how one is asked, how the outcomes are summed up."""

    counted: Counted
    outcome: Callable[[Engine, Collection, Question], Outcome]
    figures: Callable[[Sequence[Outcome]], Figures] = summed
    writes: bool = False


WAYS = {
    "retrieval": Way(retrieval.counted, retrieval.outcome),
    "answers": Way(answers.counted, answers.outcome, writes=True),
    "closed-book": Way(
        answers.counted,
        lambda engine, _, question: answers.closed_book(engine.models.generator, question),
        writes=True,
    ),
    "refusal": Way(refusal.counted, refusal.outcome, refusal.figures),
    "refusal-written": Way(refusal.counted, refusal.written, refusal.figures, writes=True),
}


def task(what: str, articles: Path, asked: Path, until: date | None = None) -> Task:
    """Return a task named by one of WAYS and the questions; `until` freezes the library."""
    name = f"{what}-{asked.resolve().parent.name}-{asked.stem}"
    return Task(name, (articles, asked), partial(_ready, WAYS[what], articles, asked, until))


def _ready(
    way: Way, articles: Path, asked: Path, until: date | None, means: Means
) -> Ready[Question]:
    """Ingest the articles, unless their library is kept."""
    given = drawn(articles, asked, way.counted, means, until)
    folder = given.found.folder
    engine = means.engine(seeds=folder / "seeds", index=folder / "index")
    engine.ingest(means.progress)
    return Ready(
        engine.settings,
        models(engine, way.writes),
        given.cases,
        lambda question: way.outcome(engine, given.found, question),
        data=given.data,
        options={"until": until.isoformat() if until else None, "limit": means.limit},
        limited=given.limited,
        left_out=given.left_out,
        figures=way.figures,
    )


@dataclass(frozen=True, slots=True)
class Drawn:
    """The questions that are asked of a collection."""

    found: Collection
    cases: Mapping[str, Question]
    left_out: int
    limited: bool
    data: Mapping[str, str]


def drawn(
    articles: Path, asked: Path, counted: Counted, means: Means, until: date | None = None
) -> Drawn:
    """Return those that count, or `limit` of them, always the same, in their order."""
    given, found = questions(asked), collection(articles, until, means.cache)
    all_ = counted(given, found)
    count = min(means.limit or len(all_), len(all_))
    places = sorted(random.Random(SEED).sample(range(len(all_)), count))
    return Drawn(
        found,
        {all_[place].id: all_[place] for place in places},
        left_out=len(given) - len(all_),
        limited=count < len(all_),
        data={"articles": found.digest, "questions": questions_digest(asked)},
    )
