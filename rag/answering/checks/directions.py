"""Statement, its closest clauses -> what it reverses: rose and fell, won and lost, not and so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rag.answering.checks.closest import MIN_SHARED
from rag.language.stems import STEM, shared
from rag.language.words import NUMBER_WORDS, STOP_WORDS, plain, words

# Each pair: the words of one side, the words of the other.
_PAIRS = [
    (
        r"r[oi]se[sn]?|rising|increas\w+|grew(?! up)|grow(?:s|n|ing|th)?|gain\w*|climb\w*|jump\w*"
        r"|surg(?:e[sd]?|ing)|soar\w*|higher(?! education| court)|rais(?:e[sd]?|ing)|up (?=(?:by |from )?[$€£\d])",
        r"f[ae]ll(?:s|en|ing)?|decreas\w+|drop(?:s|ped|ping)?|declin\w+(?! to)|slid(?:es?|ing)?|plung\w+"
        r"|plummet\w*|slump\w*|lower(?:s|ed|ing)?(?! house| court)|cut(?:s|ting)?|reduc\w+|shr[aiu]nk\w*"
        r"|lost (?=[$€£\d])|down (?=(?:by |from )?[$€£\d])",
    ),
    (
        r"w[io]n(?:s|ning)?|victory",
        r"los(?:t|es?|ing)(?! to)|defeat(?=ed in)|(?:c[ao]me|finish\w*|plac(?:es?|ed)) (?:second|third|last)"
        r"|runners?-up",
    ),
    (
        r"approv\w+|pass(?:es|ed)|adopt\w*|accept\w*|agreed|allow\w*|permit\w*",
        r"reject\w*|refus\w+|block\w*|veto\w*|ban(?:s|ned)?|prohibit\w*|forb[ai]d\w*|turned down|voted down"
        r"|declin\w+ (?=to\b)",
    ),
    (r"arrest(?:s|ed)|detain\w*|jailed|imprisoned", r"releas(?:ed?|es)|freed"),
    (r"(?<!not )guilty|convict(?:s|ed)", r"acquit\w*|cleared(?! the way)|not guilty|innocent"),
    (r"(?:re)?open(?:s|ed)", r"clos(?:es|ed)|shut(?:s|ting)?"),
    (
        r"hir(?:e[sd]?|ing)|appoint(?:s|ed)",
        r"fir(?:es|ed)|dismiss(?:es|ed)|sack(?:s|ed)|oust(?:s|ed)",
    ),
    (r"(?:clear(?:s|ed)?|pave[sd]?) the way", r"block\w*|halt(?:s|ed)"),
    (r"upheld|upholds?", r"overturn\w*|struck down"),
    (r"lift(?:s|ed)", r"impos(?:e[sd]?|ing)"),
    (r"surviv\w+", r"die[sd]|dead|killed"),
    (r"support(?:s|ed)|back(?:s|ed)", r"oppos(?:e[sd]?|ing)"),
    (r"beg[aiu]n\w*|start(?:s|ed)", r"end(?:s|ed)|stop(?:s|ped)"),
    (r"profits?|surplus", r"loss(?:es)?|deficit"),
]
_SIDES = [
    tuple(re.compile(rf"\b(?:{side})(?:\b|(?<=\s))", re.IGNORECASE) for side in pair)
    for pair in _PAIRS
]
_ARTICLE = r"(?:(?:the|an?|his|her|its|their|on|in)\s+)*"
_EARLY_LATE = re.compile(
    rf"\b(?:(?P<early>before|until|prior\s+to)|(?P<late>after|since|following))\s+{_ARTICLE}(?P<what>\w+)",
    re.IGNORECASE,
)

_NOT = re.compile(
    r"\b(?P<verb>(?:not|\w+n't)(?!\s+(?:only|just|least|more)\b)|cannot|never|no\s+longer)\b"
    r"|\b(?:no(?!\s+(?:more|less|fewer|doubt|later|longer))|nobody|none|nothing|neither|nor|without"
    r"|den(?:y|ies|ied|ying)|(?:fail|refus|declin)\w+(?=\s+to\b)|unable(?=\s+to\b))\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[,;:.!?\n]\s|[\"()]")
_WORD = re.compile(r"\w+(?:[.,'&]\w+)*")
_EMPTY = STOP_WORDS | NUMBER_WORDS.keys() | {"single", "longer", "yet", "even", "ever"}
_ALIKE = 4  # letters that two forms of a verb share: "close", "closed"
_AFTER, _BEFORE = 8, 3  # words around a negation that it may turn round


def undirected(statement: str) -> str:
    """Return a statement without its directions, to find words about the same thing."""
    told = plain(statement)
    for side in [side for pair in _SIDES for side in pair]:
        told = side.sub(" ", told)
    return told


def opposites(question: str, statement: str, other: str) -> tuple[str, str] | None:
    """Return the words by which two texts answer yes and no: ("accepted", "rejected"), or None."""
    pairs = ((statement, other), (other, statement))
    if max(shared(undirected(one), two) for one, two in pairs) < MIN_SHARED:
        return None
    for mine, against in _turns(plain(statement), plain(other)):
        if any(_alike(word, asked) for word in (mine, against) for asked in words(question)):
            return mine, against
    here, there = _polarity(statement), _polarity(other)
    asked_for = {_stem(word) for word in words(question)} - {""}
    for stem in sorted(asked_for & here.negated & there.affirmed - there.near):
        return f"not {_whole(stem, statement)}", _whole(stem, other)
    for stem in sorted(asked_for & there.negated & here.affirmed - here.near):
        return _whole(stem, statement), f"not {_whole(stem, other)}"
    return None


def _alike(word: str, other: str) -> bool:
    """Return whether two words begin alike, or are forms of one side: "fell" and "fall"."""
    if word[:_ALIKE].lower() == other[:_ALIKE].lower():
        return True
    return any(side.fullmatch(word) and side.fullmatch(other) for pair in _SIDES for side in pair)


def turned(statement: str, clauses: Sequence[str]) -> list[str]:
    """Return the statement's words whose opposites are in the clauses instead."""
    return [
        f"says “{said}”, the cited words say “{cited}”"
        for said, cited in _turns(plain(statement), "\n".join(clauses))
    ]


