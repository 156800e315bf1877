"""Read the lines of a page that tell an article's outlet, author and date.

"By Jane Doe | June 4, 2025", "The Daily Wave · 2 hours ago", "© Daily Wave 2025".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields, replace
from datetime import date

from rag.language.agencies import AGENCIES
from rag.language.calendar import ANY_WEEKDAY
from rag.reading.full_dates import full_dates
from rag.reading.newspage.ages import AGE
from rag.reading.newspage.outlets import (
    BY,
    SECTIONS,
    TIME_WORD,
    has_outlet_word,
    is_outlet,
    is_person,
)

_STAFF = re.compile(
    r"^(?:our |a )?(?:staff|newsroom|news desk|editors?|editorial|correspondents?|agenc|web desk|wire|reporters?\b)"
    r"|\b(?:staff|desk|newsroom|agencies|editorial team|correspondents?)$",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^(?:(?:first |originally )?(?:published|posted|issued|released)(?: on| at| online)?|date|dated"
    r"|on|live updates|live|live ?blog"
    r"|updated?(?: on| at)?|last (?:updated|modified)(?: on| at)?|modified|edition"
    r"|\d+[ -]min(?:ute)?s?(?: read)?|issue(?: date)?"
    rf"|{ANY_WEEKDAY}|at|[A-Z]{2, 4}T?"
    r"|[+-]\d{2}:?\d{2}|[ap]\.?m\.?|pages?|h|uhr|\W*)[:.,]?$",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:updated?|modified|revised|corrected|actualizado|aktualisiert)\b", re.IGNORECASE
)
_CLOCK = re.compile(
    r"\b\d{1,2}[:.h]\d{2}(?::\d{2})?(?: ?[ap]\.?m\b\.?)?|\b\d{1,2} ?[ap]\.?m\b\.?", re.IGNORECASE
)
_APART = re.compile(r"\s[|·•/–—-]\s|[|·•,]\s|\s{2,}|\t|[\[\]()]|\x00|:\s")
COPYRIGHT = re.compile(
    r"^(?:©|\(c\)|Copyright(?: ©| \(c\))?)\s*(?:(?:19|20)\d{2}(?:\s?[-–]\s?(?:19|20)?\d{2})?,?\s+)?"
    r"(?P<name>[^.,;|\n]{2,60})"
    r"(?:[.,;|].{0,200})?$",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"\s*(?:\b(?:19|20)\d{2}\b.*|all rights reserved.*|media group|ltd|inc|llc|gmbh|pte)\.?$",
    re.IGNORECASE,
)
# "Byline: Jane Doe": our name for the key, or nothing where the line is to go.
KEYS = {
    "byline": "author", "author": "author", "authors": "author", "by": "author", "words": "author",
    "reporter": "author",
    "source": "outlet", "publication": "outlet", "publisher": "outlet", "newspaper": "outlet", "outlet": "outlet",
    "headline": "title", "title": "title", "date": "published", "published": "published",
    "publication date": "published",
    "section": "", "length": "", "load-date": "", "language": "", "word count": "", "words count": "", "edition": "",
    "page": "", "pages": "", "copyright": "", "highlight": "", "graphic": "", "publication-type": "",
    "journal code": "",
    "subject": "", "column": "", "series": "", "dateline": "", "url": "", "link": "", "issn": "", "doc-type": "",
    "document type": "", "acc-no": "", "credit": "", "geographic": "", "industry": "", "person": "", "company": "",
    "keywords": "", "category": "", "accessed": "", "retrieved": "", "updated": "", "last updated": "", "database": "",
}  # fmt: skip
_KEYED = re.compile(r"^(?P<key>[A-Za-z][A-Za-z -]{1,18}):\s*(?P<value>.{0,300})$")


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts in a line; None where it does not say one."""

    title: str | None = None
    outlet: str | None = None
    agency: str | None = None
    author: str | None = None
    published: date | None = None
    published_from: str | None = None
    age: str | None = None

    def or_else(self, other: Facts) -> Facts:
        """Fill the gaps of these facts with the others."""
        missing = {
            f.name: getattr(other, f.name) for f in fields(self) if not getattr(self, f.name)
        }
        return replace(self, **missing)


NOTHING = Facts()


