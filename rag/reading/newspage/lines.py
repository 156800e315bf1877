"""Classify each line of a page: header, dateline, furniture, headline, body, reader's comment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.language.agencies import AGENCIES
from rag.reading.newspage.bylines import NOTHING, Facts, facts_of
from rag.reading.newspage.datelines import dateline
from rag.reading.newspage.furniture import LIST_HEADING, REMARK, REST, is_furniture
from rag.reading.newspage.layout import ended
from rag.reading.newspage.outlets import (
    HEADLINE_CHARACTERS,
    WIDE,
    has_outlet_word,
    is_headline,
    is_outlet,
)

BODY_WORDS = 8  # a line of so many words is an article's own
SENTENCE_WORDS = 5  # the same for a line that ends as a sentence
REPEATED_CHARACTERS = 80
DOCUMENT = re.compile(
    r"^\s*(?:Document|Article|Item|Story|Result|Clipping|Record|Text)\s+\d+\s+(?:of|/|von)\s+\d+\s*$"
    r"|^\s*\d+\s+of\s+\d+\s+(?:documents|articles|items|stories|results)\s*$",
    re.IGNORECASE,
)
DOCUMENT_END = re.compile(
    r"^\s*(?:End of (?:Document|Article)|Document [A-Z]{3,}\w{12,})\s*$", re.IGNORECASE
)
SEPARATOR = re.compile(r"^\s*(?:[=\-*_~#–—•·+](?:\s{0,3})){3,400}\s*$")
_STAMP = re.compile(r"^\s*\d{1,2}[:.h]\d{2}(?: ?[ap]\.?m\.?)?(?: ?[A-Z]{2,4})?\s*$", re.IGNORECASE)


@dataclass(slots=True)
class Line:
    """A line of a page and its kind."""

    text: str
    kind: str  # blank, facts, furniture, stamp, dateline, heading, body or comment
    facts: Facts = NOTHING


def read_lines(texts: Sequence[str], heads: Facts) -> list[Line]:
    """Classify the lines of a page; `heads` are the facts of its running heads."""
    known = {heads.outlet.lower()} if heads.outlet else set()
    facts = [facts_of(text) if text and not _STAMP.match(text) else None for text in texts]
    known |= {said.outlet.lower() for said in facts if said and said.outlet}
    lines = [
        _line(text, said, texts[number + 1] if number + 1 < len(texts) else "")
        for number, (text, said) in enumerate(zip(texts, facts, strict=True))
    ]
    _mark_outlets(lines, known, heads.outlet)
    _mark_comments(lines)
    return lines


def _line(text: str, facts: Facts | None, following: str) -> Line:
    if not text.strip():
        return Line("", "blank")
    if facts is not None:
        return Line(text, "facts", facts)
    if _STAMP.match(text):
        return Line(text, "stamp")
    if dateline(text):
        return Line(text, "dateline")
    if is_furniture(text):
        return Line(text, "furniture")
    wrapped = following[:1].islower() and not ended(text)
    return Line(text, "heading" if is_headline(text) and not wrapped else "body")


def _mark_outlets(lines: list[Line], known: set[str], head: str | None) -> None:
    """Mark lines that are only the name of an outlet as headers."""
    for number, line in enumerate(lines):
        if line.kind not in ("heading", "body") or len(line.text) > REPEATED_CHARACTERS:
            continue
        name = line.text.strip()
        following = next((after for after in lines[number + 1 : number + 3] if after.text), line)
        said = following.facts if following.kind == "facts" else NOTHING
        dated = said.published and not said.outlet
        if name.lower() in known or (dated and is_outlet(name) and has_outlet_word(name)):
            agency = AGENCIES.get(name.upper())
            lines[number] = Line(line.text, "facts", Facts(outlet=name, agency=agency))
        elif (
            head
            and name.lower().startswith(head.lower())
            and not ended(name)
            and not is_headline(name[len(head) :])
        ):
            lines[number] = Line(line.text, "furniture")


def _mark_comments(lines: list[Line]) -> None:
    """Mark readers' comments below an article, up to a list of other articles or a separator."""
    inside = False
    for number, line in enumerate(lines):
        if REST.match(line.text):
            near = "\n".join(after.text for after in lines[number + 1 : number + 7])
            inside = bool(REMARK.search(near))
        elif inside and (LIST_HEADING.match(line.text) or _parts(line.text)):
            inside = False
        if inside and line.kind != "blank":
            lines[number] = Line(line.text, "comment")


def _parts(text: str) -> bool:
    return bool(
        text and (SEPARATOR.match(text) or DOCUMENT.match(text) or DOCUMENT_END.match(text))
    )


def has_body(lines: Sequence[Line]) -> bool:
    """Return whether lines hold news: a sentence, a dateline, the stamp of a liveblog."""
    return any(_is_body(line) for line in lines)


def _is_body(line: Line) -> bool:
    if line.kind in ("dateline", "stamp"):
        return True
    words = len(line.text.split())
    words += ended(line.text) * (BODY_WORDS - SENTENCE_WORDS)
    wide = bool(WIDE.search(line.text[:200])) and len(line.text) > HEADLINE_CHARACTERS // 5
    return line.kind == "body" and (words >= BODY_WORDS or wide)


def is_masthead(text: str) -> bool:
    """Return whether a line is only the name of an outlet."""
    return len(text) <= REPEATED_CHARACTERS and is_outlet(text.strip()) and has_outlet_word(text)
