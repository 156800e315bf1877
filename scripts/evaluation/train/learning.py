"""The loop in which a network learns: batches in order, checkpoints, progress with the time left."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
from torch import nn

from rag.atomic import replacing
from rag.shell.terminal import say
from rag.types.articles import digest

CACHE = Path.home() / ".cache" / "clippings" / "training"
MOST_TOKENS = 256
POOL = 24  # batches whose windows are sorted by length together, so that little is padded
KEEP_SECONDS = 240.0  # between checkpoints
BY_TOKEN = ("span", "name", "day")  # outputs of a network
TOLD = 50  # steps between two lines of progress


class Windowed(Protocol):
    """An example: something about a text."""

    @property
    def text(self) -> str:
        """The text."""


One = TypeVar("One", bound=Windowed)


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


def learn(
    network: nn.Module,
    head: str,
    batches: Sequence[Any],
    losses: Callable[[int, Any], dict[str, torch.Tensor]],
    plan: Plan,
    folder: Path,
) -> None:
    """Learn every batch once; `losses` gives what counts of one by name. Parameters that begin with
    `head` are new and learn faster.
    """
    own = [(name, one) for name, one in network.named_parameters() if one.requires_grad]
    groups = [
        {"params": [one for name, one in own if not name.startswith(head)], "lr": plan.trunk_rate},
        {"params": [one for name, one in own if name.startswith(head)], "lr": plan.head_rate},
    ]
    optimizer = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    steps, warm = len(batches), max(1, int(plan.warm * len(batches)))
    rates = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / warm) * max(0.0, 1 - step / steps)
    )
    place = folder / "checkpoint.pt"
    done = _resumed(place, network, optimizer, rates)
    network.train()
    began, kept = time.monotonic(), time.monotonic()
    sums: dict[str, float] = {}
    for step in range(done, steps):
        found = losses(step, batches[step])
        sum(found.values()).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        rates.step()
        optimizer.zero_grad()
        for name, loss in found.items():
            sums[name] = sums.get(name, 0.0) + loss.item()
        if (step + 1) % TOLD == 0:
            speed = (step + 1 - done) / (time.monotonic() - began)
            told = " ".join(f"{name} {value / TOLD:.3f}" for name, value in sums.items())
            left = (steps - step - 1) / speed / 60
            say(
                f"{step + 1} of {steps} · {told} · {speed * plan.batch:.1f} windows/s · {left:.0f} min left"
            )
            sums = {}
        if time.monotonic() - kept > KEEP_SECONDS:
            _keep(place, network, optimizer, rates, step + 1)
            kept = time.monotonic()
    _keep(place, network, optimizer, rates, steps)


def checkpoints(name: str, plan: Plan, data: Sequence[Any]) -> Path:
    """Return the folder of the checkpoints of one plan over these examples, which are dataclasses."""
    told = json.dumps([asdict(plan), [asdict(one) for one in data]])
    return CACHE / f"{name}-{digest(told)[:12]}"


def say_written(out: Path) -> None:
    """Say what the catalogue needs to know of a network's file."""
    told = hashlib.sha256(out.read_bytes()).hexdigest()
    say(f"{out}: for rag/models/catalogue.toml: size = {out.stat().st_size}, sha256 = {told}")


def device() -> str:
    """Return where to learn."""
    return "cuda" if torch.cuda.is_available() else "cpu"


def in_half() -> Any:
    """Return the context in which a network computes in bfloat16, where that is faster."""
    # a processor that multiplies bfloat16 itself takes .6 of the time
    own = torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return torch.autocast(device(), dtype=torch.bfloat16, enabled=device() == "cuda" or bool(own))


def batches(data: Sequence[One], plan: Plan) -> Iterator[list[One]]:
    """Yield batches of windows of like length, in one order for one seed."""
    rng = random.Random(plan.seed)
    for first in range(0, len(data), plan.batch * POOL):
        pool = sorted(data[first : first + plan.batch * POOL], key=lambda one: len(one.text))
        cut = [pool[i : i + plan.batch] for i in range(0, len(pool), plan.batch)]
        rng.shuffle(cut)
        yield from cut


def _resumed(place: Path, network: nn.Module, optimizer: Any, rates: Any) -> int:
    """Load a checkpoint where there is one; return the steps that are done."""
    if not place.exists():
        return 0
    kept = torch.load(place, weights_only=True)
    network.load_state_dict(kept["network"])
    optimizer.load_state_dict(kept["optimizer"])
    rates.load_state_dict(kept["rates"])
    say(f"Going on after step {kept['steps']}.")
    return int(kept["steps"])


def _keep(place: Path, network: nn.Module, optimizer: Any, rates: Any, steps: int) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with replacing(place) as part:
        state = {"network": network.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "rates": rates.state_dict(), "steps": steps}, part)


def export(network: nn.Module, path: Path, given: Any, outputs: Sequence[str]) -> None:
    """Write the network as an int8 ONNX file; weights of a column share a scale.

    `given` is an input of two rows; outputs of `BY_TOKEN` have a column for each token.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    network.eval().cpu()
    names = ("input_ids", "attention_mask", "token_type_ids")
    by_token = {0: "rows", 1: "tokens"}
    axes = {name: by_token if name in BY_TOKEN else {0: "rows"} for name in outputs}
    with replacing(path) as part:
        plain = part.with_suffix(".onnx")
        try:
            torch.onnx.export(
                network,
                tuple(given[name] for name in names),
                str(plain),
                input_names=list(names),
                output_names=list(outputs),
                dynamic_axes=dict.fromkeys(names, by_token) | axes,
                dynamo=False,
                opset_version=17,
            )
            quantize_dynamic(plain, part, weight_type=QuantType.QInt8, per_channel=True)
        finally:
            plain.unlink(missing_ok=True)
