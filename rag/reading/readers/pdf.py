"""Read PDF: printed lines, with their size and place, become paragraphs.

Running heads, page numbers and small print at the margins go; the largest print of the first page
is the headline.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, takewhile
from typing import Any

from rag.errors import Unreadable
from rag.reading.readers.fields import stated_day
from rag.types.files import Page

MAX_PAGES = 5_000
MAX_CHARACTERS = 20_000_000
HEADLINE_SIZE = 1.2  # times the size of the text
SMALL_PRINT = 0.85
MARGIN_LINES = 3  # at the top and the bottom of a page, where heads and feet are
PARAGRAPH_GAP = 1.35  # times the usual distance of two lines

_ENCRYPTED = "encrypted; save a copy without a password"
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
    """Return one page of text for the whole file."""
    sheets = _sheets(data)
    if not sheets:
        raise Unreadable("a PDF without pages")
    if not any(sheets):
        raise Unreadable(
            "no text in it, only pictures: probably scanned, and text in pictures is not recognised (no OCR is done)"
        )
    return [_page(path, [sheet for sheet in sheets if sheet])]


def _sheets(data: bytes) -> list[list[PrintedLine]]:
    """Return the lines of each sheet; raise Unreadable with the reason."""
    import pypdf
    import pypdf.errors

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(_ENCRYPTED)
        sheets: list[list[PrintedLine]] = []
        characters = 0
        for sheet in reader.pages:
            sheets.append(_printed(sheet))
            characters += sum(len(line.text) for line in sheets[-1])
            if len(sheets) > MAX_PAGES or characters > MAX_CHARACTERS:
                raise Unreadable("too costly: more pages or text than a clipping has")
    except (Unreadable, MemoryError):
        raise
    except (RecursionError, pypdf.errors.LimitReachedError):
        raise Unreadable("too costly to read") from None
    except (pypdf.errors.DependencyError, pypdf.errors.FileNotDecryptedError):
        raise Unreadable(_ENCRYPTED) from None
    except Exception as error:  # the parser fails on damaged files in many ways
        raise Unreadable(f"a damaged PDF ({type(error).__name__})") from error
    return sheets


def _printed(sheet: Any) -> list[PrintedLine]:
    """Return the lines of a sheet in the order of the file."""
    lines: list[PrintedLine] = []
    line = PrintedLine("", 0.0, 0.0, 0.0)

    def see(piece: str, outer: Any, inner: Any, font: Any, points: float) -> None:
        nonlocal line
        for number, part in enumerate(piece.split("\n")):
            if number:
                lines.append(line)
                line = PrintedLine("", 0.0, line.x, line.y)
            if part.strip() and not line.text.strip():
                scale = abs(inner[3] or inner[1]) * abs(outer[3] or outer[1])
                x = round(inner[4] * outer[0] + outer[4], 1)
                y = round(inner[5] * outer[3] + outer[5], 1)
                line = PrintedLine(line.text, round(float(points) * scale, 1), x, y)
            line = replace(line, text=line.text + part)

    sheet.extract_text(visitor_text=see)
    lines.append(line)
    return [line for line in lines if line.text.strip()]


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
    for line in chain(*sheets):
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
    printed = list(takewhile(lambda line: line.size == largest, lines[start:]))
    title = " ".join(" ".join(_joined(printed)).split())
    return [*lines[:start], *lines[start + len(printed) :]], title


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
    ended = bool(_SENTENCE_END.search(above.text.rstrip()))
    if gap < 0 or gap > 5 * max(line.size, 1):  # another column or another sheet
        return ended
    if abs(above.size - line.size) > 0.5:
        return True
    indented = 4 < line.x - above.x < 40 and ended
    return indented or (usual > 0 and gap > PARAGRAPH_GAP * usual)


def _joined(lines: Sequence[PrintedLine]) -> list[str]:
    """Return the texts of lines, with words broken at a line's end made whole."""
    whole: list[str] = []
    for line in lines:
        text = " ".join(line.text.split())
        broken = _BROKEN_WORD.search(whole[-1]) if whole else None
        if broken and text[:1].islower():
            whole[-1] = whole[-1][:-1] + text
        else:
            whole.append(text)
    return whole
