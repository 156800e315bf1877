"""Refusal -> why the articles do not say, in words."""

from __future__ import annotations

from collections.abc import Iterator

from rag.types.answers import Answer
from rag.types.days import Window, in_words, span

NEAR = 0.1  # how well a passage fits at least, of those that are near the question
NOTHING_NEAR = "Nothing among the articles searched is near the question."
ONLY_WORDS = "The passages shown share words with the question, and are of something else."
NOT_ANSWERED = "The nearest passages do not answer the question."


def why(answer: Answer) -> tuple[str, ...]:
    """Return the reasons of a refusal, the likeliest first; none of any other answer."""
    if answer.status != "not_found":
        return ()
    return tuple(_reasons(answer))


def _reasons(answer: Answer) -> Iterator[str]:
    helped, lost = answer.help, answer.verdict.missing if answer.verdict else ()
    told = [*helped.unknown, *(helped.outside.phrase.split() if helped.outside else ())]
    elsewhere = [name for name in lost if name not in told]
    if helped.unknown:
        yield f"No article here has {_either([f'“{name}”' for name in helped.unknown])}."
    if helped.outside:
        yield _outside(helped.outside, helped.archive)
    if not any(item.score >= NEAR for item in answer.evidence):
        yield ONLY_WORDS if answer.evidence else NOTHING_NEAR
    elif elsewhere:
        yield f"Nothing in the nearest articles speaks of: {', '.join(elsewhere)}."
    elif not (helped.unknown or helped.outside):
        yield NOT_ANSWERED


def _outside(asked: Window, archive: Window) -> str:
    first, last = (in_words(day) if day else "…" for day in (archive.since, archive.until))
    if asked.phrase:
        return f"“{asked.phrase}” is outside the archive, which runs from {first} to {last}."
    return (
        f"No article is {span(asked.since, asked.until)}: the archive runs from {first} to {last}."
    )


def _either(names: list[str]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last
