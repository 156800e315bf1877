"""Transformers as ONNX files, run by onnxruntime on the processor: one text at a time, and one on each core.

Two threads in one text wait for each other at each of some 80 products of matrices; two texts do not.
What is said of a text depends on nothing that is read beside it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Text: TypeAlias = str | tuple[str, str]
"""What is read at once: a text, or two together."""
Types: TypeAlias = Callable[[int, Any], Sequence[int]]
"""Row and tokens of a text -> a type for each token."""


class Network:
    """A model with its tokenizer."""

    def __init__(self, model: Path, tokenizer: Path, most_tokens: int, threads: int) -> None:
        from tokenizers import Tokenizer

        self._session, self._cores = session(model), threads
        self._inputs = [item.name for item in self._session.get_inputs()]
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        # Of a pair the longer text is cut.
        self._tokenizer.enable_truncation(most_tokens, strategy="longest_first")
        self._tokenizer.no_padding()

    def read(
        self, texts: Sequence[Text], types: Types | None = None
    ) -> Iterator[tuple[int, Any, list[Any]]]:
        """Yield the row of each text, its tokens and the outputs; long texts first.

        Of `types` the network is told, where they say something else than which text of a pair a token is of.
        """

        def run(row: int) -> tuple[Any, list[Any]]:
            text = texts[row]
            pair = (text,) if isinstance(text, str) else text
            tokens = self._tokenizer.encode(*pair)
            fields = {
                "input_ids": tokens.ids,
                "attention_mask": tokens.attention_mask,
                "token_type_ids": types(row, tokens) if types else tokens.type_ids,
            }
            given = {name: np.array([fields[name]], dtype=np.int64) for name in self._inputs}
            return tokens, [output[0] for output in self._session.run(None, given)]

        lengths = [len(text) if isinstance(text, str) else sum(map(len, text)) for text in texts]
        rows = sorted(range(len(texts)), key=lengths.__getitem__, reverse=True)
        for row, (tokens, outputs) in _in_order(run, rows, self._cores):
            yield row, tokens, outputs


def session(model: Path) -> Any:
    """Open a model in onnxruntime; a run keeps one core busy."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return ort.InferenceSession(
        str(model),
        options,
        providers=["CPUExecutionProvider"],
        disabled_optimizers=["SkipLayerNormFusion"],  # the fused one takes six times as long
    )


def round_matrices(plain: Path, target: Path, kept: Sequence[str]) -> None:
    """Write a model with its matrices in 8 bits, a scale for each column, but for the products named `kept`.

    What they are multiplied with is rounded when they are, with one scale for a text.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    quantize_dynamic(
        plain, target, weight_type=QuantType.QInt8, per_channel=True, nodes_to_exclude=list(kept)
    )


def _in_order(
    run: Callable[[int], Any], rows: Sequence[int], cores: int
) -> Iterator[tuple[int, Any]]:
    """Yield each row and what `run` makes of it, in order; so many at a time."""
    waiting: deque[tuple[int, Future[Any]]] = deque()
    for row in rows:
        waiting.append((row, _cores(cores).submit(run, row)))
        if len(waiting) > 2 * cores:
            first, done = waiting.popleft()
            yield first, done.result()
    for last, done in waiting:
        yield last, done.result()


@cache
def _cores(count: int) -> ThreadPoolExecutor:
    """Return so many threads, the same for all networks: two at work share the cores."""
    return ThreadPoolExecutor(count, thread_name_prefix="network")
