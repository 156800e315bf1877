"""Score refusals: whether a question was refused, how sure the gate was, how good the gate is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.engine import Engine
from rag.types import Answer
from scripts.evaluation import measures
from scripts.evaluation.answers import correctness, finished, prose
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.measures import Figure
from scripts.evaluation.outcomes import Figures, Outcome, by_kind, summed
from scripts.evaluation.retrieval import asked

RECALL, FALSE = "abstain recall", "false abstain"


def outcome(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Ask the gate alone."""
    return _precise(decided(question, _answer(engine, collection, question, write=False)))


def written(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Let the model decide, too, and score its answer."""
    answer = _answer(engine, collection, question, write=True)
    found = _precise(decided(question, answer))
    right = bool(question.answerable) and correctness(prose(answer), question)[0]["open accuracy"]
    refused = answer.status == "not_found"
    score = 0.0 if refused else 1.0 if right else -1.0
    rates = {"answered accuracy": right} if question.answerable and not refused else {}
    return replace(found, rates={**found.rates, **rates}, means={"effective score": score})


def _answer(engine: Engine, collection: Collection, question: Question, *, write: bool) -> Answer:
    return finished(engine.answer(asked(question, collection.until, write)))


def decided(question: Question, answer: Answer) -> Outcome:
    """Return whether a question was refused, and how sure the gate was."""
    answerable = question.answerable is not False
    rates = {FALSE if answerable else RECALL: answer.status == "not_found"}
    facts = {"confidence": answer.confidence, "answerable": float(answerable)}
    return Outcome(question.id, question.kind, rates=rates, facts=facts)


def _precise(found: Outcome) -> Outcome:
    """Return an outcome with whether its refusal was right, where it is one."""
    if not any(found.rates.values()):
        return found
    return replace(found, rates={**found.rates, "refusal precision": RECALL in found.rates})


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the sums, and the measures that need both kinds of questions at once."""
    found = summed(outcomes)
    for kind, group in by_kind(outcomes).items():
        found[kind] |= dict(_of_both(group))
    return found


def _of_both(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, Figure]]:
    refused = [one.rates[RECALL] for one in outcomes if RECALL in one.rates]
    kept = [not one.rates[FALSE] for one in outcomes if FALSE in one.rates]
    if not refused or not kept:
        return
    yield "balanced abstention accuracy", measures.balanced(refused, kept)
    classes = [
        [one.facts["confidence"] for one in outcomes if bool(one.facts["answerable"]) is wanted]
        for wanted in (True, False)
    ]
    yield "AUROC of the gate's score", measures.auroc(*classes)
