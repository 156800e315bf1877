"""Question, evidence -> the short answer: the words that answer, found by the reader alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.answering.values import same
from rag.language.questions import asks_for_several, asks_whether
from rag.types import Evidence, Short, Verdict

# of the probability of the first, from which others are told where several are asked for
NEARLY = 0.5


def short(question: str, evidence: Sequence[Evidence], verdict: Verdict) -> tuple[Short, ...]:
    """Return the words that answer in the best evidence; none where nothing does, or yes or no is asked.

    Where a question asks for several, each different one that answers nearly as probably is one.
    """
    if not verdict.answerable or asks_whether(question):
        return ()
    found = list(filter(None, map(_short, evidence)))
    if not asks_for_several(question):
        return tuple(found[:1])
    return tuple(_different(question, found))


def _short(item: Evidence) -> Short | None:
    if item.found is None:
        return None
    return Short(item.found_text, item.number, *item.found, item.answers)


def _different(question: str, found: Sequence[Short]) -> Iterator[Short]:
    told: list[Short] = []
    for one in found:
        near = one.probability >= NEARLY * found[0].probability
        if near and not any(same(question, one.text, other.text) for other in told):
            told.append(one)
            yield one
