"""Train the checker, the network that judges a statement beside a text, and write it as ONNX.

    python -m scripts.evaluation.train.checker READER     begin with a reader's checkpoint

It goes on where it was stopped.

statement, text -> supported, contradicted or not stated; and how the statement is framed: as a fact,
as somebody's words, as an accusation, as a plan. It begins with the reader, trained before:
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
from scripts.evaluation.train.pairs import FRAMES, VERDICTS, Pair, pairs
from scripts.evaluation.train.reader import TRAINING, WEIGHTS

PLAN = Plan(seed=15)
FRAME_WORTH = 1.0  # of an error about the frame, beside one about the verdict
_UNKNOWN = -100


class Network(nn.Module):  # type: ignore[misc]
    """The trunk with two heads: a logit for each verdict, and for each frame of the statement."""

    def __init__(self, bert: Any) -> None:
        super().__init__()
        self.bert = bert
        self.verdict = nn.Linear(bert.config.hidden_size, len(VERDICTS))
        self.verdict_frame = nn.Linear(bert.config.hidden_size, len(FRAMES))
        for head in (self.verdict, self.verdict_frame):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the logits of the verdicts (n, 3) and of the frames (n, 4)."""
        told = self.bert(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        )
        return self.verdict(told.pooler_output), self.verdict_frame(told.pooler_output)


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
            logits, frames = network(**given)
        told = functional.log_softmax(logits.float(), dim=-1)
        # of an unsupported pair either of the two other verdicts is right
        right = torch.tensor(
            [[_may(one, verdict) for verdict in VERDICTS] for one in batch], device=device
        )
        missed = -told.masked_fill(~right, -1e4).logsumexp(dim=-1)
        framed = torch.tensor(
            [_UNKNOWN if one.frame is None else FRAMES.index(one.frame) for one in batch],
            device=device,
        )
        read = functional.cross_entropy(
            frames.float(), framed, ignore_index=_UNKNOWN, reduction="sum"
        )
        return {"verdict": missed.mean(), "frame": FRAME_WORTH * read / len(batch)}

    learning.learn(network, "verdict", list(learning.batches(data, plan)), losses, plan, folder)
    return network


def _may(one: Pair, verdict: str) -> bool:
    return verdict != "supported" if one.verdict == "unsupported" else one.verdict == verdict


def export(network: Network, path: Path) -> None:
    """Write the network as an int8 ONNX file."""
    given = weights.tokenizer()(
        ["He left."] * 2, ["A text.", "Another text."], return_tensors="pt", padding=True
    )
    learning.export(network, path, given, ["verdict", "frame"])


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
