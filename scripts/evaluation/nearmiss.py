"""Ask about single articles what they answer and what they nearly answer, without a language model.

Each of the 50 articles in tests/gold/nearmiss.jsonl, written for this, has two questions that it
answers in other words, and two that it misses though it has all their words. Every second article
is for development; the others stay unread until `near-miss-unread` asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from rag.engine import Engine
from rag.settings import ROOT
from rag.types.articles import digest
from scripts.evaluation import answers
from scripts.evaluation.collections import Question, half, records, seeds
from scripts.evaluation.given import Case
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.retrieval import asked
from scripts.evaluation.runner import Means, Task, library_of, task_of_file

NEAR = ROOT / "tests" / "gold" / "nearmiss.jsonl"
LIBRARIES = "near-miss"  # the folder of the cache


def cases(unread: bool = False, path: Path = NEAR) -> list[Case]:
    """Return the questions of one half of the articles, those of an article in a row."""
    return [
        _case(article, kind, number, one)
        for article in half(list(records(path)), unread, lambda one: str(one["id"]))
        for kind in ("answered", "missed")
        for number, one in enumerate(article[kind], start=1)
    ]


def _case(article: Mapping[str, Any], kind: str, number: int, one: Mapping[str, Any]) -> Case:
    document = {name: article[name] for name in ("id", "title", "text")}
    golds, day = tuple(one.get("a", ())), article["date"]
    question = Question(
        f"{article['id']} {kind} {number}",
        one["q"],
        date.fromisoformat(day),
        golds,
        answerable=kind == "answered",
    )
    return Case(question, (document | {"publish_date": day},), (golds,))


class Libraries:
    """A library of each article, kept in a folder; the one that was asked last is open."""

    def __init__(self, parts: Engine, folder: Path) -> None:
        self._parts, self._folder = parts, folder
        self._open: dict[str, Engine] = {}

    def of(self, case: Case) -> Engine:
        """Return an engine over the article of a case."""
        mark = digest(json.dumps(case.documents))[:16]
        if mark not in self._open:
            files = seeds(case.documents)
            self._open = {mark: library_of(self._parts, files, self._folder / mark)}
        return self._open[mark]


def task(unread: bool = False, path: Path = NEAR) -> Task:
    """Return the task on one half of the articles."""

    def asking(engine: Engine, means: Means) -> Callable[[Case], Outcome]:
        libraries = Libraries(engine, means.cache / LIBRARIES)
        return lambda case: outcome(case, libraries.of(case))

    return task_of_file(
        "near-miss-unread" if unread else "near-miss",
        path,
        lambda: {case.question.id: case for case in cases(unread, path)},
        asking,
        answers.refusals,
    )


def outcome(case: Case, engine: Engine) -> Outcome:
    """Return whether a question was refused, and of one that has an answer whether it was found."""
    answer = answers.finished(engine.answer(asked(case.question, write=False)))
    found = answers.decided(case.question, answer)
    if not case.question.answerable or answer.status == "not_found":
        return found
    right = answers.short_fits(answer, case.question.answers)
    return replace(found, rates={**found.rates, answers.SHORT: right})
