"""Measure the reader alone, without a search: does a text answer, and with which words?

    text -> windows of two sentences -> the reader -> the likeliest window -> Outcome

newsqa     excerpts of news; more than half of the questions are answered in theirs
squad2     paragraphs of an encyclopedia that training left out; about half are answered

Every other text is kept unread: its questions are asked only by the tasks whose names end with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from rag.protocols import Reader
from rag.retrieval.evidence import windows_of
from rag.types.articles import Article, Passage
from rag.types.models import Reading
from scripts.evaluation import measures, text
from scripts.evaluation.collections import Question, file_digest, half, records
from scripts.evaluation.measures import Figure
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Means, Ready, Task, models, sampled
from scripts.evaluation.train.examples import read_squad

F1, EXACT = "span F1", "exact match"
AUROC = "AUROC of the reader's probability"
KEPT = 0.75  # of the answerable questions, when the refused ones of the others are counted
REFUSED = "refused of the unanswerable, where .75 of the answerable are kept"
CALIBRATION = "expected calibration error"
BINS = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A question and the text that may answer it."""

    question: Question
    text: str


def newsqa(path: Path) -> list[Case]:
    """Return the questions of a file with question, context and answers in each line."""
    return [
        _case(number, one["question"], one["context"], one["answers"])
        for number, one in enumerate(records(path), start=1)
    ]


def squad2(path: Path) -> list[Case]:
    """Return the questions of a file in the form of SQuAD 2 whose articles training left out."""
    return [
        _case(number, one.question, one.text, one.answers)
        for number, one in enumerate(read_squad(path, unread=True), start=1)
    ]


def _case(number: int, asked: str, told: str, answers: Sequence[str]) -> Case:
    golds = tuple(answers)
    return Case(Question(str(number), asked.strip(), None, golds, answerable=bool(golds)), told)


def task(name: str, file: Path, read: Callable[[Path], list[Case]], unread: bool = False) -> Task:
    """Return a task on one half of a file's texts: the one for development, or the unread one."""

    def ready(means: Means) -> Ready[Case]:
        engine, mark = means.engine(), file_digest(file)
        cases = {case.question.id: case for case in part(read(file), unread)}
        return Ready(
            engine.settings,
            models(engine, writes=False),
            sampled(cases, means.limit, {"articles": mark, "questions": mark}),
            partial(outcome, reader=engine.models.reader),
            figures=figures,
        )

    return Task(f"reader-{name}{'-unread' if unread else ''}", (file,), ready)


def part(cases: Sequence[Case], unread: bool) -> list[Case]:
    """Return the cases of one half of the texts."""
    return half(cases, unread, lambda case: case.text)


def outcome(case: Case, reader: Reader) -> Outcome:
    """Return whether and how rightly the likeliest window answers."""
    question = case.question
    probability, found = likeliest(question.text, case.text, reader)
    facts = {"said": probability, "answerable": float(bool(question.answerable))}
    if not question.answerable:
        return Outcome(question.id, question.kind, facts=facts)
    rates = {EXACT: text.exact(found, question.answers)}
    means = {F1: text.token_f1(found, question.answers)}
    return Outcome(question.id, question.kind, rates, means, facts=facts)


def likeliest(question: str, told: str, reader: Reader) -> tuple[float, str]:
    """Return the probability of the window that answers most probably, and its words that do."""
    article = Article(path="text.txt", position=0, title="", text=told)
    windows = [told[start:end] for start, end in windows_of(Passage(article, 0, len(told)))]
    readings = zip(reader.read(question, windows), windows, strict=True)
    best, window = max(readings, key=lambda pair: pair[0].answers, default=(Reading(0.0), ""))
    return best.answers, window[best.start : best.end] if best.start >= 0 else ""


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the sums, what both kinds of questions give together, and a table of reliability."""
    told = [(one.facts["said"], bool(one.facts["answerable"])) for one in outcomes]
    whole = {**summed(outcomes)["all"], **dict(_of_both(told))}
    return {"all": whole, **reliability(told)}


def _of_both(told: Sequence[tuple[float, bool]]) -> Iterator[tuple[str, Figure]]:
    answerable, others = ([said for said, true in told if true is side] for side in (True, False))
    if answerable and others:
        yield AUROC, measures.auroc(answerable, others)
        yield REFUSED, measures.refused(answerable, others, KEPT)
    said, true = [said for said, _ in told], [true for _, true in told]
    yield CALIBRATION, measures.calibration_error(said, true, BINS)


def reliability(told: Sequence[tuple[float, bool]]) -> dict[str, dict[str, Figure]]:
    """Return, for each tenth of the probabilities, the mean that was said and the share that is true."""
    table: dict[str, dict[str, Figure]] = {"said": {}, "true": {}}
    for place in range(BINS):
        chosen = [one for one in told if min(int(one[0] * BINS), BINS - 1) == place]
        if chosen:
            said, true = zip(*chosen, strict=True)
            name = f"probability {place / BINS:g} to {(place + 1) / BINS:g}"
            table["said"][name] = measures.mean(said)
            table["true"][name] = measures.rate(true)
    return table
