"""Train the namer or the dater, networks that tell of names and of days, and write it as ONNX.

    python -m scripts.evaluation.train.namer            goes on where it was stopped
    python -m scripts.evaluation.train.namer --days     the dater
    python -m scripts.evaluation.train.namer --held     learns from four fifths, measures on the rest

tokens, and the shape of the word of each -> of each whether it is part of a name, and of which kind;
or whether it is part of a day, and of what. The first layers of the encoder and one linear layer. The
dater learns names, too, in batches between those of days. Minutes on two cores.
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import torch
import typer
from torch import nn
from torch.nn import functional

from rag.models.dater import ROLES, of_places
from rag.models.namer import KINDS, named
from rag.models.tokens import MAX_TOKENS, SHAPES, shapes
from rag.shell.terminal import door, run, say
from scripts.evaluation.train import days, learning, names
from scripts.evaluation.train.classifier import encoder
from scripts.evaluation.train.learning import Plan
from scripts.evaluation.train.names import Marked
from scripts.evaluation.train.reader import WEIGHTS

PLAN = Plan(batch=16, trunk_rate=3e-4, head_rate=2e-3, seed=24)
LAYERS = 4  # of the encoder
TURNS = 8  # over all texts
CHANGED = 0.5  # of the names or days of a text, from the second turn on
SMOOTH = 0.05  # of a label's certainty goes to the others
HELD = 5  # one text of so many is measured on with --held
NO_TOKEN = -100  # the kind of what is no token of a text: it is not learned

LABELS: Mapping[str, Sequence[str | None]] = {"name": KINDS, "day": ROLES}
"""Head -> its labels, in the order of the logits of a token."""
FILES = {"name": "namer.onnx", "day": "dater.onnx"}
Data: TypeAlias = Mapping[str, Sequence[Marked]]
"""Head of LABELS -> what it learns from."""


class Network(nn.Module):  # type: ignore[misc]
    """The first layers of the encoder, told the shape of each token, and a linear layer for each head."""

    def __init__(self, bert: Any, heads: Sequence[str], layers: int = LAYERS) -> None:
        super().__init__()
        bert.encoder.layer = bert.encoder.layer[:layers]
        self.bert = bert
        self.head_shape = nn.Embedding(SHAPES, bert.config.hidden_size)
        nn.init.zeros_(self.head_shape.weight)
        self.head_drop = nn.Dropout(0.1)
        size = bert.config.hidden_size
        self.head_of = nn.ModuleDict({name: nn.Linear(size, len(LABELS[name])) for name in heads})

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> tuple[torch.Tensor, ...]:
        """Return the logits of each token by each head, in their order; types of tokens are shapes."""
        words = self.bert.embeddings.word_embeddings(input_ids) + self.head_shape(token_type_ids)
        told = self.bert(inputs_embeds=words, attention_mask=attention_mask).last_hidden_state
        told = self.head_drop(told)
        return tuple(head(told) for head in self.head_of.values())


def train(plan: Plan, data: Data, folder: Path, trunk: Any, tokenizer: Any) -> Network:
    """Learn from the texts of each head `TURNS` times; return the network."""
    device = learning.device()
    torch.manual_seed(plan.seed)
    network: Network = Network(trunk, list(data)).to(device)
    network.bert.embeddings.requires_grad_(False)

    def losses(_: int, batch: tuple[str, Sequence[Marked]]) -> dict[str, torch.Tensor]:
        head, texts = batch
        given, right = tokens(tokenizer, texts, LABELS[head])
        with learning.in_half():
            logits = dict(zip(data, network(**given.to(device)), strict=True))[head]
        missed = functional.cross_entropy(
            logits.float().flatten(0, 1),
            right.to(device).flatten(),
            ignore_index=NO_TOKEN,
            label_smoothing=SMOOTH,
        )
        return {head: missed}

    learning.learn(network, "head", list(_turns(plan, data)), losses, plan, folder)
    return network


def _turns(plan: Plan, data: Data) -> Iterator[tuple[str, Sequence[Marked]]]:
    """Yield batches, each with the head that it is for, those of a turn mixed."""
    rng, pool = random.Random(plan.seed), names.pool(data["name"])
    for turn in range(TURNS):
        share = CHANGED if turn else 0.0
        told = {"name": [names.changed(one, pool, share, rng) for one in data["name"]]}
        if "day" in data:
            told["day"] = [days.changed(one, share, rng) for one in data["day"]]
        mixed = []
        for head, texts in told.items():
            rng.shuffle(texts)
            ordered = learning.batches(texts, Plan(batch=plan.batch, seed=plan.seed + turn))
            mixed += [(head, batch) for batch in ordered]
        rng.shuffle(mixed)
        yield from mixed


def tokens(
    tokenizer: Any, batch: Sequence[Marked], labels: Sequence[str | None]
) -> tuple[Any, torch.Tensor]:
    """Return texts as the network reads them, and the label of each token (texts x tokens)."""
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
            of[start:end] = [labels.index(kind)] * (end - start)
        for token, (start, end) in enumerate(places):
            if end > start:
                right[row, token] = of[start]
    return given, right


def measured(network: Network, tokenizer: Any, data: Data) -> dict[str, float]:
    """Return precision and recall by kind of name, where span and kind must be right, and by role of a day."""
    found, right, both = Counter[str](), Counter[str](), Counter[str]()
    network.eval()
    for place, (head, texts) in enumerate(data.items()):
        for one in texts:
            offsets, logits = _read(network, tokenizer, one.text, place)
            if head == "name":
                read = named(one.text, offsets, logits)
                told: set[Any] = {(at.start, at.end, at.kind) for at in read}
            else:
                roles = of_places(offsets, logits, [at[:2] for at in one.names])
                likeliest = [max(of.items(), key=lambda role: role[1])[0] for of in roles]
                told = {(*at[:2], of) for at, of in zip(one.names, likeliest, strict=True)}
            found.update(f"{head}, {kind}" for *_, kind in told)
            right.update(f"{head}, {kind}" for *_, kind in one.names)
            both.update(f"{head}, {kind}" for *_, kind in told & set(one.names))
    figures = {}
    for kind in right:
        figures[f"{kind}: precision"] = both[kind] / max(found[kind], 1)
        figures[f"{kind}: recall"] = both[kind] / right[kind]
    return figures


def _read(network: Network, tokenizer: Any, text: str, head: int) -> tuple[Any, Any]:
    """Return the places of a text's tokens, and their logits by one head."""
    given, _ = tokens(tokenizer, [Marked(text, ())], KINDS)
    told = tokenizer(text, truncation=True, max_length=MAX_TOKENS, return_offsets_mapping=True)
    with torch.no_grad():
        logits = network(**given.to(learning.device()))[head]
    return told["offset_mapping"], logits[0].float().cpu().numpy()


