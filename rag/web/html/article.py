"""Evidence -> HTML: the article it stands in, whole, with its words marked at their exact place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rag.show.html import NOTHING, Html, address, html, joined, link
from rag.show.view import Span, View, parts
from rag.types import Answer, Article, Evidence
from rag.web.html.evidence import words

UNPLACED = "The quoted words do not stand in this article word for word, so nothing is marked."
CLOSED = Html("")


class Place(NamedTuple):
    """A quotation in an article."""

    start: int
    end: int
    here: bool  # whether it is the one that was asked for
    found: Span | None = None  # the short answer in it


def pane(grown: Answer, number: int, copy: int = 0) -> Html:
    """The article of a piece of evidence, or one of its copies (from 1); closed where there is none."""
    item = next((one for one in grown.evidence if one.number == number), None)
    if item is None or copy > len(item.also):
        return CLOSED
    article = item.also[copy - 1] if copy else item.article
    marked = View.of(grown).marked
    places = _copied(item, article, marked) if copy else _places(grown, item, marked)
    return html(
        '<aside class="pane" aria-label="The article" tabindex="-1">{}{}{}<div class="text">{}</div></aside>',
        _bar(grown, item),
        _head(article),
        NOTHING if places else html('<p class="unplaced" role="note">{}</p>', UNPLACED),
        joined(_paragraphs(article.text, places)),
    )


def _places(grown: Answer, item: Evidence, marked: Mapping[int, Span]) -> list[Place]:
    """Where the evidence of this article stands in it."""
    return sorted(
        (
            Place(one.start, one.end, one.number == item.number, marked.get(one.number))
            for one in grown.evidence
            if one.article.id == item.article.id
        ),
        key=lambda place: place[:3],
    )


def _copied(item: Evidence, article: Article, marked: Mapping[int, Span]) -> list[Place]:
    """Where a copy has the same words, if it has them."""
    start = article.text.find(item.quote)
    if start < 0:
        return []
    place, by = marked.get(item.number), start - item.start
    found = (place[0] + by, place[1] + by) if place else None
    return [Place(start, start + len(item.quote), True, found)]


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
    for place in places:
        first, last = max(place.start, at), min(place.end, end)
        if first >= last:
            continue
        yield html("{}", text[at:first])
        told = words(parts(text, (first, last), place.found))
        yield html('<mark class="{}">{}</mark>', "here" if place.here else "other", told)
        at = last
    yield html("{}", text[at:end])
