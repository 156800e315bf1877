"""Question, articles -> the names and numbers of the question that no article mentions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from rag.language.words import initials, names, numbers, spelled, words
from rag.types.articles import Article

# Endings that make another form of a name: Japan, Japanese; Korea, Korean; Kestrel, Kestrel's.
_FORMS = frozenset(["s", "n", "an", "ian", "ese", "i", "ish", "er", "ers", "es", "ans", "ns"])
_AFTER_VOWELS = frozenset(["n", "ns"])  # "Korvinn" is no form of Korvin


def missing(question: str, articles: Sequence[Article]) -> tuple[str, ...]:
    """Return the question's names and numbers that no article has, in the question's spelling."""
    texts = [
        f"{article.title}\n{article.text}\n{article.source} {article.agency}"
        f" {article.author} {article.published}"
        for article in articles
    ]
    return tuple(spelled(word, question) for word in _lost(question, texts))


def named(question: str, text: str, around: str = "") -> float:
    """Return the share of the question's names and numbers that a text has; 1 where it has none.

    A text that has "Mr Renwick" has Tobias Renwick, where the text around it has him in full.
    """
    wanted = names(question) | numbers(question)
    if not wanted:
        return 1.0
    lost = set(_lost(question, [text]))
    full = set(pairwise(words(around))) & set(pairwise(words(question))) if lost else set()
    lost -= {name for pair in full for name in pair if set(pair) & wanted - lost}
    return 1 - len(lost) / len(wanted)


def _lost(question: str, texts: Sequence[str]) -> list[str]:
    wanted = sorted(names(question) | numbers(question))
    if not wanted:
        return []
    known = {word for text in texts for word in (*words(text), *initials(text), *numbers(text))}
    return [word for word in wanted if not any(same_name(word, other) for other in known)]


def same_name(word: str, other: str) -> bool:
    """Return whether two names are equal or forms of one: "Japan" and "Japanese"."""
    if word == other:
        return True
    short, long = sorted((word, other), key=len)
    if len(short) < 4 or not word[0].isalpha():
        return False
    stems = [stem for stem in (short, short[:-1]) if long.startswith(stem)]
    return any(_is_form(stem, long[len(stem) :]) for stem in stems)


def _is_form(stem: str, ending: str) -> bool:
    return ending in _FORMS and (ending not in _AFTER_VOWELS or stem[-1] in "aeiouy")
