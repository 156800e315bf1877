"""Ask as of an earlier day: does anything in the answer come from a later article, or from one without a day?

question, a day up to sixty days before its own -> answer -> every article in it, at whatever place
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date, timedelta
from typing import Any

from rag.engine import Engine
from rag.filters import Filters
from rag.types.answers import Answer
from rag.types.articles import Article, digest
from rag.types.questions import Ask
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.outcomes import Outcome

BEFORE = 60  # days

LATER, CITED = "citation later than the day", "evidence shown"


def day_of(question: Question) -> date:
    """Return the day as of which a question is asked, always the same."""
    asked = question.day or date.max
    return asked - timedelta(days=1 + int(digest(question.id), 16) % BEFORE)


def outcome(engine: Engine, _: Collection, question: Question) -> Outcome:
    """Return whether an article of the answer is later than the day; no language model writes."""
    day = day_of(question)
    answer = engine.answer(Ask(question.text, Filters(as_of=day), prose=False), None)
    return Outcome(
        question.id,
        question.kind,
        rates={LATER: is_later(answer, day), CITED: bool(answer.evidence)},
    )


def is_later(answer: Answer, day: date) -> bool:
    """Return whether an answer has an article that nobody knew on a day."""
    return any(one.published is None or one.published > day for one in articles(answer))


def articles(value: Any) -> Iterator[Article]:
    """Yield the articles in a value, however deep."""
    if isinstance(value, Article):
        yield value
    elif is_dataclass(value):
        for field in fields(value):
            yield from articles(getattr(value, field.name))
    elif isinstance(value, dict):
        yield from articles([*value.values()])
    elif isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from articles(one)
