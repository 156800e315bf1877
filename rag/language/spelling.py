"""A name and the names there are -> those for which it may be misspelled, by edits of letters.

An edit adds, drops or changes a letter, or swaps two neighbours (Damerau and Levenshtein, each
stretch edited once).
"""

from __future__ import annotations

from collections.abc import Iterable

LEAST_LETTERS = 4  # of a name that may be misspelled: nearly every shorter one is near another
TWO_EDITS_FROM = 8  # letters; shorter names two edits apart are names of different things


def reach(word: str) -> int:
    """Return how many edits may lie between a name and what it is misspelled for."""
    if len(word) < LEAST_LETTERS:
        return 0
    return 2 if len(word) >= TWO_EDITS_FROM else 1


def nearest(word: str, counts: Iterable[tuple[str, int]]) -> list[str]:
    """Return the names within reach, of those given with their counts: fewest edits first, of equals
    the most frequent.

    Two edits count only behind the same first letter, which is seldom mistyped: Everton is not
    meant by Yelverton.
    """
    most, letters = reach(word), set(word)
    found = []
    for other, count in counts:
        if len(letters ^ set(other)) > 2 * most:  # an edit changes two of the letters at most
            continue
        apart = edits(word, other, most)
        if apart <= (most if word[0] == other[0] else min(most, 1)):
            found.append((apart, -count, other))
    return [other for _, _, other in sorted(found)]


def edits(one: str, other: str, most: int) -> int:
    """Return how many edits make one word the other; `most` + 1 for any larger number."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        before, last, row = row, before, [at]
        for place, against in enumerate(other, start=1):
            least = min(before[place] + 1, row[-1] + 1, before[place - 1] + (letter != against))
            swapped = at > 1 < place and letter == other[place - 2] and one[at - 2] == against
            row.append(min(least, last[place - 2] + 1) if swapped else least)
        if min(row) > most and min(before) > most:
            return most + 1
    return min(row[-1], most + 1)
