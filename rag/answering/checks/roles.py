"""Statement, source -> who did it and to whom, swapped; and lists that "respectively" pairs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from rag.answering.checks.closest import told
from rag.language.stems import stems
from rag.language.words import plain, words
from rag.types import Evidence

_VERBS = {
    "replace": r"replac(?:e[sd]?|ing)|succe(?:ed(?!s? in\b)s?|eded(?! in\b)|eding(?! in\b))"
    r"|t(?:ake|akes|aking|ook|aken)\s+over\s+from|follow(?:s|ed)?",
    "beat": r"beat(?:s|en|ing)?|defeat(?:s|ed|ing)?",
    "sue": r"su(?:e[sd]?|ing)",
    "accuse": r"accus(?:e[sd]?|ing)",
    "buy": r"buy(?:s|ing)?|bought|acquir(?:e[sd]?|ing)",
}
_FORMS = {name: re.compile(rf"\b(?:{forms})\b", re.IGNORECASE) for name, forms in _VERBS.items()}
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being|gets?|got)\s+(?:\w+ly\s+|then\s+)?$", re.IGNORECASE
)
_CLAUSE = re.compile(r"[.;:]\s+|\n+|\s+(?:but|while)\s+|,\s+and\s+", re.IGNORECASE)

_ONE = r"(?:[A-Z][\w.'-]*(?:\s+[A-Z][\w.'-]*)*|[$€£]?\d[\w.,]*(?<![.,])%?(?:\s+(?:percent|per cent|[mb]illion))?)"
_LIST = re.compile(rf"{_ONE}(?:,\s+{_ONE})*,?\s+and\s+{_ONE}")


class Roles(NamedTuple):
    """Who does it, and to whom, as stems of words."""

    doer: set[str]
    other: set[str]


def swapped(statement: str, source: str) -> list[str]:
    """Return what a statement says the wrong way round: "Kim defeats Lee" where Lee defeated Kim."""
    found = []
    for name, form in _FORMS.items():
        known = list(_roles(source, name, form))
        for mine in _roles(statement, name, form):
            straight = max((_overlap(mine, theirs) for theirs in known), default=0)
            crossed = max((_overlap(mine, Roles(*theirs[::-1])) for theirs in known), default=0)
            if mine.doer and mine.other and crossed > straight:
                found.append(f"says who and whom of “{name}” the wrong way round")
    return found


def _overlap(one: Roles, other: Roles) -> int:
    return len(one.doer & other.doer) + len(one.other & other.other)


def _roles(text: str, name: str, form: re.Pattern[str]) -> list[Roles]:
    found = []
    for clause in _CLAUSE.split(plain(text)):
        for verb in form.finditer(clause):
            before, after = stems(clause[: verb.start()]), clause[verb.end() :]
            passive = not verb[0].endswith("ing") and _PASSIVE.search(clause[: verb.start()])
            if passive:
                doer = re.split(r"\b(?:by|with)\b", after, maxsplit=1)[1:]
                found.append(Roles(stems(" ".join(doer)), before))
            elif name == "replace" and " with " in after:  # replaced Kim with Lee
                other, doer_text = after.split(" with ", 1)
                found.append(Roles(stems(doer_text), stems(other)))
            else:
                found.append(Roles(before, stems(after)))
    return found


def misjoined(statement: str, cited: Sequence[Evidence]) -> list[str]:
    """Return what a statement pairs from different places of two lists joined by "respectively"."""
    said = set(words(statement))
    for sentence in (text for text, _ in told(cited) if "respectively" in text):
        lists = [re.findall(_ONE, one[0]) for one in _LIST.finditer(plain(sentence))]
        placed = [(one, found) for one in lists if len(found := _places(one, said)) == 1]
        for one, (mine,) in placed:
            for other, (theirs,) in placed:
                if len(one) == len(other) and mine < theirs:
                    return [f"joins “{one[mine]}” and “{other[theirs]}”, the cited words do not"]
    return []


def _places(members: list[str], said: set[str]) -> list[int]:
    """Return the members of a list that are mentioned by a word of their own."""
    own = [set(words(member)) for member in members]
    return [
        place
        for place, mine in enumerate(own)
        if (mine - set().union(*own[:place], *own[place + 1 :])) & said
    ]
