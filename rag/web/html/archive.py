"""Holdings -> HTML: what the archive holds, when its articles are from, what could not be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from rag.show.html import NOTHING, Html, counted, html, joined
from rag.types import Holdings, Skipped, Turn, in_words, span

OUTLETS = 8  # named in the archive; the others are folded
MOST_COLUMNS = 48  # of the chart: longer spans are counted by year
WIDTH, HEIGHT = 240, 26  # of an outlet's row in the chart, in its own units

NO_DATELINE = Html('<p class="dateline">Nothing is indexed yet.</p>')
MAKING = "Questions to begin with are being made from your articles; ask your own at any time."
SUGGESTION = (
    '<button type="button" class="suggestion" dir="auto" data-do="ask" data-value="{}">{}</button>'
)
AGAIN = '<li><button type="button" class="again" dir="auto" data-do="show" data-value="{}">{}</button></li>'

Months = Mapping[str, int]


def dateline(holdings: Holdings) -> Html:
    """What the archive holds, in one line."""
    if not holdings.articles:
        return Html('<p class="dateline">The archive is empty.</p>')
    facts = [counted(holdings.articles, "article")]
    if holdings.outlets:
        facts.append(counted(len(holdings.outlets), "outlet"))
    if holdings.first and holdings.last:
        facts.append(span(holdings.first, holdings.last).removeprefix("of "))
    if holdings.undated:
        facts.append(f"{holdings.undated:,} without a date")
    return html(
        '<p class="dateline">{}</p>', joined(html("<span>{}</span>", fact) for fact in facts)
    )


def archive(holdings: Holdings) -> Html:
    """What the archive holds: articles per outlet and month, the last ingest, what was left out."""
    if not holdings.articles:
        return html(
            '<p class="missing">{}</p>{}',
            "The archive is empty. Drop files here, or put them into the seeds folder and press"
            " “Index the folder”.",
            skipped(holdings.skipped),
        )
    moment = holdings.ingested
    read = f"{in_words(moment)} at {moment:%H:%M}" if moment else ""
    return html(
        '<div class="holdings">{}{}{}</div>',
        chart(holdings),
        html('<p class="ingested">Folder last read on {}.</p>', read) if read else NOTHING,
        skipped(holdings.skipped),
    )


def no_archive(reason: str) -> Html:
    """What to do where there is nothing to ask yet, and why it is so."""
    return html(
        '<p class="missing">{}</p><p class="missing" dir="auto">{}</p>',
        "Press “Index the folder” to begin, or drop articles here.",
        reason,
    )


def skipped(files: Sequence[Skipped]) -> Html:
    """The files that were not read, each with the reason."""
    told = [item for item in files if item.reason != "hidden"]
    if not told:
        return NOTHING
    row = '<li><code dir="auto">{}</code><span dir="auto">{}</span></li>'
    return html(
        '<details class="skipped"><summary>{}</summary><ul>{}</ul></details>',
        f"{counted(len(told), 'file')} not read",
        joined(html(row, item.path, item.reason) for item in told),
    )


# ── the chart ──


def chart(holdings: Holdings) -> Html:
    """A row for each outlet: its name, its articles over time, their number."""
    over = columns(holdings)
    every = (_column(months, one) for months in holdings.months.values() for one in over)
    most = max(every, default=0)  # the scale of all rows
    rows = [
        html(
            '<li><span class="name" dir="auto">{}</span>{}<b>{}</b></li>',
            name or "unknown outlet",
            _bars(holdings.months.get(name, {}), over, most),
            f"{articles:,}",
        )
        for name, articles in outlets(holdings)
    ]
    folded = html(
        '<details class="more"><summary>{}</summary><ul>{}</ul></details>',
        counted(len(rows) - OUTLETS, "more outlet"),
        joined(rows[OUTLETS:]),
    )
    more = folded if len(rows) > OUTLETS else NOTHING
    return html('<ul class="chart">{}</ul>{}{}', joined(rows[:OUTLETS]), _axis(over), more)


def outlets(holdings: Holdings) -> list[tuple[str, int]]:
    """Outlets with their articles, most first; at the end those of which no outlet is known, as ""."""
    unknown = holdings.articles - sum(holdings.outlets.values())
    return [*holdings.outlets.items(), *([("", unknown)] if unknown > 0 else [])]


def columns(holdings: Holdings) -> tuple[str, ...]:
    """The months of the chart, first to last without a gap, or its years: "2025-06" or "2025"."""
    if not (holdings.first and holdings.last):
        return ()
    first, last = holdings.first, holdings.last
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    if count > MOST_COLUMNS:
        return tuple(f"{year:04}" for year in range(first.year, last.year + 1))
    places = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return tuple(f"{place // 12:04}-{place % 12 + 1:02}" for place in places)


def _column(months: Months, one: str) -> int:
    return sum(count for month, count in months.items() if month.startswith(one))


def _bars(months: Months, over: Sequence[str], most: int) -> Html:
    """Articles over time as bars; the picture says the same in words."""
    if not months or not most:
        return Html('<span class="undated">no dates</span>')
    return html(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>',
        str(WIDTH),
        str(HEIGHT),
        _in_words(months, over),
        joined(_drawn(months, over, most)),
    )


def _drawn(months: Months, over: Sequence[str], most: int) -> Iterator[Html]:
    width = WIDTH / len(over)
    for place, one in enumerate(over):
        count = _column(months, one)
        if count:
            tall = max(2.0, HEIGHT * count / most)
            yield html(
                '<rect x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
                f"{place * width + width * 0.1:.2f}",
                f"{HEIGHT - tall:.2f}",
                f"{min(width * 0.8, 40):.2f}",
                f"{tall:.2f}",
                f"{_named(one)}: {counted(count, 'article')}",
            )


def _in_words(months: Months, over: Sequence[str]) -> str:
    busiest = max(over, key=lambda one: _column(months, one))
    return f"{counted(sum(months.values()), 'dated article')}, most in {_named(busiest)}"


def _axis(over: Sequence[str]) -> Html:
    if not over:
        return NOTHING
    last = html("<span>{}</span>", _named(over[-1])) if len(over) > 1 else NOTHING
    return html('<p class="axis" aria-hidden="true"><span>{}</span>{}</p>', _named(over[0]), last)


def _named(column: str) -> str:
    """ "2025-06" for people: June 2025."""
    return f"{datetime.strptime(column, '%Y-%m'):%B %Y}" if "-" in column else column


# ── beside it ──


def suggested(questions: Sequence[str], *, making: bool = False) -> Html:
    """Questions to begin with, which this archive is known to answer, or that they are being made."""
    if not questions:
        return html('<p class="making">{}</p>', MAKING) if making else NOTHING
    return html(
        '<div class="suggested" role="group" aria-label="{}">{}</div>',
        "Questions that these articles answer",
        joined(html(SUGGESTION, question, question) for question in questions),
    )


def history(turns: Sequence[Turn]) -> Html:
    """The questions of this session, newest first, each to be seen again."""
    if not turns:
        return Html(
            '<p class="missing">Questions asked from now on are kept until you close the page.</p>'
        )
    rows = [html(AGAIN, str(place), turn.question) for place, turn in enumerate(turns)]
    return html('<ol class="history">{}</ol>', joined(reversed(rows)))
