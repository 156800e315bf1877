"""Texts -> what each is: how a statement tells, what a question asks, whether a sentence addresses a program.

One small network with a head for each, docs/classifier.md; in int8, run by onnxruntime.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from rag.models.onnx import Network
from rag.types.models import Asks, Class, Frame

MAX_TOKENS = 96  # a long sentence
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
        for row, _, logits in self._network.read(texts):
            shares = dict(zip(CLASSES, map(_shares, logits), strict=True))
            frame = CLASSES["frame"][shares["frame"].argmax()]
            asks = dict(zip(get_args(Asks), map(float, shares["asks"]), strict=True))
            found[row] = Class(frame, asks, float(shares["order"][1]))
        return found


def _shares(logits: Any) -> Any:
    odds = np.exp(logits - logits.max())
    return odds / odds.sum()
