"""Statement, texts -> whether each text supports it, contradicts it or says nothing of it.

One cross-encoder with a logit for each verdict, docs/checker.md; in int8, run by onnxruntime.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.models.onnx import Network
from rag.types.models import Support

MAX_TOKENS = 320  # a statement and three pieces of evidence


class StatementChecker:
    """Compare a statement with texts."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        self._network = Network(model, tokenizer, MAX_TOKENS, threads)

    def check(self, statement: str, texts: Sequence[str]) -> list[Support]:
        """Return whether each text supports the statement."""
        found: list[Support] = [Support()] * len(texts)
        for row, _, (logits, *_) in self._network.read([(statement, text) for text in texts]):
            odds = np.exp(logits - logits.max())
            supported, contradicted, _ = odds / odds.sum()
            found[row] = Support(float(supported), float(contradicted))
        return found
