"""Ask a library of an articles file the questions of a questions file: tasks of four kinds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from rag.engine import Engine
from scripts.evaluation import answers, as_of, collections, retrieval
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Drawn, Means, Ready, Task, models, sampled

# Whether a question counts, by whether its evidence is here, and any is named in the whole set.
Counts = Callable[[Question, bool, bool], bool]


@dataclass(frozen=True, slots=True)
class Way:
    """Which questions count, how one is asked, how the outcomes are summed up."""

    counts: Counts
    outcome: Callable[[Engine, Collection, Question], Outcome]
    figures: Callable[[Sequence[Outcome]], Figures] = summed
    writes: bool = False


def _has_answers(one: Question, here: bool, named: bool) -> bool:
    return bool(one.answers) and (here or not named)


WAYS = {
    "retrieval": Way(lambda one, here, named: here, retrieval.outcome),
    "answers": Way(_has_answers, answers.outcome, writes=True),
    "answers-short": Way(_has_answers, answers.short_outcome),
    "as-of": Way(lambda one, here, named: True, as_of.outcome),
    "refusal": Way(
        lambda one, here, named: one.answerable is False or (bool(one.answerable) and here),
        answers.decision,
        answers.refusals,
    ),
}


def task(what: str, articles: Path, asked: Path, until: date | None = None) -> Task:
    """Return a task named by one of WAYS and the questions; `until` freezes the library."""
    name = f"{what}-{asked.resolve().parent.name}-{asked.stem}"
    return Task(name, (articles, asked), partial(_ready, WAYS[what], articles, asked, until))


def _ready(
    way: Way, articles: Path, asked: Path, until: date | None, means: Means
) -> Ready[Question]:
    """Ingest the articles, unless their library is kept."""
    found, chosen = drawn(articles, asked, way.counts, means, until)
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
    articles: Path, asked: Path, counts: Counts, means: Means, until: date | None = None
) -> tuple[Collection, Drawn[Question]]:
    """Return the collection, and those of its questions that count or `limit` of them, in order."""
    given = collections.questions(asked)
    found = collections.collection(articles, until, means.cache)
    named = any(one.relevant for one in given)
    all_ = [one for one in given if counts(one, bool(found.present(one)), named)]
    cases = {one.id: one for one in all_}
    data = {"articles": found.digest, "questions": collections.questions_digest(asked)}
    return found, sampled(cases, means.limit, data, left_out=len(given) - len(all_))
