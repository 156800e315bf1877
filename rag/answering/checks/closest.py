"""Find the part of the cited text that a check compares a statement with."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.language.sentences import sentences
from rag.language.stems import shared
from rag.language.words import plain
from rag.types import Evidence

# Less of a statement's words than this, and two texts are not about the same event.
MIN_SHARED = 0.4
_CLAUSE = re.compile(r"\s*;\s*|,?\s+(?:but|while|whereas|although|though)\s+|,\s+and\s+")


def told(cited: Sequence[Evidence]) -> list[tuple[str, Evidence]]:
    """Return the sentences of the cited words, each with its evidence."""
    return [(item.quote[slice(*span)], item) for item in cited for span in sentences(item.quote)]


def spoken(cited: Sequence[Evidence]) -> list[str]:
    """Return the headlines and the sentences of the cited words."""
    return [*(item.article.title for item in cited), *(text for text, _ in told(cited))]


def source(cited: Sequence[Evidence]) -> str:
    """Return the cited words under their headlines."""
    return "\n".join(f"{item.article.title}\n{item.quote}" for item in cited)


def closest_sentence(statement: str, cited: Sequence[Evidence]) -> tuple[str, Evidence | None]:
    """Return the sentence that shares most with a statement, and its evidence; "" below MIN_SHARED."""
    best = max(told(cited), key=lambda one: shared(statement, one[0]), default=None)
    if best is None or shared(statement, best[0]) < MIN_SHARED:
        return "", None
    return best


def closest_clauses(statement: str, cited: Sequence[Evidence]) -> list[str]:
    """Return the clauses that share most with a statement, headlines included; several if they tie."""
    clauses = [clause for text in spoken(cited) for clause in _CLAUSE.split(plain(text))]
    most = max((shared(statement, clause) for clause in clauses), default=0.0)
    if most < MIN_SHARED:
        return []
    return [clause for clause in clauses if shared(statement, clause) == most]
