"""Page -> pieces: the articles of a page, each with its headline and its header's facts.

An article begins where `starts` finds one, at "Document 3 of 7", or after a line of === or ---.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from rag.reading.full_dates import parse_date
from rag.reading.newspage.bylines import NOTHING, Facts, facts_of
from rag.reading.newspage.datelines import dateline
from rag.reading.newspage.furniture import LIST_HEADING, is_caption
from rag.reading.newspage.layout import BROWSER_HEAD, PAGE_MARK, ended, masked, read_print
from rag.reading.newspage.lines import (
    DOCUMENT,
    DOCUMENT_END,
    REPEATED_CHARACTERS,
    SEPARATOR,
    Line,
    has_body,
    is_masthead,
    read_lines,
)
from rag.reading.newspage.outlets import has_outlet_word, is_outlet
from rag.reading.newspage.starts import Start, starts

HEADER_LINES = 12  # between a headline and its text, at most
SHORT_SEPARATOR = 5  # characters; a shorter "* * *" may only part two sections of one article
LIVEBLOG_STAMPS = 3
_SECTION = re.compile(
    r",? (?:(?:World|Asia|Europe|Africa|Singapore|Malaysia|China|US|UK|Local|National|Politics|Political|Business"
    r"|Money|Tech|Technology|Science|Health|Sports?|Football|Entertainment|Showbiz|Lifestyle|Travel|Culture|Women|Digital|Opinion"
    r"|Middle East|South ?East Asia|East Asia|South Asia|Crime|Environment|Latest|Top) News)$"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page that is one article, before cleaning."""

    text: str
    title: str | None = None
    facts: Facts = NOTHING
    everything: str = ""  # with its furniture, which may name the outlet


@dataclass(frozen=True, slots=True)
class Split:
    """The pieces of a page, and the facts that hold for all of them."""

    pieces: list[Piece]
    facts: Facts = NOTHING
    moment: datetime | None = None  # when it was printed from a browser


def split(text: str) -> Split:
    """Split a page into its articles."""
    page = read_print(text)
    heads = _heads(page.heads)
    lines = read_lines(page.lines, heads.facts)
    live = sum(line.kind == "stamp" for line in lines) >= LIVEBLOG_STAMPS
    pieces, above = ([_single(lines)], NOTHING) if live else _chunked(lines)
    facts = replace(heads.facts.or_else(above), title=None)
    if len(pieces) == 1:
        facts = facts.or_else(_copyright(lines))
        piece = pieces[0]
        if heads.facts.title and not piece.title:
            pieces = [replace(piece, title=heads.facts.title)]
    else:  # a masthead's day is the page's, not that of every article
        facts = facts if page.heads else replace(facts, outlet=None, author=None)
    return Split(pieces, facts, heads.moment)


def _heads(heads: Sequence[str]) -> Split:
    """Read the running heads and the head of a browser's print."""
    found, moment = NOTHING, None
    for head in heads:
        if browser := BROWSER_HEAD.match(head):
            title = re.split(r"\s{3,}", browser["title"])[0]
            parts = re.split(r"\s+[|–—-]\s+", title)
            outlet = parts[-1] if len(parts) > 1 and is_outlet(parts[-1]) else None
            named = title[: title.rindex(parts[-1])].rstrip(" |–—-") if outlet else title
            found = found.or_else(Facts(title=named, outlet=outlet))
            day = parse_date(browser["day"])
            clock = re.match(r"(\d+):(\d+)( ?[Pp])?", browser["clock"])
            if day and clock and int(clock[1]) < 24 and int(clock[2]) < 60:
                hour = int(clock[1]) % 12 + 12 if clock[3] else int(clock[1])
                moment = datetime(day.year, day.month, day.day, hour, int(clock[2]))
            continue
        bare = PAGE_MARK.sub(" ", head)
        bare = " | ".join(part for part in re.split(r"\s{2,}", bare.strip()) if not part.isupper())
        said = facts_of(bare) or (
            Facts(outlet=bare) if is_outlet(bare) and has_outlet_word(bare) else NOTHING
        )
        origin = "header of the print" if said.published else None
        found = found.or_else(replace(said, published_from=origin, author=None))
    return Split([], found, moment)


