"""Texts -> the logits of their tokens, by a network that is told the shape of each token's word.

In int8, run by onnxruntime. The network does not see capitals: shapes tell of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.models.onnx import Network

MAX_TOKENS = 128  # two long sentences
SHAPES = 3  # small letters or figures, a capital first, capitals only
WORD = re.compile(r"\w+")


class TokenNetwork:
    """A network that tells something of every token."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        self._network = Network(model, tokenizer, MAX_TOKENS, threads)

    def read(self, texts: Sequence[str]) -> Iterator[tuple[int, Any, Any]]:
        """Yield the row of each text, the places of its tokens and their logits (tokens x labels).

        Tokens behind `MAX_TOKENS` are left out; long texts come first.
        """

        def told(row: int, tokens: Any) -> list[int]:
            return shapes(texts[row], tokens.offsets)

        for row, tokens, [logits] in self._network.read(texts, told):
            yield row, tokens.offsets, logits


def shapes(text: str, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Return the shape of the word that each token is of."""
    of = [0] * len(text)
    for word in WORD.finditer(text):
        told = word[0]
        shape = (1 + (told.isupper() and len(told) > 1)) if told[0].isupper() else 0
        of[word.start() : word.end()] = [shape] * len(told)
    return [of[start] if end > start else 0 for start, end in offsets]


def shares(logits: Any) -> Any:
    """Return how likely each label is (… x labels)."""
    odds = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return odds / odds.sum(axis=-1, keepdims=True)
