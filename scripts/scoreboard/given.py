"""A question with its documents -> what the product answers from them alone.

    case -> a library of its documents -> evidence, gate, model, checks, disagreement -> Outcome

Nothing is handed to the model directly: the documents are ingested and asked about like any seeds
folder. A false answer that stands beside the true one is told to the reader; one that stands alone
misleads.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rag.engine import Engine
from rag.errors import ModelError
from rag.protocols import Progress, silent
from rag.settings import Settings
from rag.types import Answer, Ask
from scripts.scoreboard import answers, refusal, text
from scripts.scoreboard.collections import file_digest, write_seeds
from scripts.scoreboard.drafts import drafted
from scripts.scoreboard.given_sets import Case, GivenSet
from scripts.scoreboard.measures import Figure
from scripts.scoreboard.outcomes import Outcome, collected
from scripts.scoreboard.own_library import own_library
from scripts.scoreboard.retrieval import asked
from scripts.scoreboard.runs import OUTCOMES, Run

CONTAINED = "answer contained"
ALONE = "wrong answer alone"  # asserted, and the true one not beside it
UNSEEN = "wrong answer alone, the true one not in the quotes either"
BOTH = "both answers shown"
LISTED = "disagreement listed"
FOUND = "evidence holds an answer"
FOUND_BOTH = "evidence holds both answers"
STRICT = "all valid answers and no wrong one"
SHARE = "share of the valid answers"


def outcome(case: Case, parts: Engine, write: bool = True) -> Outcome:
    """Ask a library of these documents, with the models of an engine; without `write` the gate
    alone decides. Raises ModelError where no model could write.
    """
    with own_library(parts, lambda seeds: write_seeds(case.documents, seeds)) as engine:
        answer = engine.answer(Ask(case.question.text, write=write, **asked(case.question)))
    if answer.status in ("failed", "stopped"):
        raise ModelError(answer.notes[-1])
    return judged(case, answer) if write else decided(case, answer)


def judged(case: Case, answer: Answer) -> Outcome:
    """What came of a case: whether it was refused, and what was said of the true and the false."""
    found = decided(case, answer)
    rates, means = dict(found.rates), {}
    if case.question.answerable is not False:
        said, quotes = answers.prose(answer), " ".join(item.quote for item in answer.evidence)
        rates |= _told(case, said, quotes)
        if case.wrong:
            rates |= _false(case, said, quotes) | {LISTED: bool(answer.disagreements)}
            held = [text.contains_any(said, value) for value in case.values]
            means[SHARE] = sum(held) / len(held)
    return replace(found, rates=rates, means=means)


def decided(case: Case, answer: Answer) -> Outcome:
    """Whether it was refused."""
    answerable = case.question.answerable is not False
    rates = {refusal.FALSE if answerable else refusal.RECALL: answer.status == "not_found"}
    facts = {"confidence": answer.confidence, "answerable": float(answerable)}
    return Outcome(case.question.id, case.question.kind, rates=rates, facts=facts)


def _told(case: Case, said: str, quotes: str) -> dict[str, bool]:
    return {
        CONTAINED: any(text.contains_any(said, value) for value in case.values),
        FOUND: any(text.contains_any(quotes, value) for value in case.values),
    }


def _false(case: Case, said: str, quotes: str) -> dict[str, bool]:
    """What was done with the false answer of the documents."""
    told = _told(case, said, quotes)
    wrong = text.contains_any(said, case.wrong)
    return {
        ALONE: wrong and not told[CONTAINED],
        UNSEEN: wrong and not told[CONTAINED] and not told[FOUND],
        BOTH: wrong and told[CONTAINED],
        FOUND_BOTH: told[FOUND] and text.contains_any(quotes, case.wrong),
        STRICT: not wrong and all(text.contains_any(said, value) for value in case.values),
    }


def measured(
    one: GivenSet,
    path: Path,
    settings: Settings,
    limit: int | None = None,
    write: bool = True,
    make_engine: Callable[[Settings], Engine] = Engine,
    progress: Progress = silent,
    outcomes: Path = OUTCOMES,
) -> Run:
    """Ask every case; a run that was stopped goes on where it was."""
    count = limit or one.drawn
    chosen = {case.question.id: case for case in one.read(path)[:count]}
    engine = make_engine(settings)
    draft = _draft(one, path, engine, count, write)
    found = collected(
        [case.question for case in chosen.values()],
        lambda question: outcome(chosen[question.id], engine, write),
        outcomes / draft.key,
        progress,
    )
    return replace(draft, figures=figures(found))


def figures(found: Sequence[Outcome]) -> Mapping[str, Mapping[str, Figure]]:
    """Those of refusing, too, where both kinds of questions are in one part."""
    return refusal.figures(found)


def _draft(one: GivenSet, path: Path, engine: Engine, count: int, write: bool) -> Run:
    mark = file_digest(path)
    return drafted(
        f"given-{one.name}{'' if write else '-gate'}",
        engine,
        writes=write,
        options={"limit": count, "write": write},
        data={"articles": mark, "questions": mark},
        limited=count < one.drawn,
    )
