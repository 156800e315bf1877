"""The day a page states as its publication date, and how it states it.

Never the day it was changed, saved or reviewed, never a day its text speaks of: where the page is
not clear about it, no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from rag.language.calendar import ANY_WEEKDAY
from rag.reading.full_dates import compact_day, full_dates

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
_LEADS_TO_DATE = re.compile(  # what may stand before a date in a line of author and date
    rf"(?:^|[,|·•–—:/(\-]|\b(?:on|le|el|il|am|em|op|vom|den|published|posted|publié|publicado|pubblicato"
    rf"|veröffentlicht|{ANY_WEEKDAY})\.?,?)\s*$",
    re.IGNORECASE,
)
_FOLLOWS_DATE = re.compile(
    r"\s*(?:$|[,|·•–—:/()\-]|\d{1,2}\s?[:.h時]\s?\d|\d+\s?[ap]\.?m|\bat\b|\bum\b|à|alle|a las|às"
    r"|(?:last )?updated|aktualisiert|mis à jour|actuali|aggiornat)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A day, how the page states it, and what is known of its time zone."""

    day: date
    how: str
    utc: bool = False  # a moment in universal time, which may be another day where it was printed
    zoned: bool = False  # a moment in a zone that was chosen


def stamp(value: str, how: str) -> Stated | None:
    """The calendar day of a time stamp made for machines, in the zone it is written in."""
    days = {found.day for found in full_dates(value[:LABEL_CHARACTERS]) if found.day}
    day = days.pop() if len(days) == 1 else compact_day(value)
    if day in (None, EPOCH):
        return None
    utc = bool(_UTC.search(value))
    return Stated(day, how, utc, not utc and bool(_ZONED.search(value)))


def in_line(text: str, language: str = "", labelled: bool = False) -> date | None:
    """The publication day in a short line such as "By Ada Moor, Friday 28 March 2025"; the days of
    updates are passed over. `labelled` lines need no proof that the date is what they are about.
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
    """Whether words beside a date say that it is not the publication date."""
    return bool(_OTHER_DAY.search(label))


def agreed(stamps: list[Stated], seen: date | None) -> Stated | None:
    """One date from all that a page states; none where its statements are more than a day apart."""
    if not stamps:
        return Stated(seen, "byline") if seen else None
    first = next((stated for stated in stamps if stated.zoned), stamps[0])
    if max(s.day for s in stamps) - min(s.day for s in stamps) > ONE_DAY:
        return next((stated for stated in stamps if stated.day == seen), None)
    if seen and first.utc and abs(seen - first.day) == ONE_DAY:
        return Stated(seen, "byline")
    return first
