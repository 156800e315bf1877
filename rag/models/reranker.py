"""Question, texts -> scores: a cross-encoder that reads both together.

It is ms-marco-MiniLM-L-12-v2 in int8, run by onnxruntime.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

MAX_TOKENS = 320  # a question and a passage of 140 words; attention grows with the square
BATCH = 8  # on two cores larger batches only add padding


class CrossEncoder:
    """Score texts by how well they answer a question."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        # Waiting threads sleep: spinning, two processes on two cores slow each other down tenfold.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        self._session = ort.InferenceSession(
            str(model), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        # The text is cut, and a question only where it is the longer of the two.
        self._tokenizer.enable_truncation(MAX_TOKENS, strategy="longest_first")
        self._tokenizer.enable_padding()
        self._inputs = [item.name for item in self._session.get_inputs()]

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the probability, 0 to 1, that each text answers the question."""
        logits = np.empty(len(texts), dtype=np.float32)
        rows = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for first in range(0, len(rows), BATCH):
            batch = rows[first : first + BATCH]
            encodings = self._tokenizer.encode_batch([(question, texts[row]) for row in batch])
            fields = {
                "input_ids": [encoding.ids for encoding in encodings],
                "attention_mask": [encoding.attention_mask for encoding in encodings],
                "token_type_ids": [encoding.type_ids for encoding in encodings],
            }
            feed = {name: np.array(fields[name], dtype=np.int64) for name in self._inputs}
            logits[batch] = self._session.run(None, feed)[0].reshape(-1)
        return [float(score) for score in 1 / (1 + np.exp(-logits))]
