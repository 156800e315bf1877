"""Texts -> what each is: how a statement tells, what a question asks, whether a sentence addresses a program.

One small network with a head for each, docs/classifier.md; in int8, run by onnxruntime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from rag.models.onnx import Network, batches
from rag.types import Asks, Class, Frame

MAX_TOKENS = 96  # a long sentence
BATCH = 16
CLASSES: Mapping[str, tuple[str, ...]] = {
    "frame": get_args(Frame),
    "asks": get_args(Asks),
    "order": ("no", "yes"),
}
"""Head -> its labels, in the order of its logits."""


class TextClassifier:
    """Tell what texts are."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        self._network = Network(model, tokenizer, MAX_TOKENS, threads)

    def classify(self, texts: Sequence[str]) -> list[Class]:
        """Return what each text is, in the order of the texts."""
        found: list[Class] = [Class()] * len(texts)
        for rows, _ in batches(texts, BATCH):
            logits = self._network.run(self._network.encode([texts[row] for row in rows]))
            shares = dict(zip(CLASSES, map(_shares, logits), strict=True))
            for place, row in enumerate(rows):
                frame = CLASSES["frame"][shares["frame"][place].argmax()]
                asks = dict(zip(get_args(Asks), map(float, shares["asks"][place]), strict=True))
                found[row] = Class(frame, asks, float(shares["order"][place, 1]))
        return found


def _shares(logits: Any) -> Any:
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
