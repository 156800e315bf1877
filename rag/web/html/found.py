"""What was found -> HTML: a page of the list, each article with its words, and the ways to others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.filters import Filters
from rag.retrieval.find import Wish
from rag.show.found import NEAR, excerpt
from rag.show.html import NOTHING, Html, html, joined, listed
from rag.show.view import Span, correction, meant
from rag.types.articles import Article
from rag.types.days import in_words
from rag.types.help import Guess
from rag.types.hits import Found, Listed, Sort
from rag.web.html.buttons import pill, tool
from rag.web.links import address

TABLE = 5_000  # reports of a table for a spreadsheet: some seconds
CLOSE = Html(
    '<button type="button" class="fresh" data-do="back" data-value="">Close the list</button>'
)
NONE = "No article has all of that."
ORDERS: tuple[tuple[Sort, str], ...] = (("fit", "Best first"), ("day", "Newest first"))
ADVICE = (
    'Words find articles that have all of them. "A phrase" keeps its order, -word leaves out, OR joins two, and'
    " name~ also finds names with a wrong letter."
)


def results(wish: Wish, found: Found) -> Html:
    """A page of a list, with its order, what narrows it, and the pages before and after."""
    return html(
        '<section class="list-found" aria-label="{}"><div class="head"><h2 dir="auto" tabindex="-1">{}</h2>{}</div>'
        "{}{}{}{}{}{}{}</section>",
        "Articles found",
        title(wish),
        CLOSE,
        pills(wish),
        _tools(wish, found),
        listed("notes", found.notes),
        NOTHING if found.reports else html('<p class="unwritten">{}</p>', NONE),
        joined(_meant(wish, guess) for guess in found.did_you_mean),
        joined(_reports(found)),
        _pages(wish, found) if found.reports else html('<p class="friendly">{}</p>', ADVICE),
    )


def title(wish: Wish) -> str:
    """What the list has: Articles with “ferry”."""
    if wish.text:
        text = wish.text if '"' in wish.text else f"“{wish.text}”"
        return f"Articles with {text}"
    return "Articles" if any(wish.filters.rows()) else "All articles"


def link(wish: Wish, words: str) -> Html:
    """A link to a list, which opens on this page or in a tab of its own."""
    return _link(address(wish), words)


def _link(there: str, words: str) -> Html:
    return html(
        '<a class="list" dir="auto" href="{}" data-do="find" data-value="{}">{}</a>',
        f"?{there}",
        there,
        words,
    )


def opening(article: Article, kind: str = "headline") -> Html:
    """The headline, which opens the article."""
    return html(
        '<button type="button" class="{}" dir="auto" data-do="read" data-value="{}">{}</button>',
        kind,
        article.id,
        article.title or article.path,
    )


# ── above the list ──


def pills(wish: Wish, *, timeline: bool = False) -> Html:
    """What narrows the list, each to be taken away."""
    lifted = [
        pill(
            "find",
            address(
                replace(wish, filters=_without(wish.filters, row.name), offset=0), timeline=timeline
            ),
            row.pill.format(value if isinstance(value, str) else in_words(value)),
        )
        for row, value in wish.filters.rows()
    ]
    return html('<div class="pills">{}</div>', joined(lifted)) if lifted else NOTHING


def _without(filters: Filters, name: str) -> Filters:
    left = {row.name: value for row, value in filters.rows() if row.name != name}
    return Filters(**left)  # type: ignore[arg-type]  # each value is of its own row


def _tools(wish: Wish, found: Found) -> Html:
    """The order of the list, and how to take it along."""
    if not found.all:
        return NOTHING
    there = address(replace(wish, offset=0))
    table = "Save as CSV" if found.all <= TABLE else f"Save the first {TABLE:,} as CSV"
    orders = joined(_order(wish, found)) if found.all > 1 else NOTHING
    orders = joined([orders, to_timeline(wish)]) if wish.text else NOTHING
    return html(
        '<div class="ways">{}<div class="tools" role="group" aria-label="Take it along">{}{}</div></div>',
        html('<div class="order" role="group" aria-label="Order">{}</div>', orders)
        if orders
        else NOTHING,
        tool("table", there, table),
        tool("link", there, "Link to this list"),
    )


def _order(wish: Wish, found: Found) -> Iterator[Html]:
    for sort, words in ORDERS:
        yield _way(address(replace(wish, sort=sort, offset=0)), words, found.sort == sort)


def to_timeline(wish: Wish, words: str = "Timeline") -> Html:
    """A link to the same as a timeline."""
    return _link(address(replace(wish, sort="fit", offset=0), timeline=True), words)


def _way(there: str, words: str, chosen: bool) -> Html:
    return html(
        '<button type="button" class="pill" data-do="find" data-value="{}" aria-pressed="{}">{}</button>',
        there,
        "true" if chosen else "false",
        words,
    )


# ── the list ──


def _reports(found: Found) -> Iterator[Html]:
    """Those that have all that is sought, then those that are near."""
    fit = [item for item in found.reports if not item.near]
    near = [item for item in found.reports if item.near]
    if fit:
        yield _rows(fit)
    if near:
        yield html('<h3 class="near">{}</h3>{}', NEAR, _rows(near))


def _meant(wish: Wish, guess: Guess) -> Html:
    """A name that may have been meant, as a link that finds it."""
    found = link(replace(wish, text=guess.question, offset=0), guess.question)
    return html('<p class="meant" dir="auto">{} {}</p>', meant(guess), found)


def _rows(items: Sequence[Listed]) -> Html:
    return html('<ul class="hits">{}</ul>', joined(map(_row, items)))


def _row(item: Listed) -> Html:
    """Outlet and day, headline, the words around what was sought, and where else it is."""
    article = item.article
    head = marked(article.title, (0, len(article.title)), item.title_marks)
    return html(
        '<li><p class="source"><b dir="auto">{}</b><span>{}</span></p><h3 dir="auto">'
        '<button type="button" class="headline" data-do="read" data-value="{}">{}</button></h3>'
        '<p class="excerpt" dir="auto">{}</p>{}{}</li>',
        article.imprint,
        article.day,
        article.id,
        head or article.path,
        _excerpt(item),
        html('<p class="also" dir="auto">{}</p>', item.elsewhere) if item.elsewhere else NOTHING,
        html('<p class="correction" dir="auto">{}</p>', told)
        if (told := correction(article))
        else NOTHING,
    )


def _excerpt(item: Listed) -> Html:
    left, right = excerpt(item)
    return html(
        "{}{}{}",
        "… " if left > item.passage.start else "",
        marked(item.article.text, (left, right), item.marks),
        " …" if right < item.passage.end else "",
    )


def marked(text: str, within: Span, marks: Sequence[Span]) -> Html:
    """A stretch of a text with what is marked in it."""
    start, end = within
    pieces, at = [], start
    for first, last in marks:
        first, last = max(first, at), min(last, end)
        if first < last:
            pieces.append(html("{}<mark>{}</mark>", text[at:first], text[first:last]))
            at = last
    return joined([*pieces, html("{}", text[at:end])])


def _pages(wish: Wish, found: Found) -> Html:
    """Back and forth through the list; nothing where all of it is on one page."""
    first, last = found.offset + 1, found.offset + len(found.reports)
    if first == 1 and last >= found.all:
        return NOTHING
    return html(
        '<nav class="pages" aria-label="Pages of the list">{}<span>{}</span>{}</nav>',
        _page(wish, found.offset - wish.limit, "Previous page", found.offset > 0),
        f"{first:,} to {last:,} of {found.all:,}",
        _page(wish, last, "Next page", last < found.all),
    )


def _page(wish: Wish, offset: int, words: str, there: bool) -> Html:
    if not there:
        return html('<button type="button" disabled>{}</button>', words)
    return html(
        '<button type="button" data-do="find" data-value="{}">{}</button>',
        address(replace(wish, offset=max(offset, 0))),
        words,
    )