def _chunked(lines: list[Line]) -> tuple[list[Piece], Facts]:
    documents = [i for i, line in enumerate(lines) if DOCUMENT.match(line.text)]
    if not documents:
        ends = [i for i, line in enumerate(lines) if DOCUMENT_END.match(line.text)]
        documents = [0, *(end + 1 for end in ends)] if ends else []
    if documents:
        bounds = [*documents[1:], len(lines)]
        chunks = [lines[a:b] for a, b in zip(documents, bounds, strict=True)]
        for chunk in chunks:
            if chunk and DOCUMENT.match(chunk[0].text):
                chunk[0] = Line("", "blank")
        return [_single(chunk) for chunk in chunks if has_body(chunk)], NOTHING
    return _separated(lines)


def _separated(lines: list[Line]) -> tuple[list[Piece], Facts]:
    marks = [i for i, line in enumerate(lines) if line.text and SEPARATOR.match(line.text)]
    bounds = [-1, *marks, len(lines)]
    chunks = [lines[a + 1 : b] for a, b in pairwise(bounds)]
    own = [_opens(chunk) for chunk in chunks]
    real = [opens for opens, chunk in zip(own, chunks, strict=True) if has_body(chunk)]
    joined: list[list[Line]] = []
    for number, chunk in enumerate(chunks):
        mark = lines[bounds[number]].text.strip() if number else ""
        sure = len(mark) >= SHORT_SEPARATOR or all(real)
        if joined and not (own[number] and sure and has_body(chunk)):
            joined[-1] += [Line("", "blank"), *chunk]
        else:
            joined.append(chunk)
    pieces: list[Piece] = []
    above = NOTHING
    for chunk in joined:
        found, said = _pieces(chunk)
        pieces += found
        above = above.or_else(said)
    return pieces, above


def _opens(chunk: Sequence[Line]) -> bool:
    """Return whether a part between separators begins like an article: with a headline."""
    first = next((line for line in chunk if line.kind not in ("blank", "furniture", "facts")), None)
    return first is not None and (first.kind == "heading" or dateline(first.text) is not None)


def _pieces(lines: list[Line]) -> tuple[list[Piece], Facts]:
    """Return the articles of lines without separators, and the facts above them."""
    begun = _of_one_kind(lines, list(starts(lines)))
    if not begun:
        return ([_single(lines)] if any(line.kind != "blank" for line in lines) else []), NOTHING
    above = lines[: begun[0].first]
    pieces, facts = [], NOTHING
    if has_body(above):
        pieces.append(_single(above))
    else:
        for line in above:
            facts = facts.or_else(line.facts)
            if is_masthead(line.text):
                facts = facts.or_else(Facts(outlet=line.text.strip()))
        facts = replace(facts, title=None)
        if facts.published:
            facts = replace(facts, published_from="header of the page")
    ends = [start.first for start in begun[1:]] + [len(lines)]
    repeated = _repeated(lines, begun) if len(begun) > 1 else set()
    for start, end in zip(begun, ends, strict=True):
        pieces.append(_piece(lines, start, end, repeated))
    return pieces, facts


def _of_one_kind(lines: Sequence[Line], begun: list[Start]) -> list[Start]:
    """Keep the starts that look like one another.

    An article may hold headings with a name, a day or a place below them, as in a list of books.
    Where the page's first article says more, or nothing, those do not begin one. An age or an
    agency's dateline always does.
    """
    if not begun:
        return begun
    above = has_body(lines[: begun[0].first])
    first = _header(lines, begun[0])
    kept = []
    for number, start in enumerate(begun):
        end = begun[number + 1].first if number + 1 < len(begun) else len(lines)
        said, wire, agency = _header(lines[:end], start)
        alike = bool(said.published) >= bool(first[0].published) and said.age == first[0].age
        alike = alike and (wire <= first[1] or bool(said.author or said.published))
        if said.age or agency or (not above and alike) or (not above and start is begun[0]):
            kept.append(start)
    return kept


def _header(lines: Sequence[Line], start: Start) -> tuple[Facts, bool, bool]:
    """Return a start's facts, whether a dateline follows, and whether that names an agency."""
    said = start.facts
    for line in lines[start.body : start.body + HEADER_LINES]:
        if line.kind == "facts":
            said = said.or_else(line.facts)
        elif line.kind == "dateline":
            wire = dateline(line.text)
            return said, True, bool(wire and wire.agency)
        elif line.kind not in ("blank", "furniture"):
            break
    return said, False, False


