"""The publication date of a web page, from all places that state it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rag.reading.html import dates_stated, vocabulary
from rag.reading.html.dates_stated import Stated
from rag.reading.html.pruning import Element, article_around, leaf_blocks, names_of, text_of
from rag.reading.html.statements import Stand

_PUBLISHED_METAS = """
    article:published_time og:article:published_time og:published_time datepublished
    parsely-pub-date sailthru.date pubdate publishdate publish_date publish-date publication_date
    publication-date article.published article_date_original originalpublicationdate
    cxenseparse:recs:publishtime citation_publication_date dc.date.issued dcterms.issued
    dc.date.published dcterms.date dc.date date
    """.split()  # in order of trust
_PUBLISHED_NAMES = re.compile(
    r"\b(?:published|entry-date|pub-?date|dt-published|date-?published|publish-?date|publication-?date|posted-on"
    r"|post-date|article-date)\b",
    re.IGNORECASE,
)
_CHANGED_NAMES = re.compile(r"updat|modif|revis", re.IGNORECASE)


def published(root: Element, stand: Stand) -> Stated | None:
    """The day and how it is stated; None where the page does not state one, or several."""
    stamps = [*_stamps(stand), *_time_stamps(root, stand)]
    return dates_stated.agreed(stamps, _seen_date(root, stand))


def _stamps(stand: Stand) -> Iterator[Stated]:
    told = stand.linked.get("datePublished")
    if isinstance(told, str) and (stated := dates_stated.stamp(told, "JSON-LD datePublished")):
        yield stated
    for name in _PUBLISHED_METAS:
        value = stand.metas.get(name)
        if value and (stated := dates_stated.stamp(value, f"meta {name}")):
            yield stated
            return  # the most trusted one; others may be of other days


def _time_stamps(root: Element, stand: Stand) -> Iterator[Stated]:
    """Stamps of elements that are marked as this article's publication date."""
    home = article_around(stand.headline)
    for element in root.iter():
        prop, names = element.get("itemprop", ""), names_of(element)
        marked = "datepublished" in prop.lower() or "pubdate" in element.attrib
        if not marked and not (element.tag in ("time", "abbr") and _PUBLISHED_NAMES.search(names)):
            continue
        if article_around(element) is not home or _CHANGED_NAMES.search(f"{names} {prop}"):
            continue
        value = (
            element.get("content")
            or element.get("datetime")
            or element.get("title")
            or text_of(element)
        )
        if not _is_labelled_otherwise(element) and (stated := dates_stated.stamp(value, "<time>")):
            yield stated
            return


def _seen_date(root: Element, stand: Stand) -> date | None:
    """The day in the lines between headline and text, where these give one only."""
    found = set()
    for block, labelled in _header_lines(root, stand):
        day = dates_stated.in_line(text_of(block), stand.language, labelled)
        found |= {day} if day else {stated.day for stated in _times_in(block)}
    return found.pop() if len(found) == 1 else None


def _times_in(block: Element) -> Iterator[Stated]:
    for element in block.iter("time"):
        stated = dates_stated.stamp(element.get("datetime") or "", "<time>")
        if stated and not _is_labelled_otherwise(element):
            yield stated


def _header_lines(root: Element, stand: Stand) -> Iterator[tuple[Element, bool]]:
    """The short lines from the headline to the article's first long paragraph, and whether their
    names call them lines of author or date. One long paragraph may introduce the article.
    """
    if stand.headline is None:
        return
    home, seen, long = article_around(stand.headline), False, 0
    for block in leaf_blocks(root):
        if block is stand.headline:
            seen = True
        elif seen:
            text = text_of(block)
            long += len(text) >= 100
            if long > 1:
                return
            around = article_around(block)
            labelled = vocabulary.is_line(names_of(block)) and not _CHANGED_NAMES.search(
                names_of(block)
            )
            if len(text) < 100 and around is home and (labelled or not long):
                yield block, labelled


def _is_labelled_otherwise(element: Element) -> bool:
    """Whether the words just before a date, or its names, make it the day of something else."""
    parent, before = element.getparent(), element.getprevious()
    words = (
        (before.tail or text_of(before))
        if before is not None
        else (parent.text if parent is not None else "")
    )
    return bool(_CHANGED_NAMES.search(names_of(element))) or dates_stated.is_other_day(
        (words or "")[-40:]
    )