def _turns(told: str, source: str) -> Iterator[tuple[str, str]]:
    """Pair one text's words with their opposites in another, where each has only its own side."""
    for one, other in _SIDES:
        for mine, against in ((one, other), (other, one)):
            here, there = mine.search(told), against.search(source)
            if not here or not there or against.search(told) or mine.search(source):
                continue
            if _is_negated(told, here.start()) == _is_negated(source, there.start()):
                yield here[0].strip(), there[0].strip()


def _is_negated(text: str, start: int) -> bool:
    """Return whether a negation is in the few words before a place."""
    clause = re.split(r"[.;:\n]", text[:start])[-1]
    near = " ".join(clause.split()[-3:])
    return bool(_NOT.search(near))


def untimely(statement: str, source: str) -> list[str]:
    """Find "after" where the source has only "before" the same thing, or the reverse."""
    known: dict[str, set[str]] = {}
    for match in _EARLY_LATE.finditer(plain(source)):
        known.setdefault(match["what"].lower(), set()).add("early" if match["early"] else "late")
    found = []
    for match in _EARLY_LATE.finditer(plain(statement)):
        side, what = "early" if match["early"] else "late", match["what"].lower()
        if what in known and side not in known[what]:
            found.append(f"says “{match[0]}”, the cited words say the opposite")
    return found


def negated(statement: str, nearest: Sequence[str], source: str) -> list[str]:
    """Return words negated in the statement alone, or affirmed in it and only negated in the
    source.

    Only words right after a negation count as negated, and no words near one as affirmed.
    """
    here, there = _polarity(statement), _polarity("\n".join(nearest))
    added = here.negated & there.affirmed - there.near
    dropped = (there.negated - _polarity(source).affirmed) & here.affirmed - here.near
    return [
        *(
            f"negates “{_whole(stem, statement)}”, the cited words do not"
            for stem in sorted(added)[:1]
        ),
        *(
            f"does not negate “{_whole(stem, statement)}”, the cited words do"
            for stem in sorted(dropped)[:1]
        ),
    ]


class Polarity(NamedTuple):
    """The stems of a text that are negated, near a negation, or neither."""

    negated: set[str]
    near: set[str]
    affirmed: set[str]


def _polarity(text: str) -> Polarity:
    told = plain(text)
    negated: set[str] = set()
    near: set[int] = set()
    tokens = list(_WORD.finditer(told))
    for match in _NOT.finditer(told):
        end = _CLAUSE_END.search(told, match.end())
        stop = end.start() if end else len(told)
        after = [n for n, token in enumerate(tokens) if match.end() <= token.start() < stop]
        before = [n for n, token in enumerate(tokens) if token.start() < match.start()]
        near |= {*after[:_AFTER], *before[-_BEFORE:]}
        counted = [stem for n in after[:_AFTER] if (stem := _stem(tokens[n][0]))]
        negated |= set(counted[: 1 if match["verb"] else 2])
    by_place = {n: stem for n, token in enumerate(tokens) if (stem := _stem(token[0]))}
    return Polarity(
        negated,
        {stem for n, stem in by_place.items() if n in near},
        {stem for n, stem in by_place.items() if n not in near},
    )


def _stem(word: str) -> str:
    """Return the first letters of a word that a negation may reverse; "" for any other."""
    form = words(word)[0] if words(word) else ""
    return "" if form in _EMPTY or form.endswith("ly") or form[:1].isdigit() else form[:STEM]


def _whole(stem: str, text: str) -> str:
    return next((word for word in words(text) if word.startswith(stem)), stem)
