"""Text -> its sentences, as spans that cover all but white space."""

from __future__ import annotations

import re
from collections.abc import Iterator

Span = tuple[int, int]

# A longer "sentence" is a table or has no full stops; it is cut at white space.
SENTENCE_CHARACTERS = 1_000
WRAPPED_CHARACTERS = 50  # a shorter line without a full stop is a heading, not a wrapped line
# The library compares every quotation mark with every other: so many are read piece by piece.
QUOTES, MANY_QUOTES, PIECE_CHARACTERS = "`'‘“«»‹›„「」『』", 1_000, 2_000
_ENDS = ".!?:;…”’\"')"
_CLOCK = re.compile(r"\b[ap]\.m\.$", re.IGNORECASE)


def sentences(text: str) -> list[Span]:
    """Return the spans of a text's sentences, without the white space around them and not empty."""
    from sentencex import get_sentence_boundaries  # 10 ms

    found = (
        (first + boundary["start_index"], first + boundary["end_index"])
        for first, last in _pieces(text)
        if text[first:last].strip()
        for boundary in get_sentence_boundaries("en", text[first:last])
    )
    spans: list[Span] = []
    for boundary in found:
        for start, end in _bounded(text, *boundary):
            told = text[start:end].strip()
            start = text.index(told, start)
            span = (start, start + len(told))
            if told and spans and _goes_on(text, spans[-1], span):
                spans[-1] = (spans[-1][0], span[1])
            elif told:
                spans.append(span)
    return spans


def sentence_texts(text: str) -> list[str]:
    """Return a text's sentences."""
    return [text[slice(*span)] for span in sentences(text)]


def holding(text: str, start: int, end: int) -> str:
    """Return the sentences of a text that a stretch of it touches; the whole text where none does."""
    touched = [span for span in sentences(text) if span[0] < end and start < span[1]]
    return text[touched[0][0] : touched[-1][1]] if touched else text


def _pieces(text: str) -> Iterator[Span]:
    """Yield the whole text; with many quotation marks pieces that end with a paragraph or a word."""
    size = PIECE_CHARACTERS if sum(map(text.count, QUOTES)) > MANY_QUOTES else len(text)
    start = 0
    while start < len(text):
        stop = start + size
        found = ((text.rfind(sign, start + 1, stop), sign) for sign in ("\n\n", "\n", ". ", " "))
        cuts = (end + len(sign.strip()) for end, sign in found if end > start)
        cut = next(cuts, stop) if stop < len(text) else len(text)
        yield start, cut
        start = cut


def _goes_on(text: str, last: Span, span: Span) -> bool:
    """Return whether a cut fell inside a sentence: at the end of a wrapped line, before a small
    letter, or between "11 a.m." and "Wednesday".
    """
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
