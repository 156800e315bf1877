"""Compare texts as the definitions of the measures say: normal form, containment, token F1.

Apart from two lists of words nothing is taken from the product: its own notion of what two texts
share would grade itself.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from rag.language.words import NUMBER_WORDS, STOP_WORDS

_DIGITS = {
    word: digits
    for word, digits in NUMBER_WORDS.items()
    if digits.isdigit() and int(digits) <= 20 and word != "dozen"
}
_ARTICLES = frozenset(["a", "an", "the"])
_SEPARATOR = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")  # of thousands
_PUNCTUATION = re.compile(r"[^\w\s]|_")  # and signs: "$50" is "50"
_INITIALS = re.compile(r"\b(?:[^\W\d_]\.){2,}")  # U.S., U.N.
_POSSESSIVE = re.compile(r"[’']s\b")


def normal(text: str, between: str = " ") -> str:
    """Return a text in NFKC and lower case, without HTML, articles and marks, numbers as digits."""
    plain = unicodedata.normalize("NFKC", html.unescape(text)).lower()
    plain = _PUNCTUATION.sub(between, _SEPARATOR.sub("", plain))
    return " ".join(_DIGITS.get(word, word) for word in plain.split() if word not in _ARTICLES)


def contains(text: str, gold: str) -> bool:
    """Tell whether the whole words of `gold` occur in `text` in a row; an empty gold nowhere."""
    wanted = normal(gold)
    return bool(wanted) and f" {wanted} " in f" {normal(text)} "


def contains_any(text: str, golds: Sequence[str]) -> bool:
    """Tell whether one of several gold answers is contained."""
    return any(contains(text, gold) for gold in golds)


def token_f1(text: str, golds: Sequence[str]) -> float:
    """Return the best F1 of shared words with a gold answer, as SQuAD (2016, 6.1) scores."""
    found, best = Counter(normal(text, "").split()), 0.0
    for wanted in (Counter(normal(gold, "").split()) for gold in golds):
        shared = (found & wanted).total()
        best = max(best, 2 * shared / ((found + wanted).total() or 1))
    return best


def exact(text: str, golds: Sequence[str]) -> bool:
    """Tell whether a text is a gold answer, both in normal form, as SQuAD scores exact matches."""
    return any(normal(text, "") == normal(gold, "") for gold in golds)


def wrong_options(choices: Sequence[str], golds: Sequence[str]) -> tuple[str, ...]:
    """Return the options that are no gold answer and no part of one: none could be right then."""
    return tuple(
        choice
        for choice in choices
        if normal(choice) and not any(contains(gold, choice) for gold in golds)
    )


def foreign(sentence: str, sources: Sequence[str]) -> tuple[str, ...]:
    """Return the numbers, months and names of a sentence that no source has, in normal form.

    A name is a capitalised word; the first word of the sentence counts only when the next one has a
    capital, too, and it is no common word.
    """
    known = {word for source in sources for word in _joined(source)[1]}
    spoken, forms = _joined(sentence)
    found = [
        form
        for place, (word, form) in enumerate(zip(spoken, forms, strict=True))
        if (form[0].isdigit() or _is_name(place, word, spoken)) and form not in known
    ]
    return tuple(dict.fromkeys(found))


def _joined(text: str) -> tuple[list[str], list[str]]:
    """Return the words as written and in normal form, initials and possessives joined."""
    plain = unicodedata.normalize("NFKC", html.unescape(text))
    plain = _INITIALS.sub(lambda mark: mark[0].replace(".", ""), _SEPARATOR.sub("", plain))
    words = _PUNCTUATION.sub(" ", _POSSESSIVE.sub("", plain)).split()
    return words, [_DIGITS.get(word.lower(), word.lower()) for word in words]


def _is_name(place: int, word: str, spoken: Sequence[str]) -> bool:
    if not word[0].isupper() or word.lower() in STOP_WORDS:
        return False
    return place > 0 or (len(spoken) > 1 and spoken[1][0].isupper())
