"""Read what news agencies leave in a text: its dateline and its signature."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from rag.language.agencies import AGENCIES, AGENCY
from rag.reading.full_dates import parse_date

DATELINE_CHARACTERS = 90
PLACE_WORDS = 6
# Labels in capitals, which are not places.
_LABELS = """
    update | exclusive | analysis | opinion | watch | live | factbox | timeline | explainer |
    breaking | correction | corrected | refile | urgent | comment | review | interview | insight |
    feature | graphic | video | editorial | alert | focus | note | advisory | obituary | q&a | faq |
    wrapup | file | column | preview | instant view | brief | news | sport | sports | business |
    politics | world
"""
LABELS = frozenset(" ".join(_LABELS.split()).split(" | "))
_DASH = re.compile(r"\s*(?:\.\s?)?(?:\s[-–—]{1,2}\s|[–—]\s?|\)\s?[-–—]\s?|\)\.-\s?)")
_BRACKET = re.compile(rf"\((?P<agency>{AGENCY})(?:[/ ,-][^()]{{0,40}})?\)?\s*$", re.IGNORECASE)
_SIGNED = re.compile(
    rf"(?:(?<=[.!?”\"'’)\]])\s+|^\s*)(?:(?P<plain>{AGENCY})|(?:[-–—/]\s?|Source: |SOURCE: )(?P<dash>{AGENCY})"
    rf"|[(\[](?:Source: |With )?(?P<bracket>{AGENCY})[)\]])\.?\s*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dateline:
    """ "KESTREL BAY, April 10 (Reuters) -": where a text was written, for whom, when."""

    place: str
    agency: str | None = None
    published: date | None = None


def dateline(text: str) -> Dateline | None:
    """Return the dateline at the beginning of a text, or None."""
    text = text.lstrip()[:DATELINE_CHARACTERS]
    dash = _DASH.search(text)
    if not dash or not text[:1].isalpha():
        return None
    head = text[: dash.start() + (dash[0].lstrip().startswith(")"))].strip()
    bracket = _BRACKET.search(head)
    place = (head[: bracket.start()] if bracket else head).strip(" .,:")
    parts = [part.strip() for part in place.split(",")]
    named = [part for part in parts if part and not any(c.isdigit() for c in part)]
    if not named or any("\n" in part for part in named):
        return None
    if named[0].lower() in LABELS or named[0].upper() in AGENCIES:
        return None
    place = ", ".join(named)
    capitals = all(c.isupper() for c in named[0] if c.isalpha()) and len(named[0]) > 2
    words = place.split()
    titled = all(word[0].isupper() or word in ("de", "la", "of", "am") for word in words)
    if len(words) > PLACE_WORDS or not (capitals or (bracket and titled)) or "(" in place:
        return None
    agency = AGENCIES[bracket["agency"].upper()] if bracket else None
    return Dateline(place, agency, parse_date(head))


def signed(text: str) -> tuple[str, str | None]:
    """Return a text without the agency's name at its end, and that name."""
    tail = max(0, len(text) - 80)
    mark = _SIGNED.search(text, tail)
    if not mark or (mark.start() == tail and tail and not text[tail - 1].isspace()):
        return text, None
    name = mark["plain"] or mark["dash"] or mark["bracket"]
    written = not mark["plain"] or name.isupper() or name == AGENCIES[name.upper()]
    return (text[: mark.start()].rstrip(), AGENCIES[name.upper()]) if written else (text, None)
