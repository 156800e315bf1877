"""What helps to ask better."""

from __future__ import annotations

from dataclasses import dataclass, field

from rag.types.days import Window
from rag.types.files import Unread


@dataclass(frozen=True, slots=True)
class Guess:
    """What a name of a question that no article has may be misspelled for; never applied silently."""

    typed: str
    offered: str
    question: str  # as it would be asked, or typed


@dataclass(frozen=True, slots=True)
class Help:
    """What helps to ask better; most of it is shown only where the articles do not say."""

    did_you_mean: tuple[Guess, ...] = ()
    unknown: tuple[str, ...] = ()  # names of the question that no article has
    outside: Window | None = None  # days asked for, where the archive has none of them
    archive: Window = field(default_factory=lambda: Window(None, None))  # its own days
    unread: Unread = field(default_factory=Unread)
    instead: tuple[str, ...] = ()  # questions that the articles are known to answer
