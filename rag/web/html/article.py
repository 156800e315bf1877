"""Evidence -> HTML: the article it stands in, whole, with its words marked at their exact place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from rag.show.html import NOTHING, Html, address, counted, html, joined, link
from rag.show.view import Span, View, corrected_in, correction, parts
from rag.types.answers import Answer
from rag.types.articles import Article
from rag.types.evidence import Evidence
from rag.types.hits import Found, Listed
from rag.web.html.evidence import words
from rag.web.html.found import opening

UNPLACED = "The quoted words do not stand in this article word for word, so nothing is marked."
CLOSED = Html("")
ARROWS = {"previous": "←", "next": "→"}


class Place(NamedTuple):
    """A quotation in an article."""

    start: int
    end: int
    here: bool  # whether it is the one that was asked for
    found: Span | None = None  # the short answer in it
    kind: str = ""  # of its mark, where it is no quotation


def pane(grown: Answer, number: int, copy: int = 0, near: Sequence[Listed] = ()) -> Html:
    """The article of a piece of evidence, or one of its copies (from 1); closed where there is none.

    `near` are the reports of others that tell the same story.
    """
    item = next((one for one in grown.evidence if one.number == number), None)
    if item is None or copy > len(item.also):
        return CLOSED
    article = item.also[copy - 1] if copy else item.article
    marked = View.of(grown).marked
    places = _copied(item, article, marked) if copy else _places(grown, item, marked)
    unplaced = NOTHING if places else html('<p class="unplaced" role="note">{}</p>', UNPLACED)
    also = [one for one in (item.article, *item.also) if one is not article]
    return _drawn(_bar(grown, item), article, places, unplaced, _elsewhere(also, near))


def whole(
    article: Article,
    also: Sequence[Article] = (),
    near: Sequence[Listed] = (),
    found: Found | None = None,
    at: Span | None = None,
) -> Html:
    """An article that was opened by itself; one of the list `found` with what was sought in it.

    `also` are its copies, `near` the reports of others that tell the same story, `at` is a place to mark.
    """
    ids = [item.article.id for item in found.reports] if found else []
    place = ids.index(article.id) if article.id in ids else None
    marks = found.reports[place].marks if found and place is not None else ()
    bar = _bar_alone() if found is None or place is None else _bar_of_list(found, ids, place)
    places = [Place(start, end, True) for start, end in marks or ([at] if at else [])]
    return _drawn(bar, article, places, NOTHING, _elsewhere(also, near))


def _drawn(
    bar: Html, article: Article, places: Sequence[Place], unplaced: Html, elsewhere: Html
) -> Html:
    place = corrected_in(article)
    if place and not any(one.start < place[1] and place[0] < one.end for one in places):
        places = sorted([*places, Place(*place, False, kind="corrected")])
    return html(
        '<aside class="pane" aria-label="The article" tabindex="-1">{}{}{}{}<div class="text">{}</div></aside>',
        bar,
        _head(article),
        elsewhere,
        unplaced,
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
    return _barred(
        _step("previous", "excerpt", "open", [str(one) for one in numbers[place - 1 : place]]),
        f"Excerpt {place + 1} of {len(numbers)}",
        _step("next", "excerpt", "open", [str(one) for one in numbers[place + 1 : place + 2]]),
    )


def _bar_of_list(found: Found, ids: Sequence[str], place: int) -> Html:
    """Back and forth through this page of the list, and out."""
    return _barred(
        _step("previous", "article", "read", ids[max(place - 1, 0) : place]),
        f"Article {found.offset + place + 1:,} of {found.all:,}",
        _step("next", "article", "read", ids[place + 1 : place + 2]),
    )


def _bar_alone() -> Html:
    return _barred(NOTHING, "Article", NOTHING)


def _barred(back: Html, where: str, forth: Html) -> Html:
    return html(
        '<div class="bar">{}<span>{}</span>{}<button type="button" data-do="close" data-value=""'
        ' aria-label="Close the article (Escape)">Close</button></div>',
        back,
        where,
        forth,
    )


def _step(name: str, thing: str, do: str, to: Sequence[str]) -> Html:
    words, arrow = f"{name.capitalize()} {thing}", ARROWS[name]
    if not to:
        return html('<button type="button" disabled aria-label="{}">{}</button>', words, arrow)
    return html(
        '<button type="button" class="{}" data-do="{}" data-value="{}" aria-label="{}">{}</button>',
        name,
        do,
        to[0],
        words,
        arrow,
    )


def _elsewhere(also: Sequence[Article], near: Sequence[Listed]) -> Html:
    """The copies of an article and the reports of others that tell its story, each to be opened."""
    rows = [_other(one, "the same report") for one in also]
    rows += [_other(item.article, item.elsewhere) for item in near]
    if not rows:
        return NOTHING
    told = filter(
        None,
        (
            f"{len(also)} {'copy' if len(also) == 1 else 'copies'}" if also else "",
            counted(len(near), "other report") if near else "",
        ),
    )
    return html(
        '<details class="elsewhere"><summary>{}</summary><ul>{}</ul></details>',
        f"This story elsewhere: {', '.join(told)}",
        joined(rows),
    )


def _other(article: Article, more: str) -> Html:
    about = " · ".join(filter(None, (article.imprint, article.day, more)))
    return html('<li>{}<span dir="auto">{}</span></li>', opening(article), about)


def _head(article: Article) -> Html:
    """Outlet, day with how it is known, headline, author, and where the original is."""
    facts = [html('<b dir="auto">{}</b>', article.imprint), html("<span>{}</span>", article.dated)]
    more = filter(None, (article.byline, article.place))
    facts += [html('<span dir="auto">{}</span>', fact) for fact in more]
    url = address(article.url)
    return html(
        '<p class="source">{}</p><h2 dir="auto">{}</h2><p class="file"><button type="button" class="copy" dir="auto"'
        ' data-do="original" data-value="{}">{}</button>{}</p>{}',
        joined(facts),
        article.title,
        article.id,
        f"{article.path} ↓",
        html(" {}", link(url, url)) if url else NOTHING,
        html('<p class="correction" role="note" dir="auto">{}</p>', told)
        if (told := correction(article))
        else NOTHING,
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
        kind = place.kind or ("here" if place.here else "other")
        yield html('<mark class="{}">{}</mark>', kind, told)
        at = last
    yield html("{}", text[at:end])
