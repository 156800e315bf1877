"""Sentence -> the lists that it pairs: "Holm and Brandt led Dovre and Kalla, respectively"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from rag.language.sentences import Span
from rag.language.words import STOP_WORDS, words

PAIRING = "respectively"
_TOKEN = re.compile(r"[^\s,;:()“”\"]+|[,;:()]")

List: TypeAlias = tuple[Span, ...]
"""The spans of its items in the sentence."""


def mispaired(statement: str, sentence: str) -> bool:
    """Return whether a statement pairs what a sentence pairs otherwise: of the lists that it takes
    something from, it takes what stands at different places. "Holm led Kalla."
    """
    taken = {places for one in _lists(sentence) if (places := _places(one, sentence, statement))}
    return len(taken) > 1


def paired(question: str, sentence: str, found: Span) -> Span:
    """Return the item of a list that answers, where a whole list was found and the question names an
    item of another: "Who led Kalla?" is answered by Brandt.
    """
    lists = list(_lists(sentence))
    whole = (one for one in lists if found[0] <= one[0][0] and one[-1][1] <= found[1])
    if not (answering := next(whole, None)):
        return found
    asked = {places for one in lists if (places := _places(one, sentence, question))}
    if len(asked) == 1 and len(places := asked.pop()) == 1:
        return answering[min(places)]
    return found


def _places(one: List, sentence: str, text: str) -> frozenset[int]:
    """Return the places of the items of a list that a text takes: by words that no other item has."""
    said = set(words(text))
    told = [set(words(sentence[start:end])) - STOP_WORDS for start, end in one]
    return frozenset(
        place
        for place, item in enumerate(told)
        if said & item.difference(*(other for other in told if other is not item))
    )


def _lists(sentence: str) -> list[List]:
    """Return the lists that a sentence pairs: those of the length that most have."""
    if PAIRING not in words(sentence):
        return []
    tokens = list(_TOKEN.finditer(sentence))
    found = [
        tuple(items[::-1])
        for place, token in enumerate(tokens)
        if token[0].lower() in ("and", "or")
        if all(items := [_after(tokens, place + 1), *_before(tokens, place - 1)])
        if len(items) > 1
    ]
    lengths = [len(one) for one in found]
    long = max(lengths, key=lengths.count, default=0)
    return [tuple(filter(None, one)) for one in found if len(one) == long]


def _before(tokens: Sequence[re.Match[str]], place: int) -> Iterator[Span | None]:
    """Yield the items that end before "and", the last first: "Holm, Lie and …"."""
    place -= place > 0 and tokens[place][0] == ","  # "Holm, Lie, and …"
    while place >= 0:
        first = place
        while (
            first > 0
            and _goes_on(tokens, first)
            and _is_word(tokens[first - 1][0])
            and _goes_on(tokens, first - 1)
        ):
            first -= 1
        yield _span(tokens, first, place)
        if first < 1 or tokens[first - 1][0] != ",":
            return
        place = first - 2


def _after(tokens: Sequence[re.Match[str]], place: int) -> Span | None:
    """Return the item that begins behind "and": "… in Spain and in Italy"."""
    while place < len(tokens) and tokens[place][0].lower() in STOP_WORDS:
        place += 1
    last = place
    while _goes_on(tokens, last) and _goes_on(tokens, last + 1):
        last += 1
    return _span(tokens, place, last)


def _span(tokens: Sequence[re.Match[str]], first: int, last: int) -> Span | None:
    if last >= len(tokens) or not _is_word(tokens[first][0]):
        return None
    return tokens[first].start(), tokens[last].end()


def _goes_on(tokens: Sequence[re.Match[str]], place: int) -> bool:
    """Return whether a token is of a name or number, which may have several."""
    return place < len(tokens) and _is_word(tokens[place][0]) and not tokens[place][0][0].islower()


def _is_word(token: str) -> bool:
    return bool(re.match(r"\w|[$€£]", token)) and token.lower() not in STOP_WORDS
