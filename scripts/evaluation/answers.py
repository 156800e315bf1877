"""Score answers: right, supported, cited, and how fast; refusals, and how good the gate is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.engine import Engine
from rag.errors import ModelError
from rag.store.library import Library
from rag.types.answers import Answer
from rag.types.evidence import Evidence
from scripts.evaluation import machine, measures, text
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.measures import Figure
from scripts.evaluation.outcomes import MEMORY, Figures, Outcome, by_kind, summed
from scripts.evaluation.retrieval import HOLDS, asked, holding

RECALL, FALSE = "abstain recall", "false abstain"
SHORT = "short answer right"
SHORT_WHERE_HELD = "short answer right where the evidence holds it"
SHORT_WRONG = "short answer: wrong option"
FIDELITY = "quotations equal to the article"
Rates = dict[str, bool]
Parts = dict[str, tuple[int, int]]  # (these, of so many)
_STAGES = {"first_evidence": "evidence", "first_token": "first words", "total": "the end"}


def outcome(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Ask for the whole answer and score it. Raises ModelError where no model could write."""
    answer = finished(engine.answer(asked(question)))
    rates, means = correctness(prose(answer), question)
    rates |= read(answer, question)
    if rates[HOLDS]:
        rates["open accuracy where the evidence holds the answer"] = rates["open accuracy"]
    cited, parts = citing(answer, collection, question)
    parts |= fidelity_in(engine, answer)
    took = answer.timings
    seconds = {name: took[stage] for stage, name in _STAGES.items() if stage in took}
    facts = {MEMORY: machine.peak_memory()}
    return Outcome(question.id, question.kind, rates | cited, means, parts, seconds, facts)


def short_outcome(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Ask for the short answer alone, without a language model, and score it."""
    answer = finished(engine.answer(asked(question, write=False)))
    seconds = {"evidence": answer.timings["first_evidence"]}
    rates, parts = read(answer, question), fidelity_in(engine, answer)
    return Outcome(question.id, question.kind, rates, parts=parts, seconds=seconds)


def read(answer: Answer, question: Question) -> Rates:
    """Return the yes/no measures of what is known before a language model starts."""
    short = " ".join(one.text for one in answer.short)
    said, _ = correctness(short, question)
    rates = {"refused": answer.status == "not_found", **holding(answer, question)}
    rates[SHORT] = said["open accuracy"]
    if rates[HOLDS]:
        rates[SHORT_WHERE_HELD] = rates[SHORT]
    if "wrong option" in said:
        rates[SHORT_WRONG] = said["wrong option"]
    return rates


def short_fits(answer: Answer, forms: Sequence[str]) -> bool:
    """Tell whether a short answer contains an accepted form, or is contained in one."""
    return any(
        text.contains(one.text, form) or text.contains(form, one.text)
        for one in answer.short
        for form in forms
    )


def finished(answer: Answer) -> Answer:
    """Return an answer written to its end. Raises ModelError: half of one would count as wrong."""
    if answer.status in ("stopped", "failed"):
        raise ModelError(answer.notes[-1])
    return answer


def prose(answer: Answer) -> str:
    """Return what the answer says, without marks: "[2]" is no number of it. A refusal says nothing."""
    return " ".join(statement.text for statement in answer.statements)


def correctness(said: str, question: Question) -> tuple[Rates, dict[str, float]]:
    """Return the yes/no measures and the means of an answer's words."""
    right = text.contains_any(said, question.answers)
    wrong = text.contains_any(said, text.wrong_options(question.choices, question.answers))
    rates = {"open accuracy": right and not wrong, "gold contained": right}
    if question.choices:
        rates["wrong option"] = wrong and not right
    return rates, {"token F1": text.token_f1(said, question.answers)}


def citing(answer: Answer, collection: Collection, question: Question) -> tuple[Rates, Parts]:
    """Return the yes/no measures of what an answer cites, and its counts; none of a refusal."""
    if not answer.statements:
        return {}, {}
    shown = {item.number: f"{item.article.title}\n{item.quote}" for item in answer.evidence}
    said = answer.statements
    foreign = [
        text.foreign(one.text, [shown[mark] for mark in one.citations if mark in shown])
        for one in said
        if one.kind == "written"
    ]
    right = [text.contains_any(item.quote, question.answers) for item in answer.cited]
    marks = [number in shown for one in said for number in one.citations]
    quoted = sum(one.kind == "quote" for one in said)
    rates = {"answer in citation": any(right), "wrong number or name": any(foreign)}
    parts = {
        "citations that exist": (sum(marks), len(marks)),
        "statements that are quotations": (quoted, len(said)),
    }
    relevant = collection.present(question)
    if relevant:
        cited = {collection.record(item.article.path) for item in answer.cited}
        rates["gold-citation recall"] = bool(cited & relevant)
        parts["gold-citation precision"] = (len(cited & relevant), len(cited))
    return rates, {name: part for name, part in parts.items() if part[1]}


def fidelity_in(engine: Engine, answer: Answer) -> Parts:
    """Return how many quotations are the words of the engine's library."""
    with Library.open(engine.settings.index) as library:
        return fidelity(answer.evidence, library)


def fidelity(evidence: Sequence[Evidence], library: Library) -> Parts:
    """Return how many quotations are the library's words at their offsets."""
    read = [library.article(one.article.id) for one in evidence]
    sound = [
        article is not None and article.text[one.start : one.end] == one.quote
        for article, one in zip(read, evidence, strict=True)
    ]
    return {FIDELITY: (sum(sound), len(sound))} if sound else {}


def decision(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Ask the gate alone."""
    asks = asked(question, collection.until, write=False)
    found = decided(question, finished(engine.answer(asks)))
    if not any(found.rates.values()):
        return found
    return replace(found, rates={**found.rates, "refusal precision": RECALL in found.rates})


def decided(question: Question, answer: Answer) -> Outcome:
    """Return whether a question was refused, and how sure the gate was."""
    answerable = question.answerable is not False
    rates = {FALSE if answerable else RECALL: answer.status == "not_found"}
    facts = {"confidence": answer.confidence, "answerable": float(answerable)}
    return Outcome(question.id, question.kind, rates=rates, facts=facts)


def refusals(outcomes: Sequence[Outcome]) -> Figures:
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
    sure = [(bool(one.facts["answerable"]), one.facts["confidence"]) for one in outcomes]
    classes = [[score for side, score in sure if side is wanted] for wanted in (True, False)]
    yield "AUROC of the gate's score", measures.auroc(*classes)
