"""Recognise names of outlets and people, and headlines, by their shape.

Uses words that newspapers have in their names everywhere, never a list of outlets.
"""

from __future__ import annotations

import re

from rag.language.calendar import MONTHS, WEEKDAY

HEADLINE_CHARACTERS = 200
HEADLINE_WORDS = 30
OUTLETS = {"straits times": "The Straits Times", "st": "The Straits Times"}
"""Spellings of one outlet."""
# Words that newspapers, magazines, stations and sites have in their names everywhere.
OUTLET_WORDS = frozenset(
    """
    times post news herald daily weekly gazette journal chronicle tribune observer press courier
    review magazine radio tv television online today star sun mail guardian telegraph standard echo
    argus mercury examiner bulletin dispatch independent sentinel monitor globe ledger reporter
    record register report express clarion mirror digest media network broadcasting channel world
    wire insider business politico republic nation citizen advertiser messenger inquirer enquirer
    advocate beacon banner eagle leader pioneer statesman spectator economist scientist science
    zeitung tageblatt tagespost anzeiger nachrichten kurier rundschau blatt le la el il die das der
    the monde figaro diario periódico corriere gazzetta & .com fm outlook voice pilot argosy almanac
    quarterly monthly morning evening sunday
    """.split()
)
# Labels that are not outlets.
_SECTIONS = """
    world | local | national | politics | business | economy | finance | markets | money | sport |
    sports | football | culture | arts | art | opinion | comment | editorial | analysis | feature |
    features | science | health | tech | technology | environment | climate | travel | food | style
    | lifestyle | entertainment | education | media | weather | obituaries | metro | city | region |
    regional | international | asia | africa | europe | middle east | americas | us | uk | home |
    news | top news | latest | live | live updates | breaking | breaking news | exclusive | video |
    photos | interview | explainer | fact check | special report | updates | local & state | local
    and state | world news | business news | local news | live blog | liveblog | as it happened |
    front page | letters | books | film | music | tv & radio | society | crime | courts | property
"""
SECTIONS = frozenset(" ".join(_SECTIONS.split()).split(" | "))
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
# Scripts without spaces between words.
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
    return all(not word[0].islower() or word in small or "." in word for word in words) and any(
        character.isalpha() for character in name
    )


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
    return (last not in ".,;:…。" or bool(initials) or cut) and letters * 2 > len(
        bare.replace(" ", "")
    )
