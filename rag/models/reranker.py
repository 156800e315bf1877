"""Question, texts -> scores: a cross-encoder that reads both together.

It is ms-marco-MiniLM-L-12-v2 in int8, run by onnxruntime.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.models.onnx import Network, batches

MAX_TOKENS = 320  # a question and a passage of 140 words; attention grows with the square
BATCH = 8  # on two cores larger batches only add padding


class CrossEncoder:
    """Score texts by how well they answer a question."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        self._network = Network(model, tokenizer, MAX_TOKENS, threads)

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the probability, 0 to 1, that each text answers the question."""
        logits = np.empty(len(texts), dtype=np.float32)
        for rows, _ in batches(texts, BATCH):
            pairs = [(question, texts[row]) for row in rows]
            logits[rows] = self._network.run(pairs).reshape(-1)
        return [float(score) for score in 1 / (1 + np.exp(-logits))]