def facts_of(line: str) -> Facts | None:
    """Return the facts of a header line, or None where the line is something else."""
    line = line.strip()
    if not line or len(line) > 160:
        return None
    if keyed := _KEYED.match(line):
        found = _keyed(keyed["key"].lower().strip(), keyed["value"].strip())
        if found is not None:
            return found
    if right := COPYRIGHT.match(line):
        name = _RIGHTS.sub("", right["name"]).strip(" -–—|")
        return Facts(outlet=name) if is_outlet(name) else NOTHING
    return _parts(line)


def _keyed(key: str, value: str) -> Facts | None:
    name = KEYS.get(key)
    if name is None:
        return None
    if name == "published":
        return _parts(value) or NOTHING
    if name == "author":
        return _by(value) or NOTHING
    if not name or not value:
        return NOTHING
    if name == "outlet" and value.upper() in AGENCIES:
        return Facts(agency=AGENCIES[value.upper()])
    return Facts(outlet=value) if name == "outlet" else Facts(title=value)


def _parts(line: str) -> Facts | None:
    """Read a header line by its parts: each must be a date, an age, a name or a label."""
    rest, published = _without_date(line)
    age = AGE.search(rest)
    alone = age and (age[0].lower() == rest.strip().lower() or age[0].endswith("ago"))
    short_age = age and (alone or re.search(rf"[/·•|,–—-]\s*{re.escape(age[0])}\s*$", rest))
    if age and short_age:
        rest = f"{rest[: age.start()]}\x00{rest[age.end() :]}"
    by = bool(BY.match(line)) or bool(re.search(r"[|·•,]\s+By\s", line))
    known = published is not None or bool(short_age)
    if not (known or by or _CLOCK.search(rest) or re.search(r", \S", line)):
        return None
    named = [part.strip(" .,;:|-–—") for part in _APART.split(_CLOCK.sub("\x00", rest))]
    found = Facts(published=published, age=age[0] if age and short_age else None)
    dated = any(full_dates(line)) or bool(short_age)
    names = [part for part in named if not _LABEL.match(part) and part.lower() not in SECTIONS]
    if not names:
        return found if dated else None
    if len(names) > 4:
        return None
    for position, name in enumerate(names):
        said = _name(name, found, dated, position, by)
        if said is None:
            return None
        found = found.or_else(said)
    plain = not dated and not by
    if plain and not (found.author and found.outlet and len(names) == 2):
        return None
    return replace(found, published_from="byline" if published and (found.author or by) else None)


def _without_date(line: str) -> tuple[str, date | None]:
    """Return the line without its dates, and the day of publication, not of an update."""
    published: date | None = None
    kept, last = [], 0
    for start, end, day in full_dates(line):
        between = line[last:start]
        if published is None and not _LATER.search(between):
            published = day
        kept.append(between)
        last = end
    return "\x00".join([*kept, line[last:]]), published


def _name(part: str, found: Facts, dated: bool, position: int, by: bool) -> Facts | None:
    if BY.match(part):
        return _by(BY.sub("", part), dated)
    if " by " in part:
        outlet, _, author = part.partition(" by ")
        named = is_outlet(outlet) and is_person(author)
        return Facts(outlet=outlet, author=author) if named else None
    if part.upper() in AGENCIES:
        agency = AGENCIES[part.upper()]
        return Facts(agency=agency, outlet=agency if found.age else None)
    if found.author and by and not has_outlet_word(part):
        # "By Jane Doe, political correspondent", "By Jane Doe, Paris"
        return NOTHING if len(part.split()) <= 4 else None
    if has_outlet_word(part) and is_outlet(part):
        return Facts(outlet=part)
    if is_person(part) and not found.age and not part.startswith("The "):
        return Facts(author=part)
    return Facts(outlet=part) if dated and is_outlet(part) else None


def _by(value: str, dated: bool = False) -> Facts | None:
    """Read the name after "By": an agency, an outlet, or people."""
    parts = re.split(r"\s+(?:in|at|for)\s+(?=[A-Z])|\s*[,|;]\s*|\s+[–—-]\s+", value.strip())
    value = parts[0].strip(" .")
    if value.upper() in AGENCIES:
        return Facts(agency=AGENCIES[value.upper()])
    if TIME_WORD.match(value) or not value:
        return None
    if _STAFF.search(value) and not has_outlet_word(value):
        return NOTHING
    people = re.split(r" and | & |, ", value)
    own = value.startswith("The ") or has_outlet_word(value)
    if own or (dated and not all(map(is_person, people))):
        return Facts(outlet=value) if is_outlet(value) else None
    if value.isupper():
        value = value.title()
        people = re.split(r" And | & |, ", value)
    return Facts(author=value) if all(map(is_person, people)) else None
