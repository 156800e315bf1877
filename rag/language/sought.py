"""What is typed into Find -> what is sought.

    ferry strike        both words, in any form: "ferries", too
    "ferry strike"      these words next to each other, in this order
    ferry OR boat       one of them at least
    -strike             not this word, or not this "phrase in quotation marks"
    genalo~             this name, also with a wrong letter

Capitals, accents and typography make no difference. OR binds what is beside it: `strike ferry OR
boat` is a strike with a ferry or a boat. What means nothing in its place, such as OR at the end,
is read over; a quotation mark that is not closed reaches to the end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from rag.language.words import STOP_WORDS, plain

_PART = re.compile(r'-*"[^"]*(?:"~*|$)|[^\s"]+')
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Term:
    """Words that follow each other in a text; of each place the spellings that will do."""

    words: tuple[tuple[str, ...], ...]
    near: bool = (
        False  # whether the library's names that it may be misspelled for are spellings, too
    )
    phrase: bool = False  # it was typed in quotation marks


Group = tuple[Term, ...]  # of which one is enough


@dataclass(frozen=True, slots=True)
class Sought:
    """What an article has, one term of each group, and what it has not."""

    wanted: tuple[Group, ...] = ()
    unwanted: Group = ()

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not (self.wanted or self.unwanted)

    @property
    def plain(self) -> bool:
        """Whether it is words alone, which also tell what is meant; operators want themselves."""
        alone = not self.unwanted and all(len(group) == 1 for group in self.wanted)
        return alone and not any(term.near or term.phrase for (term,) in self.wanted)

    @property
    def misspelled(self) -> tuple[str, ...]:
        """The words that may have a wrong letter, each once."""
        terms = [term for group in (*self.wanted, self.unwanted) for term in group if term.near]
        return tuple(dict.fromkeys(one[0] for term in terms for one in term.words))

    def spelled(self, others: Callable[[str], Iterable[str]]) -> Sought:
        """Return the same with the other spellings of each word that may have a wrong letter."""

        def spelled(term: Term) -> Term:
            if not term.near:
                return term
            words = tuple(tuple(dict.fromkeys((*one, *others(one[0])))) for one in term.words)
            return replace(term, words=words)

        wanted = tuple(tuple(map(spelled, group)) for group in self.wanted)
        return Sought(wanted, tuple(map(spelled, self.unwanted)))


def read(text: str) -> Sought:
    """Read what was typed; empty where there is no word in it.

    Words such as "the" count in phrases, where they are excluded, and where there are no others.
    """
    wanted: list[Group] = []
    unwanted: list[Term] = []
    joins = False
    for part in _PART.findall(plain(text)):
        if part == "OR":
            joins = bool(wanted)
            continue
        if not (term := _term(part)):
            continue
        if part.startswith("-"):
            unwanted.append(term)
        elif joins:
            wanted[-1] = tuple(dict.fromkeys((*wanted[-1], term)))
        else:
            wanted.append((term,))
        joins = False
    return Sought(tuple(_weighty(wanted)), tuple(dict.fromkeys(unwanted)))


def phrase(text: str) -> str:
    """Return a text as it is typed to be found as a phrase: on one line, in quotation marks."""
    return f'"{" ".join(plain(text).replace(chr(34), " ").split())}"'


def _term(part: str) -> Term | None:
    """Read a word or phrase; one without a letter or digit is none."""
    quoted, near = '"' in part, part.endswith("~")
    kept = part if quoted else re.sub(r"'s~*$", "", part)  # a phrase has what stands between
    found = _WORD.findall(kept.lower())
    return Term(tuple((word,) for word in found), near, quoted) if found else None


def _weighty(groups: list[Group]) -> Iterator[Group]:
    """Yield the groups, each once, without stop words unless only these are left."""
    once = list(dict.fromkeys(groups))
    yield from [group for group in once if not all(map(_stops, group))] or once


def _stops(term: Term) -> bool:
    return not term.phrase and all(word in STOP_WORDS for (word, *_) in term.words)
