"""Train the reader, the one network that ranks, judges and marks an answer, and write it as ONNX.

    python -m scripts.evaluation.train.reader [--out FILE]     goes on where it was stopped

question, window -> relevance (as the reranker that it begins with), answerable, start and end of the
answer. It begins with the weights of ms-marco-MiniLM-L-12-v2 and keeps its ranking by learning it from
the network as it was (self-distillation), beside the two new heads. On two cores a little more than
an hour, on a GPU minutes. Checkpoints lie in ~/.cache/clippings/training.
"""

from __future__ import annotations

import copy
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import typer
from torch import nn
from torch.nn import functional

from rag.settings import ROOT
from rag.shell.terminal import door, run, say
from scripts.evaluation.train import learning, weights
from scripts.evaluation.train.examples import Example, examples
from scripts.evaluation.train.learning import MOST_TOKENS, Plan

TRAINING = ROOT.parent / "shared" / "training"
SQUAD = ROOT.parent / "shared" / "eval" / "squad2_dev" / "squad2.json"
WEIGHTS = ROOT / "rag" / "models" / "weights"
OUTPUTS = ("relevance", "answerable", "span")


class Network(nn.Module):  # type: ignore[misc]
    """The trunk with its heads: relevance, answerable, start and end of the answer."""

    def __init__(self, classifier: Any) -> None:
        super().__init__()
        self.bert = classifier.bert
        self.relevance = classifier.classifier
        self.pool = copy.deepcopy(classifier.bert.pooler)
        self.answerable = copy.deepcopy(classifier.classifier)
        self.span = nn.Linear(self.bert.config.hidden_size, 2)
        nn.init.normal_(self.span.weight, std=0.02)
        nn.init.zeros_(self.span.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Return relevance (n), answerable (n) and span logits (n, tokens, 2)."""
        told = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        states = told.last_hidden_state
        relevance = self.relevance(told.pooler_output).squeeze(-1)
        answerable = self.answerable(self.pool(states)).squeeze(-1)
        return relevance, answerable, self.span(states)


def train(plan: Plan, data: Sequence[Example], folder: Path) -> Network:
    """Learn from the examples once, in their order; return the network."""
    device = learning.device()
    tokenizer = weights.tokenizer()
    torch.manual_seed(plan.seed)
    network: Network = Network(weights.classifier()).to(device)
    network.bert.embeddings.requires_grad_(False)  # words that no example has would be left behind
    teacher = copy.deepcopy(network).eval()

    def losses(step: int, batch: Sequence[Example]) -> dict[str, torch.Tensor]:
        given, starts, ends, answered = _tensors(batch, tokenizer, device)
        distils, told = step % plan.distil_every == 0, None
        with learning.in_half():
            relevance, answerable, span = network(**given)
            if distils:
                with torch.no_grad():
                    told = teacher(**given)[0]
        span = span.float().masked_fill((given["attention_mask"] == 0).unsqueeze(-1), -1e4)
        marked = (
            functional.cross_entropy(span[..., 0], starts)
            + functional.cross_entropy(span[..., 1], ends)
        ) / 2
        judged = functional.binary_cross_entropy_with_logits(answerable.float(), answered)
        found = {"span": marked, "answerable": judged}
        if told is not None:
            ranked = functional.smooth_l1_loss(relevance.float(), told.float())
            found["relevance"] = plan.distil * plan.distil_every * ranked
        return found

    learning.learn(network, "span", list(learning.batches(data, plan)), losses, plan, folder)
    return network


def _tensors(batch: Sequence[Example], tokenizer: Any, device: str) -> tuple[Any, Any, Any, Any]:
    """Return the network's input and the answers as token places; place 0 where there is none."""
    told = tokenizer(
        [one.question for one in batch],
        [one.text for one in batch],
        truncation="only_second",
        max_length=MOST_TOKENS,
        padding=True,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = told.pop("offset_mapping").tolist()
    places = [_places(one, offsets[row], told.sequence_ids(row)) for row, one in enumerate(batch)]
    starts = torch.tensor([start for start, _ in places], device=device)
    ends = torch.tensor([end for _, end in places], device=device)
    answered = torch.tensor([float(one.answered) for one in batch], device=device)
    return {name: told[name].to(device) for name in told}, starts, ends, answered


def _places(
    one: Example, offsets: Sequence[Sequence[int]], parts: Sequence[int | None]
) -> tuple[int, int]:
    start = end = 0
    for place, ((first, last), part) in enumerate(zip(offsets, parts, strict=True)):
        if part == 1 and one.answered and last > first:
            start = place if first <= one.start < last else start
            end = place if first < one.end <= last else end
    return (start, end) if 0 < start <= end else (0, 0)


def export(network: Network, path: Path) -> None:
    """Write the network as an int8 ONNX file."""
    given = weights.tokenizer()(
        ["who"] * 2, ["A text.", "Another text."], return_tensors="pt", padding=True
    )
    learning.export(network, path, given, OUTPUTS)


def reader(
    training: Path = TRAINING,
    squad: Path = SQUAD,
    limit: int = 0,
    out: Path = WEIGHTS / "reader.onnx",
) -> None:
    """Learn from the examples and write the network, its tokenizer beside it."""
    raise typer.Exit(run(lambda: _learned(training, squad, limit, out)))


def _learned(training: Path, squad: Path, limit: int, out: Path) -> int:
    plan, data = Plan(), examples(training, squad)
    data = data[: limit or None]
    folder = learning.checkpoints("reader", plan, data)
    answered = sum(one.answered for one in data)
    say(f"{len(data):,} windows, {answered:,} of them answer; checkpoints in {folder}")
    export(train(plan, data, folder), out)
    shutil.copy(weights.folder() / "tokenizer.json", out.parent)
    learning.say_written(out)
    return 0


if __name__ == "__main__":
    sys.exit(door(reader, "python -m scripts.evaluation.train.reader", None))
