"""Recognise names of outlets and people, and headlines, by their shape.

Uses words that newspapers have in their names everywhere, never a list of outlets.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from rag.language.calendar import MONTHS, WEEKDAY

HEADLINE_CHARACTERS = 200
HEADLINE_WORDS = 30
OUTLETS = {"straits times": "The Straits Times", "st": "The Straits Times"}
"""Spellings of one outlet."""
_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
OUTLET_WORDS = frozenset(_TABLES["words"].split())
SECTIONS = frozenset(" ".join(_TABLES["sections"].split()).split(" | "))
BY = re.compile(
    r"^(?:[Bb]y|BY|Written by|Words by|Text by|Story by|Report by|Reported by|From|Von|Par|Por)\s+(?=\S)"
)
_CAPITAL = r"[^\W\d_a-z][\w.'’-]*"
_PERSON = re.compile(
    rf"^(?:(?:Dr|Prof|Sir|Mr|Mrs|Ms)\.? )?{_CAPITAL}"
    rf"(?: (?:(?:de|da|del|van|von|der|den|di|la|le|el|al|bin|ben|dos|du) ){{0,2}}{_CAPITAL}){{1,3}}$"
)
_WORD = re.compile(r"[\w.&'’-]+")
TIME_WORD = re.compile(
    rf"^(?:{WEEKDAY})|^(?:{'|'.join(month for month in MONTHS if month != 'may')}|noon|midnight|then|now)\b",
    re.IGNORECASE,
)
# No spaces between words.
WIDE = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def is_person(name: str) -> bool:
    """Return whether a name has the shape of a person's."""
    return len(name) <= 60 and bool(_PERSON.match(name)) and not TIME_WORD.match(name)


def has_outlet_word(name: str) -> bool:
    """Return whether a name has a word typical of outlets."""
    return any(word.lower() in OUTLET_WORDS for word in _WORD.findall(name))


def is_outlet(name: str) -> bool:
    """Return whether a name has the shape of an outlet's: a few capitalised words."""
    words = name.split()
    if not words or len(words) > 6 or len(name) > 50 or name.lower() in SECTIONS:
        return False
    if name[-1] in ".!?:;" or TIME_WORD.match(name) or BY.match(name) or not name[0].isalnum():
        return False
    small = "of the and & for in de du der die la le del am".split()
    capitals = all(not word[0].islower() or word in small or "." in word for word in words)
    return capitals and any(character.isalpha() for character in name)


def is_headline(text: str) -> bool:
    """Return whether a line has the shape of a headline."""
    bare = text.strip()
    words = len(bare.split())
    if not 0 < len(bare) <= HEADLINE_CHARACTERS or words > HEADLINE_WORDS or bare[0].islower():
        return False
    if words < 2 and not (WIDE.search(bare) and len(bare) > 5):
        return False
    last = bare.rstrip("”’\"')]»」")[-1:]
    initials = re.search(r"\b[A-Z]\.[A-Z]\.$", bare)
    letters = sum(character.isalpha() for character in bare)
    cut = bare.endswith(("...", "…"))  # a search engine shortened it
    whole = last not in ".,;:…。" or bool(initials) or cut
    return whole and letters * 2 > len(bare.replace(" ", ""))
