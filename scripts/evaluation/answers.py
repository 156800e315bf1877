"""Score written answers: right, supported, cited, and how fast."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from rag.engine import Engine
from rag.errors import ModelError
from rag.protocols import Generator
from rag.store.library import Library
from rag.types import Answer, Evidence, Message, in_words
from scripts.evaluation import machine, text
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.outcomes import MEMORY, Outcome
from scripts.evaluation.retrieval import HOLDS, asked, holds

FIDELITY = "quotations equal to the article"
_STAGES = {"first_evidence": "evidence", "first_token": "first words", "total": "the end"}


def outcome(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Ask for the whole answer and score it. Raises ModelError where no model could write."""
    answer = finished(engine.answer(asked(question)))
    rates, means = correctness(prose(answer), question)
    rates |= {"refused": answer.status == "not_found", HOLDS: holds(answer, question)}
    if rates[HOLDS]:
        rates["open accuracy where the evidence holds the answer"] = rates["open accuracy"]
    cited, parts = citing(answer, collection, question)
    with Library.open(engine.settings.index) as library:
        parts |= fidelity(answer.evidence, library)
    known = [(stage, name) for stage, name in _STAGES.items() if stage in answer.timings]
    seconds = {name: answer.timings[stage] for stage, name in known}
    facts = {MEMORY: machine.peak_memory()}
    return Outcome(question.id, question.kind, rates | cited, means, parts, seconds, facts)


def finished(answer: Answer) -> Answer:
    """Return an answer written to its end. Raises ModelError: half of one would count as wrong."""
    if answer.status in ("failed", "stopped"):
        raise ModelError(answer.notes[-1])
    return answer


def prose(answer: Answer) -> str:
    """Return what the answer says, without marks: "[2]" is no number of it. A refusal says nothing."""
    return " ".join(statement.text for statement in answer.statements)


def correctness(said: str, question: Question) -> tuple[dict[str, bool], dict[str, float]]:
    """Return the yes/no measures and the means of an answer's words."""
    right = text.contains_any(said, question.answers)
    wrong = text.contains_any(said, text.wrong_options(question.choices, question.answers))
    rates = {"open accuracy": right and not wrong, "gold contained": right}
    if question.choices:
        rates["wrong option"] = wrong and not right
    return rates, {"token F1": text.token_f1(said, question.answers)}


def citing(
    answer: Answer, collection: Collection, question: Question
) -> tuple[dict[str, bool], dict[str, tuple[int, int]]]:
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


def fidelity(evidence: Sequence[Evidence], library: Library) -> dict[str, tuple[int, int]]:
    """Return how many quotations are the library's words at their offsets."""
    read = [library.article(one.article.id) for one in evidence]
    sound = [
        article is not None and article.text[one.start : one.end] == one.quote
        for article, one in zip(read, evidence, strict=True)
    ]
    return {FIDELITY: (sum(sound), len(sound))} if sound else {}


_CLOSED_BOOK = "You answer questions about the news. Write one short sentence with the answer."


def closed_book(generator: Generator, question: Question) -> Outcome:
    """Ask the model from its memory alone, so that what the articles add can be told apart."""
    today = f"Today is {in_words(question.day)}.\n" if question.day else ""
    messages = [
        Message("system", _CLOSED_BOOK),
        Message("user", f"{today}Question: {question.text}"),
    ]
    began = time.monotonic()
    said = "".join(generator.write(messages, threading.Event()))
    rates, means = correctness(said, question)
    seconds = {"the end": time.monotonic() - began}
    return Outcome(question.id, question.kind, rates=rates, means=means, seconds=seconds)
