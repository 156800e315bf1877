"""Find the publication date of a web page, from all places that state it.

Never the day it was changed, saved or reviewed, never a day its text mentions: where the page is
not clear about it, there is no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from rag.language.calendar import ANY_WEEKDAY
from rag.reading.full_dates import compact_day, full_dates
from rag.reading.html import vocabulary
from rag.reading.html.metadata import Metadata
from rag.reading.html.pruning import Element, article_around, leaf_blocks, names_of, text_of

ONE_DAY = timedelta(days=1)  # two zones may name neighbouring days for one moment
LABEL_CHARACTERS = 120  # a line of author and date is not longer
EPOCH = date(1970, 1, 1)  # what programs write for "no date"

_UTC = re.compile(r"\d[T ]\d\d:\d\d\S*?(?:Z|[+-]00:?00)\s*$")
_ZONED = re.compile(r"[+-]\d\d:?\d\d\s*$")
_OTHER_DAY = re.compile(
    r"updat|modif|revis|chang|correct|review|access|retriev|archiv|saved|print|checked|valid|expire"
    r"|until|deadline|original|copyright|©|since|\blast\b|aktualisiert|geändert|\bstand\b|gültig"
    r"|zuletzt|mis(?:e)? à jour|actuali|aggiornat|atuali|bijgewerkt|gewijzigd|uppdater|opdater"
    r"|oppdater|zaktualiz|更新|改訂|수정|修正",
    re.IGNORECASE,
)
_OTHER_DAY_AFTER = re.compile(  # "4 March 2025 (updated)", 2025年2月14日 5時00分 更新
    r"\s*[(（]updated|[\s\d時分:]*に?(?:更新|改訂|修正|수정)", re.IGNORECASE
)
_LEADS_TO_DATE = re.compile(  # what may precede a date in a line of author and date
    rf"(?:^|[,|·•–—:/(\-]|\b(?:on|le|el|il|am|em|op|vom|den|published|posted|publié|publicado|pubblicato"
    rf"|veröffentlicht|{ANY_WEEKDAY})\.?,?)\s*$",
    re.IGNORECASE,
)
_FOLLOWS_DATE = re.compile(
    r"\s*(?:$|[,|·•–—:/()\-]|\d{1,2}\s?[:.h時]\s?\d|\d+\s?[ap]\.?m|\bat\b|\bum\b|à|alle|a las|às"
    r"|(?:last )?updated|aktualisiert|mis à jour|actuali|aggiornat)",
    re.IGNORECASE,
)
_PUBLISHED_METAS = """
    article:published_time og:article:published_time og:published_time datepublished
    parsely-pub-date sailthru.date pubdate publishdate publish_date publish-date publication_date
    publication-date article.published article_date_original originalpublicationdate
    cxenseparse:recs:publishtime citation_publication_date dc.date.issued dcterms.issued
    dc.date.published dcterms.date dc.date date
    """.split()  # in order of trust
_PUBLISHED_NAMES = re.compile(
    r"\b(?:published|entry-date|pub-?date|dt-published|date-?published|publish-?date|publication-?date|posted-on"
    r"|post-date|article-date)\b",
    re.IGNORECASE,
)
_CHANGED_NAMES = re.compile(r"updat|modif|revis", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Stated:
    """A day, how the page states it, and what is known of its time zone."""

    day: date
    how: str
    utc: bool = False  # a moment in universal time, which may be another day where it was printed
    zoned: bool = False  # a moment in a chosen zone


def published(root: Element, metadata: Metadata) -> Stated | None:
    """Return the day and how it is stated; None where the page states no day, or several."""
    stamps = [*_stamps(metadata), *_time_stamps(root, metadata)]
    return agreed(stamps, _seen_date(root, metadata))


def _stamps(metadata: Metadata) -> Iterator[Stated]:
    told = metadata.linked.get("datePublished")
    if isinstance(told, str) and (stated := stamp(told, "JSON-LD datePublished")):
        yield stated
    for name in _PUBLISHED_METAS:
        value = metadata.metas.get(name)
        if value and (stated := stamp(value, f"meta {name}")):
            yield stated
            return  # the most trusted one; others may be of other days


def _time_stamps(root: Element, metadata: Metadata) -> Iterator[Stated]:
    """Yield the stamp of the first element marked as this article's publication date."""
    home = article_around(metadata.headline)
    for element in root.iter():
        prop, names = element.get("itemprop", ""), names_of(element)
        marked = "datepublished" in prop.lower() or "pubdate" in element.attrib
        if not marked and not (element.tag in ("time", "abbr") and _PUBLISHED_NAMES.search(names)):
            continue
        if article_around(element) is not home or _CHANGED_NAMES.search(f"{names} {prop}"):
            continue
        given = map(element.get, ("content", "datetime", "title"))
        value = next(filter(None, given), "") or text_of(element)
        if not _is_labelled_otherwise(element) and (stated := stamp(value, "<time>")):
            yield stated
            return


