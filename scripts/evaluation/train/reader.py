"""Train the reader, the one network that ranks, judges and marks an answer, and write it as ONNX.

    python -m scripts.evaluation.train.reader [--out FILE]     goes on where it was stopped

question, window -> relevance (as the reranker that it begins with), answerable, start and end of the
answer. It begins with the weights of ms-marco-MiniLM-L-12-v2 and keeps its ranking by learning it from
the network as it was (self-distillation), beside the two new heads. On two cores a little more than
an hour, on a GPU minutes. Checkpoints lie in ~/.cache/clippings/training.
"""

from __future__ import annotations

import copy
import hashlib
import json
import random
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import typer
from torch import nn
from torch.nn import functional

from rag.atomic import replacing
from rag.settings import ROOT
from rag.shell.terminal import door, run, say
from rag.types import digest
from scripts.evaluation.train import weights
from scripts.evaluation.train.examples import Example, examples

TRAINING = ROOT.parent / "shared" / "training"
SQUAD = ROOT.parent / "shared" / "eval" / "squad2_dev" / "squad2.json"
WEIGHTS = ROOT / "rag" / "models" / "weights"
CACHE = Path.home() / ".cache" / "clippings" / "training"
MOST_TOKENS = 256
POOL = 24  # batches whose windows are sorted by length together, so that little is padded
KEEP_SECONDS = 240.0  # between checkpoints


@dataclass(frozen=True, slots=True)
class Plan:
    """How to learn; a checkpoint is of one plan."""

    batch: int = 16
    trunk_rate: float = 7e-5
    head_rate: float = 5e-4
    warm: float = 0.06  # share of the steps
    distil: float = 0.15  # what the ranking's error counts
    distil_every: int = 4  # batches
    seed: int = 14


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
    device = "cuda" if torch.cuda.is_available() else "cpu"
    half = device == "cuda" or _has_bfloat16()
    tokenizer = weights.tokenizer()
    torch.manual_seed(plan.seed)
    network: Network = Network(weights.classifier()).to(device)
    network.bert.embeddings.requires_grad_(False)  # words that no example has would be left behind
    teacher = copy.deepcopy(network).eval() if plan.distil else None
    batches = list(_batches(data, plan))
    optimizer = torch.optim.AdamW(
        [
            {
                "params": [
                    p
                    for n, p in network.named_parameters()
                    if p.requires_grad and not n.startswith("span")
                ],
                "lr": plan.trunk_rate,
            },
            {"params": network.span.parameters(), "lr": plan.head_rate},
        ],
        weight_decay=0.01,
        fused=True,
    )
    steps, warm = len(batches), max(1, int(plan.warm * len(batches)))
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - step / steps)
    )
    place = folder / "checkpoint.pt"
    done = _resumed(place, network, optimizer, rates)
    network.train()
    began, first, kept = time.monotonic(), done, time.monotonic()
    sums = [0.0, 0.0, 0.0]
    for step in range(done, steps):
        given, starts, ends, answered = _tensors(batches[step], tokenizer, device)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=half):
            relevance, answerable, span = network(**given)
            told = None
            if teacher is not None and step % plan.distil_every == 0:
                with torch.no_grad():
                    told = teacher(**given)[0]
        span = span.float().masked_fill((given["attention_mask"] == 0).unsqueeze(-1), -1e4)
        marked = (
            functional.cross_entropy(span[..., 0], starts)
            + functional.cross_entropy(span[..., 1], ends)
        ) / 2
        judged = functional.binary_cross_entropy_with_logits(answerable.float(), answered)
        loss = marked + judged
        if told is not None:
            ranked = functional.smooth_l1_loss(relevance.float(), told.float())
            loss = loss + plan.distil * plan.distil_every * ranked
            sums[2] += ranked.item() * plan.distil_every
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
        sums[0] += marked.item()
        sums[1] += judged.item()
        if (step + 1) % 50 == 0:
            speed = (step + 1 - first) / (time.monotonic() - began)
            left = (steps - step - 1) / speed / 60
            say(
                f"{step + 1} of {steps} · span {sums[0] / 50:.3f} answerable {sums[1] / 50:.3f} relevance"
                f" {sums[2] / 50:.3f} · {speed * plan.batch:.1f} windows/s · {left:.0f} min left"
            )
            sums = [0.0, 0.0, 0.0]
        if time.monotonic() - kept > KEEP_SECONDS:
            _keep(place, network, optimizer, rates, step + 1)
            kept = time.monotonic()
    _keep(place, network, optimizer, rates, steps)
    return network


def _has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself: 1.6 times as fast where it does."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def _batches(data: Sequence[Example], plan: Plan) -> Iterator[list[Example]]:
    """Yield batches of windows of like length, in one order for one seed."""
    rng = random.Random(plan.seed)
    for first in range(0, len(data), plan.batch * POOL):
        pool = sorted(data[first : first + plan.batch * POOL], key=lambda one: len(one.text))
        cut = [pool[i : i + plan.batch] for i in range(0, len(pool), plan.batch)]
        rng.shuffle(cut)
        yield from cut


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


def _resumed(place: Path, network: Network, optimizer: Any, rates: Any) -> int:
    """Load a checkpoint where there is one; return the steps that are done."""
    if not place.exists():
        return 0
    kept = torch.load(place, weights_only=True)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    rates.load_state_dict(kept["rates"])
    say(f"Going on after step {kept['steps']}.")
    return int(kept["steps"])


def _keep(place: Path, network: Network, optimizer: Any, rates: Any, steps: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with replacing(place) as part:
        state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "rates": rates.state_dict(), "steps": steps}, part)


def export(network: Network, path: Path) -> None:
    """Write the network as an int8 ONNX file; weights of a column share a scale."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval().cpu()
    told = weights.tokenizer()(
        ["who"] * 2, ["A text.", "Another text."], return_tensors="pt", padding=True
    )
    size = {0: "rows", 1: "tokens"}
    with replacing(path) as part:
        plain = part.with_suffix(".onnx")
        try:
            torch.onnx.export(
                network,
                (told["input_ids"], told["attention_mask"], told["token_type_ids"]),
                str(plain),
                input_names=["input_ids", "attention_mask", "token_type_ids"],
                output_names=["relevance", "answerable", "span"],
                dynamic_axes=dict.fromkeys(
                    ("input_ids", "attention_mask", "token_type_ids", "span"), size
                )
                | {"relevance": {0: "rows"}, "answerable": {0: "rows"}},
                dynamo=False,
                opset_version=17,
            )
            quantize_dynamic(plain, part, weight_type=QuantType.QInt8, per_channel=True)
        finally:
            plain.unlink(missing_ok=True)


def _folder(plan: Plan, data: Sequence[Example]) -> Path:
    told = json.dumps([asdict(plan), [asdict(one) for one in data]])
    return CACHE / f"reader-{digest(told)[:12]}"


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
    folder = _folder(plan, data)
    answered = sum(one.answered for one in data)
    say(f"{len(data):,} windows, {answered:,} of them answer; checkpoints in {folder}")
    export(train(plan, data, folder), out)
    shutil.copy(weights.folder() / "tokenizer.json", out.parent)
    told = hashlib.sha256(out.read_bytes()).hexdigest()
    say(f"{out}: for rag/models/catalogue.toml: size = {out.stat().st_size}, sha256 = {told}")
    return 0


if __name__ == "__main__":
    sys.exit(door(reader, "python -m scripts.evaluation.train.reader", None))
