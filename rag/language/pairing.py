"""Sentence -> the lists that it pairs: "Holm and Brandt led Dovre and Kalla, respectively"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.words import STOP_WORDS, words

PAIRING = "respectively"
_TOKEN = re.compile(r"[^\s,;:()“”\"]+|[,;:()]")


def mispaired(statement: str, sentence: str) -> bool:
    """Return whether a statement pairs what a sentence pairs otherwise: of the lists that it takes
    something from, it takes what stands at different places. "Holm led Kalla."
    """
    if PAIRING not in words(sentence):
        return False
    said = set(words(statement))
    taken = {
        tuple(bool(item & said) for item in one)
        for one in _lists(sentence)
        if said & one[0].union(*one)
    }
    return len({len(one) for one in taken}) == 1 < len(taken)


def _lists(sentence: str) -> Iterator[tuple[set[str], ...]]:
    """Yield the lists of a sentence, each item by the words that no other item of the list has."""
    tokens = _TOKEN.findall(sentence)
    for place, token in enumerate(tokens):
        if token.lower() not in ("and", "or"):
            continue
        items = [_item(tokens, place + 1, 1), *_before(tokens, place - 1)][::-1]
        told = [set(words(" ".join(item))) - STOP_WORDS for item in items]
        own = tuple(one - set().union(*(o for o in told if o is not one)) for one in told)
        if all(own):
            yield own


def _before(tokens: list[str], place: int) -> Iterator[list[str]]:
    """Yield the items that end before "and", the last first: "Holm, Lie and …"."""
    place -= place > 0 and tokens[place] == ","  # "Holm, Lie, and …"
    while place >= 0:
        item = _item(tokens, place, -1)
        yield item
        place -= len(item)
        if not item or place < 1 or tokens[place] != ",":
            return
        place -= 1


def _item(tokens: list[str], place: int, step: int) -> list[str]:
    """Return an item from a place on, forwards or backwards: a name or number with all its words, else one word."""
    while step > 0 and place < len(tokens) and tokens[place].lower() in STOP_WORDS:
        place += 1  # "in Spain and in Italy"
    found: list[str] = []
    while 0 <= place < len(tokens) and (_is_told(tokens[place]) or not found):
        if not re.match(r"\w|[$€£]", tokens[place]) or tokens[place].lower() in STOP_WORDS:
            break
        found.append(tokens[place])
        place += step
        if not _is_told(found[-1]):
            break
    return found


def _is_told(token: str) -> bool:
    """Return whether a word is (part of) a name or number."""
    return not token[0].islower() and token.lower() not in STOP_WORDS
