"""Text -> its sentences, as spans that cover all but white space."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

SENTENCE_CHARACTERS = 1_000  # a longer "sentence" is a table; it is cut at white space
WRAPPED_CHARACTERS = 50  # a shorter line without a full stop is a heading, not a wrapped line
_ENDS = ".!?:;…”’\"')"
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)


def sentences(text: str) -> list[Span]:
    """Return the spans of a text's sentences, without the white space around them and not empty."""
    from sentencex import get_sentence_boundaries  # 10 ms

    spans: list[Span] = []
    for boundary in get_sentence_boundaries("en", text) if text.strip() else ():
        for start, end in _bounded(text, boundary["start_index"], boundary["end_index"]):
            span = _stripped(text, start, end)
            if span and spans and _goes_on(text, spans[-1], span):
                spans[-1] = (spans[-1][0], span[1])
            elif span:
                spans.append(span)
    return spans


def _goes_on(text: str, last: Span, span: Span) -> bool:
    """Return whether a cut fell inside a sentence: a wrapped line, a small letter, after "a.m."."""
    between = text[last[1] : span[0]]
    before, after = text[last[0] : last[1]], text[span[0] : span[1]]
    if "\n\n" in between or last[1] - last[0] > SENTENCE_CHARACTERS // 2:
        return False
    if "\n" in between:
        line = before.rsplit("\n", 1)[-1]
        return before[-1] not in _ENDS and (after[0].islower() or len(line) >= WRAPPED_CHARACTERS)
    small = after[0].islower() and before[-1] == "."
    return small or (bool(_CLOCK.search(before)) and len(after.split()) <= 2)


def _bounded(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a span at line ends, and at white space where it is too long."""
    for line in re.finditer(r"[^\n]+", text[start:end]):
        left, stop = start + line.start(), start + line.end()
        while stop - left > SENTENCE_CHARACTERS:
            cut = text.rfind(" ", left + 1, left + SENTENCE_CHARACTERS)
            cut = cut if cut > left else left + SENTENCE_CHARACTERS
            yield left, cut
            left = cut
        yield left, stop


def _stripped(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return (start, end) if start < end else None
