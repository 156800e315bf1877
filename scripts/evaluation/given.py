"""Ask a question of the documents that it brings, and of nothing else.

    case -> a library of its documents -> evidence, gate, model, checks, disagreement -> Outcome

squad2     a paragraph of an encyclopedia that the reader did not learn from; half of the questions
           drawn have no answer in it
rgb        news snippets, every other one with its fact altered; and the snippets without the answer
ramdocs    documents with valid answers, with false ones, and with none; those with a false one

Every draw has one fixed seed. Nothing is handed to the model directly: the documents are ingested
and asked about like any seeds folder. A false answer beside the true one is told to the reader; one
that is alone misleads.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rag.engine import Engine
from rag.types.answers import Answer
from scripts.evaluation import answers, spans, text
from scripts.evaluation.collections import Question, file_digest, records, seeds
from scripts.evaluation.measures import SEED
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.retrieval import asked
from scripts.evaluation.runner import Drawn, Means, Ready, Task, models, own_library

ALTERED, NEGATIVES = "true and altered snippets", "negatives only"
CONTAINED = "answer contained"
ALONE = "wrong answer alone"  # asserted, and the true one not beside it
UNSEEN = "wrong answer alone, the true one not in the quotes either"
BOTH = "both answers shown"
LISTED = "disagreement listed"
FOUND = "evidence holds an answer"
FOUND_BOTH = "evidence holds both answers"
STRICT = "all valid answers and no wrong one"
SHARE = "share of the valid answers"

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
    kept = {case.text for case in spans.part(spans.squad2(path), unread=False)}
    given = [case for case in paragraphs(path) if case.documents[0]["text"] in kept]
    draw = random.Random(SEED)
    pairs = [[case for case in given if case.question.answerable is side] for side in (True, False)]
    for cases in pairs:
        draw.shuffle(cases)
    return [case for both in zip(*pairs, strict=False) for case in both]


def paragraphs(path: Path) -> Iterator[Case]:
    """Yield every question of a file in the form of SQuAD 2 with its paragraph."""
    for article in json.loads(path.read_text())["data"]:
        title = article["title"].replace("_", " ")
        for paragraph in article["paragraphs"]:
            document = {"title": title, "text": paragraph["context"]}
            for one in paragraph["qas"]:
                answers = tuple(dict.fromkeys(given["text"] for given in one["answers"]))
                question = Question(one["id"], one["question"], None, answers)
                question = replace(question, answerable=not one["is_impossible"])
                yield Case(question, (document,), (answers,))


def rgb(path: Path) -> list[Case]:
    """Return each question twice: with true and altered snippets in turn, and without any of both.

    Each snippet has one of its forms: both would count as copies. No negatives hold the answer.
    """
    return [case for one in json.loads(path.read_text()) for case in _rgb_cases(one)]


def _rgb_cases(one: dict[str, Any]) -> Iterator[Case]:
    true, wrong = _spellings(one["answer"]), _spellings(one["fakeanswer"])
    pairs = list(zip(one["positive"], one["positive_wrong"], strict=True))
    turns = [pair[place % 2] for place, pair in enumerate(pairs)]
    given = _documents(turns if len(pairs) > 1 else pairs[0])
    others = _documents(one["negative"])
    name, query = one["id"], one["query"]
    altered = Question(f"{name} altered", query, answers=true, kind=ALTERED)
    yield Case(altered, given + others, (true,), wrong)
    if not any(text.contains_any(snippet, true) for snippet in one["negative"]):
        yield Case(Question(f"{name} negatives", query, kind=NEGATIVES, answerable=False), others)


def _documents(texts: Iterable[str]) -> tuple[dict[str, str], ...]:
    return tuple({"text": text} for text in texts)


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
            _documents(document["text"] for document in one["documents"]),
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


def task(name: str, file: Path, read: Callable[[Path], list[Case]], drawn: int) -> Task:
    """Return a task on the first `drawn` cases of a file."""

    def ready(means: Means) -> Ready[Case]:
        count, engine, mark = means.limit or drawn, means.engine(), file_digest(file)
        cases = {case.question.id: case for case in read(file)[:count]}
        return Ready(
            engine.settings,
            models(engine, writes=True),
            Drawn(cases, {"articles": mark, "questions": mark}, limited=count < drawn),
            lambda case: outcome(case, engine),
            options={"limit": count},
            figures=answers.refusals,
        )

    return Task(f"given-{name}", (file,), ready)


def outcome(case: Case, parts: Engine) -> Outcome:
    """Ask a library of these documents, with the models of an engine."""
    with own_library(parts, seeds(case.documents)) as engine:
        return judged(case, answers.finished(engine.answer(asked(case.question))))


def judged(case: Case, answer: Answer) -> Outcome:
    """Return whether a case was refused, and what was said of the true and the false."""
    found = answers.decided(case.question, answer)
    if case.question.answerable is False:
        return found
    said, quotes = answers.prose(answer), " ".join(item.quote for item in answer.evidence)
    held = [text.contains_any(said, value) for value in case.values]
    told = any(held)
    shown = any(text.contains_any(quotes, value) for value in case.values)
    rates = {**found.rates, CONTAINED: told, FOUND: shown}
    if not case.wrong:
        return replace(found, rates=rates)
    wrong = text.contains_any(said, case.wrong)
    rates |= {
        ALONE: wrong and not told,
        UNSEEN: wrong and not told and not shown,
        BOTH: wrong and told,
        FOUND_BOTH: shown and text.contains_any(quotes, case.wrong),
        STRICT: not wrong and all(held),
        LISTED: bool(answer.disagreements),
    }
    return replace(found, rates=rates, means={SHARE: sum(held) / len(held)})
