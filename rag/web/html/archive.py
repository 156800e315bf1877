"""Holdings -> HTML: what the archive holds, when its articles are from, what could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from rag.filters import Filters
from rag.retrieval.find import Wish
from rag.show import chart as bars
from rag.show.html import NOTHING, Html, counted, html, joined
from rag.types.archive import Holdings
from rag.types.days import between, in_words
from rag.types.files import Skipped, Unread
from rag.types.models import Server, Shelf
from rag.types.questions import Turn
from rag.web.html.buttons import suggestion, tool
from rag.web.html.found import link

OUTLETS = 8  # named in the archive; the others are folded
NO_DATELINE = Html('<p class="dateline">Nothing is indexed yet.</p>')
MAKING = "Questions to begin with are being made from your articles; ask your own at any time."
AGAIN = '<li><button type="button" class="again" dir="auto" data-do="show" data-value="{}">{}</button></li>'


def dateline(
    holdings: Holdings, server: Server | None = None, library: Shelf | None = None
) -> Html:
    """What the archive holds, in one line; also where questions and articles go that leave this computer."""
    if not holdings.articles:
        return Html('<p class="dateline">The archive is empty.</p>')
    facts: list[str] = [link(Wish(), counted(holdings.articles, "article"))]
    if holdings.outlets:
        facts.append(counted(len(holdings.outlets), "outlet"))
    if holdings.first and holdings.last:
        facts.append(between(holdings.first, holdings.last))
    if holdings.undated:
        facts.append(f"{holdings.undated:,} without a date")
    if library and library.leaves:
        facts.append(f"articles and questions leave this computer for {library.url}")
    if server and server.away:
        facts.append(f"questions leave this computer for {' or '.join(server.away)}")
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
    over = bars.columns(holdings.first, holdings.last)
    # the scale of all rows
    most = max((bars.tallest(months, over) for months in holdings.months.values()), default=0)
    rows = [
        html(
            '<li><span class="name" dir="auto">{}</span>{}<b>{}</b></li>',
            link(Wish(filters=Filters(name)), name) if name else "unknown outlet",
            bars.bars(holdings.months.get(name, {}), over, most),
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
    return html('<ul class="chart">{}</ul>{}{}', joined(rows[:OUTLETS]), bars.axis(over), more)


def outlets(holdings: Holdings) -> list[tuple[str, int]]:
    """Outlets with their articles, most first; at the end those of which no outlet is known, as ""."""
    unknown = holdings.articles - sum(holdings.outlets.values())
    return [*holdings.outlets.items(), *([("", unknown)] if unknown > 0 else [])]


# ── beside it ──


def suggested(questions: Sequence[str], *, making: bool = False) -> Html:
    """Questions to begin with, which this archive is known to answer, or that they are being made."""
    if not questions:
        return html('<p class="making">{}</p>', MAKING) if making else NOTHING
    return html(
        '<div class="suggested" role="group" aria-label="{}">{}</div>',
        "Questions that these articles answer",
        joined(map(suggestion, questions)),
    )


def unread(files: Unread) -> Html:
    """Which files of the folder are not in the archive as they are now, and a button that reads them."""
    if not files:
        return NOTHING
    button = tool("ingest", "", "Read them now")
    return html('<p class="unread" dir="auto">{} {}</p>', str(files), button)


def history(turns: Sequence[Turn]) -> Html:
    """The questions of this session, newest first, each to be seen again."""
    if not turns:
        return Html(
            '<p class="missing">Questions asked from now on are kept until you close the page.</p>'
        )
    rows = [html(AGAIN, str(place), turn.question) for place, turn in enumerate(turns)]
    return html('<ol class="history">{}</ol>', joined(reversed(rows)))
