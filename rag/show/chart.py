"""Articles by month -> bars over time, as a picture that also says in words what it shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from rag.show.html import NOTHING, Html, counted, html, joined

MOST_COLUMNS = 48  # longer spans are counted by year
WIDTH, HEIGHT = 240, 26  # of a row of bars, in its own units
MOST_TOLD = 12  # columns that have room for their number and name

Months = Mapping[str, int]  # "2025-06" -> articles


def columns(first: date | None, last: date | None) -> tuple[str, ...]:
    """The months from first to last without a gap, or their years: "2025-06" or "2025"."""
    if not (first and last):
        return ()
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count > MOST_COLUMNS:
        return tuple(f"{year:04}" for year in range(first.year, last.year + 1))
    places = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(f"{place // 12:04}-{place % 12 + 1:02}" for place in places)


def tallest(months: Months, over: Sequence[str]) -> int:
    """The number of articles in the fullest column."""
    return max((_column(months, one) for one in over), default=0)


def bars(months: Months, over: Sequence[str], most: int) -> Html:
    """Articles over time as bars; `most` fill the height. The picture says the same in words."""
    if not months or not most:
        return Html('<span class="undated">no dates</span>')
    return html(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        str(WIDTH),
        str(HEIGHT),
        _in_words(months, over),
        joined(_drawn(months, over, most)),
    )


def axis(over: Sequence[str]) -> Html:
    """The first and the last column by name."""
    if not over:
        return NOTHING
    ends = joined(
        html("<span>{}</span>", _short(one)) for one in dict.fromkeys((over[0], over[-1]))
    )
    return html('<p class="axis" aria-hidden="true">{}</p>', ends)


def numbers(months: Months, over: Sequence[str]) -> Html:
    """The number of each column, to stand above its bar; nothing where there is no room."""
    if len(over) > MOST_TOLD:
        return NOTHING
    counts = (_column(months, one) for one in over)
    told = joined(html("<span>{}</span>", f"{count:,}" if count else "") for count in counts)
    return html('<p class="ticks" aria-hidden="true">{}</p>', told)


def names(over: Sequence[str]) -> Html:
    """The name of each column, the year where it begins; the first and the last where there is no room."""
    if len(over) > MOST_TOLD:
        return axis(over)
    years = [one[:4] for one in over]
    told = joined(
        html("<span>{}<i>{}</i></span>", _month(one), "" if year == before else year)
        for one, year, before in zip(over, years, ["", *years], strict=False)
    )
    return html('<p class="ticks" aria-hidden="true">{}</p>', told)


def _month(column: str) -> str:
    """The month of a column in three letters: Jun; nothing of a year."""
    return f"{datetime.strptime(column, '%Y-%m'):%b}" if "-" in column else ""


def _short(column: str) -> str:
    """ "2025-06" in little room: Jun 2025."""
    return " ".join(filter(None, (_month(column), column[:4])))


def named(column: str) -> str:
    """ "2025-06" for people: June 2025."""
    return f"{datetime.strptime(column, '%Y-%m'):%B %Y}" if "-" in column else column


def _column(months: Months, one: str) -> int:
    return sum(count for month, count in months.items() if month.startswith(one))


def _drawn(months: Months, over: Sequence[str], most: int) -> Iterator[Html]:
    width = WIDTH / len(over)
    for place, one in enumerate(over):
        count = _column(months, one)
        if count:
            tall = max(2.0, HEIGHT * count / most)
            wide = min(width * 0.8, 40)
            yield html(
                '<rect x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
                f"{place * width + (width - wide) / 2:.2f}",
                f"{HEIGHT - tall:.2f}",
                f"{wide:.2f}",
                f"{tall:.2f}",
                f"{named(one)}: {counted(count, 'article')}",
            )


def _in_words(months: Months, over: Sequence[str]) -> str:
    busiest = max(over, key=lambda one: _column(months, one))
    return f"{counted(sum(months.values()), 'dated article')}, most in {named(busiest)}"
