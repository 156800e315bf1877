"""One question -> whether it was refused, and how sure the gate was; then how good the gate is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from rag.engine import Engine
from rag.errors import ModelError
from rag.types import Answer, Ask
from scripts.scoreboard import measures
from scripts.scoreboard.answers import correctness, prose
from scripts.scoreboard.collections import Collection, Question
from scripts.scoreboard.figures import summed
from scripts.scoreboard.measures import Figure
from scripts.scoreboard.outcomes import Outcome, by_kind
from scripts.scoreboard.retrieval import asked

RECALL, FALSE = "abstain recall", "false abstain"
_SURE = "confidence"
_COVERAGES = (0.25, 0.5, 0.75)


def counted(
    questions: Iterable[Question], collection: Collection, until: date | None
) -> list[Question]:
    """The unanswerable questions, and those answerable ones whose evidence is here by `until`."""
    return [
        question
        for question in questions
        if question.answerable is False
        or (question.answerable and collection.present(question, until))
    ]


def outcome(engine: Engine, question: Question, until: date | None, write: bool) -> Outcome:
    """Ask on a library frozen at `until`; with `write` the model decides, too, and its answer is
    scored.
    """
    answer = engine.answer(Ask(question.text, write=write, **asked(question, until)))
    if answer.status == "failed":
        raise ModelError(answer.notes[-1])
    refused = answer.status == "not_found"
    rates = {FALSE if question.answerable else RECALL: refused}
    if refused:
        rates["refusal precision"] = not question.answerable
    means = {}
    if write:
        right = bool(question.answerable) and _is_right(answer, question)
        means["effective score"] = 0.0 if refused else 1.0 if right else -1.0
        if question.answerable and not refused:
            rates["answered accuracy"] = right
    facts = {_SURE: confidence(answer), "answerable": float(bool(question.answerable))}
    return Outcome(question.id, question.kind, rates=rates, means=means, facts=facts)


def _is_right(answer: Answer, question: Question) -> bool:
    rates, _ = correctness(prose(answer), question)
    return rates["open accuracy"]


def confidence(answer: Answer) -> float:
    """How sure the gate is that the evidence answers: the answer's own `confidence`, or else the
    score of its best evidence; 0 without any.
    """
    sure: float | None = getattr(answer, "confidence", None)
    return max((item.score for item in answer.evidence), default=0.0) if sure is None else sure


def figures(outcomes: Sequence[Outcome]) -> dict[str, dict[str, Figure]]:
    """What `figures.summed` gives, and the measures that need both kinds of questions at once."""
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
    sure = [one.facts[_SURE] for one in outcomes]
    foreign = [not one.facts["answerable"] for one in outcomes]
    pairs = list(zip(sure, foreign, strict=True))
    yield (
        "AUROC of the gate's score",
        measures.auroc([s for s, other in pairs if not other], [s for s, other in pairs if other]),
    )
    # Wrong is to answer what the articles do not say: so much is known without a written answer.
    yield "area under risk-coverage", measures.risk_area(sure, foreign)
    for coverage in _COVERAGES:
        name = f"risk at {coverage:g} coverage".replace(" 0.", " .")
        yield name, measures.risk_at(sure, foreign, coverage)
