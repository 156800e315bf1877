"""Ask a library of an articles file the questions of a questions file: tasks of five kinds."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
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
from scripts.evaluation.measures import SEED
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Drawn, Means, Ready, Task, models

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
    found, chosen = drawn(articles, asked, way.counted, means, until)
    engine = means.engine(seeds=found.folder / "seeds", index=found.folder / "index")
    engine.ingest(means.progress)
    return Ready(
        engine.settings,
        models(engine, way.writes),
        chosen,
        lambda question: way.outcome(engine, found, question),
        options={"until": until.isoformat() if until else None},
        figures=way.figures,
    )


def drawn(
    articles: Path, asked: Path, counted: Counted, means: Means, until: date | None = None
) -> tuple[Collection, Drawn[Question]]:
    """Return the collection and its questions that count, or `limit` of them, always the same, in
    their order.
    """
    given, found = questions(asked), collection(articles, until, means.cache)
    all_ = counted(given, found)
    count = min(means.limit or len(all_), len(all_))
    places = sorted(random.Random(SEED).sample(range(len(all_)), count))
    cases = {all_[place].id: all_[place] for place in places}
    data = {"articles": found.digest, "questions": questions_digest(asked)}
    return found, Drawn(cases, data, limited=count < len(all_), left_out=len(given) - len(all_))
