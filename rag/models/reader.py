"""Question, texts -> readings: how well each text fits, whether it answers, and with which words.

One cross-encoder with three heads, docs/reader.md; in int8, run by onnxruntime.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.onnx import Network
from rag.types.models import Reading

MAX_TOKENS = 320  # a question and a passage of 140 words; attention grows with the square
ANSWER_TOKENS = 30  # a longer answer is a quotation
_TEXT = 1  # of a pair: the question is 0


class CrossEncoder:
    """Read a question and texts together."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        self._network = Network(model, tokenizer, MAX_TOKENS, threads)

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Return a reading for each text."""
        readings: list[Reading] = [Reading(0.0)] * len(texts)
        for row, tokens, outputs in self._network.read([(question, text) for text in texts]):
            relevance, answerable, span = outputs
            start, end = _whole(texts[row], *_best(span, tokens))
            readings[row] = Reading(_probability(relevance), _probability(answerable), start, end)
        return readings


def _best(span: Any, encoding: Any) -> tuple[int, int]:
    """Return the likeliest answer as characters of the text, or -1 and -1."""
    inside = np.array([part == _TEXT for part in encoding.sequence_ids])
    places = np.flatnonzero(inside)
    if not len(places):
        return -1, -1
    starts, ends = span[places, 0], span[places, 1]
    pairs = np.triu(np.ones((len(places), len(places)), dtype=bool))
    pairs &= ~np.triu(pairs, ANSWER_TOKENS)
    told = np.where(pairs, starts[:, None] + ends[None, :], -np.inf)
    first, last = divmod(int(told.argmax()), len(places))
    return encoding.offsets[places[first]][0], encoding.offsets[places[last]][1]


def _whole(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span with the rest of the words that it begins and ends in: tokens may be parts."""
    while start > 0 and text[start - 1 : start + 1].isalnum():
        start -= 1
    while 0 < end < len(text) and text[end - 1 : end + 1].isalnum():
        end += 1
    return start, end


def _probability(logit: Any) -> float:
    return float(1 / (1 + np.exp(-logit)))
