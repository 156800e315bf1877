"""What varies and is passed in: models, an index, a stop, a listener to progress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from rag.types import Message, Vectors


class Encoder(Protocol):
    """Turn texts into vectors; encoders with the same fingerprint share one vector space."""

    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str], progress: Progress = ...) -> Vectors:
        """Return unit-length vectors, one row for each text."""
        ...


class Reranker(Protocol):
    """Read a question and texts together."""

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return the probability, 0 to 1, that each text answers the question."""
        ...


class Generator(Protocol):
    """The language model: write text for chat messages, piece by piece."""

    name: str

    def fits(self, messages: Sequence[Message]) -> bool:
        """Return whether the messages and an answer fit into its context."""
        ...

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Write pieces of text until a line ends, a limit is reached or `stop` is set."""
        ...


class Stop(Protocol):
    """A flag that somebody else may raise, such as threading.Event."""

    def is_set(self) -> bool:
        """Return whether to stop."""
        ...


class Progress(Protocol):
    """A listener to the progress of a long job."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report `done` of `total` steps of `stage`; total 0 when it is not known."""
        ...


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""
