"""Read the sets whose questions bring their documents into cases.

squad2     a paragraph of an encyclopedia; half of the questions drawn have no answer in it
rgb        news snippets, every other one with its fact altered; and the snippets without the answer
ramdocs    documents with valid answers, with false ones, and with none; those with a false one

Every draw has one fixed seed.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.evaluation import text
from scripts.evaluation.collections import Question, records
from scripts.evaluation.measures import SEED

ALTERED, NEGATIVES = "true and altered snippets", "negatives only"
_NUMBER_AND_UNIT = re.compile(r"(\d[\d,.]*\d)\s+[^\d]+")
_DATE = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the documents it is asked about, and what is true and false in them."""

    question: Question
    documents: tuple[dict[str, str], ...]  # records with text and perhaps title
    values: tuple[tuple[str, ...], ...] = ()  # valid answers, each in all its spellings
    wrong: tuple[str, ...] = ()  # false answers of the documents


def squad2(path: Path) -> list[Case]:
    """Return as many questions with an answer as without, in one order for every draw."""
    given, draw = list(paragraphs(path)), random.Random(SEED)
    pairs = [[case for case in given if case.question.answerable is side] for side in (True, False)]
    for cases in pairs:
        draw.shuffle(cases)
    return [case for both in zip(*pairs, strict=False) for case in both]


def paragraphs(path: Path) -> Iterator[Case]:
    """Yield every question of a file in the form of SQuAD 2 with its paragraph."""
    for article in json.loads(path.read_text())["data"]:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                answers = tuple(dict.fromkeys(one["text"] for one in asked["answers"]))
                answerable = not asked["is_impossible"]
                question = Question(
                    asked["id"], asked["question"], answers=answers, answerable=answerable
                )
                document = {"title": title, "text": paragraph["context"]}
                yield Case(question, (document,), (answers,))


def rgb(path: Path) -> list[Case]:
    """Return each question twice: with true and altered snippets in turn, and without any of both.

    A true snippet and its altered form differ in one word and would count as copies, so each is
    given in one of its forms only. A set of negatives that holds the answer is left out.
    """
    return [case for one in json.loads(path.read_text()) for case in _rgb_cases(one)]


def _rgb_cases(one: dict[str, Any]) -> Iterator[Case]:
    true, wrong = _spellings(one["answer"]), _spellings(one["fakeanswer"])
    pairs = list(zip(one["positive"], one["positive_wrong"], strict=True))
    turns = [pair[place % 2] for place, pair in enumerate(pairs)]
    mixed = turns if len(pairs) > 1 else list(pairs[0])
    others = tuple({"text": snippet} for snippet in one["negative"])
    given = tuple({"text": snippet} for snippet in mixed)
    answerable = Question(f"{one['id']} altered", one["query"], answers=true, kind=ALTERED)
    yield Case(answerable, given + others, (true,), wrong)
    if not any(text.contains_any(document["text"], true) for document in others):
        yield Case(
            Question(f"{one['id']} negatives", one["query"], kind=NEGATIVES, answerable=False),
            others,
        )


def _spellings(given: Any) -> tuple[str, ...]:
    """Return the spellings of an answer: a text, a list of texts, or a list in a list."""
    if isinstance(given, str):
        return (given,)
    return tuple(dict.fromkeys(one for part in given for one in _spellings(part)))


def ramdocs(path: Path) -> list[Case]:
    """Return the questions with a false answer among their documents, in one order for every draw."""
    found = [
        Case(
            Question(str(number), one["question"], answers=tuple(one["gold_answers"])),
            tuple({"text": document["text"]} for document in one["documents"]),
            tuple(with_number(value) for value in one["gold_answers"]),
            tuple(form for value in one["wrong_answers"] for form in with_number(value)),
        )
        for number, one in enumerate(records(path))
        if one["wrong_answers"]
    ]
    random.Random(SEED).shuffle(found)
    return found


def with_number(value: str) -> tuple[str, ...]:
    """Return the value, and the number alone where it is one with a unit: "3,559 people" is "3,559"."""
    found = _NUMBER_AND_UNIT.fullmatch(value)
    return (value, found[1]) if found and not _DATE.search(value) else (value,)
