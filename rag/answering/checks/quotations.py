"""Statement, text -> its quotations, whether the text has their words, and the words nearest to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from rag.language.words import plain, words
from rag.types.evidence import Evidence

# a single mark opens no quotation in a word, nor before a decade: the dockers' pay in the '90s
_QUOTED = re.compile(r"\"([^\"\n]+)\"|(?<!\w)'(?!\d\ds\b)((?:[^'\n]|(?<=\w)'(?=\w))+)'(?!\w)")
_LEFT_OUT = re.compile(r"\[?(?:\.\.\.|…)\]?|\[[^\]]*\]")
_WORD = re.compile(r"\w+(?:[.,'’&]\w+)*")


def quotations(statement: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the words in quotation marks, with their pieces between words that are left out."""
    for pair in _QUOTED.findall(plain(statement)):
        quoted = pair[0] or pair[1]
        yield quoted, tuple(_LEFT_OUT.split(quoted))


def misquoted(statement: str, cited: Sequence[Evidence]) -> Iterator[tuple[str, str]]:
    """Yield the quotations of which no cited text and no headline has a piece, each with that piece."""
    texts = [text for item in cited for text in (item.quote, item.article.title)]
    for quoted, pieces in quotations(statement):
        for piece in pieces:
            if not any(stands_in(piece, text) for text in texts):
                yield quoted, piece


def stands_in(piece: str, text: str) -> bool:
    """Return whether a text has these words in this order."""
    one, other = (" ".join(["", *words(part), ""]) for part in (piece, text))
    return one in other


def nearest(piece: str, text: str) -> tuple[float, str]:
    """Return how like a piece the likest stretch of a text is, by difflib's ratio over words, 0 to 1;
    and that stretch.
    """
    wanted = words(piece)
    places = [(word, found) for found in _WORD.finditer(text) for word in words(found[0])]
    told = [word for word, _ in places]
    ratio, start, end = max(_stretches(wanted, told), default=(0.0, 0, 0))
    return ratio, text[places[start][1].start() : places[end - 1][1].end()] if end > start else ""


def _stretches(wanted: Sequence[str], told: Sequence[str]) -> Iterator[tuple[float, int, int]]:
    """Yield where a text could have the wanted words, and how like them it is there.

    A stretch goes from any run of equal words to any later one, with room for words that differ
    before and after.
    """
    runs = SequenceMatcher(None, wanted, told, autojunk=False).get_matching_blocks()[:-1]
    for place, first in enumerate(runs):
        equal = 0
        for last in runs[place:]:
            equal += last.size
            start = max(0, first.b - first.a)
            end = min(len(told), last.b + len(wanted) - last.a)
            yield 2 * equal / (len(wanted) + end - start), start, end
