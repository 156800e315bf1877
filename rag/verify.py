"""Statement, evidence -> verdict. Code checks what the model wrote against the words it cites.

A statement passes when every number and every name in it stands in the cited words or their
headline, and most of its other words do, too. One thing may come from around the quotation: the
rest of a name, where the article has it in full ("Genalo" in the cited words stands for "Kenneth
Genalo"). Nothing here repairs; `answer` decides what to do.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag.types import Evidence
from rag.words import NUMBER_WORDS, STOP_WORDS, initials, names, numbers, words

# share of a statement's words that the cited words must have, compared by their first letters
MIN_COVERED = 0.5
_STEM = 5


def problems(statement: str, cited: Sequence[Evidence], question: str = "") -> tuple[str, ...]:
    """What stands against a statement, in words; empty when it passes."""
    if not cited:
        return ("it cites nothing",)
    source = "\n".join(f"{item.article.title}\n{item.quote}" for item in cited)
    found = [
        f"the number {number} is not in the cited words"
        for number in sorted(numbers(statement) - numbers(source))
    ]
    spoken = words(statement)
    # `names` cannot know whether the first word is one; the question may.
    said = names(statement) | (set(spoken[:1]) & names(question))
    known = set(words(source)) | initials(source)
    around = _pairs("\n".join(item.article.text for item in cited))
    for name in sorted(said - known - numbers(statement)):
        if not any(pair in around for pair in _pairs_with(name, spoken, known)):
            found.append(f"the name “{name}” is not in the cited words")
    if not found and covered(statement, source) < MIN_COVERED:
        found.append("the cited words speak of something else")
    return tuple(found)


def _pairs(text: str) -> set[tuple[str, str]]:
    found = words(text)
    return set(pairwise(found))


def _pairs_with(name: str, spoken: Sequence[str], known: set[str]) -> list[tuple[str, str]]:
    """Neighbours in the statement of which one is this name and the other stands in the cited
    words.
    """
    return [
        pair for pair in pairwise(spoken) if name in pair and (pair[0] in known or pair[1] in known)
    ]


def covered(statement: str, source: str) -> float:
    """The share of a statement's words whose first letters the source has, 0 to 1; 1 for a
    statement without any.

    Names and numbers do not count: they are checked one by one.
    """
    wanted = content_words(statement)
    stems = {word[:_STEM] for word in words(source)}
    return sum(word[:_STEM] in stems for word in wanted) / len(wanted) if wanted else 1.0


def content_words(text: str) -> list[str]:
    """The words that carry meaning, without names and numbers."""
    apart = STOP_WORDS | NUMBER_WORDS.keys() | names(text)
    return [word for word in words(text) if word not in apart and not word[0].isdigit()]
