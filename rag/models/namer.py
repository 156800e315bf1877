"""Texts -> the names in them, each with where it is, of what kind it is, and how likely.

A small network tells of each token whether it is part of a name, and of which kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np

from rag.models.tokens import WORD, TokenNetwork, shares
from rag.types.models import Named, NameKind

KINDS: tuple[NameKind | None, ...] = (None, *get_args(NameKind))
"""In the order of the logits of a token; None is no name."""
# Between two words of one name: "Lund-Pettersen", "O'Shea", "J. K. Marlowe", "Holm & Voss"
_JOINT = re.compile(r"[ \n]|[-'’/.&]|\. | & |\.-")


class NetworkNamer:
    """Find names by a network."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        self._network = TokenNetwork(model, tokenizer, threads)

    def names(self, texts: Sequence[str]) -> list[list[Named]]:
        """Return the names of each text in order; those behind what is read are not seen."""
        found: list[list[Named]] = [[] for _ in texts]
        for row, offsets, logits in self._network.read(texts):
            found[row] = list(named(texts[row], offsets, logits))
        return found


def named(text: str, offsets: Sequence[tuple[int, int]], logits: Any) -> Iterator[Named]:
    """Yield the names that the logits of tokens (tokens x kinds) tell; a word is told as a whole."""
    told = shares(logits)
    inside: dict[int, list[int]] = {}
    words = list(WORD.finditer(text))
    starts = np.array([word.start() for word in words])
    for token, (start, end) in enumerate(offsets):
        place = int(np.searchsorted(starts, start, side="right")) - 1
        if end > start and place >= 0 and start < words[place].end():
            inside.setdefault(place, []).append(token)
    open_: list[tuple[int, int, int, Any]] = []  # start, end, kind, shares of its words
    for place, tokens in inside.items():
        word, mean = words[place], told[tokens].mean(axis=0)
        kind = int(mean.argmax())
        joined = (
            open_ and open_[-1][2] == kind and _JOINT.fullmatch(text[open_[-1][1] : word.start()])
        )
        if open_ and not joined:
            yield from _closed(text, open_)
            open_ = []
        if KINDS[kind]:
            open_.append((word.start(), word.end(), kind, mean[kind]))
    if open_:
        yield from _closed(text, open_)


def _closed(text: str, words: Sequence[tuple[int, int, int, Any]]) -> Iterator[Named]:
    start, end, kind = words[0][0], words[-1][1], KINDS[words[0][2]]
    if kind and any(letter.isupper() for letter in text[start:end]):
        yield Named(start, end, kind, float(np.mean([share for *_, share in words])))