def _repeated(lines: Sequence[Line], begun: Sequence[Start]) -> set[str]:
    """Find the page's furniture: short lines without a full stop that occur more than once."""
    titles = {masked(start.title) for start in begun}
    seen: set[str] = set()
    again: set[str] = set()
    for line in lines:
        short = line.text and len(line.text) <= REPEATED_CHARACTERS and not ended(line.text)
        if short and line.kind != "stamp":
            mask = masked(line.text)
            (again if mask in seen else seen).add(mask)
    return again - titles


def _single(lines: list[Line]) -> Piece:
    """Read lines as one article: its headline is the one with a header, else the first."""
    start = next(iter(starts(lines)), None)
    if start and not has_body(lines[: start.first]):
        above = NOTHING
        for line in lines[: start.first]:
            above = above.or_else(line.facts)
        start = replace(start, facts=start.facts.or_else(replace(above, title=None)))
        return _piece(lines, start, len(lines), _repeated(lines, [start]))
    return _piece(lines, _first_headline(lines), len(lines), set())


def _first_headline(lines: Sequence[Line]) -> Start:
    """Find the headline above the text, past outlets and sections."""
    found: list[int] = []
    for number, line in enumerate(lines):
        if line.kind == "heading":
            found.append(number)
        elif line.kind in ("body", "dateline", "stamp"):
            break
    facts = NOTHING
    if len(found) > 1 and is_masthead(lines[found[0]].text):
        facts = Facts(outlet=lines[found[0]].text.strip())
        found = found[1:]
    if not found or not any(line.kind in ("body", "dateline", "stamp") for line in lines):
        return Start(0, "", 0, facts)
    best = next((number for number in found if len(lines[number].text.split()) > 3), found[0])
    used = frozenset(number for number in range(best) if lines[number].kind == "heading")
    return Start(0, lines[best].text.strip(), best + 1, facts, used | {best})


def _piece(lines: Sequence[Line], start: Start, end: int, repeated: set[str]) -> Piece:
    facts, kept = start.facts, []
    titled = start.facts.title
    heading = True  # still above the text
    for number in range(min(start.first, start.body), end):
        line = lines[number]
        if number < start.body:
            if line.kind == "facts" and number not in start.used:
                facts = facts.or_else(line.facts)
            continue
        if line.kind == "comment":
            continue
        if line.kind == "facts" and (heading or _stands_alone(lines, number)):
            undated = replace(line.facts, published=None, age=None, author=None)
            facts = facts.or_else(line.facts if heading else undated)
            continue
        plain = masked(line.text) in repeated if repeated and line.text else False
        if number in start.used or (plain and line.kind != "dateline"):
            continue
        if line.text and SEPARATOR.match(line.text):
            kept.append("")
            continue
        listed = is_caption(line.text) or LIST_HEADING.match(line.text)
        if heading and line.kind == "furniture" and not listed:
            continue
        heading = heading and line.kind in ("blank", "furniture")
        kept.append(line.text)
    title = " ".join((facts.title or titled or start.title).split())
    everything = "\n".join(line.text for line in lines[start.first : end])
    return Piece("\n".join(kept).strip("\n"), section_cut(title) or None, facts, everything)


def _stands_alone(lines: Sequence[Line], number: int) -> bool:
    around = [lines[i].kind for i in (number - 1, number + 1) if 0 <= i < len(lines)]
    byline = lines[number].facts.author and around[:1] in (["blank"], ["stamp"])
    return bool(byline) or all(kind in ("blank", "facts", "furniture") for kind in around)


def section_cut(title: str) -> str:
    """Cut the section off the end of a headline: “…, World News”."""
    return _SECTION.sub("", title) if "," in title else title


def _copyright(lines: Sequence[Line]) -> Facts:
    """Return the outlet in the copyright line of a page with one article."""
    for line in lines:
        if line.kind == "facts" and line.facts.outlet and line.text.strip()[:1] in "©(Cc":
            return Facts(outlet=line.facts.outlet)
    return NOTHING
