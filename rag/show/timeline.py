"""A timeline -> terminal, CSV, object for programs, and HTML: a line of dots by month, then the sentences."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from rag.show.dots import dots, months
from rag.show.harmless import harmless
from rag.show.html import NOTHING, Html, counted, html, joined, link, listed
from rag.show.html_file import POLICY, STYLE
from rag.show.json import article_json
from rag.show.shell import WIDTH
from rag.show.view import FRAMES, correction, plain_address
from rag.types.archive import Happening, Timeline
from rag.types.articles import Article
from rag.types.days import between

COLUMNS = """happened precision words told printed outlet agency author title quotation also url path id start end
correction""".split()
UNDATED = "No day, or none that is sure"
NONE = "No article says anything of it."

MOST_DOTS, FEW = WIDTH // 2, 9  # of a month in the terminal; more than a few are also a number

Opening = Callable[[Article], Html]
"""The headline of an article, as it can be opened."""


def heading(found: Timeline) -> str:
    """Say how much there is: "14 sentences with a day, 3 May to 5 June 2025; 6 without"."""
    told = f"{counted(len(found.dated), 'sentence')} with a day"
    days = [one.when.day for one in found.dated if one.when]
    over = f", {between(days[0], days[-1])}" if days and _all_days(found) else ""
    return f"{told}{over}; {len(found.undated):,} without"


def _all_days(found: Timeline) -> bool:
    ends = found.dated[0].when, found.dated[-1].when
    return all(one and one.precision == "day" for one in ends)


# ── terminal ──


def lines(found: Timeline) -> Iterator[str]:
    """Yield the dots by month, then the sentences by their days, then those without one."""
    over = months(found)
    wide = max(map(len, over.labels), default=0)
    for label, count in zip(over.labels, over.counts, strict=True):
        if count:
            yield f"  {label:{wide}} {'●' * min(count, MOST_DOTS)}{f' {count:,}' if count > FEW else ''}"
    if found.dated:
        yield ""
    for one in found.dated:
        yield from _told(one)
    if found.undated:
        yield f"{UNDATED}:\n"
    for one in found.undated:
        yield from _told(one)


def _told(one: Happening) -> Iterator[str]:
    """The day, how it is told where that is no fact, the words, and where they were printed."""
    item, article, frame = one.evidence, one.evidence.article, FRAMES.get(one.frame)
    quote = textwrap.wrap(f"[{item.number}] “{' '.join(item.quote.split())}”", WIDTH - 4)
    yield f"{_day(one)} ({frame})" if frame else _day(one)
    yield from (f"    {harmless(line)}" for line in quote)
    yield harmless(f"    {article.imprint}, {_printed(article)} · {article.title}")
    for line in filter(None, (item.elsewhere, correction(article, item))):
        yield f"    {harmless(line)}"
    yield ""


def _day(one: Happening) -> str:
    """When it happened, else that it is not said."""
    return str(one.when) if one.when else "On a day not told"


def _printed(article: Article) -> str:
    return f"printed {article.day}" if article.published else "printed on an unknown day"


# ── programs ──


def rows(found: Timeline) -> Iterator[Sequence[object]]:
    """Yield a row under COLUMNS for each sentence; those without a day at the end."""
    for one in found.all:
        item, article = one.evidence, one.evidence.article
        when = (one.when.iso, one.when.precision, one.when.phrase) if one.when else ("", "", "")
        about = article.published, article.source, article.agency, article.author, article.title
        where = item.elsewhere, article.url, article.path, article.id, item.start, item.end
        yield *when, one.frame, *about, " ".join(item.quote.split()), *where, article.correction


def to_json(found: Timeline) -> dict[str, Any]:
    """The timeline for programs: each sentence with its day, or null, and where it is."""
    return {
        "topic": found.topic,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "notes": list(found.notes),
        "dated": list(map(_happening_json, found.dated)),
        "undated": list(map(_happening_json, found.undated)),
    }


def _happening_json(one: Happening) -> dict[str, Any]:
    item, when = one.evidence, one.when
    happened = when and {"day": when.iso, "precision": when.precision, "words": when.phrase}
    return {
        "number": item.number,
        "happened": happened,
        "ahead": bool(when and when.ahead),
        "told": one.frame,
        "printed": item.article.published.isoformat() if item.article.published else None,
        "quote": item.quote,
        "start": item.start,
        "end": item.end,
        "article": article_json(item.article),
        "also": [article_json(copy) for copy in item.also],
    }


# ── HTML ──


def html_file(found: Timeline) -> str:
    """The timeline as a whole HTML document: its own style, no script, nothing from elsewhere."""
    title = f"Timeline: {found.topic}"
    return html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><title>{}</title><style>{}</style></head>'
        '<body><main><h1 dir="auto">{}</h1><p class="small">{}</p>{}{}</main></body></html>\n',
        POLICY,
        title,
        STYLE,
        title,
        heading(found),
        listed("small", found.notes),
        body(found, _headline),
    )


def _headline(article: Article) -> Html:
    """The headline, as a link where the article has an address that may be offered."""
    there, words = plain_address(article.url), article.title or article.path
    return link(there, words) if there else html("{}", words)


def body(found: Timeline, opening: Opening) -> Html:
    """The line of dots, the sentences with a day, and those without."""
    undated = html('<h3 class="near">{}</h3>{}', UNDATED, _list(found.undated, opening))
    return html(
        '<div class="timeline">{}{}{}</div>',
        dots(found),
        _list(found.dated, opening),
        undated if found.undated else NOTHING,
    )


def _list(happened: Sequence[Happening], opening: Opening) -> Html:
    """The sentences; the first one of each month is where its dot leads."""
    seen: set[str] = set()
    items = []
    for one in happened:
        month = one.when.iso[:7] if one.when else ""
        first = bool(month) and month not in seen
        seen.add(month)
        items.append(_item(one, opening, f"month-{month}" if first else ""))
    return html('<ol class="happened">{}</ol>', joined(items)) if items else NOTHING


def _item(one: Happening, opening: Opening, place: str) -> Html:
    item, article = one.evidence, one.evidence.article
    label = FRAMES.get(one.frame, "")
    beside = [line for line in (item.elsewhere, correction(article, item)) if line]
    return html(
        '<li id="{}"><p class="day">{}{}</p><blockquote dir="auto">{}</blockquote>'
        '<p class="small" dir="auto"><b>[{}] {}</b>, {} · {}</p>{}</li>',
        place or f"happening-{item.number}",
        _day(one),
        html(' <span class="label">{}</span>', label) if label else NOTHING,
        " ".join(item.quote.split()),
        str(item.number),
        article.imprint,
        _printed(article),
        opening(article),
        joined(html('<p class="small" dir="auto">{}</p>', line) for line in beside),
    )
