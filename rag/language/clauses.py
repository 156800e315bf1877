"""Sentence -> its clauses, between commas and their like, and the one that tells what happened."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from rag.language.calendar import WEEKDAY
from rag.language.sentences import Span
from rag.language.verbs import Verb, verbs

SAYS = r"(?:said|says?|told|added|wrote|announced|reported|reports|warned|confirmed|ruled|decided|found|claimed)"
_CUT = re.compile(r"(?<!\d),|,(?!\d)|[;:()–—]|\s-\s")
_ASIDE = re.compile(
    r"\s*(?:(?:and|but|or|yet|so|then|while)\s+)?"
    r"(?:(?:even|just|only|shortly|soon|long|right|ever|days|weeks|months|hours)\s+)?"
    r"(?:who|whom|whose|which|where|when|while|after|before|since|until|till|because|if|unless|although|though|as"
    r"|whether|following|despite|than|once|according\s+to|including|such\s+as)\b",
    re.IGNORECASE,
)
_ATTRIBUTION = re.compile(
    rf"\s*(?:[\w'’.-]+\s+){{0,8}}{SAYS}(?:\s+(?:on|in|at|to|during|late|early|{WEEKDAY})\b[^,]{{0,40}})?[\s.]*$",
    re.IGNORECASE,
)
_ADVERBS = re.compile(r"(?:\s|\b(?:last|first|once|since|now|later|then|[a-z]+ly)\b)+")
_HIDDEN = '·“”" .'  # what is left of a clause whose words are hidden


def clauses(text: str, whole: Sequence[Span] = ()) -> list[Span]:
    """Return the spans of a sentence between its commas, colons, dashes and brackets; none of these is
    in one of the `whole` spans, such as a date.
    """
    cuts = [
        mark.start()
        for mark in _CUT.finditer(text)
        if not any(start <= mark.start() < end for start, end in whole)
    ]
    edges = [-1, *cuts, len(text)]
    return [(first + 1, last) for first, last in pairwise(edges) if text[first + 1 : last].strip()]


def is_aside(clause: str) -> bool:
    """Return whether a clause begins with a word that puts it beside another: "who", "after", "as"."""
    return bool(_ASIDE.match(clause))


def main(text: str, found: Sequence[Span]) -> Span | None:
    """Return the clause that tells what happened: the first with a verb that stands by itself and is more
    than "police said"; None where there is no telling.
    """
    alone = [one for one in found if not is_aside(text[slice(*one)])]
    own = [one for one in alone if one == alone[0] or not _ATTRIBUTION.match(text[slice(*one)])]
    for place, (start, end) in enumerate(own):
        inner = 0 < place < len(own) - 1
        told = next(verbs(text[start:end]), None)
        # "the mayor, elected in 2019, …" has its verb further on; "the mayor, a doctor, resigned" here
        if told and not (inner and _is_participle(text[start:end], told)):
            return start, end
    spoken = [one for one in alone if one not in own]
    if len(own) != 1:
        return None
    return own[0] if text[slice(*own[0])].strip(_HIDDEN) else next(iter(spoken), own[0])


def _is_participle(clause: str, first: Verb) -> bool:
    """Return whether a clause begins with its verb, in a form that may be a participle."""
    begun = not _ADVERBS.sub("", clause[: first.start])
    return begun and first.tense == "past" and first.word not in ("was", "were")
