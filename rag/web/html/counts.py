"""What was counted -> HTML: the number in a sentence, its rows as links, and bars where there are months."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from rag.archive.told import NO_DATE, NO_OUTLET
from rag.filters import Filters
from rag.language.sought import phrase
from rag.retrieval.find import Wish
from rag.show import chart
from rag.show.html import NOTHING, Html, counted, html, joined
from rag.show.view import row
from rag.types.archive import Archive, Tally
from rag.types.days import in_words
from rag.web.html.found import link

SERIES = ("months", "days")
NAMES = ("names", "organisations", "holdings")
MOST = {"names": "People named most", "organisations": "Organisations named most"}
BY_NETWORK = "Told by a small network, which errs at times; names that read alike are one here, whoever bears them."


def counts(found: Archive) -> Html:
    """The answer, its rows, and the way to the articles that were counted."""
    rows = series(found.rows) if found.kind in SERIES else _rows(found)
    wish = Wish(found.query, found.filters, "day")
    words = f"Show {'this' if found.number == 1 else 'these'} {counted(found.number, 'article')}"
    return html(
        '<div class="counted"><p class="count" dir="auto">{}</p>{}{}</div>',
        found.text,
        rows,
        html('<p class="all">{}</p>', link(wish, words)) if found.number else NOTHING,
    )


def named(*found: Archive) -> Html:
    """The people, and the organisations, that are named in most articles, each a link to these."""
    lists = joined(
        html("<h3>{}</h3>{}", MOST[one.kind], _rows(replace(one, rows=_often(one.rows))))
        for one in found
        if one.rows
    )
    if not lists:
        return NOTHING
    return html('<section class="people">{}<p class="friendly">{}</p></section>', lists, BY_NETWORK)


def _often(rows: Sequence[Tally]) -> tuple[Tally, ...]:
    """Those of a single article stand there only where nobody is named in more."""
    return tuple(one for one in rows if one.count > 1) or tuple(rows)


def series(rows: Sequence[Tally]) -> Html:
    """Rows of days or months as bars by month, and folded as numbers; of one month the numbers alone."""
    months: Counter[str] = Counter()
    for one in rows:
        if one.label != NO_DATE:
            months[one.label[:7]] += one.count
    if not months:
        return NOTHING
    told = joined(
        html("<li><span>{}</span><b>{}</b></li>", _named(one.label), f"{one.count:,}")
        for one in rows
    )
    numbers = html('<ul class="tally">{}</ul>', told)
    if len(months) == 1:
        return numbers
    over = chart.columns(_first(min(months)), _first(max(months)))
    return html(
        '<div class="over-time">{}{}{}</div><details class="numbers"><summary>{}</summary>{}</details>',
        chart.numbers(months, over),
        chart.bars(months, over, chart.tallest(months, over)),
        chart.names(over),
        f"The numbers{_undated(rows)}",
        numbers,
    )


def _undated(rows: Sequence[Tally]) -> str:
    """How many no bar stands for: ", 2 without a date"."""
    many = sum(one.count for one in rows if one.label == NO_DATE)
    return f", {many:,} without a date" if many else ""


def _first(month: str) -> date:
    return date.fromisoformat(f"{month}-01")


def _named(label: str) -> str:
    """ "2025-06" or "2025-06-05" for people; what is no day as it is."""
    if label == NO_DATE:
        return label
    return chart.named(label) if len(label) == 7 else in_words(date.fromisoformat(label))


def _rows(found: Archive) -> Html:
    rows = joined(_row(found, one) for one in found.rows)
    return html('<ul class="tally">{}</ul>', rows) if rows else NOTHING


def _row(found: Archive, one: Tally) -> Html:
    """An article, which opens; or an outlet or a name with its number, which leads to its list."""
    if one.article:
        return html(
            '<li class="article"><button type="button" class="headline" dir="auto" data-do="read" data-value="{}">{}'
            "</button></li>",
            one.article,
            row(one),
        )
    return html("<li>{}<b>{}</b></li>", joined(_linked(found, one)), f"{one.count:,}")


def _linked(found: Archive, one: Tally) -> Iterator[Html]:
    if found.kind in NAMES:
        text = " ".join(filter(None, (found.query, phrase(one.label))))
        yield link(Wish(text, found.filters, "day"), one.label)
    elif found.kind == "outlets" and one.label != NO_OUTLET:
        yield link(Wish(found.query, of_outlet(found.filters, one.label), "day"), one.label)
    else:
        yield html('<span dir="auto">{}</span>', one.label)


def of_outlet(filters: Filters, outlet: str) -> Filters:
    """Return the filters with this outlet alone."""
    return replace(filters, source=outlet)
