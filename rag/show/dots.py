"""A timeline -> a line of dots: for each month one, as large as it has sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.show import chart
from rag.show.html import NOTHING, Html, counted, html, joined
from rag.types.archive import Timeline

MONTHS = 36  # that the line shows at most, the last ones; what is older is one dot
STEP, MIDDLE, SMALLEST, LARGEST = 24, 18, 3.0, 11.0  # of the picture, in its own units
NARROWEST = 12  # columns: a shorter line would have giant dots
NAMED = 18  # columns that have room for each name


@dataclass(frozen=True, slots=True)
class Months:
    """How many sentences each month of the line has; what is older is its first column."""

    labels: tuple[str, ...] = ()  # "2025-06", and "earlier"
    counts: tuple[int, ...] = ()
    first: Mapping[str, str] = field(default_factory=dict)  # label -> the month its dot leads to


def months(found: Timeline) -> Months:
    """Count the sentences whose month is known."""
    told = [one.when for one in found.dated if one.when and one.when.precision != "year"]
    if not told:
        return Months()
    over = _last(told[0].iso[:7], told[-1].iso[:7])
    counts = Counter(one.iso[:7] for one in told)
    older = sum(count for month, count in counts.items() if month < over[0])
    labels = (*(("earlier",) if older else ()), *over)
    numbers = (*((older,) if older else ()), *(counts[month] for month in over))
    return Months(labels, numbers, {month: month for month in over} | {"earlier": told[0].iso[:7]})


def _last(first: str, last: str) -> list[str]:
    """Return the months from first to last without a gap, the last MONTHS of them."""
    begin, end = (int(one[:4]) * 12 + int(one[5:]) - 1 for one in (first, last))
    places = range(max(begin, end - MONTHS + 1), end + 1)
    return [f"{place // 12:04}-{place % 12 + 1:02}" for place in places]


def dots(found: Timeline) -> Html:
    """A line with a dot for each month, as large as it has sentences; each leads to the first of them."""
    over = months(found)
    if not over.labels:
        return NOTHING
    most = max(over.counts)
    pairs = [*zip(over.labels, over.counts, strict=True)]
    busiest = max(pairs, key=lambda pair: pair[1])[0]
    told = f"{counted(sum(over.counts), 'sentence')} by month, most in {_named(busiest)}"
    wide = STEP * max(len(pairs), NARROWEST)
    return html(
        '<svg class="dots" viewBox="0 0 {} 48" role="group" aria-label="{}"><line x1="0" y1="{}" x2="{}" y2="{}"/>'
        "{}{}</svg>",
        str(wide),
        told,
        str(MIDDLE),
        str(STEP * len(pairs)),
        str(MIDDLE),
        joined(
            _dot(place, label, over.first[label], count, most)
            for place, (label, count) in enumerate(pairs)
            if count
        ),
        joined(_names(over.labels)),
    )


def _dot(place: int, label: str, first: str, count: int, most: int) -> Html:
    """A circle whose area is in proportion, but never too small to be seen."""
    size = max(SMALLEST, LARGEST * (count / most) ** 0.5)
    told = f"{_named(label)}: {counted(count, 'sentence')}"
    return html(
        '<a href="#month-{}" aria-label="{}"><title>{}</title><circle cx="{}" cy="{}" r="{}"/></a>',
        first,
        told,
        told,
        str(place * STEP + STEP // 2),
        str(MIDDLE),
        f"{size:.1f}",
    )


def _names(labels: Sequence[str]) -> Iterator[Html]:
    """The names of the columns below the line: of each month where there is room, and of the years."""
    year = ""
    for place, label in enumerate(labels):
        x = str(place * STEP + STEP // 2)
        if len(labels) <= NAMED and "-" in label:
            yield html('<text x="{}" y="38">{}</text>', x, chart.named(label)[:3])
        if label[:4] != year and "-" in label:
            year = label[:4]
            yield html('<text x="{}" y="47">{}</text>', x, year)


def _named(label: str) -> str:
    return chart.named(label) if "-" in label else label
