"""The day a page states as its publication date, and how it states it.

Never the day it was changed, saved or reviewed, never a day its text speaks of: where the page is
not clear about it, no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)  # two zones may name neighbouring days for one moment
LABEL_CHARACTERS = 120  # a line of author and date is not longer
EPOCH = date(1970, 1, 1)  # what programs write for "no date"

_NAMES = (  # of the months, as they stand in dates
    "january february march april may june july august september october november december",
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "janv fév mars avr mai juin juil août sept octobre nov déc",
    "janvier févr mars avril mai juin juillet aout septembre oct novembre décembre",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "januar februar märz april mai juni juli august september oktober november dezember",
    "jänner feber mrz apr mai jun jul aug sept okt nov dez",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "ene feb mar abr may jun jul ago setiembre oct nov dic",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
    "januari februari mars april maj juni juli augusti september oktober november december",
    "januar februar marts april maj juni juli august september oktober november december",
    "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada"
    " grudnia",
)
_MONTHS = {name: 1 + at for names in _NAMES for at, name in enumerate(names.split())}
_DATE = re.compile(
    r"(?<!\d)(?:(?P<y1>\d{4})[-/.](?P<m1>\d{1,2})[-/.](?P<d1>\d{1,2})(?!\d)"
    r"|(?P<y2>\d{4})\s?[年년]\s?(?P<m2>\d{1,2})\s?[月월]\s?(?P<d2>\d{1,2})\s?[日일]"
    r"|(?P<d3>\d{1,2})(?:st|nd|rd|th|er|º|\.)?[ -](?:de |of )?(?P<m3>[^\W\d_]{3,12})\.?,?[ -](?:de |del )?(?P<y3>\d{4})"
    r"|(?P<d4>\d{1,2})\.\s?(?P<m4>\d{1,2})\.\s?(?P<y4>\d{4})"
    r"|(?P<a5>\d{1,2})[/-](?P<b5>\d{1,2})[/-](?P<y5>\d{4}))(?!\d)"
    r"|\b(?P<m6>[^\W\d_]{3,12})\.? (?P<d6>\d{1,2})(?:st|nd|rd|th)?,? (?P<y6>\d{4})(?!\d)"
)
_COMPACT = re.compile(r"\s*(\d{4})(\d\d)(\d\d)(?:T\d+\S*)?\s*$")
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
_WEEKDAY = (
    r"(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?|wed|sat|(?:mon|diens|donners|frei|sams|sonn)tag"
    r"|mittwoch|(?:lun|mar|mercre|jeu|vendre|same)di|dimanche|lunes|martes|miércoles|jueves|viernes|sábado"
    r"|domingo|(?:lune|marte|mercole|giove|vener)dì|sabato|domenica"
)
_LEADS_TO_DATE = re.compile(  # what may stand before a date in a line of author and date
    rf"(?:^|[,|·•–—:/(\-]|\b(?:on|le|el|il|am|em|op|vom|den|published|posted|publié|publicado|pubblicato"
    rf"|veröffentlicht|{_WEEKDAY})\.?,?)\s*$",
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
    compact = _COMPACT.match(value)
    if compact:
        day = _day(*compact.groups())
    else:
        days = {found for _, _, found in dates_in(value[:LABEL_CHARACTERS])}
        day = days.pop() if len(days) == 1 else None
    if day is None or day == EPOCH:
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
    for start, end, day in dates_in(text, language):
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


def dates_in(text: str, language: str = "") -> Iterator[tuple[int, int, date]]:
    """Every full date of a text: start, end, day. 3/4/2025 counts where the language decides it."""
    for mark in _DATE.finditer(text):
        found = {name[0]: value for name, value in mark.groupdict().items() if value}
        if "a" in found:
            found["d"], found["m"] = _ordered(found["a"], found["b"], language.lower())
        number = _MONTHS.get(found["m"].lower()) if found["m"].isalpha() else found["m"]
        if number and (day := _day(found["y"], number, found["d"])):
            yield mark.start(), mark.end(), day


def _ordered(first: str, second: str, language: str) -> tuple[str, str]:
    """Day and month of 13/4/2025, 4/13/2025; of 3/4/2025 by the language, else nothing."""
    if int(second) > 12 or (language.startswith("en-us") and int(first) <= 12):
        return second, first
    english = not language or language == "en"
    return (first, second) if int(first) > 12 or first == second or not english else ("0", "0")


def _day(year: str, month: str | int, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if found.year >= 1600 else None
