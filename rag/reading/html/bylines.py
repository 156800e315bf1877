"""Find who wrote an article: in JSON-LD, meta tags and lines of author and date, agencies apart."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.language.agencies import agency_of
from rag.reading.html import vocabulary
from rag.reading.html.metadata import ADDRESS, Metadata, plain
from rag.reading.html.pruning import LINE_CHARACTERS, Element, leaf_blocks, names_of, text_of

PARTS = 3  # of a line: name, agency, outlet; what follows is something else
NAME_WORDS = 7
LONG_CHARACTERS = 100  # a paragraph as long is text; an unnamed byline comes before it

_BY = re.compile(r"\s*(?:by|par|por|von|di|da|door|af|av|text|written by)\b[: ]\s*", re.IGNORECASE)
_PART = re.compile(
    r"\s+[|·•–—-]\s+|\s*[,;/|()]\s*|\s{2,}|\s+(?:on|for|published|updated)\s|\s\d|\d{4}年"
)
_OF = re.compile(r"\s+(?:of|with|from|and|und|et|y|e)\s+")
_WIDE_NAME = re.compile(r"[\u3040-\u9fff]{2,6}[ \u3000]?[\u3040-\u9fff]{0,6}")


def author_and_agency(root: Element, metadata: Metadata) -> tuple[str, str]:
    """Return the first author and the first agency that the page names, or ""."""
    author = agency = ""
    for who in _told(metadata):
        wire = agency_of(who)
        author, agency = author or ("" if wire else who), agency or wire
    for who, wire in _bylines(root, metadata):
        author, agency = author or who, agency or wire
    return author, agency


def in_byline(line: str) -> tuple[str, str]:
    """Read author and agency of a line: "By Ada Moor, Reuters", "AFP", "Ada Moor | 4 March 2025"."""
    by = _BY.match(line)
    parts = [part.strip(" .") for part in _PART.split(line[by.end() :] if by else line)[:PARTS]]
    author = agency = ""
    for part in parts:
        names = _OF.split(part)
        agency = agency or next(filter(None, map(agency_of, names)), "")
        people = names[0] if any(map(agency_of, names)) else part
        if not author and part == parts[0] and not agency_of(people) and _is_name(people):
            author = people
    return author, agency


def _told(metadata: Metadata) -> Iterator[str]:
    linked = metadata.linked.get("author")
    people = [metadata.named(one) for one in (linked if isinstance(linked, list) else [linked])]
    wires = [name for name in people if agency_of(name)]
    yield from wires
    if names := [name for name in people if name and name not in wires]:
        yield ", ".join(names)
    for meta in ("author", "article:author", "dc.creator", "parsely-author"):
        name = plain(metadata.metas.get(meta, ""))
        if name and not ADDRESS.search(name):
            yield name


def _bylines(root: Element, metadata: Metadata) -> Iterator[tuple[str, str]]:
    """Read the lines named as bylines, and the lines "By …" before the text."""
    long = 0
    for block in leaf_blocks(root):
        text = text_of(block) if block is not metadata.headline else ""
        long += len(text) >= LONG_CHARACTERS
        if not text or len(text) > LINE_CHARACTERS or (text.endswith(".") and len(text) > 60):
            continue
        named = vocabulary.is_line(names_of(block)) or block.get("itemprop") == "author"
        if named or (long < 2 and _BY.match(text)):
            yield in_byline(text)


def _is_name(text: str) -> bool:
    """Return whether a text is two or more capitalised words, or a short name in another script."""
    if any(character.isdigit() or character == ":" for character in text):
        return False
    words = text.split()
    long = [word for word in words if len(word) > 3]
    if 2 <= len(words) <= NAME_WORDS and words[0][0].isupper():
        return all(word[0].isupper() for word in long)
    return bool(_WIDE_NAME.fullmatch(text))
