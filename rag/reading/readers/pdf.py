"""Read PDF: printed lines, with their size and place, become paragraphs.

`pdf_child` reads the file in a process of its own. Running heads, page numbers and small print at
the margins go; the largest print of the first page is the headline.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from rag.errors import Unreadable
from rag.reading.readers.fields import stated_day
from rag.types import Page

WALL_SECONDS = 30
HEADLINE_SIZE = 1.2  # times the size of the text
SMALL_PRINT = 0.85
MARGIN_LINES = 3  # at the top and the bottom of a page, where heads and feet are
PARAGRAPH_GAP = 1.35  # times the usual distance of two lines

_PAGE_NUMBER = re.compile(
    r"^[\s\-–—|·]*(?:page|seite|p\.|pg\.)?\s*(?:\d{1,4}|[A-Z]\d{1,2})(?:\s*(?:of|/|von)\s*\d{1,4})?[\s\-–—|·]*$",
    re.IGNORECASE,
)
_PAGE_WORD = re.compile(r"^(?:page|seite)\b[\s\w]{0,14}$", re.IGNORECASE)
_HEAD_PARTS = re.compile(r"\s*[|·•]\s*|\s{3,}|\t+")
_SENTENCE_END = re.compile(r"[.!?:…][\"'”’»)\]]*$")
_BROKEN_WORD = re.compile(r"(\w{2,})[-\u00ad\u2010]$")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A line of print: its words, its size, and where it begins (from the left, from below)."""

    text: str
    size: float
    x: float
    y: float


def read_pdf(path: str, data: bytes) -> list[Page]:
    """Return one page of text for the whole file, read within limits of time and memory."""
    sheets = [[PrintedLine(*line) for line in sheet["lines"]] for sheet in _sheets(data)]
    if not sheets:
        raise Unreadable("a PDF without pages")
    if not any(sheets):
        raise Unreadable(
            "no text in it, only pictures: probably scanned, and text in pictures is not recognised"
            " (no OCR is done)"
        )
    return [_page(path, [sheet for sheet in sheets if sheet])]


def _sheets(data: bytes) -> list[dict[str, Any]]:
    """Return the child's lines of each sheet; raise Unreadable with its reason."""
    program = [sys.executable, "-I", str(Path(__file__).with_name("pdf_child.py"))]
    try:
        done = subprocess.run(
            program,
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(f"too costly to read: more than {WALL_SECONDS} seconds") from None
    if done.returncode:
        raise Unreadable("too costly to read: more memory or processor time than a clipping needs")
    sheets: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    for sheet in sheets:
        if reason := sheet.get("refused"):
            raise Unreadable(str(reason))
    return sheets


def _page(path: str, sheets: Sequence[Sequence[PrintedLine]]) -> Page:
    body = _usual_size(sheets)
    repeated = _repeated(sheets)
    fields: dict[str, str] = {}
    kept: list[PrintedLine] = []
    for number, sheet in enumerate(sheets):
        lines = list(sheet)
        head = _cut(lines, body, repeated, at=0)
        _cut(lines, body, repeated, at=-1)
        if number == 0:
            lines, title = _without_headline(lines, body)
            fields = _from_head(head) | ({"title": title} if title else {})
        kept += lines
    return Page(path, "\n\n".join(_paragraphs(kept)), fields)


def _usual_size(sheets: Sequence[Sequence[PrintedLine]]) -> float:
    """Return the size of most characters."""
    sizes: Counter[float] = Counter()
    for sheet in sheets:
        for line in sheet:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0]


def _repeated(sheets: Sequence[Sequence[PrintedLine]]) -> set[str]:
    """Return the lines at the margins of at least half of the sheets, digits masked."""
    seen: Counter[str] = Counter()
    for sheet in sheets:
        seen.update({_mould(line) for line in [*sheet[:MARGIN_LINES], *sheet[-MARGIN_LINES:]]})
    return {mould for mould, count in seen.items() if count >= max(2, len(sheets) / 2)}


def _mould(line: PrintedLine) -> str:
    return re.sub(r"\d+", "#", " ".join(line.text.split()))


def _cut(lines: list[PrintedLine], body: float, repeated: set[str], at: int) -> list[PrintedLine]:
    """Take the head (at 0) or the foot (at -1) off a sheet: small, repeated, or a page number."""
    taken: list[PrintedLine] = []
    while len(lines) > 1 and len(taken) < MARGIN_LINES:
        line = lines[at]
        small = line.size < SMALL_PRINT * body
        if not (small or _mould(line) in repeated or _PAGE_NUMBER.match(line.text)):
            break
        taken.append(lines.pop(at))
    return taken


def _without_headline(lines: list[PrintedLine], body: float) -> tuple[list[PrintedLine], str]:
    """Return the lines without those of the largest print, and these as the headline."""
    largest = max(line.size for line in lines)
    if largest < HEADLINE_SIZE * body:
        return lines, ""
    start = next(number for number, line in enumerate(lines) if line.size == largest)
    end = start
    while end < len(lines) and lines[end].size == largest:
        end += 1
    title = " ".join(" ".join(_joined(lines[start:end])).split())
    return [*lines[:start], *lines[end:]], title


def _from_head(head: Sequence[PrintedLine]) -> dict[str, str]:
    """Read outlet and day from the first sheet's head, if it holds only these and a page number."""
    fields: dict[str, str] = {}
    names: list[str] = []
    for part in (part.strip() for line in head for part in _HEAD_PARTS.split(line.text)):
        if not part or _PAGE_NUMBER.match(part) or _PAGE_WORD.match(part):
            continue
        if day := stated_day(part):
            fields |= {"published": day.isoformat(), "published_from": "head of the printed page"}
        else:
            names.append(part)
    if len(names) == 1 and "published" in fields and not names[0].islower():
        fields["outlet"] = names[0]
    return fields


def _paragraphs(lines: Sequence[PrintedLine]) -> Iterator[str]:
    """Join lines where the print runs on; begin anew at a wider gap or another size."""
    usual = _usual_gap(lines)
    begun: list[PrintedLine] = []
    for line in lines:
        if begun and _begins(begun[-1], line, usual):
            yield " ".join(_joined(begun))
            begun = []
        begun.append(line)
    if begun:
        yield " ".join(_joined(begun))


def _usual_gap(lines: Sequence[PrintedLine]) -> float:
    gaps = Counter(
        round(above.y - below.y, 1)
        for above, below in pairwise(lines)
        if 0 < above.y - below.y < 5 * max(above.size, 1)
    )
    return gaps.most_common(1)[0][0] if gaps else 0.0


def _begins(above: PrintedLine, line: PrintedLine, usual: float) -> bool:
    gap = above.y - line.y
    if gap < 0 or gap > 5 * max(line.size, 1):  # another column or another sheet
        return bool(_SENTENCE_END.search(above.text.rstrip()))
    if abs(above.size - line.size) > 0.5:
        return True
    indented = 4 < line.x - above.x < 40 and bool(_SENTENCE_END.search(above.text.rstrip()))
    return indented or (usual > 0 and gap > PARAGRAPH_GAP * usual)


def _joined(lines: Sequence[PrintedLine]) -> list[str]:
    """Return the texts of lines, with words broken at a line's end made whole."""
    texts = [" ".join(line.text.split()) for line in lines]
    whole: list[str] = []
    for text in texts:
        broken = _BROKEN_WORD.search(whole[-1]) if whole else None
        if broken and text[:1].islower():
            whole[-1] = whole[-1][:-1] + text
        else:
            whole.append(text)
    return whole
