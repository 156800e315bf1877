"""Train the namer, the network that finds names and tells of what they are, and write it as ONNX.

    python -m scripts.evaluation.train.namer            goes on where it was stopped
    python -m scripts.evaluation.train.namer --held     learns from four fifths, measures on the rest

tokens, and the shape of the word of each -> of each whether it is part of a name, and of which kind.
The first layers of the encoder and one linear layer. Minutes on two cores.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import typer
from torch import nn
from torch.nn import functional

from rag.models.namer import KINDS, MAX_TOKENS, SHAPES, named, shapes
from rag.shell.terminal import door, run, say
from scripts.evaluation.train import learning, names
from scripts.evaluation.train.classifier import encoder
from scripts.evaluation.train.learning import Plan
from scripts.evaluation.train.names import Marked
from scripts.evaluation.train.reader import WEIGHTS

PLAN = Plan(batch=16, trunk_rate=3e-4, head_rate=2e-3, seed=24)
LAYERS = 4  # of the encoder
TURNS = 8  # over all texts
CHANGED = 0.5  # of the names of a text, from the second turn on
SMOOTH = 0.05  # of a label's certainty goes to the others
HELD = 5  # one text of so many is measured on with --held
NO_TOKEN = -100  # the kind of what is no token of a text: it is not learned


class Network(nn.Module):  # type: ignore[misc]
    """The first layers of the encoder, told the shape of each token, and a linear layer."""

    def __init__(self, bert: Any, layers: int = LAYERS) -> None:
        super().__init__()
        bert.encoder.layer = bert.encoder.layer[:layers]
        self.bert = bert
        self.head_shape = nn.Embedding(SHAPES, bert.config.hidden_size)
        nn.init.zeros_(self.head_shape.weight)
        self.head_drop = nn.Dropout(0.1)
        self.head_kind = nn.Linear(bert.config.hidden_size, len(KINDS))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return the logits of each token, in the order of KINDS; types of tokens are shapes."""
        words = self.bert.embeddings.word_embeddings(input_ids) + self.head_shape(token_type_ids)
        told = self.bert(inputs_embeds=words, attention_mask=attention_mask).last_hidden_state
        return self.head_kind(self.head_drop(told))


def train(plan: Plan, data: Sequence[Marked], folder: Path, trunk: Any, tokenizer: Any) -> Network:
    """Learn from the texts `TURNS` times; return the network."""
    device = learning.device()
    torch.manual_seed(plan.seed)
    network: Network = Network(trunk).to(device)
    network.bert.embeddings.requires_grad_(False)

    def losses(_: int, batch: Sequence[Marked]) -> dict[str, torch.Tensor]:
        given, right = tokens(tokenizer, batch)
        with learning.in_half():
            logits = network(**given.to(device))
        missed = functional.cross_entropy(
            logits.float().flatten(0, 1),
            right.to(device).flatten(),
            ignore_index=NO_TOKEN,
            label_smoothing=SMOOTH,
        )
        return {"names": missed}

    learning.learn(network, "head", list(_turns(plan, data)), losses, plan, folder)
    return network


def _turns(plan: Plan, data: Sequence[Marked]) -> Any:
    rng, pool = random.Random(plan.seed), names.pool(data)
    for turn in range(TURNS):
        told = [names.changed(one, pool, CHANGED if turn else 0.0, rng) for one in data]
        rng.shuffle(told)
        yield from learning.batches(told, Plan(batch=plan.batch, seed=plan.seed + turn))


def tokens(tokenizer: Any, batch: Sequence[Marked]) -> tuple[Any, torch.Tensor]:
    """Return texts as the network reads them, and the kind of each token (texts x tokens)."""
    given = tokenizer(
        [one.text for one in batch],
        truncation=True,
        max_length=MAX_TOKENS,
        padding=True,
        return_tensors="pt",
        return_offsets_mapping=True,
    )
    offsets = given.pop("offset_mapping").tolist()
    right = torch.full(given["input_ids"].shape, NO_TOKEN)
    for row, (one, places) in enumerate(zip(batch, offsets, strict=True)):
        given["token_type_ids"][row] = torch.tensor(shapes(one.text, places))
        of = [0] * len(one.text)
        for start, end, kind in one.names:
            of[start:end] = [KINDS.index(kind)] * (end - start)
        for token, (start, end) in enumerate(places):
            if end > start:
                right[row, token] = of[start]
    return given, right


def measured(network: Network, tokenizer: Any, data: Sequence[Marked]) -> dict[str, float]:
    """Return precision and recall by kind; a name is right where its span and kind are."""
    found, right, both = Counter[str](), Counter[str](), Counter[str]()
    network.eval()
    for one in data:
        given = tokenizer(
            [one.text],
            truncation=True,
            max_length=MAX_TOKENS,
            return_tensors="pt",
            return_offsets_mapping=True,
        )
        [offsets] = given.pop("offset_mapping").tolist()
        given["token_type_ids"] = torch.tensor([shapes(one.text, offsets)])
        with torch.no_grad():
            [logits] = network(**given.to(learning.device())).float().cpu().numpy()
        told = {(name.start, name.end, name.kind) for name in named(one.text, offsets, logits)}
        found.update(kind for *_, kind in told)
        right.update(kind for *_, kind in one.names)
        both.update(kind for *_, kind in told & set(one.names))
    figures = {}
    for kind in right:
        figures[f"{kind}: precision"] = both[kind] / max(found[kind], 1)
        figures[f"{kind}: recall"] = both[kind] / right[kind]
    return figures


def namer(held: bool = False, out: Path = WEIGHTS / "namer.onnx") -> None:
    """Learn from the marked texts, beginning with the encoder, and write the network."""
    raise typer.Exit(run(lambda: _learned(held, out)))


def _learned(held: bool, out: Path) -> int:
    data = names.marked()
    tested = data[::HELD] if held else []
    learned = [one for row, one in enumerate(data) if row % HELD] if held else data
    folder = learning.checkpoints(f"namer-{LAYERS}-{TURNS}", PLAN, learned)
    say(f"{len(learned):,} texts; {folder}")
    trunk, tokenizer = encoder()
    network = train(PLAN, learned, folder, trunk, tokenizer)
    if held:
        for name, share in measured(network, tokenizer, tested).items():
            say(f"{name} {share:.3f}")
        return 0
    given, _ = tokens(tokenizer, data[:2])
    learning.export(network, out, given, ["name"])
    learning.say_written(out)
    return 0


if __name__ == "__main__":
    sys.exit(door(namer, "python -m scripts.evaluation.train.namer", None))
