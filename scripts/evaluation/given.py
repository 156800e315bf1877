"""Ask a question of the documents that it brings, and of nothing else.

    case -> a library of its documents -> evidence, gate, model, checks, disagreement -> Outcome

Nothing is handed to the model directly: the documents are ingested and asked about like any seeds
folder. A false answer beside the true one is told to the reader; one that is alone misleads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rag.engine import Engine
from rag.types import Answer
from scripts.evaluation import answers, refusal, text
from scripts.evaluation.collections import file_digest, write_seeds
from scripts.evaluation.given_sets import Case
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.retrieval import asked
from scripts.evaluation.runner import Means, Ready, Task, models, own_library

CONTAINED = "answer contained"
ALONE = "wrong answer alone"  # asserted, and the true one not beside it
UNSEEN = "wrong answer alone, the true one not in the quotes either"
BOTH = "both answers shown"
LISTED = "disagreement listed"
FOUND = "evidence holds an answer"
FOUND_BOTH = "evidence holds both answers"
STRICT = "all valid answers and no wrong one"
SHARE = "share of the valid answers"


def task(
    name: str, file: Path, read: Callable[[Path], list[Case]], drawn: int, writes: bool = True
) -> Task:
    """Return a task on the first `drawn` cases of a file; without `writes` the gate alone decides."""

    def ready(means: Means) -> Ready[Case]:
        count, engine, mark = means.limit or drawn, means.engine(), file_digest(file)
        return Ready(
            engine.settings,
            models(engine, writes),
            {case.question.id: case for case in read(file)[:count]},
            lambda case: outcome(case, engine, writes),
            data={"articles": mark, "questions": mark},
            options={"limit": count, "write": writes},
            limited=count < drawn,
            figures=refusal.figures,
        )

    return Task(f"given-{name}", (file,), ready)


def outcome(case: Case, parts: Engine, write: bool = True) -> Outcome:
    """Ask a library of these documents, with the models of an engine."""
    with own_library(parts, lambda seeds: write_seeds(case.documents, seeds)) as engine:
        answer = engine.answer(asked(case.question, write=write))
    answers.finished(answer)
    return judged(case, answer) if write else refusal.decided(case.question, answer)


def judged(case: Case, answer: Answer) -> Outcome:
    """Return whether a case was refused, and what was said of the true and the false."""
    found = refusal.decided(case.question, answer)
    rates, means = dict(found.rates), {}
    if case.question.answerable is not False:
        said, quotes = answers.prose(answer), " ".join(item.quote for item in answer.evidence)
        rates |= _told(case, said, quotes)
        if case.wrong:
            rates |= _false(case, said, quotes) | {LISTED: bool(answer.disagreements)}
            held = [text.contains_any(said, value) for value in case.values]
            means[SHARE] = sum(held) / len(held)
    return replace(found, rates=rates, means=means)


def _told(case: Case, said: str, quotes: str) -> dict[str, bool]:
    return {
        CONTAINED: any(text.contains_any(said, value) for value in case.values),
        FOUND: any(text.contains_any(quotes, value) for value in case.values),
    }


def _false(case: Case, said: str, quotes: str) -> dict[str, bool]:
    """Return what was done with the false answer of the documents."""
    told = _told(case, said, quotes)
    wrong = text.contains_any(said, case.wrong)
    return {
        ALONE: wrong and not told[CONTAINED],
        UNSEEN: wrong and not told[CONTAINED] and not told[FOUND],
        BOTH: wrong and told[CONTAINED],
        FOUND_BOTH: told[FOUND] and text.contains_any(quotes, case.wrong),
        STRICT: not wrong and all(text.contains_any(said, value) for value in case.values),
    }
