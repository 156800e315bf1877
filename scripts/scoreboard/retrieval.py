"""One question -> what its search found: ranked articles, and whether the evidence answers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from rag.engine import Engine
from rag.filters import Filters
from rag.types import Answer, Hit
from scripts.scoreboard import ranking, text
from scripts.scoreboard.collections import Collection, Question
from scripts.scoreboard.outcomes import Outcome

HOLDS = "evidence holds the answer"
_ARTICLES = 2 * ranking.DEPTH  # asked for: several may come from one record


def counted(questions: Iterable[Question], collection: Collection) -> list[Question]:
    """The questions with at least one relevant article here; the others would measure the sample."""
    return [question for question in questions if collection.present(question)]


def outcome(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Search, rank articles, and look for the gold answer in the evidence that would be shown."""
    rates, seconds = {}, {}
    if question.answers:
        answer = engine.answer(question.text, write=False, **asked(question))
        rates[HOLDS] = holds(answer, question)
        seconds = {
            "search": answer.timings["search"],
            "evidence": answer.timings["first_evidence"],
        }
        hits = answer.explanation.hits if answer.explanation else ()
    else:
        hits = engine.search(question.text, limit=_ARTICLES, **asked(question))
    found = ranking.measured(
        articles(hits, collection)[: ranking.DEPTH], collection.present(question)
    )
    rates |= {name: value > 0 for name, value in found.items() if name in ranking.HITS}
    means = {name: value for name, value in found.items() if name not in ranking.HITS}
    return Outcome(question.id, question.kind, rates=rates, means=means, seconds=seconds)


def asked(question: Question, until: date | None = None) -> dict[str, Any]:
    """How a question is put to the engine: on its day, or without reading words about time."""
    return {
        "as_of": question.day,
        "read_dates": question.day is not None,
        "filters": Filters(until=until),
    }


def articles(hits: Iterable[Hit], collection: Collection) -> list[str]:
    """The records of hits, each once, at the place of its best passage."""
    return list(dict.fromkeys(collection.record(hit.passage.article.path) for hit in hits))


def holds(answer: Answer, question: Question) -> bool:
    """Whether a span of the evidence contains a gold answer."""
    return any(text.contains_any(item.quote, question.answers) for item in answer.evidence)
