"""Question, evidence -> the short answer: the words that answer, found by the reader alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.answering.values import repeats, same
from rag.language.marks import unmarked
from rag.language.questions import asks_for_several, asks_whether
from rag.types.answers import Short, Verdict
from rag.types.evidence import Evidence

# of the probability of the first, from which others are told where several are asked for
NEARLY = 0.5
LIKELY = 0.25  # the probability that it answers, from which another report counts
# Below it words are no answer by themselves: of 23 such first ones among 252 news questions 6 were
# right, of those from .3 to .5 13 of 23. Their sentence is quoted, and nothing is written from it.
SURE = 0.3


def short(question: str, evidence: Sequence[Evidence], verdict: Verdict) -> tuple[Short, ...]:
    """Return the words that answer in the best evidence; none where nothing surely does, or yes or no is
    asked.

    Where a question asks for several, each different one that answers nearly as probably is one.
    Each has the number of independent reports that say the same.
    """
    if not verdict.answerable or asks_whether(question):
        return ()
    found = [one for one in map(_short, evidence) if one]
    if not found or found[0].probability < SURE:
        return ()
    told = _different(question, found) if asks_for_several(question) else found[:1]
    return tuple(replace(one, reports=_reports(question, one, evidence)) for one in told)


def _short(item: Evidence) -> Short | None:
    if item.found is None:
        return None
    return Short(unmarked(item.found_text), item.number, *item.found, item.answers)


def _different(question: str, found: Sequence[Short]) -> Iterator[Short]:
    told: list[Short] = []
    for one in found:
        near = one.probability >= NEARLY * found[0].probability
        if near and not any(same(question, one.text, other.text) for other in told):
            told.append(one)
            yield one


def _reports(question: str, one: Short, evidence: Sequence[Evidence]) -> int:
    """Count the reports whose likeliest words say the same, with its own; copies are one report."""
    return len(
        {
            item.report
            for item in evidence
            if item.number == one.evidence
            or (item.answers >= LIKELY and repeats(question, one.text, item.found_text))
        }
    )
