"""Question, names of the archive -> names that no article has, and what they may be misspelled for."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import islice

from rag.language.calendar import MONTHS, WEEKDAYS
from rag.language.mentions import missing, same_name
from rag.language.words import content_words, names, plain, spelled, words
from rag.protocols import KnownNames
from rag.types.articles import Article
from rag.types.help import Guess

LOOKED_UP = 5  # names of a question: each takes up to a quarter of a second beside 300,000 others
OFFERED = 2  # names for a misspelled one
ABBREVIATION = 5  # letters at most
# of a word in small letters that may be a name: of shorter ones, as many are words as misspelled names
PLAIN_LETTERS = 6
_CALENDAR = {*MONTHS, *WEEKDAYS}


def did_you_mean(
    question: str, articles: Sequence[Article], known: KnownNames
) -> tuple[tuple[str, ...], tuple[Guess, ...]]:
    """Return the names of a question that no article has, and guesses for them.

    What one of the nearest articles has in another form is known ("DHS", "Japanese"). Of a question
    that names nothing, such as one all in small letters, any longer word may be a misspelled name.
    """
    named = names(question)
    plainly = (word for word in content_words(question) if len(word) >= PLAIN_LETTERS)
    wanted = (named or set(plainly)) - _CALENDAR
    lacking = _lacking(question, wanted, known)
    offers = _offers(lacking, known)
    lost = missing(question, articles) if named else ()
    unknown = tuple(typed for typed in lacking if typed in lost or typed in offers)
    return unknown, tuple(_guesses(question, offers))


def retyped(typed: str, known: KnownNames) -> tuple[Guess, ...]:
    """Return guesses for what was typed to be found, of which any word may be a misspelled name."""
    return tuple(_guesses(typed, _offers(_lacking(typed, set(words(typed)), known), known)))


def _lacking(text: str, wanted: Container[str], known: KnownNames) -> dict[str, str]:
    """Return those of the wanted words that no article has, as they are typed and in normal form."""
    unheard = (
        (spelled(word, text), word)
        for word in dict.fromkeys(words(text))
        if word in wanted and not known.knows(word)
    )
    return dict(islice(unheard, LOOKED_UP))


def _offers(lacking: Mapping[str, str], known: KnownNames) -> dict[str, list[str]]:
    """Return the names that each may be misspelled for; none for what is only another form of one."""
    near = {typed: known.near(word) for typed, word in lacking.items() if _may_be_misspelled(typed)}
    return {
        typed: [spelling for _, spelling in found][:OFFERED]
        for typed, found in near.items()
        if found and not any(_is_form(lacking[typed], name) for name, _ in found)
    }


def _may_be_misspelled(typed: str) -> bool:
    """Return whether a word is no abbreviation, such as NATO: those are all near each other."""
    return not typed.isupper() or len(typed) > ABBREVIATION


def _is_form(word: str, name: str) -> bool:
    """Return whether one is the other with an ending, as Korea and Korean are; a last letter that is
    another one is a mistake.
    """
    short, long = sorted((word, name), key=len)
    return same_name(word, name) and (long.startswith(short) or len(long) - len(short) > 1)


def _guesses(question: str, offers: Mapping[str, Sequence[str]]) -> Iterator[Guess]:
    """Yield each name that is offered, in the question with the likeliest of all others."""
    likeliest = {typed: spellings[0] for typed, spellings in offers.items()}
    for typed, spellings in offers.items():
        for spelling in spellings:
            yield Guess(typed, spelling, _asked(question, {**likeliest, typed: spelling}))


def _asked(question: str, instead: Mapping[str, str]) -> str:
    """Return a question with other words for some."""
    typed = "|".join(map(re.escape, instead))
    return re.sub(rf"(?<!\w)(?:{typed})(?!\w)", lambda one: instead[one[0]], plain(question))
