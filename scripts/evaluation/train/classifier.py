"""Train the classifier, the network that tells what a text is, and write it as ONNX.

    python -m scripts.evaluation.train.classifier        goes on where it was stopped

text -> how a statement tells what it tells; what a question asks; whether a sentence addresses a
program. Three heads on one trunk, which begins with the encoder. A quarter of an hour on two cores.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import typer
from torch import nn
from torch.nn import functional

from rag.models.catalogue import ENCODER
from rag.models.classifier import CLASSES, MAX_TOKENS
from rag.models.files import model_files
from rag.settings import Settings
from rag.shell.terminal import door, run, say
from scripts.evaluation.train import learning
from scripts.evaluation.train.classes import Labelled, labelled
from scripts.evaluation.train.learning import Plan
from scripts.evaluation.train.reader import WEIGHTS

PLAN = Plan(batch=32, trunk_rate=1e-4, head_rate=1e-3, seed=16)
TURNS = 3  # over all texts
SMOOTH = 0.02  # of a label's certainty goes to the others


class Network(nn.Module):  # type: ignore[misc]
    """The trunk, the mean of its tokens, and a linear layer for each head."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        size = bert.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(size, len(of)) for name, of in CLASSES.items()})

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Return the logits of each head, in the order of CLASSES."""
        told = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(told.dtype)
        mean = (told * mask).sum(1) / mask.sum(1)
        return tuple(head(mean) for head in self.heads.values())


def encoder() -> tuple[Any, Any]:
    """Return the encoder's network in float, and its tokenizer."""
    from transformers import AutoModel, AutoTokenizer

    paths = model_files(ENCODER, Settings.from_env().models)
    folder = paths["model.safetensors"].parent
    trunk = AutoModel.from_pretrained(
        folder, attn_implementation="eager", add_pooling_layer=False, local_files_only=True
    )
    return trunk, AutoTokenizer.from_pretrained(folder, local_files_only=True)


def train(
    plan: Plan, data: Sequence[Labelled], folder: Path, trunk: Any, tokenizer: Any
) -> Network:
    """Learn from the texts `TURNS` times; return the network."""
    device = learning.device()
    torch.manual_seed(plan.seed)
    network: Network = Network(trunk).to(device)
    network.bert.embeddings.requires_grad_(False)

    def losses(_: int, batch: Sequence[Labelled]) -> dict[str, torch.Tensor]:
        with learning.in_half():
            logits = network(**tokens(tokenizer, [one.text for one in batch]).to(device))
        found = {}
        for (head, of), told in zip(CLASSES.items(), logits, strict=True):
            rows = [row for row, one in enumerate(batch) if one.head == head]
            if rows:
                right = torch.tensor([of.index(batch[row].label) for row in rows], device=device)
                missed = functional.cross_entropy(
                    told[rows].float(), right, reduction="sum", label_smoothing=SMOOTH
                )
                found[head] = missed / len(batch)
        return found

    order = [
        batch
        for turn in range(TURNS)
        for batch in learning.batches(data, Plan(batch=plan.batch, seed=plan.seed + turn))
    ]
    learning.learn(network, "heads", order, losses, plan, folder)
    return network


def tokens(tokenizer: Any, texts: Sequence[str]) -> Any:
    """Return texts as the network reads them."""
    return tokenizer(
        list(texts), truncation=True, max_length=MAX_TOKENS, padding=True, return_tensors="pt"
    )


def classifier(limit: int = 0, out: Path = WEIGHTS / "classifier.onnx") -> None:
    """Learn from the labelled texts, beginning with the encoder, and write the network."""
    raise typer.Exit(run(lambda: _learned(limit, out)))


def _learned(limit: int, out: Path) -> int:
    data = labelled()[: limit or None]
    folder = learning.checkpoints("classifier", PLAN, data)
    say(f"{len(data):,} texts; {folder}")
    trunk, tokenizer = encoder()
    network = train(PLAN, data, folder, trunk, tokenizer)
    given = tokens(tokenizer, ["He left.", "A text."])
    learning.export(network, out, given, list(CLASSES))
    learning.say_written(out)
    return 0


if __name__ == "__main__":
    sys.exit(door(classifier, "python -m scripts.evaluation.train.classifier", None))
