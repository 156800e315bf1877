"""Question -> which of its sentences asks, and whether it asks for yes or no, or for several things."""

from __future__ import annotations

import re

from rag.language.sentences import sentences
from rag.language.words import plain

_AUXILIARY = (
    r"(?:is|are|was|were|do|does|did|has|have|had|will|would|can|could|should|may|might|must)"
)
# "Could you tell me who …" asks somebody else than the articles.
_WHETHER = re.compile(
    rf"^\W*(?:(?:and|but|so)\s+)*{_AUXILIARY}(?:n't)?\s(?!(?:you|anyone|anybody)\s)", re.IGNORECASE
)
_SEVERAL = re.compile(
    r"^\W*(?:(?:in|on|at|by|for|from|to|of|with)\s+)?"
    rf"(?:(?:which|what)\s+(?:(?!{_AUXILIARY}\b)\w+\s+){{0,2}}(?!{_AUXILIARY}\b)\w{{2,}}[^s\W]s\b"
    r"|(?:who|which|what)\s+(?:are|were)\b|(?:list|name)\s)",
    re.IGNORECASE,
)


def asking(question: str) -> str:
    """Return the sentence that asks: the last with a question mark, else the last."""
    told = [question[start:end] for start, end in sentences(question)] or [question]
    return next((one for one in reversed(told) if one.endswith("?")), told[-1])


def asks_whether(question: str) -> bool:
    """Return whether a question asks for yes or no; one that offers a choice does not."""
    short = asking(question)
    return bool(_WHETHER.search(plain(short))) and " or " not in short


def asks_for_several(question: str) -> bool:
    """Return whether a question asks for more than one thing: "which countries", "who are"."""
    return bool(_SEVERAL.search(plain(asking(question))))
