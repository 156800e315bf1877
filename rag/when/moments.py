"""Text -> the days, months and years that it names, as far as it states them."""

from __future__ import annotations

import re
from typing import NamedTuple

from rag.language.calendar import MONTH, MONTH_NUMBER, MONTH_SHORT
from rag.language.words import plain

_MONTH = rf"(?P<month>{MONTH}|(?:{MONTH_SHORT})\b\.?)"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1\d{3}|20\d\d)"
_FORMS = [
    re.compile(form, re.IGNORECASE)
    for form in (
        rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}\b(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH}\s+{_DAY}\b(?!\s*[%:]|[.,]\d)(?:,?\s+{_YEAR}\b)?",
        rf"\b{_MONTH},?\s+{_YEAR}\b",
        # a month alone is a word too: "May" counts after one of these only
        rf"\b(?:in|of|since|until|by|late|early|mid|this|next|last)[\s-]+{_MONTH}\b",
        rf"(?<![\d.,$£€]){_YEAR}\b(?![.,]?\d|\s*%)",
    )
]
_LEAD = re.compile(r"^(?:in|of|since|until|by|this|next|last)\s+", re.IGNORECASE)


class Moment(NamedTuple):
    """A point in time; an unstated part is None."""

    year: int | None
    month: int | None
    day: int | None

    def agrees(self, other: Moment) -> bool:
        """Return whether all that both state is equal: "3 May" and "May 2025" can be one day."""
        return all(a == b for a, b in zip(self, other, strict=True) if a and b)


def moments(text: str) -> dict[Moment, str]:
    """Return the moments of a text as it spells them, in order; the fuller form where two overlap."""
    told = plain(text)
    taken: list[tuple[int, int, Moment]] = []
    for form in _FORMS:
        for found in form.finditer(told):
            if all(found.end() <= start or end <= found.start() for start, end, _ in taken):
                taken.append((found.start(), found.end(), _moment(found)))
    return {moment: _LEAD.sub("", told[start:end]) for start, end, moment in sorted(taken)}


def _moment(found: re.Match[str]) -> Moment:
    given = found.groupdict()
    month = MONTH_NUMBER[given["month"].lower().rstrip(".")] if given.get("month") else None
    year, day = (int(given[name]) if given.get(name) else None for name in ("year", "day"))
    return Moment(year, month, day)
