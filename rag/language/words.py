"""Find the words, names and numbers of a text, for full-text search and for the checks.

All are in a normal form: lower case, straight quotes, no possessive, numbers without separators.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from rag.language.calendar import MONTHS

STOP_WORDS = frozenset(
    """
    a about above after again all also am an and any are as at be because been before being between
    but by can could did do does doing during each few for from further had has have having he her
    here hers him his how i if in into is it its itself just many me more most much my no nor not
    now of off on once only or other our out over own please same say said says she should so some
    such tell than that the their them then there these they this those through to too under until
    up us very was we were what when where which while who whom whose why will with would you your
    """.split()
)
_SMALL = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
    """.split()
NUMBER_WORDS = {word: str(value) for value, word in enumerate(_SMALL)} | {
    "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
    "hundred": "100", "thousand": "1000", "million": "million", "billion": "billion", "dozen": "12",
}  # fmt: skip
# Capitalised words that are not names anywhere; `names` handles sentence openers.
_NO_NAMES = STOP_WORDS | NUMBER_WORDS.keys() | {"i", "mr", "mrs", "ms", "dr", *MONTHS}

_WORD = re.compile(r"\w+(?:[.,'&]\w+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_ASKING = re.compile(
    r"\W*(?:(?:and|but|so|in|on|at|by|for|from|to|with)\s+)?(?:who|whom|whose|what|which|when|where|why"
    r"|how|is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might"
    r"|tell\s+me|name|list)\b",
    re.IGNORECASE,
)
_STRAIGHT = str.maketrans("‘’“”–—", "''\"\"--")


def plain(text: str) -> str:
    """Return a text in NFKC with straight quotes and dashes: typography makes no difference."""
    return unicodedata.normalize("NFKC", text).translate(_STRAIGHT)


def words(text: str) -> list[str]:
    """Return a text's words in normal form: "ICE's" is "ice", "U.S." is "us", "3,000" is "3000"."""
    return [_normal(word) for word in _WORD.findall(plain(text))]


def _normal(word: str) -> str:
    if word[0].isdigit():
        return number(word) if _NUMBER.fullmatch(word) else word.lower().removesuffix("'s")
    return word.lower().removesuffix("'s").replace(".", "").replace(",", "")


def pairs(text: str) -> set[tuple[str, str]]:
    """Return the pairs of neighbouring words of a text."""
    return set(pairwise(words(text)))


def asks(text: str) -> bool:
    """Return whether a text is a question, by its mark or its beginning, not a claim or keywords."""
    return text.rstrip(" \"')”").endswith("?") or bool(_ASKING.match(plain(text)))


def spelled(word: str, text: str) -> str:
    """Return a normal word as a text spells it: "elon" is "Elon" in "Elon's"; itself where it is missing."""
    found = _WORD.findall(plain(text))
    there = (one for one in found if word in (_normal(one), *numbers(one)))
    return next(there, word).removesuffix("'s")


def search_words(question: str) -> list[str]:
    """Return the words to search for: each once, without stop words unless only these are left."""
    found = list(dict.fromkeys(re.findall(r"\w+", plain(question).lower())))
    found = [word for word in found if len(word) > 1 or word.isdigit()] or found
    return [word for word in found if word not in STOP_WORDS] or found


def number(text: str) -> str:
    """Drop separators and trailing zeros of a number: "3,000" is "3000", "49.420" is "49.42"."""
    digits = re.sub(r",(?=\d{3}\b)", "", text)
    if re.fullmatch(r"\d+\.\d+", digits):  # not 04.06.2020
        digits = digits.rstrip("0").removesuffix(".")
    return re.sub(r"^0+(?=\d)", "", digits)


def numbers(text: str) -> set[str]:
    """Return the numbers of a text, in digits or in words ("two", "ten"), in normal form."""
    digits = {number(found) for found in _NUMBER.findall(plain(text))}
    return digits | {NUMBER_WORDS[word] for word in words(text) if word in NUMBER_WORDS}


def names(text: str) -> set[str]:
    """Return the capitalised words of a text in normal form, without mere openers of sentences.

    An opener counts as a name when it is capitalised elsewhere or its next word is, too.
    """
    return set(named(text))


def named(text: str) -> dict[str, str]:
    """Return the same, each with how the text spells it; in all capitals only where it always is."""
    found: dict[str, str] = {}
    for sentence in re.split(r"(?<=[.!?:])\s+|[\"\n]", plain(text)):
        tokens = re.findall(r"\w+(?:[.'&]\w+)*", sentence)
        for place, token in enumerate(tokens):
            if not token[0].isupper() or _normal(token) in _NO_NAMES:
                continue
            opener = place == 0 and not token.isupper()
            if not opener or (len(tokens) > 1 and tokens[1][0].isupper()):
                word, spelling = _normal(token), token.removesuffix("'s")
                # small letters come after capitals: "Genalo" is greater than "GENALO"
                found[word] = max(spelling, found.get(word, spelling))
    return found


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning, without names and numbers."""
    apart = STOP_WORDS | NUMBER_WORDS.keys() | names(text)
    return [word for word in words(text) if word not in apart and not word[0].isdigit()]


def initials(text: str) -> set[str]:
    """Return the initials of capitalised runs: "ice" for Immigration and Customs Enforcement."""
    runs = re.findall(r"\b[A-Z][\w'-]+(?:\s+(?:(?:and|of|the|for)\s+)?[A-Z][\w'-]+)+", plain(text))
    found: set[str] = set()
    for run in runs:
        letters = "".join(word[0] for word in run.split() if word[0].isupper()).lower()
        found |= {letters[first:] for first in range(len(letters) - 1)}
    return {letters for letters in found if len(letters) <= 6}
