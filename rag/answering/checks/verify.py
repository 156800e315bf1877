"""Statement, evidence -> verdict: check what the model wrote against the words it cites.

The cited words or their headline must have its numbers, names, quotations and most other words, and
may not say the opposite. Two things may come from around them: the rest of a name ("Genalo" allows
"Kenneth Genalo"), and a name of the question, unless another is in its place. Nothing here repairs;
`statements` decides what to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.answering.checks.closest import closest_clauses, closest_sentence
from rag.answering.checks.directions import negated, turned, undirected, untimely
from rag.answering.checks.roles import misjoined, swapped
from rag.answering.checks.speakers import unspoken
from rag.language.quantities import unsupported
from rag.language.questions import asks_for_name, asks_whether, unsaid
from rag.language.stems import STEM, stems
from rag.language.words import (
    STOP_WORDS,
    content_words,
    initials,
    names,
    numbers,
    pairs,
    plain,
    words,
)
from rag.types import Evidence

# share of a statement's words that the cited words must have, compared by their first letters
MIN_COVERED = 0.5
_SHORT = 4  # letters of a word that has no more: flee, fleeing
# when a reader would say it happened; an article has the day instead
_IN_TIME = frozenset(
    ["day", "days", "week", "weeks", "month", "months", "year", "years", "recent", "recently"]
)
_QUOTED = re.compile(r"\"([^\"\n]+)\"")
_LEFT_OUT = re.compile(r"\[?(?:\.\.\.|…)\]?|\[[^\]]*\]")


def problems(
    statement: str,
    cited: Sequence[Evidence],
    question: str = "",
    *,
    answers: bool = True,
    least: float = MIN_COVERED,
) -> tuple[str, ...]:
    """Return what is wrong with a statement, in words; empty when it passes.

    With `answers` false it only adds to an answer and need not have the kind of thing asked for.
    `least` is the share of its other words that the cited ones must have.
    """
    if not cited:
        return ("it cites nothing",)
    source = _source(cited)
    found = unsupported(statement, source)
    spoken = words(statement)
    # `names` cannot know whether the first word is one; the question may.
    known = set(words(source)) | initials(source)
    said = names(statement) | (set(spoken[:1]) & names(question))
    said |= _unknown_opener(question, spoken[:1], known)
    around = pairs("\n".join(item.article.text for item in cited))
    asked = names(question) & {word for pair in around for word in pair}
    asked -= {name for name in asked if _displaced(name, statement, source)}
    for name in sorted(said - known - asked - numbers(statement)):
        if name.isalpha() and {f"{name}s", name.removesuffix("s")} & known:
            continue  # the Aurora Awards give an Aurora Award
        if not any(pair in around for pair in _pairs_with(name, spoken, known)):
            found.append(f"the name “{name}” is not in the cited words")
    found += _misquoted(statement, cited)
    if not found and covered(statement, source, question) < least:
        found.append("the cited words are about something else")
    found += [] if found else contradicted(statement, cited) + unspoken(statement, cited)
    if not found and answers:
        if kind := unsaid(question, statement):
            found.append(f"does not say {kind}")
        elif repeats(question, statement):
            found.append("says nothing that the question does not say")
    return tuple(found)


def contradicted(statement: str, cited: Sequence[Evidence]) -> list[str]:
    """Return what a statement reverses of the words that it cites."""
    source = _source(cited)
    clauses = closest_clauses(statement, cited)
    return [
        *turned(statement, closest_clauses(undirected(statement), cited)),
        *negated(statement, [*clauses, closest_sentence(statement, cited)[0]], source),
        *untimely(statement, source),
        *swapped(statement, source),
        *misjoined(statement, cited),
    ]


def _source(cited: Sequence[Evidence]) -> str:
    return "\n".join(f"{item.article.title}\n{item.quote}" for item in cited)


def _unknown_opener(question: str, first: Sequence[str], known: set[str]) -> set[str]:
    """Return a statement's first word if it may be the name asked for and is known in no form."""
    if not asks_for_name(question):
        return set()
    forms = {word[:STEM] for word in known | set(words(question)) | STOP_WORDS}
    return {word for word in first if word[:STEM] not in forms}


def _misquoted(statement: str, cited: Sequence[Evidence]) -> list[str]:
    """Return the words in quotation marks that no cited text has in that order."""
    texts = [" ".join(["", *words(text), ""]) for c in cited for text in (c.quote, c.article.title)]
    return [
        f"the words “{quoted}” are not in the cited words"
        for quoted in _QUOTED.findall(plain(statement))
        for piece in _LEFT_OUT.split(quoted)
        if not any(" ".join(["", *words(piece), ""]) in text for text in texts)
    ]


def _pairs_with(name: str, spoken: Sequence[str], known: set[str]) -> list[tuple[str, str]]:
    """Return the statement's neighbouring words of which one is this name and the other is cited."""
    known = known - STOP_WORDS
    return [
        pair for pair in pairwise(spoken) if name in pair and (pair[0] in known or pair[1] in known)
    ]


def _displaced(name: str, statement: str, source: str) -> bool:
    """Return whether another name is in its place: a director "of Dovre", not "of Lindholm"."""
    said, there = (
        [word for word in words(text) if word not in STOP_WORDS] for text in (statement, source)
    )
    beside = {word for pair in pairwise(said) if name in pair for word in pair} - {name}
    others = names(source) - set(said)
    return any(set(pair) & beside and set(pair) & others for pair in pairwise(there))


def covered(statement: str, source: str, question: str = "") -> float:
    """Return the share of a statement's words whose first letters the source has; 1 if it has none.

    Names and numbers do not count: they are checked one by one.
    """
    asked = names(question)  # an opening name of the question is a name here, too
    wanted = [word for word in content_words(statement) if word not in asked | _IN_TIME]
    there = set(words(source))
    forms = {word[:length] for word in there for length in (_SHORT, STEM)}
    found = [word[:STEM] in forms or word[:_SHORT] in there for word in wanted]
    return sum(found) / len(found) if found else 1.0


def repeats(question: str, statement: str) -> bool:
    """Return whether a statement has only the words of its question, where these do not answer it."""
    if asks_whether(question) or " or " in question:
        return False
    return bool(question) and stems(statement) <= stems(question)
