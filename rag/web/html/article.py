"""Evidence -> HTML: the article it stands in, whole, with its words marked at their exact place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rag.show.html import NOTHING, Html, address, html, joined, link
from rag.types import Answer, Article, Evidence

UNPLACED = "The quoted words do not stand in this article word for word, so nothing is marked."
CLOSED = Html("")

Place = tuple[int, int, bool]
"""Start, end, and whether this is the quotation that was asked for."""


def pane(grown: Answer, number: int, copy: int = 0) -> Html:
    """The article of a piece of evidence, or one of its copies (from 1); closed where there is none."""
    item = next((one for one in grown.evidence if one.number == number), None)
    if item is None or copy > len(item.also):
        return CLOSED
    article = item.also[copy - 1] if copy else item.article
    places = _copied(item, article) if copy else _places(grown, item)
    return html(
        '<aside class="pane" aria-label="The article" tabindex="-1">{}{}{}<div class="text">{}</div></aside>',
        _bar(grown, item),
        _head(article),
        NOTHING if places else html('<p class="unplaced" role="note">{}</p>', UNPLACED),
        joined(_paragraphs(article.text, places)),
    )


def _places(grown: Answer, item: Evidence) -> list[Place]:
    """Where the evidence of this article stands in it."""
    return sorted(
        (one.start, one.end, one.number == item.number)
        for one in grown.evidence
        if one.article.id == item.article.id
    )


def _copied(item: Evidence, article: Article) -> list[Place]:
    """Where a copy has the same words, if it has them."""
    start = article.text.find(item.quote)
    return [(start, start + len(item.quote), True)] if start >= 0 else []


def _bar(grown: Answer, item: Evidence) -> Html:
    """Back and forth through the evidence, and out."""
    numbers = [one.number for one in grown.evidence]
    place = numbers.index(item.number)
    return html(
        '<div class="bar">{}<span>{}</span>{}<button type="button" data-do="close" data-value=""'
        ' aria-label="Close the article (Escape)">Close</button></div>',
        _step("previous", "←", numbers[place - 1 : place] if place else []),
        f"Excerpt {place + 1} of {len(numbers)}",
        _step("next", "→", numbers[place + 1 : place + 2]),
    )


def _step(name: str, arrow: str, to: Sequence[int]) -> Html:
    words = f"{name.capitalize()} excerpt"
    if not to:
        return html('<button type="button" disabled aria-label="{}">{}</button>', words, arrow)
    return html(
        '<button type="button" class="{}" data-do="open" data-value="{}" aria-label="{}">{}</button>',
        name,
        str(to[0]),
        words,
        arrow,
    )


def _head(article: Article) -> Html:
    """Outlet, day with how it is known, headline, author, and where the original is."""
    facts = [html('<b dir="auto">{}</b>', article.imprint), html("<span>{}</span>", article.dated)]
    more = filter(None, (article.byline, article.place))
    facts += [html('<span dir="auto">{}</span>', fact) for fact in more]
    url = address(article.url)
    return html(
        '<p class="source">{}</p><h2 dir="auto">{}</h2><p class="file"><button type="button" class="copy" dir="auto"'
        ' data-do="original" data-value="{}">{}</button>{}</p>',
        joined(facts),
        article.title,
        article.path,
        f"{article.path} ↓",
        html(" {}", link(url, url)) if url else NOTHING,
    )


def _paragraphs(text: str, places: Sequence[Place]) -> Iterator[Html]:
    """Each line of the text as a paragraph, with what is marked in it."""
    start = 0
    for line in text.split("\n"):
        end = start + len(line)
        if line.strip():
            yield html('<p dir="auto">{}</p>', joined(_marked(text, start, end, places)))
        start = end + 1


def _marked(text: str, start: int, end: int, places: Iterable[Place]) -> Iterator[Html]:
    """A stretch of text, cut where marks begin and end."""
    at = start
    for first, last, here in places:
        first, last = max(first, at), min(last, end)
        if first >= last:
            continue
        yield html("{}", text[at:first])
        yield html('<mark class="{}">{}</mark>', "here" if here else "other", text[first:last])
        at = last
    yield html("{}", text[at:end])
