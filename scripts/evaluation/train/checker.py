"""Train the checker, the network that judges a statement beside a text, and write it as ONNX.

    python -m scripts.evaluation.train.checker READER     begin with a reader's checkpoint

It goes on where it was stopped.

statement, text -> supported, contradicted or not stated. It begins with the reader, trained before:
it has learned that words in common do not make an answer.
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

from rag.shell.terminal import door, run, say
from scripts.evaluation.train import learning, weights
from scripts.evaluation.train.learning import MOST_TOKENS, Plan
from scripts.evaluation.train.pairs import VERDICTS, Pair, pairs
from scripts.evaluation.train.reader import TRAINING, WEIGHTS

PLAN = Plan(seed=15)


class Network(nn.Module):  # type: ignore[misc]
    """The trunk with a logit for each verdict."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.verdict = nn.Linear(bert.config.hidden_size, len(VERDICTS))
        nn.init.normal_(self.verdict.weight, std=0.02)
        nn.init.zeros_(self.verdict.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return the logits of the verdicts (n, 3)."""
        told = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        logits: torch.Tensor = self.verdict(told.pooler_output)
        return logits


def train(plan: Plan, data: Sequence[Pair], folder: Path, start: dict[str, Any]) -> Network:
    """Learn from the pairs once, in their order, from the weights of before; return the network."""
    device, tokenizer = learning.device(), weights.tokenizer()
    torch.manual_seed(plan.seed)
    network: Network = Network(weights.classifier().bert).to(device)
    network.load_state_dict(start, strict=False)
    network.bert.embeddings.requires_grad_(False)

    def losses(_: int, batch: Sequence[Pair]) -> dict[str, torch.Tensor]:
        given = tokenizer(
            [one.statement for one in batch],
            [one.text for one in batch],
            truncation="longest_first",
            max_length=MOST_TOKENS,
            padding=True,
            return_tensors="pt",
        ).to(device)
        with learning.in_half():
            logits = network(**given)
        told = functional.log_softmax(logits.float(), dim=-1)
        # of an unsupported pair either of the two other verdicts is right
        right = torch.tensor(
            [[_may(one, verdict) for verdict in VERDICTS] for one in batch], device=device
        )
        missed = -told.masked_fill(~right, -1e4).logsumexp(dim=-1)
        return {"verdict": missed.mean()}

    learning.learn(network, "verdict", list(learning.batches(data, plan)), losses, plan, folder)
    return network


def _may(one: Pair, verdict: str) -> bool:
    return verdict != "supported" if one.verdict == "unsupported" else one.verdict == verdict


def export(network: Network, path: Path) -> None:
    """Write the network as an int8 ONNX file."""
    given = weights.tokenizer()(
        ["He left."] * 2, ["A text.", "Another text."], return_tensors="pt", padding=True
    )
    learning.export(network, path, given, ["verdict"])


def checker(
    reader: Path,
    training: Path = TRAINING,
    limit: int = 0,
    out: Path = WEIGHTS / "checker.onnx",
) -> None:
    """Learn from the pairs, beginning with a reader's checkpoint, and write the network."""
    raise typer.Exit(run(lambda: _learned(reader, training, limit, out)))


def _learned(reader: Path, training: Path, limit: int, out: Path) -> int:
    data = pairs(training)[: limit or None]
    folder = learning.checkpoints("checker", PLAN, data)
    say(f"{len(data):,} pairs, {sum(one.supported for one in data):,} supported; {folder}")
    export(train(PLAN, data, folder, torch.load(reader, weights_only=True)["network"]), out)
    learning.say_written(out)
    return 0


if __name__ == "__main__":
    sys.exit(door(checker, "python -m scripts.evaluation.train.checker", None))
