"""What a model writes -> the same without what it thinks aloud first.

A thought (`<think>…</think>`) at the beginning is no part of the reply, and nothing in it is a statement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

OPEN, CLOSE = "<think>", "</think>"


def without_thought(pieces: Iterable[str]) -> Iterator[str]:
    """Yield the pieces of a reply; of one that begins with a thought, those behind it.

    A thought that does not end leaves nothing. White space before a thought and behind it goes with it.
    """
    rest = iter(pieces)
    begun = ""
    for piece in rest:
        begun += piece
        if not OPEN.startswith(begun.lstrip()[: len(OPEN)]):
            break  # certain to be none
        if begun.lstrip().startswith(OPEN):
            yield from _behind(begun, rest)
            return
    if begun:
        yield begun
    yield from rest


def _behind(begun: str, rest: Iterator[str]) -> Iterator[str]:
    """Yield what follows the end of a thought."""
    while CLOSE not in begun:
        piece = next(rest, None)
        if piece is None:
            return
        begun += piece
    begun = begun.partition(CLOSE)[2].lstrip()
    while not begun:
        piece = next(rest, None)
        if piece is None:
            return
        begun = piece.lstrip()
    yield begun
    yield from rest
