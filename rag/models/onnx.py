"""Transformers as ONNX files, run by onnxruntime on the processor, over texts of like length together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np


class Network:
    """A model with its tokenizer; a pair of texts is read together."""

    def __init__(self, model: Path, tokenizer: Path, most_tokens: int, threads: int) -> None:
        from tokenizers import Tokenizer

        self._session = session(model, threads)
        self._inputs = [item.name for item in self._session.get_inputs()]
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        # Of a pair the longer text is cut.
        self._tokenizer.enable_truncation(most_tokens, strategy="longest_first")
        self._tokenizer.enable_padding()

    def encode(self, texts: Sequence[str] | Sequence[tuple[str, str]]) -> Any:
        """Return the tokens of a batch of texts or pairs, all of one length."""
        return self._tokenizer.encode_batch(list(texts))

    def run(self, encodings: Any, types: Sequence[Sequence[int]] | None = None) -> Any:
        """Return the outputs, each with one row for each text or pair of a batch.

        `types` are the types of tokens, where they tell something else than which text of a pair.
        """
        fields = {
            "input_ids": [encoding.ids for encoding in encodings],
            "attention_mask": [encoding.attention_mask for encoding in encodings],
            "token_type_ids": types or [encoding.type_ids for encoding in encodings],
        }
        feed = {name: np.array(fields[name], dtype=np.int64) for name in self._inputs}
        return self._session.run(None, feed)


def session(model: Path, threads: int) -> Any:
    """Open a model in onnxruntime."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    # Waiting threads sleep: spinning, two processes on two cores slow each other down tenfold.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def batches(texts: Sequence[str], size: int) -> Iterator[tuple[list[int], int]]:
    """Yield rows of texts of like length, to pad little, and how many are done with them."""
    rows = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    for first in range(0, len(rows), size):
        batch = rows[first : first + size]
        yield batch, first + len(batch)