def namer(held: bool = False, days: bool = False, out: Path | None = None) -> None:
    """Learn from the marked texts, beginning with the encoder, and write the network."""
    raise typer.Exit(run(lambda: _learned("day" if days else "name", held, out)))


def _learned(head: str, held: bool, out: Path | None) -> int:
    data = {"name": names.marked()} | ({"day": days.marked()} if head == "day" else {})
    tested = {head: texts[::HELD] for head, texts in data.items()}
    if held:
        data = {
            head: [one for row, one in enumerate(texts) if row % HELD]
            for head, texts in data.items()
        }
    every = [one for texts in data.values() for one in texts]
    folder = learning.checkpoints(f"namer-{LAYERS}-{TURNS}", PLAN, every)
    say(f"{len(every):,} texts; {folder}")
    trunk, tokenizer = encoder()
    network = train(PLAN, data, folder, trunk, tokenizer)
    if held:
        for name, share in measured(network, tokenizer, tested).items():
            say(f"{name} {share:.3f}")
        return 0
    network.head_of = nn.ModuleDict({head: network.head_of[head]})
    given, _ = tokens(tokenizer, data["name"][:2], KINDS)
    place = out or WEIGHTS / FILES[head]
    learning.export(network, place, given, [head])
    learning.say_written(place)
    return 0


if __name__ == "__main__":
    sys.exit(door(namer, "python -m scripts.evaluation.train.namer", None))
