"""Texts -> vectors, through two doors to one space (all-MiniLM-L6-v2, mean pooling, unit length).

    QuickEncoder  onnxruntime on an export of the weights: starts in 0.3 s; for questions and
                  small additions
    BulkEncoder   sentence-transformers: takes 6 to 9 s to import; for large additions, in bf16
                  where the processor has it

They share a fingerprint, and a test holds them to a cosine of at least 0.999.
"""

from __future__ import annotations

import hashlib
import logging
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from rag.atomic import replace_bytes, replacing
from rag.errors import ModelError
from rag.models.onnx import Network, batches, session
from rag.protocols import Progress, silent
from rag.types import Vectors

DIMENSION = 384
MAX_TOKENS = 256  # the model's published limit; longer texts are cut
BATCH = 16
MIN_COSINE = 0.9999  # between the export and sentence-transformers; measured: 1.0


def fingerprint(weights_sha256: str, tokenizer_sha256: str) -> str:
    """Digest what makes the vector space: weights, tokenizer, pooling, prefix, maximum length."""
    space = "|".join((weights_sha256, tokenizer_sha256, "mean", "unit", "", str(MAX_TOKENS)))
    return hashlib.sha256(space.encode()).hexdigest()[:32]


def _encoded(
    texts: Sequence[str], encode: Callable[[list[str]], Vectors], progress: Progress
) -> Vectors:
    vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
    for rows, done in batches(texts, BATCH):
        vectors[rows] = encode([texts[row] for row in rows])
        progress("encoding", done, len(texts))
    return vectors


class QuickEncoder:
    """Encode with onnxruntime; equal to BulkEncoder to three decimals."""

    dimension = DIMENSION

    def __init__(self, model: Path, tokenizer: Path, fingerprint: str, threads: int) -> None:
        self.fingerprint = fingerprint
        self._network = Network(model, tokenizer, MAX_TOKENS, threads)

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Return unit-length vectors, n x 384, in the order of the texts."""
        return _encoded(texts, self._run, progress)

    def _run(self, texts: Sequence[str]) -> Any:
        return self._network.run(self._network.encode(texts))[0]


class BulkEncoder:
    """Encode with sentence-transformers, in bf16 where the processor or a GPU supports it."""

    dimension = DIMENSION

    def __init__(self, folder: Path, fingerprint: str, threads: int) -> None:
        import torch

        self.fingerprint, self._threads = fingerprint, threads
        self._model = _sentence_transformer(folder)
        if torch.cuda.is_available() or _has_bf16():
            self._model = self._model.to(torch.bfloat16)

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Return unit-length vectors, n x 384, in the order of the texts."""
        return _encoded(texts, self._unit_vectors, progress)

    def _unit_vectors(self, texts: list[str]) -> Vectors:
        import torch

        with _torch_threads(self._threads):
            batch = self._model.encode(
                texts, batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False
            )
        unit: Vectors = torch.nn.functional.normalize(batch.float(), dim=1).cpu().numpy()
        return unit


@contextmanager
def _torch_threads(count: int) -> Iterator[None]:
    """Let torch use so many threads in the block; the number is global."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _has_bf16() -> bool:
    try:
        flags = Path("/proc/cpuinfo").read_text().split()
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


def _sentence_transformer(folder: Path) -> Any:
    """Load the model from local files only."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read at import: nothing is looked for elsewhere
    from sentence_transformers import SentenceTransformer

    with _no_progress_bar():
        model = SentenceTransformer(str(folder), local_files_only=True, trust_remote_code=False)
    model.max_seq_length = MAX_TOKENS
    return model


@contextmanager
def _no_progress_bar() -> Iterator[None]:
    """Keep transformers from drawing a bar in the block."""
    from transformers.utils import logging as bars

    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if shown:
            bars.enable_progress_bar()  # type: ignore[no-untyped-call]


@contextmanager
def _only_errors(name: str) -> Iterator[None]:
    """Silence a logger's lesser messages in the block."""
    logger = logging.getLogger(name)
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def exported(folder: Path, target: Path, fingerprint: str) -> Path:
    """Return the ONNX export of the weights; make it at `target` (15 s) if missing or changed."""
    stamp = target.with_suffix(".stamp")
    if not (
        target.exists() and stamp.exists() and stamp.read_text() == _state(target, fingerprint)
    ):
        try:
            _export(folder, target)
            replace_bytes(stamp, _state(target, fingerprint).encode())
        except OSError as error:
            reason = f"{target} cannot be written: {error.strerror}. Name another folder in CLIPPINGS_MODELS."
            raise ModelError(reason) from error
    return target


def _state(path: Path, fingerprint: str) -> str:
    status = path.stat()
    return f"{fingerprint} {status.st_size} {status.st_mtime_ns}"


def _export(folder: Path, target: Path) -> None:
    """Export encoder, mean pooling and normalisation as one graph, and check it.

    With dynamo: the older exporter gave a cosine of .965 at lengths other than the example's.
    """
    import torch

    model = _sentence_transformer(folder).to("cpu").eval()

    class Encode(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = model[0].auto_model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            tokens = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]
            mask = attention_mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    # Two tensors: one tensor twice becomes one input.
    example = tuple(torch.ones(2, 16, dtype=torch.int64) for _ in range(2))
    shape = {0: torch.export.Dim("n"), 1: torch.export.Dim("length", max=512)}
    quiet, no_warnings = _only_errors("torch.onnx"), warnings.catch_warnings()
    with replacing(target) as part, torch.no_grad(), quiet, no_warnings:
        warnings.simplefilter("ignore")  # about names of axes and of future classes
        program = torch.onnx.export(
            Encode().eval(),
            example,
            input_names=["input_ids", "attention_mask"],
            output_names=["vectors"],
            dynamic_shapes=(shape, shape),
            dynamo=True,
            verbose=False,
        )
        program.save(str(part), external_data=False)
        _agree(model, part)


_SAMPLES = (
    "A question?",
    "The mayor sued two officials on Tuesday. " * 3,
    "South Korea elected a new president. " * 60,
)


def _agree(model: Any, export: Path) -> None:
    opened = session(export, threads=0)  # as many as there are
    for text in _SAMPLES:
        tokens = model.tokenizer(
            [text], truncation=True, max_length=MAX_TOKENS, return_tensors="np"
        )
        feed = {name: tokens[name].astype(np.int64) for name in ("input_ids", "attention_mask")}
        cosine = float(opened.run(None, feed)[0][0] @ model.encode(text, normalize_embeddings=True))
        if cosine < MIN_COSINE:
            raise ModelError(
                f"The encoder's export disagrees with sentence-transformers (cosine {cosine:.4f}); not used."
            )
