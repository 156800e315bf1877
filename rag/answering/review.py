"""Quotations -> the answer that consists of them: a summary, or what two say side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answering.statements import quoted
from rag.answering.writing import ended
from rag.language.marks import unmarked
from rag.types.answers import Answer, Review, Side, Statement
from rag.types.evidence import Evidence

NOTHING_WRITTEN = "No language model wrote any of it."


def summed_up(draft: Answer, topic: str) -> Answer:
    """Answer with a quotation of each piece of evidence; there is some."""
    many, reports = len(draft.evidence), len({item.report for item in draft.evidence})
    told = "A sentence" if many == 1 else f"{many} sentences"
    if reports == 1:
        note = f"{told} of the only report that tells of it."
    else:
        each = "A sentence of each of" if many == reports else f"{told} of"
        note = f"{each} {reports} independent reports, in the order of their days."
    return _quoting(draft, Review("summary", topic), f"{note} {NOTHING_WRITTEN}")


def compared(draft: Answer, topic: str, sides: Sequence[Side]) -> Answer:
    """Answer with what each side says; partly where one says nothing."""
    lost = next((side.who for side in sides if not side.evidence), "")
    silent = f"The articles do not say what {lost} says about {topic}. " if lost else ""
    grown = _quoting(draft, Review("comparison", topic, tuple(sides)), f"{silent}{NOTHING_WRITTEN}")
    return replace(grown, status="partial" if lost else "answered")


def _quoting(draft: Answer, review: Review, note: str) -> Answer:
    statements = tuple(map(_quotation, draft.evidence))
    grown = draft.grown(review=review, statements=statements)
    return ended(grown, "answered", note)


def _quotation(item: Evidence) -> Statement:
    """Quote a sentence whole, with its day and who printed it."""
    day = item.article.day
    told = f"{day[0].upper()}{day[1:]}, {unmarked(item.article.reporter)}: {quoted(item)}"
    return Statement(told, "quote", (item.number,), True)
