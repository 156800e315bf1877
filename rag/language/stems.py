"""Words cut to their first letters, so that forms of one word compare as equal."""

from __future__ import annotations

from rag.language.words import STOP_WORDS, words

STEM = 5


def stems(text: str) -> set[str]:
    """Return the first letters of the words that carry meaning, names and numbers included."""
    return {word[:STEM] for word in words(text) if word not in STOP_WORDS}


def shared(statement: str, text: str) -> float:
    """Return the share of a statement's stems that a text has, 0 to 1."""
    wanted = stems(statement)
    return len(wanted & stems(text)) / len(wanted) if wanted else 0.0
