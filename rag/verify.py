"""Statement, evidence -> verdict. Code checks what the model wrote against the words it cites.

A statement passes when every number and every name in it stands in the cited words (or in their headline, outlet, agency or
date), and most of its other words do, too. Nothing here repairs; `answer` decides what to do with a statement that fails.
"""

from __future__ import annotations

from collections.abc import Sequence

from rag.types import Evidence
from rag.words import NUMBER_WORDS, STOP_WORDS, initials, names, numbers, words

MIN_COVERED = 0.5  # share of a statement's words that the cited words must have; stems of 5 letters
_STEM = 5


def problems(statement: str, cited: Sequence[Evidence], question: str = "") -> tuple[str, ...]:
    """What stands against a statement, in words; empty when it passes."""
    if not cited:
        return ("it cites nothing",)
    source = "\n".join(_readable(item) for item in cited)
    found = [f"the number {number} is not in the cited words" for number in sorted(numbers(statement) - numbers(source))]
    known = set(words(source)) | initials(source)
    # The first word is a name if the cited words or the question treat it as one; `names` cannot know.
    opener = set(words(statement)[:1]) & names(question)
    for name in sorted((names(statement) | opener) - known):
        if name not in numbers(statement):
            found.append(f"the name “{name}” is not in the cited words")
    if not found and covered(statement, source) < MIN_COVERED:
        found.append("the cited words speak of something else")
    return tuple(found)


def covered(statement: str, source: str) -> float:
    """The share of a statement's content words whose stem the source has, 0 to 1."""
    wanted = [word[:_STEM] for word in words(statement) if word not in STOP_WORDS and word not in NUMBER_WORDS]
    stems = {word[:_STEM] for word in words(source)}
    return sum(word in stems for word in wanted) / len(wanted) if wanted else 0.0


def _readable(item: Evidence) -> str:
    article = item.article
    date = f"{article.published:%A %-d %B %Y}" if article.published else ""
    return f"{item.quote}\n{article.title}\n{article.source or ''}\n{article.agency or ''}\n{date}"
