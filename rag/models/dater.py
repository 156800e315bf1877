"""Places at which texts name days -> what each is the day of: of what is told, over or to come, or not.

A small network tells of each token whether it is part of a day, and what that is the day of,
docs/decisions/0028.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

from rag.language.sentences import Span
from rag.models.tokens import TokenNetwork, shares
from rag.types.models import DayRole, Roles

ROLES: tuple[DayRole | None, ...] = (None, *get_args(DayRole))
"""In the order of the logits of a token; None is no day."""


class NetworkDater:
    """Tell what days are the days of by a network."""

    def __init__(self, model: Path, tokenizer: Path, threads: int) -> None:
        self._network = TokenNetwork(model, tokenizer, threads)

    def roles(self, texts: Sequence[str], places: Sequence[Sequence[Span]]) -> list[list[Roles]]:
        """Return the roles of each place at which each text names a day; none where it was not read."""
        found: list[list[Roles]] = [[] for _ in texts]
        for row, offsets, logits in self._network.read(texts):
            found[row] = of_places(offsets, logits, places[row])
        return found


def of_places(offsets: Sequence[Span], logits: Any, places: Sequence[Span]) -> list[Roles]:
    """Return what each place is the day of, by the mean over its tokens (logits: tokens x labels)."""
    told = shares(logits)
    found: list[Roles] = []
    for start, end in places:
        inside = [at for at, (a, b) in enumerate(offsets) if a < b and a < end and start < b]
        mean = told[inside].mean(axis=0)[1:] if inside else ()
        found.append(dict(zip(get_args(DayRole), map(float, mean), strict=False)))
    return found
