"""Who is held against whom: Clippings by its own commands, the peers by theirs (`step`)."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.evaluation.collections import Question
from scripts.evaluation.peers import Place, environment, step

# How an answer of Clippings ends: 0 answered, 3 the articles do not say, 4 a sentence is in doubt.
DONE = (0, 3, 4)


@dataclass(frozen=True, slots=True)
class Peer:
    """The command of each step, and what an end without a fault looks like."""

    name: str
    index: Callable[[Place], list[str]]
    add: Callable[[Place, str], list[str]]
    evidence: Callable[[Place, Question], list[str]]
    answer: Callable[[Place, Question], list[str]]
    surroundings: Callable[[Place], Mapping[str, str]] = lambda place: {}
    codes: Collection[int] = (0,)


def clippings() -> Peer:
    """Return Clippings by its own commands, told the day of each question."""
    ingest = [sys.executable, "scripts/ingest.py", "--quiet", "--no-questions"]

    def ask(question: Question, *options: str) -> list[str]:
        day = ["--asked-on", question.day.isoformat()] if question.day else []
        return [sys.executable, "-m", "rag.ask", "--own", *options, *day, "--", question.text]

    return Peer(
        "Clippings",
        index=lambda place: ingest,
        add=lambda place, name: ingest,
        evidence=lambda place, question: ask(question),
        answer=lambda place, question: ask(question, "--quiet"),
        surroundings=lambda place: {
            "CLIPPINGS_SEEDS": str(place.seeds),
            "CLIPPINGS_INDEX": str(place.folder),
        },
        codes=DONE,
    )


def other(name: str, module: str, python: Path) -> Peer:
    """Return a peer by its module, run by the Python that has it."""

    def command(place: Place, *about: str) -> list[str]:
        return step.command(python, module, place, *about)

    return Peer(
        name,
        index=lambda place: command(place, "index"),
        add=lambda place, file: command(place, "add", file),
        evidence=lambda place, question: command(place, "evidence", question.text),
        answer=lambda place, question: command(place, "answer", question.text),
    )


def everybody() -> list[Peer]:
    """Return Clippings and its peers; the first time their environment is made."""
    python = environment.made()
    return [
        clippings(),
        other("txtai", "txtai", python),
        other("LangChain + FAISS", "langchain", python),
    ]
