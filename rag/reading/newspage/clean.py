"""A piece of a page -> the article's own paragraphs, its dateline and its signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.reading.newspage.datelines import Dateline, dateline, signed
from rag.reading.newspage.furniture import (
    CREDIT,
    LIST_HEADING,
    REMARK,
    REST,
    is_caption,
    is_furniture,
    without_promotions,
)
from rag.reading.newspage.layout import ended, paragraphs
from rag.reading.newspage.outlets import is_headline

TRAILING_WORDS = 12  # a last line of so few words without a full stop is a link or a name
CAPTION_BEFORE = 300  # characters of a caption that runs into the text
COMMENTS_SHARE = 0.75  # comments are below the article: never cut more of it than this

# "Storm hits coast" before a line end or a capital; not in "Storm hits coast of Norway, killing two"
_HEADLINE_END = re.compile(r"\s*(?:\n|$)|\s+[^\sa-z,;:.–—-]")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")  # a headline and its repetition may differ in quotes
_SIGNATURE = re.compile(r"^\s*--\s*$")
_STAMP = re.compile(r"^\d{1,2}[:.h]\d{2}\b")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The text of an article, its dateline and the agency that signed it."""

    text: str
    agency: str | None = None
    wire: Dateline | None = None


def cleaned(text: str, title: str | None = None, wrapped: bool = True) -> Cleaned:
    """Return the article's own sentences as paragraphs with blank lines between them.

    A caption before a repeated headline goes with it; a caption line or a credit goes alone.
    """
    lines = _without_comments([line.strip() for line in text.split("\n")])
    lines = [line for line in _without_lists(lines) if not line or not is_furniture(line)]
    found = paragraphs(lines) if wrapped else [" ".join(line.split()) for line in lines if line]
    found = [plain for paragraph in found if (plain := without_promotions(paragraph).strip())]
    found = [paragraph for paragraph in found if not is_furniture(paragraph)]
    found = _opened([*_headless(found[:1], title), *found[1:]])
    found = [p for paragraph in found if (p := " ".join(CREDIT.sub(" ", paragraph).split()))]
    while len(found) > 1 and _trails(found):
        found.pop()
    body, agency = signed("\n\n".join(found))
    wire = dateline(body)
    return Cleaned(body.strip(), agency or (wire.agency if wire else None), wire)


def _without_comments(lines: list[str]) -> list[str]:
    """Cut the lines at the comments or a mail's signature below the article."""
    length = sum(map(len, lines))
    seen, first = 0, True
    for number, line in enumerate(lines):
        seen += len(line)
        below = length - seen <= COMMENTS_SHARE * length
        if below and _SIGNATURE.match(line):
            return lines[:number]
        if below and first and REST.match(line):
            first = False  # only the first heading counts
            if REMARK.search("\n".join(lines[number + 1 :])):
                return lines[:number]
    return lines


def _without_lists(lines: list[str]) -> list[str]:
    """Drop headings such as “Related Articles” and the titles listed below them."""
    kept: list[str] = []
    listing = False
    for line, following in zip(lines, [*lines, ""][1:], strict=True):
        titled = (is_headline(line) and not following[:1].islower()) or is_furniture(line)
        listing = bool(LIST_HEADING.match(line)) or (listing and (not line or titled))
        if not listing:
            kept.append(line)
    return kept


def _headless(first: Sequence[str], title: str | None) -> list[str]:
    """Cut a repeated headline, and a caption before it, off the first paragraph."""
    if not first or not title:
        return list(first)
    text = first[0]
    start = text[: len(title) + CAPTION_BEFORE * 2].translate(_STRAIGHT)
    repeated = start.find(title.translate(_STRAIGHT))
    if repeated > 0 and not CREDIT.search(text, 0, repeated):
        return [text]
    end = repeated + len(title)
    if repeated < 0 or not _HEADLINE_END.match(text, end):
        return [text]
    return [rest] if (rest := text[end:].strip()) else []


def _opened(found: list[str]) -> list[str]:
    """Cut a caption that runs into the dateline: “A ship. PHOTO: AFP OSLO - It …”."""
    if not found:
        return found
    credit = CREDIT.search(found[0], 0, CAPTION_BEFORE + 60)
    if credit and credit.start() <= CAPTION_BEFORE and dateline(found[0][credit.end() :]):
        return [found[0][credit.end() :], *found[1:]]
    return found[1:] if len(found) > 1 and is_caption(found[0]) else found


def _trails(found: Sequence[str]) -> bool:
    """Return whether the last paragraph is a link, a name or a heading without text."""
    last = found[-1]
    if signed(last)[1] or _STAMP.match(last) or ended(last):
        return False
    short = len(last.split()) <= TRAILING_WORDS and last.isascii() == found[-2].isascii()
    return short or not any(character.isalnum() for character in last)
