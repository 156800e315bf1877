"""Map field names of feeds, exports and front matter to ours, and normalise their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

from rag.reading.full_dates import compact_day, full_dates, parse_date


def _spelled(**names: str) -> dict[str, str]:
    """Map each given spelling to our name."""
    return {spelling: ours for ours, spellings in names.items() for spelling in spellings.split()}


# Spelled without case, blanks, "_" and "-". Of several spellings in one record the first one wins.
FIELD_NAMES = _spelled(
    title="title headline headlinemain articletitle webtitle titel überschrift titre titulo título name",
    outlet="outlet sourcename sitename publisher publication newspaper medium quelle fuente source site",
    agency="agency newsagency",
    author="author authors byline creator dccreator autor auteur",
    url="url canonicalurl link permalink weburl sourceurl",
    published="datepublished publishedat publishedon publishedtime publishdate publisheddate"
    " publicationdate pubdate published webpublicationdate firstpublished date datum fecha",
    language="language lang inlanguage sprache langue idioma",
)
# In a record the text is a field, too, and so is its substitute.
RECORD_NAMES = FIELD_NAMES | _spelled(
    text="text body articlebody articletext bodytext fulltext maintext content contentencoded"
    " contenthtml contenttext bodyhtml html inhalt texte contenu texto contenido cuerpo story",
    summary="leadparagraph abstract summary description snippet excerpt",
)
_LANGUAGES = _spelled(
    en="english", de="german deutsch", fr="french français", es="spanish español", it="italian",
    pt="portuguese", nl="dutch", ru="russian", zh="chinese", ja="japanese", ar="arabic",
)  # fmt: skip
_EPOCH = re.compile(r"^(\d{9,10})(?:\.\d+|\d{3})?$")  # seconds or milliseconds
_URL = re.compile(r"^(?:https?:)?//\S+$", re.IGNORECASE)
_BY = re.compile(r"^(?:by|von|par|por)\s+(?=\S)", re.IGNORECASE)


def normal_name(name: str) -> str:
    """Return a field's name as the table spells it: "published_at" and "publishedAt" are one."""
    return re.sub(r"[\W_]+", "", name).lower()


def known_fields(
    pairs: Mapping[str, str], names: Mapping[str, str] = FIELD_NAMES
) -> dict[str, str]:
    """Return the recognised fields under our names; of several spellings the best.

    A date becomes year-month-day where it can be read without guessing, else it stays as it is.
    """
    order = {name: rank for rank, name in enumerate(names)}
    spelled = [(normal_name(name), name, value.strip()) for name, value in pairs.items()]
    known = [item for item in spelled if item[2] and item[0] in names]
    found: dict[str, str] = {}
    for normal, name, value in sorted(known, key=lambda item: order[item[0]]):
        ours = names[normal]
        if ours == "outlet" and _URL.match(value):
            ours = "url"  # `source` may name the outlet or the page
        if ours == "published" and "published" not in found:
            found["published_from"] = f"field {name.strip()}"
        if kept := _value(ours, value):
            found.setdefault(ours, kept)
    if "published" not in found:
        found.pop("published_from", None)
    return found


def _value(ours: str, value: str) -> str | None:
    """Normalise a value; None where it says nothing."""
    if ours == "published":
        day = stated_day(value)
        return day.isoformat() if day else (None if any(full_dates(value)) else value)
    if ours == "url":
        return value if _URL.match(value) else None
    if ours == "language":
        return two_letters(value)
    return _BY.sub("", value) if ours == "author" else value


def two_letters(language: str) -> str | None:
    """Return "en" for "en-US" and for "English"; None for an unknown language."""
    language = language.strip().lower()
    code = re.match(r"^([a-z]{2})(?:[-_][\w-]+)?$", language)
    return code[1] if code else _LANGUAGES.get(language)


def stated_day(text: str) -> date | None:
    """Read the day that a field states, as written, without changing its time zone.

    Reads 2025-06-04, 4 Jun 2025, June 4, 2025, 04.06.2025, seconds since 1970, and 13/06/2025; not
    04/06/2025, which may be April or June.
    """
    text = " ".join(text.split())[:100]
    if day := compact_day(text) or parse_date(text):
        return day
    if found := _EPOCH.match(text):
        return datetime.fromtimestamp(int(found[1]), UTC).date()
    return None
