"""Question, last turn -> a question that is clear alone: "and who replaces him?" needs its turn.

No model rewrites it. A question that points back (by a pronoun, by opening with "and", or by naming
nothing) is asked together with the question before it and its answer; the raw question is always
searched, too.
"""

from __future__ import annotations

import re

from rag.language.words import STOP_WORDS, names, words
from rag.types.answers import Answer

FEW_WORDS = 1  # content words of a question that are too few to be clear alone: "How many died?"
_OPENERS = re.compile(r"^(?:and|but|so|or|then|what about|how about)\b[\s,]*", re.IGNORECASE)
_POINTERS = frozenset(
    "he she they him her them his hers their it its that this these those there then".split()
)


def points_back(question: str) -> bool:
    """Return whether a question needs the one before it: "And when did she resign?" """
    if names(question):  # it says whom it means; "her" is then mostly that one
        return False
    asked = words(question)
    if _POINTERS & set(asked) or _OPENERS.match(question):
        return True
    return len([word for word in asked if word not in STOP_WORDS]) <= FEW_WORDS


def standalone(question: str, last: Answer | None) -> str:
    """Put what a question points back to before it; of a refusal that is only the question."""
    if last is None or not points_back(question):
        return question
    asked = _OPENERS.sub("", question)
    return " ".join(part for part in (last.standing or last.question, _said(last), asked) if part)


def to_write(question: str, last: Answer | None) -> str:
    """Return the last answer and this question: of two questions a model answers the first again."""
    if last is None or not points_back(question) or not last.statements:
        return standalone(question, last)
    return f"{_said(last)} {_OPENERS.sub('', question)}"


def _said(last: Answer) -> str:
    return " ".join(statement.text for statement in last.statements[:1])
