"""What formats call the things an article has; our names for them, and their values made alike."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime

# Spelled without case, blanks, "_" and "-". Of several spellings in one record the upper one wins.
FIELD_NAMES = {
    "title": "title",
    "headline": "title",
    "headlinemain": "title",
    "articletitle": "title",
    "webtitle": "title",
    "titel": "title",
    "überschrift": "title",
    "titre": "title",
    "titulo": "title",
    "título": "title",
    "name": "title",
    "outlet": "outlet",
    "sourcename": "outlet",
    "sitename": "outlet",
    "publisher": "outlet",
    "publication": "outlet",
    "newspaper": "outlet",
    "medium": "outlet",
    "quelle": "outlet",
    "fuente": "outlet",
    "source": "outlet",
    "site": "outlet",
    "agency": "agency",
    "newsagency": "agency",
    "author": "author",
    "authors": "author",
    "byline": "author",
    "creator": "author",
    "dccreator": "author",
    "autor": "author",
    "auteur": "author",
    "url": "url",
    "canonicalurl": "url",
    "link": "url",
    "permalink": "url",
    "weburl": "url",
    "sourceurl": "url",
    "datepublished": "published",
    "publishedat": "published",
    "publishedon": "published",
    "publishedtime": "published",
    "publishdate": "published",
    "publisheddate": "published",
    "publicationdate": "published",
    "pubdate": "published",
    "published": "published",
    "webpublicationdate": "published",
    "firstpublished": "published",
    "date": "published",
    "datum": "published",
    "fecha": "published",
    "language": "language",
    "lang": "language",
    "inlanguage": "language",
    "sprache": "language",
    "langue": "language",
    "idioma": "language",
}
# In a record the whole text is a field too, and so is what stands in for it where there is none.
RECORD_NAMES = FIELD_NAMES | {
    "text": "text",
    "body": "text",
    "articlebody": "text",
    "articletext": "text",
    "bodytext": "text",
    "fulltext": "text",
    "maintext": "text",
    "content": "text",
    "contentencoded": "text",
    "contenthtml": "text",
    "contenttext": "text",
    "bodyhtml": "text",
    "html": "text",
    "inhalt": "text",
    "texte": "text",
    "contenu": "text",
    "texto": "text",
    "contenido": "text",
    "cuerpo": "text",
    "story": "text",
    "leadparagraph": "summary",
    "abstract": "summary",
    "summary": "summary",
    "description": "summary",
    "snippet": "summary",
    "excerpt": "summary",
}
_LANGUAGES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "french": "fr",
    "français": "fr",
    "spanish": "es",
    "español": "es",
    "italian": "it",
    "portuguese": "pt",
    "dutch": "nl",
    "russian": "ru",
    "chinese": "zh",
    "japanese": "ja",
    "arabic": "ar",
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:uary|ruary|ch|il|e|y|ust|t(?:ember)?"
    r"|tember|ober|ember)?\.?"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T\d{4}Z?|T?\d{6}Z?)?$")
_DAY_MONTH = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?[ -]{_MONTH},?[ -](\d{{4}})(?!\d)", re.I
)
_MONTH_DAY = re.compile(rf"\b{_MONTH} (\d{{1,2}})(?:st|nd|rd|th)?,? (\d{{4}})(?!\d)", re.I)
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})([/-])(\d{1,2})\2(\d{4})(?!\d)")
_EPOCH = re.compile(r"^(\d{9,10})(?:\.\d+|\d{3})?$")  # seconds or milliseconds
_URL = re.compile(r"^(?:https?:)?//\S+$", re.IGNORECASE)
_BY = re.compile(r"^(?:by|von|par|por)\s+(?=\S)", re.IGNORECASE)


def normal_name(name: str) -> str:
    """A field's name as the table spells it: "published_at" and "publishedAt" are one."""
    return re.sub(r"[\W_]+", "", name).lower()


def known_fields(
    pairs: Mapping[str, str], names: Mapping[str, str] = FIELD_NAMES
) -> dict[str, str]:
    """The fields whose names are recognised, under our names; of several spellings the best.

    A date comes as year-month-day where it can be read without guessing, and as it is otherwise.
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
    """A value as our readers expect it; None where it says nothing."""
    if ours == "published":
        day = stated_day(value)
        return day.isoformat() if day else (None if _SLASHED.search(value) else value)
    if ours == "url":
        return value if _URL.match(value) else None
    if ours == "language":
        return two_letters(value)
    return _BY.sub("", value) if ours == "author" else value


def two_letters(language: str) -> str | None:
    """ "en" for "en-US" and for "English"; None for what is no language."""
    language = language.strip().lower()
    code = re.match(r"^([a-z]{2})(?:[-_][\w-]+)?$", language)
    return code[1] if code else _LANGUAGES.get(language)


def stated_day(text: str) -> date | None:
    """The day that a field states, as it was written there, without turning it into another time
    zone.

    Read are 2025-06-04, 4 Jun 2025, June 4, 2025, 04.06.2025, seconds since 1970, and 13/06/2025;
    04/06/2025 may be April or June and is not read.
    """
    text = " ".join(text.split())[:100]
    if found := _YEAR_FIRST.search(text):
        return _day(found[1], found[3], found[4])
    if found := _COMPACT.match(text):
        return _day(*found.groups())
    if found := _DAY_MONTH.search(text):
        return _day(found[3], str(_MONTHS.index(found[2].lower()) + 1), found[1])
    if found := _MONTH_DAY.search(text):
        return _day(found[3], str(_MONTHS.index(found[1].lower()) + 1), found[2])
    if found := _DOTTED.search(text):
        return _day(found[3], found[2], found[1])
    if found := _SLASHED.search(text):
        first, second, year = found[1], found[3], found[4]
        if int(first) > 12 or first == second:
            return _day(year, second, first)
        return _day(year, first, second) if int(second) > 12 else None
    if found := _EPOCH.match(text):
        return datetime.fromtimestamp(int(found[1]), UTC).date()
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
