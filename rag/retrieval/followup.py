"""Question, last turn -> a question that is clear alone: "and who replaces him?" needs its turn.

No model rewrites it. A question that points back is asked together with the one before and its
answer; the raw question is always searched, too.
"""

from __future__ import annotations

import re

from rag.language.words import STOP_WORDS, names, words
from rag.types import Answer

FEW_WORDS = 1  # content words of a question that are too few to be clear alone: "How many died?"
_OPENERS = re.compile(r"^(?:and|but|so|or|then|what about|how about)\b[\s,]*", re.IGNORECASE)
_PERSONS = frozenset(["he", "she", "they", "him", "her", "them", "his", "hers", "their"])
_THINGS = frozenset(["it", "its", "that", "this", "these", "those", "there", "then"])
_POINTERS = _PERSONS | _THINGS


def points_back(question: str) -> bool:
    """Return whether a question needs the one before it: "And when did she resign?" """
    if names(question):  # it says whom it means; "her" is then mostly that one
        return False
    asked = words(question)
    content = [word for word in asked if word not in STOP_WORDS | _POINTERS]
    opened = bool(_OPENERS.match(question))
    return bool(_POINTERS & set(asked)) or opened or len(content) <= FEW_WORDS


def standalone(question: str, last: Answer | None) -> str:
    """Put what a question points back to before it; of a refusal only the question counts."""
    if last is None or not points_back(question):
        return question
    asked = _OPENERS.sub("", question)
    return " ".join(part for part in (last.standing or last.question, _said(last), asked) if part)


def to_write(question: str, last: Answer | None) -> str:
    """Return what to ask the model: the last answer and this question; of two it answers the first."""
    if last is None or not points_back(question) or not last.statements:
        return standalone(question, last)
    return f"{_said(last)} {_OPENERS.sub('', question)}"


def _said(last: Answer) -> str:
    return " ".join(statement.text for statement in last.statements[:1])