def _seen_date(root: Element, metadata: Metadata) -> date | None:
    """Return the day in the lines between headline and text, where they agree on one."""
    found = set()
    for block, labelled in _header_lines(root, metadata):
        day = in_line(text_of(block), metadata.language, labelled)
        found |= {day} if day else {stated.day for stated in _times_in(block)}
    return found.pop() if len(found) == 1 else None


def _times_in(block: Element) -> Iterator[Stated]:
    for element in block.iter("time"):
        stated = stamp(element.get("datetime") or "", "<time>")
        if stated and not _is_labelled_otherwise(element):
            yield stated


def _header_lines(root: Element, metadata: Metadata) -> Iterator[tuple[Element, bool]]:
    """Yield the short lines between headline and text, and whether they are named author or date."""
    if metadata.headline is None:
        return
    home, seen, long = article_around(metadata.headline), False, 0
    for block in leaf_blocks(root):
        if block is metadata.headline:
            seen = True
        elif seen:
            text = text_of(block)
            long += len(text) >= 100
            if long > 1:
                return
            around = article_around(block)
            labelled = vocabulary.is_line(names_of(block)) and not _CHANGED_NAMES.search(
                names_of(block)
            )
            if len(text) < 100 and around is home and (labelled or not long):
                yield block, labelled


def _is_labelled_otherwise(element: Element) -> bool:
    """Return whether a date's names or the words before it make it another event's day."""
    parent, before = element.getparent(), element.getprevious()
    words = parent.text if parent is not None else ""
    if before is not None:
        words = before.tail or text_of(before)
    return bool(_CHANGED_NAMES.search(names_of(element))) or is_other_day((words or "")[-40:])


def stamp(value: str, how: str) -> Stated | None:
    """Return the calendar day of a machine's time stamp, in the zone it is written in."""
    days = {found.day for found in full_dates(value[:LABEL_CHARACTERS]) if found.day}
    day = days.pop() if len(days) == 1 else compact_day(value)
    if day in (None, EPOCH):
        return None
    utc = bool(_UTC.search(value))
    return Stated(day, how, utc, not utc and bool(_ZONED.search(value)))


def in_line(text: str, language: str = "", labelled: bool = False) -> date | None:
    """Return the publication day in a short line such as "By Ada Moor, Friday 28 March 2025".

    Days of updates are passed over. `labelled` lines need no proof that the date is their subject.
    """
    if len(text) > LABEL_CHARACTERS:
        return None
    found = set()
    before = 0
    for start, end, day in full_dates(text, language):
        if day is None:
            continue
        label, before = text[before:start], end
        if _OTHER_DAY.search(label) or _OTHER_DAY_AFTER.match(text, end):
            continue
        if not labelled and not (_LEADS_TO_DATE.search(label) and _FOLLOWS_DATE.match(text, end)):
            return None
        found.add(day)
    return found.pop() if len(found) == 1 else None


def is_other_day(label: str) -> bool:
    """Return whether words beside a date say that it is not the publication date."""
    return bool(_OTHER_DAY.search(label))


def agreed(stamps: list[Stated], seen: date | None) -> Stated | None:
    """Return one date from all statements of a page; None where they are more than a day apart."""
    if not stamps:
        return Stated(seen, "byline") if seen else None
    first = next((stated for stated in stamps if stated.zoned), stamps[0])
    if max(s.day for s in stamps) - min(s.day for s in stamps) > ONE_DAY:
        return next((stated for stated in stamps if stated.day == seen), None)
    if seen and first.utc and abs(seen - first.day) == ONE_DAY:
        return Stated(seen, "byline")
    return first
