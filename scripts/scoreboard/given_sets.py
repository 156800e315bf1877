"""Sets whose questions bring their documents -> cases.

squad2     a paragraph of an encyclopedia; half of the questions drawn have no answer in it
rgb        news snippets, every other one with its fact altered; and the snippets without the answer
ramdocs    documents with valid answers, with false ones, and with none; those with a false one

Every draw has one fixed seed.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.scoreboard import text
from scripts.scoreboard.collections import Question, records
from scripts.scoreboard.measures import SEED

ALTERED, NEGATIVES = "true and altered snippets", "negatives only"
_NUMBER_AND_UNIT = re.compile(r"(\d[\d,.]*\d)\s+[^\d]+")
_DATE = re.compile(r"jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the documents it is asked about; `values` are its valid answers, each in all
    its spellings, `wrong` the false ones of the documents.
    """

    question: Question
    documents: tuple[dict[str, str], ...]  # records with text and perhaps title
    values: tuple[tuple[str, ...], ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GivenSet:
    """A set by name: its file, how it is read, and how many of its questions are drawn."""

    name: str
    file: str
    read: Callable[[Path], list[Case]]
    drawn: int


def squad2(path: Path) -> list[Case]:
    """As many questions with an answer as without, in one order for every draw."""
    pairs: dict[bool, list[Case]] = {True: [], False: []}
    for article in json.loads(path.read_text())["data"]:
        for paragraph in article["paragraphs"]:
            document = {"title": article["title"].replace("_", " "), "text": paragraph["context"]}
            for asked in paragraph["qas"]:
                answers = tuple(dict.fromkeys(one["text"] for one in asked["answers"]))
                question = Question(
                    asked["id"],
                    asked["question"],
                    answers=answers,
                    answerable=not asked["is_impossible"],
                )
                pairs[not asked["is_impossible"]].append(Case(question, (document,), (answers,)))
    draw = random.Random(SEED)
    for cases in pairs.values():
        draw.shuffle(cases)
    return [case for both in zip(pairs[True], pairs[False], strict=False) for case in both]


def rgb(path: Path) -> list[Case]:
    """Each question twice: with true and altered snippets in turn, and without any of both.

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
    """The spellings of an answer: a text, a list of texts, or a list in a list."""
    if isinstance(given, str):
        return (given,)
    return tuple(dict.fromkeys(one for part in given for one in _spellings(part)))


def ramdocs(path: Path) -> list[Case]:
    """The questions with a false answer among their documents, in one order for every draw."""
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
    """The value, and the number alone where it is one with a unit: "3,559 people" is "3,559"."""
    found = _NUMBER_AND_UNIT.fullmatch(value)
    return (value, found[1]) if found and not _DATE.search(value) else (value,)


SETS: Sequence[GivenSet] = (
    GivenSet("squad2", "squad2_dev/squad2.json", squad2, 100),
    GivenSet("rgb", "rgb/en_fact.json", rgb, 86),
    GivenSet("ramdocs", "ramdocs/ramdocs.jsonl", ramdocs, 50),
)
