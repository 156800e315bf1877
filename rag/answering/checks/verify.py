"""Statement, evidence -> verdict: check what the model wrote against the words it cites.

A statement passes when the cited words or their headline have its numbers, names and quotations,
and most of its other words; when it does not reverse its sentence there (rose and fell, not and so,
who and whom); and when the speaker it names is quoted there. Two things may come from around the
quotation: the rest of a name, where the article has it in full ("Genalo" in the cited words allows
"Kenneth Genalo"), and a name of the question, where the cited words have no other in its place.
Nothing here repairs; `statements` decides what to do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.answering.checks.closest import closest_clauses, closest_sentence, source
from rag.answering.checks.directions import negated, turned, undirected, untimely
from rag.answering.checks.roles import misjoined, swapped
from rag.answering.checks.speakers import unspoken
from rag.language.quantities import unsupported
from rag.language.questions import asks_whether
from rag.language.stems import STEM, stems
from rag.language.words import STOP_WORDS, content_words, initials, names, numbers, plain, words
from rag.types import Evidence

# share of a statement's words that the cited words must have, compared by their first letters
MIN_COVERED = 0.5
_SHORT = 4  # letters of a word that has no more: flee, fleeing
# when a reader would say it happened; an article has the day instead
_IN_TIME = frozenset("day days week weeks month months year years recent recently".split())
_QUOTED = re.compile(r"\"([^\"\n]+)\"")
_LEFT_OUT = re.compile(r"\[?(?:\.\.\.|…)\]?|\[[^\]]*\]")


def problems(statement: str, cited: Sequence[Evidence], question: str = "") -> tuple[str, ...]:
    """Return what is wrong with a statement, in words; empty when it passes."""
    if not cited:
        return ("it cites nothing",)
    told = source(cited)
    found = unsupported(statement, told)
    spoken = words(statement)
    # `names` cannot know whether the first word is one; the question may.
    known = set(words(told)) | initials(told)
    said = names(statement) | (set(spoken[:1]) & names(question))
    around = set(pairwise(words("\n".join(item.article.text for item in cited))))
    asked = names(question) & {word for pair in around for word in pair}
    asked -= {name for name in asked if _displaced(name, statement, told)}
    for name in sorted(said - known - asked - numbers(statement)):
        if name.isalpha() and {f"{name}s", name.removesuffix("s")} & known:
            continue  # the Aurora Awards give an Aurora Award
        if not any(pair in around for pair in _pairs_with(name, spoken, known)):
            found.append(f"the name “{name}” is not in the cited words")
    found += _misquoted(statement, cited)
    if not found and covered(statement, told, question) < MIN_COVERED:
        found.append("the cited words are about something else")
    if not found:
        found = contradicted(statement, cited) + unspoken(statement, cited)
    return tuple(found)


def contradicted(statement: str, cited: Sequence[Evidence]) -> list[str]:
    """Return what a statement reverses of the words that it cites."""
    told = source(cited)
    nearest = [*closest_clauses(statement, cited), closest_sentence(statement, cited)[0]]
    return [
        *turned(statement, closest_clauses(undirected(statement), cited)),
        *negated(statement, nearest, told),
        *untimely(statement, told),
        *swapped(statement, told),
        *misjoined(statement, cited),
    ]


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
    """Return whether the cited words have another name in its place: a "director of Dovre" is not a
    "director of Lindholm", although the article mentions both.
    """
    said, there = (
        [word for word in words(text) if word not in STOP_WORDS] for text in (statement, source)
    )
    beside = {word for pair in pairwise(said) if name in pair for word in pair} - {name}
    others = names(source) - set(said)
    return any(set(pair) & beside and set(pair) & others for pair in pairwise(there))


def covered(statement: str, source: str, question: str = "") -> float:
    """Return the share of a statement's words whose first letters the source has; 1 without any.

    Names and numbers do not count: they are checked one by one.
    """
    asked = names(question)  # an opening name of the question is a name here, too
    wanted = [word for word in content_words(statement) if word not in asked | _IN_TIME]
    there = set(words(source))
    forms = {word[:length] for word in there for length in (_SHORT, STEM)}
    found = [word[:STEM] in forms or word[:_SHORT] in there for word in wanted]
    return sum(found) / len(found) if found else 1.0


def repeats(question: str, statement: str) -> bool:
    """Return whether a statement has only the question's words, where these do not answer it."""
    if asks_whether(question) or " or " in question:
        return False
    return bool(question) and stems(statement) <= stems(question)
