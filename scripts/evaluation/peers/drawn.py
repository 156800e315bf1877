"""What all are measured with: articles, those that come afterwards, and questions about them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from scripts.evaluation import collections
from scripts.evaluation.collections import Question
from scripts.evaluation.measures import SEED

ARTICLES, QUESTIONS = 300, 5  # enough for a rate, and for a median


@dataclass(frozen=True, slots=True)
class Sample:
    """What all are measured with."""

    articles: Sequence[Mapping[str, Any]]
    more: Sequence[Mapping[str, Any]]  # added one by one afterwards
    questions: Sequence[Question]
    data: Mapping[str, str] = field(default_factory=dict)  # digests of both files


def sample(articles: Path, asked: Path, count: int = ARTICLES, few: int = QUESTIONS) -> Sample:
    """Draw, the same every time: a few questions whose answer is in the articles, these and others up
    to `count`, and as many to be added as there are questions.

    Raises UsageError for a file that cannot be read, or that has nothing for this.
    """
    given = {str(one["id"]): one for one in collections.records(articles)}
    able = [one for one in collections.questions(asked) if one.answers and one.relevant & {*given}]
    if not able:
        raise UsageError(f"No question of {asked} has its answer in {articles}.")
    chance = random.Random(SEED)
    chosen = chance.sample(able, min(few, len(able)))
    needed = {number for one in chosen for number in one.relevant if number in given}
    rest = [number for number in given if number not in needed]
    chance.shuffle(rest)
    room = max(0, count - len(needed))
    kept = needed.union(rest[:room])
    return Sample(
        [one for number, one in given.items() if number in kept],
        [given[number] for number in rest[room : room + len(chosen)]],
        chosen,
        {
            "articles": collections.file_digest(articles),
            "questions": collections.questions_digest(asked),
        },
    )
