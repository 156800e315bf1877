"""One question -> what its written answer is worth: right, supported, cited, and how fast."""

from __future__ import annotations

import resource
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.engine import Engine
from rag.errors import ModelError
from rag.protocols import Generator
from rag.store.library import Library
from rag.types import Answer, Ask, Message, digest, in_words
from scripts.scoreboard import text
from scripts.scoreboard.collections import Collection, Question
from scripts.scoreboard.figures import MEMORY
from scripts.scoreboard.outcomes import Outcome, Quoted
from scripts.scoreboard.retrieval import HOLDS, asked, holds

FIDELITY = "quotations equal to the article"
_STAGES = {"first_evidence": "evidence", "first_token": "first words", "total": "the end"}


def counted(questions: Iterable[Question], collection: Collection) -> list[Question]:
    """The questions with a gold answer and, where the set names relevant articles, one of them
    here.
    """
    given = list(questions)
    labelled = any(question.relevant for question in given)
    return [
        question
        for question in given
        if question.answers and (not labelled or collection.present(question))
    ]


def outcome(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Ask for the whole answer and score it. Raises ModelError where no model could write."""
    answer = engine.answer(Ask(question.text, **asked(question)))
    if answer.status in ("failed", "stopped"):  # half an answer would count as a wrong one
        raise ModelError(answer.notes[-1])
    rates, means = correctness(prose(answer), question)
    rates["refused"] = answer.status == "not_found"
    rates[HOLDS] = holds(answer, question)
    if rates[HOLDS]:
        rates["open accuracy where the evidence holds the answer"] = rates["open accuracy"]
    rates |= citing(answer, collection, question)
    return Outcome(
        question.id,
        question.kind,
        rates=rates,
        means=means,
        parts=citations(answer, collection, question),
        seconds={
            name: answer.timings[stage]
            for stage, name in _STAGES.items()
            if stage in answer.timings
        },
        facts={MEMORY: peak_memory()},
        quoted=tuple(
            Quoted(item.article.id, item.start, item.end, digest(item.quote))
            for item in answer.evidence
        ),
    )


def prose(answer: Answer) -> str:
    """What the answer says, without marks: "[2]" is no number of it. A refusal says nothing."""
    return " ".join(statement.text for statement in answer.statements)


def correctness(said: str, question: Question) -> tuple[dict[str, bool], dict[str, float]]:
    """The yes/no measures and the means of an answer's words."""
    right = text.contains_any(said, question.answers)
    wrong = text.contains_any(said, text.wrong_options(question.choices, question.answers))
    rates = {
        "open accuracy": right and not wrong,
        "gold contained": right,
    }
    if question.choices:
        rates["wrong option"] = wrong and not right
    return rates, {"token F1": text.token_f1(said, question.answers)}


def citing(answer: Answer, collection: Collection, question: Question) -> dict[str, bool]:
    """The yes/no measures of what an answer cites; none of a refusal."""
    if not answer.statements:
        return {}
    by_number = {item.number: item for item in answer.evidence}
    foreign = [
        word
        for statement in answer.statements
        if statement.kind == "written"
        for word in text.foreign(
            statement.text,
            [
                f"{by_number[number].article.title}\n{by_number[number].quote}"
                for number in statement.citations
                if number in by_number
            ],
        )
    ]
    relevant = collection.present(question)
    cited = {collection.record(item.article.path) for item in answer.cited}
    rates = {
        "answer in citation": any(
            text.contains_any(item.quote, question.answers) for item in answer.cited
        ),
        "wrong number or name": bool(foreign),
    }
    return rates | ({"gold-citation recall": bool(cited & relevant)} if relevant else {})


def citations(
    answer: Answer, collection: Collection, question: Question
) -> dict[str, tuple[int, int]]:
    """What is counted over several citations or statements of one answer."""
    shown = {item.number for item in answer.evidence}
    marks = [number for statement in answer.statements for number in statement.citations]
    cited = {collection.record(item.article.path) for item in answer.cited}
    relevant = collection.present(question)
    parts = {
        "citations that exist": (sum(number in shown for number in marks), len(marks)),
        "statements that are quotations": (
            sum(statement.kind == "quote" for statement in answer.statements),
            len(answer.statements),
        ),
    }
    if relevant:
        parts["gold-citation precision"] = (len(cited & relevant), len(cited))
    return {name: part for name, part in parts.items() if part[1]}


def with_fidelity(outcomes: Sequence[Outcome], library: Library) -> list[Outcome]:
    """The outcomes with how many of their quotations are the article's words at their offsets, read
    again from the library; one that names no article of it is no quotation.
    """
    wanted = {quoted for outcome in outcomes for quoted in outcome.quoted}
    articles = {quoted.article for quoted in wanted}
    texts = {one.id: one.text for one in library.articles() if one.id in articles}
    sound = {
        quoted
        for quoted in wanted
        if digest(texts.get(quoted.article, "")[quoted.start : quoted.end]) == quoted.digest
        and quoted.article in texts
    }
    return [
        replace(
            outcome,
            parts={
                **outcome.parts,
                FIDELITY: (sum(one in sound for one in outcome.quoted), len(outcome.quoted)),
            },
        )
        if outcome.quoted
        else outcome
        for outcome in outcomes
    ]


def peak_memory() -> float:
    """The most memory this process has held so far, in GB."""
    unit = 1e9 if sys.platform == "darwin" else 1e6  # ru_maxrss counts bytes there, kB on Linux
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


# ── the same model without evidence ──

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
