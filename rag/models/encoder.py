"""Texts -> vectors, through doors to one space (all-MiniLM-L6-v2, mean pooling, unit length).

    NetworkEncoder  onnxruntime on an export of the weights: as they are, for questions and small
                    additions, or most of them in 8 bits, for large additions
    TorchEncoder    sentence-transformers, from which the export is made and which it is checked
                    against: takes 6 to 9 s to import; for large additions where there is a GPU

They share a fingerprint. Cosines to sentence-transformers: 1.0000, and .997 in 8 bits, where the
least of 575 passages is .994; the vectors of one library may come from all of them.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from rag.atomic import replace_bytes, replacing
from rag.errors import ModelError
from rag.models.onnx import Network, round_matrices
from rag.protocols import Progress, silent
from rag.types.models import Vectors

DIMENSION = 384
MAX_TOKENS = 256  # the model's published limit; longer texts are cut
BATCH = 16
Kind: TypeAlias = Literal["plain", "rounded"]
# The least cosine between an export and sentence-transformers
MIN_COSINE: Mapping[Kind, float] = {"plain": 0.9999, "rounded": 0.98}
# Of so many layers, the first, the second matrix behind attention is not rounded: what it is multiplied
# with has a few numbers far beyond all others. Cosine .9939 -> .9968, the least .991 -> .994.
NOT_ROUNDED = 3


def fingerprint(weights_sha256: str, tokenizer_sha256: str) -> str:
    """Digest what makes the vector space: weights, tokenizer, pooling, prefix, maximum length."""
    space = "|".join((weights_sha256, tokenizer_sha256, "mean", "unit", "", str(MAX_TOKENS)))
    return hashlib.sha256(space.encode()).hexdigest()[:32]


class NetworkEncoder:
    """Encode with onnxruntime."""

    dimension = DIMENSION

    def __init__(self, model: Path, tokenizer: Path, fingerprint: str, threads: int) -> None:
        self.fingerprint = fingerprint
        self._network = Network(model, tokenizer, MAX_TOKENS, threads)

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Return unit-length vectors, n x 384, in the order of the texts."""
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        for done, (row, _, [vector]) in enumerate(self._network.read(texts), 1):
            vectors[row] = vector
            if done % BATCH == 0 or done == len(texts):
                progress("encoding", done, len(texts))
        return vectors


class TorchEncoder:
    """Encode with sentence-transformers: on a GPU in bf16, elsewhere as the weights are."""

    dimension = DIMENSION

    def __init__(self, folder: Path, fingerprint: str, threads: int) -> None:
        import torch

        self.fingerprint, self._threads = fingerprint, threads
        self._model = _sentence_transformer(folder)
        if torch.cuda.is_available():
            self._model = self._model.to(torch.bfloat16)

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Return unit-length vectors, n x 384, in the order of the texts."""
        vectors = np.empty((len(texts), DIMENSION), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            vectors[rows] = self._unit_vectors([texts[row] for row in rows])
            progress("encoding", first + len(rows), len(texts))
        return vectors

    def _unit_vectors(self, texts: list[str]) -> Vectors:
        import torch

        with _torch_threads(self._threads):
            batch = self._model.encode(
                texts, batch_size=BATCH, convert_to_tensor=True, show_progress_bar=False
            )
        unit: Vectors = torch.nn.functional.normalize(batch.float(), dim=1).cpu().numpy()
        return unit


def has_gpu() -> bool:
    """Return whether torch can compute on a GPU; where there is none, torch is not imported."""
    if not shutil.which("nvidia-smi"):
        return False
    import torch

    return bool(torch.cuda.is_available())


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


def _sentence_transformer(folder: Path, **options: str) -> Any:
    """Load the model from local files only."""
    os.environ["HF_HUB_OFFLINE"] = "1"  # read at import: nothing is looked for elsewhere
    from sentence_transformers import SentenceTransformer

    with _no_progress_bar():
        model = SentenceTransformer(
            str(folder), local_files_only=True, trust_remote_code=False, model_kwargs=options
        )
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


def exported(folder: Path, places: Path, fingerprint: str, kind: Kind = "plain") -> Path:
    """Return the ONNX export of the weights; make it in `places` (15 s) if missing or changed."""
    target = places / f"all-MiniLM-L6-v2-{kind}.onnx"
    stamp = target.with_suffix(".stamp")
    if not (
        target.exists() and stamp.exists() and stamp.read_text() == _state(target, fingerprint)
    ):
        try:
            if kind == "plain":
                _export(folder, target)
            else:
                _round(exported(folder, places, fingerprint), folder / "tokenizer.json", target)
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

    # Attention as single products and sums: what torch fuses is exported with a guard against texts
    # without a word, which costs a tenth of the time.
    model = _sentence_transformer(folder, attn_implementation="eager").to("cpu").eval()

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
        expected = model.encode(list(_SAMPLES), normalize_embeddings=True, show_progress_bar=False)
        _agree(expected, part, folder / "tokenizer.json", "plain")


def _round(plain: Path, tokenizer: Path, target: Path) -> None:
    """Round the matrices of an export to 8 bits, and check what comes of it."""
    import onnx

    graph = onnx.load(plain).graph
    shapes = {weight.name: tuple(weight.dims) for weight in graph.initializer}
    narrowing = [
        node.name
        for node in graph.node
        if node.op_type == "MatMul" and shapes.get(node.input[1], (0, 0))[0] > DIMENSION
    ]
    with replacing(target) as part:
        with _only_errors("root"):  # it advises to prepare the model, which changes nothing here
            round_matrices(plain, part, narrowing[:NOT_ROUNDED])
        expected = NetworkEncoder(plain, tokenizer, "", threads=1).encode(_SAMPLES)
        _agree(expected, part, tokenizer, "rounded")


_SAMPLES = (
    "A question?",
    "The mayor sued two officials on Tuesday. " * 3,
    "South Korea elected a new president. " * 60,
)


def _agree(expected: Vectors, export: Path, tokenizer: Path, kind: Kind) -> None:
    found = NetworkEncoder(export, tokenizer, "", threads=1).encode(_SAMPLES)
    cosine = float(np.einsum("nd,nd->n", found, expected).min())
    if cosine < MIN_COSINE[kind]:
        raise ModelError(
            f"An export of the encoder disagrees with sentence-transformers (cosine {cosine:.4f}); not used."
        )
