"""Page -> articles: split it, leave out what is not news, find outlet, author and date.

A page may be a saved aggregator page with a main article and related ones, several articles joined
in one file, a liveblog, a print with two columns. What the file says about itself (`Page.fields`)
wins over what its text says; what nothing says is None.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from rag.language.agencies import AGENCIES
from rag.reading.encoding import tidied
from rag.reading.full_dates import parse_date
from rag.reading.newspage.ages import before, named_day
from rag.reading.newspage.bylines import NOTHING, facts_of
from rag.reading.newspage.clean import Cleaned, cleaned
from rag.reading.newspage.corrections import correction
from rag.reading.newspage.furniture import CHANNEL, is_furniture
from rag.reading.newspage.outlets import OUTLETS, has_outlet_word, is_headline
from rag.reading.newspage.split import Piece, Split, section_cut, split
from rag.types.articles import Article
from rag.types.files import Page

HEADER_LINES = 6  # below the headline of a page whose title is known


def articles(page: Page, today: date) -> list[Article]:
    """Return the articles of a page, cleaned; `today` bounds dates without a year."""
    parts = _known(page) if page.fields.get("title") else split(page.text)
    wrapped = not page.fields.get("title")
    found = [(piece, cleaned(piece.text, piece.title, wrapped)) for piece in parts.pieces]
    moment = parts.moment or parts.facts.published
    moment = moment or named_day((body.text for _, body in found), today)
    made = (
        _dated(_article(page, parts, piece, body), piece, moment)
        for piece, body in found
        if body.text
    )
    dated = [_given(article, page, today) for article in made if article.text]
    whole = [replace(one, correction=correction(one.title, one.text)) for one in dated]
    return [replace(article, position=position) for position, article in enumerate(whole)]


def _known(page: Page) -> Split:
    """Read a page whose format gives its title: one article with header lines, not split."""
    title = page.fields["title"].strip()
    lines = page.text.split("\n")
    facts, kept = NOTHING, 0
    for number, line in enumerate(lines[:HEADER_LINES]):
        bare = " ".join(line.split())
        said = facts_of(line)
        if bare and bare.casefold() != title.casefold() and not is_furniture(line) and said is None:
            break
        facts = facts.or_else(said or NOTHING)
        kept = number + 1
    if not any(line.strip() for line in lines[kept:]):
        kept = 0
    return Split([Piece("\n".join(lines[kept:]), section_cut(title), facts, page.text)])


def _article(page: Page, parts: Split, piece: Piece, body: Cleaned) -> Article:
    facts = piece.facts.or_else(parts.facts)
    outlet = piece.facts.outlet or page.fields.get("outlet") or facts.outlet
    outlet = outlet or promoted(piece.everything or piece.text)
    title, text = piece.title, body.text
    if not title:
        title, text = _headline(text, page.path)
    agency = piece.facts.agency or body.agency or page.fields.get("agency")
    origin = facts.published_from or ("header of the article" if facts.published else None)
    article = Article(
        path=page.path,
        position=0,
        title=_without_outlet(title, outlet),
        text=text,
        source=OUTLETS.get(outlet.lower(), outlet) if outlet else None,
        agency=AGENCIES.get(agency.upper(), agency) if agency else None,
        author=page.fields.get("author") or facts.author,
        published=facts.published,
        published_from=origin,
        place=body.wire.place if body.wire else None,
        url=page.fields.get("url"),
        language=page.fields.get("language"),
    )
    if article.published is None and body.wire and body.wire.published:
        return replace(article, published=body.wire.published, published_from="dateline")
    return article


def _dated(article: Article, piece: Piece, moment: date | datetime | None) -> Article:
    """Give an article the day that its age on the page means, where the page's day is known."""
    age = piece.facts.age
    if article.published or not age or not (day := before(moment, age)):
        return article
    shown = moment.date() if isinstance(moment, datetime) else moment
    return replace(article, published=day, published_from=f"“{age}” on a page of {shown}")


def _given(article: Article, page: Page, today: date) -> Article:
    """Give an article the date of its file, and drop a date in the future."""
    if day := parse_date(page.fields.get("published", "")):
        known = page.fields.get("published_from", "given in the file")
        return replace(article, published=day, published_from=known)
    if article.published and article.published > today:
        return replace(article, published=None, published_from=None)
    return article


def promoted(text: str) -> str | None:
    """Return the outlet that advertises its own channel in the article."""
    for promotion in CHANNEL.finditer(text):
        name = promotion["outlet"].strip()
        if name.lower() in OUTLETS:
            return OUTLETS[name.lower()]
        if has_outlet_word(name):
            return name
    return None


def _headline(text: str, path: str) -> tuple[str, str]:
    """Return the first line as headline if it looks like one, else the file's name; and the rest."""
    first, _, rest = text.partition("\n")
    if rest.strip() and is_headline(first):
        return first.strip(), rest.strip()
    name = tidied(path.rsplit("/", 1)[-1].rsplit(".", 1)[0]).replace("_", " ")
    return " ".join(name.split()) or "Untitled", text


def _without_outlet(title: str, outlet: str | None) -> str:
    """Cut the outlet off the end of a headline: “… | The Daily Wave”."""
    endings = [f" {sign} {outlet}" for sign in "|-–—·:"] if outlet else []
    ending = next((one for one in endings if title.endswith(one) and title != one), "")
    return title.removesuffix(ending).rstrip() if ending else title
