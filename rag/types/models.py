"""What models take and return: vectors, readings, judgements, names, messages of a chat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

if TYPE_CHECKING:  # importing numpy takes 0.1 s, a third of what `--help` may take
    import numpy as np
    import numpy.typing as npt

    Vectors: TypeAlias = npt.NDArray[np.float32]
else:
    Vectors = Any
"""Unit-length float32 rows, n x d."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader makes of a question and a text; `start` and `end` are characters of the text."""

    score: float  # how well the text fits the question, 0 to 1
    answers: float = 0.0  # the probability that the text answers it
    start: int = -1  # of the likeliest answer; -1: none
    end: int = -1


@dataclass(frozen=True, slots=True)
class Support:
    """What the checker makes of a statement beside a text: two probabilities; the rest of 1 is that
    the text says nothing of it.
    """

    supported: float = 0.0
    contradicted: float = 0.0


Frame: TypeAlias = Literal["fact", "said", "alleged", "planned"]
"""How a statement tells what it tells: as a fact, as somebody's words, as an accusation, as a plan."""

Asks: TypeAlias = Literal[
    "news",
    "articles",
    "months",
    "days",
    "sources",
    "list",
    "first",
    "last",
    "outlets",
    "names",
    "holdings",
    "summary",
    "comparison",
]
"""What a question asks: about the news, or about the archive: how many articles, by month, day or outlet;
which; the first or last mention; which outlets and names; what is in it; a summary or a comparison.
"""


@dataclass(frozen=True, slots=True)
class Class:
    """What the classifier makes of a text; each part counts where the text is of that sort."""

    frame: Frame = "fact"  # of a statement
    asks: Mapping[Asks, float] = field(default_factory=dict)  # of a question: probabilities
    order: float = 0.0  # of a sentence: the probability that it addresses a program


NameKind = Literal["person", "organisation", "place", "other"]
"""Of what a name is; other things are storms, ships, books, laws."""


@dataclass(frozen=True, slots=True)
class Named:
    """A name that the namer found in a text: text[start:end]."""

    start: int
    end: int
    kind: NameKind
    probability: float


DayRole = Literal["past", "ahead", "said", "other"]
"""What a named day is the day of: what a sentence tells, over or to come; that it is said; something else."""

Roles: TypeAlias = Mapping[DayRole, float]
"""How likely each role is; empty for a day that was not read."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where a language model writes that is no part of this program."""

    name: str  # of the model
    urls: tuple[str, ...]  # without keys; the first that can is asked
    away: tuple[str, ...] = ()  # those that are not this computer

    @property
    def told(self) -> str:
        """What leaves this computer; empty where nothing does."""
        there = " or ".join(self.away)
        if not there:
            return ""
        return f"The question and its excerpts leave this computer for {there} (model {self.name})."


@dataclass(frozen=True, slots=True)
class Shelf:
    """Where a library is that an engine elsewhere searches."""

    url: str  # without password
    leaves: bool  # whether that is another computer

    @property
    def told(self) -> str:
        """What leaves this computer; empty where nothing does."""
        told = f"Articles and questions leave this computer for {self.url} (Milvus)."
        return told if self.leaves else ""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat with the model."""

    role: Literal["system", "user", "assistant"]
    text: str
