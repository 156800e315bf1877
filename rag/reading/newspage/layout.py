"""Prints -> running text: unroll columns, drop running heads and page numbers, join pages.

Also lines -> paragraphs: join wrapped lines, heal hyphenation.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.reading.full_dates import full_dates

COLUMN_LINES = 4  # fewer lines side by side are a table or chance
COLUMN_CHARACTERS = 15  # mean; a narrower column holds numbers
GUTTER = 2  # spaces between two columns, at least
WRAPPED_AT_LEAST = 30  # characters; shorter lines are a list or a heading
FULL = 0.7  # of the width: a line so long that does not end a sentence goes on
WRAPPED_CHARACTERS = 130  # lines of a longer text are not wrapped: each is a paragraph
EDGE_LINES = 3  # running heads and feet are among the first or last lines of a page
HEAD_CHARACTERS = 160

# A print from a browser: "30/01/2025, 21:14   Title | Outlet" and "https://… 1/2".
BROWSER_HEAD = re.compile(
    r"^\s*(?P<day>\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}),? (?P<clock>\d{1,2}:\d{2}(?: ?[AaPp]\.?[Mm]\.?)?)\s+(?P<title>\S.*)$"
)
BROWSER_FOOT = re.compile(
    r"^\s*(?:(?:https?|file)://\S+|www\.\S+)(?:\s+(?:page )?\d+ ?(?:/|of) ?\d+)?\s*$", re.IGNORECASE
)
PAGE_NUMBER = re.compile(
    r"^\W{0,4}(?:page|p\.|seite|página)?\s?[A-Z]?\d{1,4}(?:\s?(?:/|of|von|de)\s?\d{1,4})?\W{0,4}$",
    re.IGNORECASE,
)
SURE_PAGE_NUMBER = re.compile(  # even inside a page
    r"^\s*(?:[-–—]\s?[A-Z]?\d{1,4}\s?[-–—]|(?:page|seite|página)\s\d{1,4}(?:\s?(?:/|of|von|de)\s?\d{1,4})?|"
    r"[1-9]\d?/[1-9]\d?)\s*$",
    re.IGNORECASE,
)
PAGE_MARK = re.compile(
    r"\b(?:page|seite|página)\s+(?:\d{1,4}|one|two|three|four|five|six|seven|eight|nine|ten)\b"
    r"|^\s*[A-Z]?\d{1,3}(?=\s{2,}\S)|(?<=\s{2})[A-Z]?\d{1,3}\s*$",
    re.IGNORECASE,
)
_GAP = re.compile(r"(?<=\S) {3,}(?=\S)")
_ENDS = ".!?…:;。！？"
_QUOTES = "”’\"')]»」"
# What stays hyphenated where a line ends after it: "long-\nterm".
_HYPHENATED = frozenset(
    "self well half long short high low part full left right far all ex non mid post pre year cross".split()
)
_COMPOUND = re.compile(r"(?<![^\W\d_])[^\W\d_]{1,40}-[^\W\d_]{1,40}")
_HYPHEN = re.compile(r"([^\W\d_]+)[-\u2010]$")


@dataclass(slots=True)
class Print:
    """The lines of a text in reading order, and the running heads and feet taken out of it."""

    lines: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)


def read_print(text: str) -> Print:
    """Return the lines of a text in reading order; page breaks inside sentences leave no trace."""
    text = re.sub(r"\r\n?|[\u2028\u2029\x85\x0b]", "\n", text).replace("\xa0", " ")
    sheets = [[line.expandtabs(4).rstrip() for line in s.split("\n")] for s in text.split("\f")]
    done = Print()
    repeated = _repeated(sheets)
    for sheet in sheets:
        body = unrolled(_without_edges(sheet, len(sheets) > 1, repeated, done))
        while done.lines and not done.lines[-1]:
            done.lines.pop()
        if done.lines and ended(done.lines[-1]):
            done.lines.append("")
        done.lines += body
    return done


def ended(line: str) -> bool:
    """Return whether a line ends like a sentence."""
    bare = line.rstrip().rstrip(_QUOTES)
    return not bare or bare[-1] in _ENDS


def _repeated(sheets: Sequence[list[str]]) -> set[str]:
    edges = Counter(
        mask for sheet in sheets for mask in {masked(sheet[i]) for i in _edges(sheet)} if mask
    )
    heads = Counter(masked(line) for sheet in sheets for line in sheet if BROWSER_HEAD.match(line))
    return {line for line, times in [*edges.items(), *heads.items()] if times > 1}


def masked(line: str) -> str:
    """Return a line without what differs between copies of it: digits, case and spaces."""
    return " ".join(re.sub(r"\d+", "0", line).lower().split())


def _edges(sheet: Sequence[str]) -> list[int]:
    filled = [number for number, line in enumerate(sheet) if line.strip()]
    return sorted({*filled[:EDGE_LINES], *filled[-EDGE_LINES:]}) if len(filled) > 1 else []


def _without_edges(sheet: list[str], paged: bool, repeated: set[str], done: Print) -> list[str]:
    edges = set(_edges(sheet))
    kept = []
    for number, line in enumerate(sheet):
        if BROWSER_FOOT.match(line) or SURE_PAGE_NUMBER.match(line):
            continue
        if BROWSER_HEAD.match(line) and masked(line) in repeated:
            done.heads.append(line)
            continue
        head = number in edges and len(line.strip()) <= HEAD_CHARACTERS
        if head and _is_head(line, paged, repeated):
            done.heads.append(line)
        elif not (head and (paged or done.heads) and PAGE_NUMBER.match(line)):
            kept.append(line)
    first = next((i for i, line in enumerate(kept) if line), len(kept))
    return kept[first:]


def _is_head(line: str, paged: bool, repeated: set[str]) -> bool:
    if BROWSER_HEAD.match(line):
        return True
    wide = re.search(r"\S {2,}\S", line) or re.search(r" [|·–—] ", line)
    mark = PAGE_MARK.search(line)
    if not paged and mark and "page" not in mark[0].lower() and not any(full_dates(line)):
        return False  # the first line of a table
    return bool(mark and wide and not ended(line)) or (paged and masked(line) in repeated)


def unrolled(lines: list[str], columns: int = 6) -> list[str]:
    """Put columns that are side by side one after the other; keep other lines as they are."""
    gaps = [[gap.end() for gap in _GAP.finditer(line)] for line in lines]
    counts = Counter(end for ends in gaps for end in ends)
    sure = {end for end, times in counts.items() if times >= COLUMN_LINES}
    if not sure or columns < 2:
        return lines
    found: list[str] = []
    number = 0
    while number < len(lines):
        start = next((end for end in gaps[number] if end in sure), None)
        stop = _region(lines, number, start) if start else number + 1
        region = lines[number:stop]
        side_by_side = bool(start) and _are_columns(region, start or 0)
        found += _columns(region, start or 0, columns) if side_by_side else region
        number = stop
    return found


def _region(lines: Sequence[str], first: int, start: int) -> int:
    """Return the end of the lines from `first` that leave a gutter before column `start`."""
    stop = last = first
    while stop < len(lines):
        line = lines[stop]
        if len(line) > start - GUTTER and line[max(0, start - GUTTER) : start].strip():
            break
        if line.strip() and len(line) > start:
            last = stop
        if stop - last > 80:  # far below the last line of the right column
            break
        stop += 1
    # The left column goes on below the right one as long as no blank line ends it.
    end = last + 1
    while end < stop and lines[end].strip():
        end += 1
    return end


def _are_columns(lines: Sequence[str], start: int) -> bool:
    both = [(line[:start].strip(), line[start:].strip()) for line in lines if len(line) > start]
    both = [pair for pair in both if pair[0] and pair[1]]
    if len(both) < COLUMN_LINES:
        return False
    return all(
        sum(len(pair[side]) for pair in both) >= COLUMN_CHARACTERS * len(both)
        and sum(character.isalpha() for pair in both for character in pair[side])
        > sum(len(pair[side]) for pair in both) / 2
        for side in (0, 1)
    )


def _columns(lines: Sequence[str], start: int, columns: int) -> list[str]:
    left = _stripped([line[:start].rstrip() for line in lines])
    right = _stripped([line[start:].rstrip() for line in lines])
    if any(line.startswith(" ") for line in right):
        indent = min((len(line) - len(line.lstrip()) for line in right if line), default=0)
        right = [line[indent:] for line in right]
    between = [""] if left and ended(left[-1]) and right and right[0][:1].isupper() else []
    return left + between + unrolled(right, columns - 1)


def _stripped(lines: list[str]) -> list[str]:
    filled = [number for number, line in enumerate(lines) if line.strip()]
    return lines[filled[0] : filled[-1] + 1] if filled else []


def paragraphs(lines: Iterable[str]) -> list[str]:
    """Join the lines between blank lines into paragraphs where they were only wrapped."""
    blocks = [block for block in _blocks(lines) if block]
    known = {word for block in blocks for line in block for word in _COMPOUND.findall(line)}
    found: list[str] = []
    for block in blocks:
        width = max(map(len, block))
        parts = [block[0]]
        for line, following in pairwise(block):
            if _wrapped(line, following, width):
                _add(parts, following, known)
            else:
                found.append("".join(parts))
                parts = [following]
        found.append("".join(parts))
    return _continued(found, known)


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(" ".join(line.split()))
        elif block:
            yield block
            block = []
    yield block


def _wrapped(line: str, following: str, width: int) -> bool:
    """Return whether a line ended only because the next word did not fit."""
    if line.endswith("\u00ad") or _HYPHEN.search(line[-60:]):
        return True
    if following[0].islower() and not ended(line):
        return True
    long = len(line) > width * FULL and not ended(line)
    full = len(line) + 1 + len(following.split(" ", 1)[0]) > width
    return (long or full) and WRAPPED_AT_LEAST <= width <= WRAPPED_CHARACTERS


def _add(parts: list[str], after: str, known: set[str]) -> None:
    """Add a line to a paragraph, and heal a word hyphenated before it."""
    before = parts[-1]
    if before.endswith("\u00ad"):
        parts[-1] = before[:-1]
        parts.append(after)
        return
    hyphen = _HYPHEN.search(before[-60:])
    if not hyphen or not after[0].islower():
        parts += ["" if before.endswith(("-", "–", "—", "/")) else " ", after]
        return
    tail = re.match(r"[^\W\d_]+", after)
    compound = before[-60:][: hyphen.start()].endswith("-")
    compound = compound or hyphen[1].lower() in _HYPHENATED
    if not compound and f"{hyphen[1]}-{tail[0] if tail else ''}" not in known:
        parts[-1] = before[:-1]
    parts.append(after)


def _continued(found: list[str], known: set[str]) -> list[str]:
    """Join a paragraph that ends inside a sentence with a next one that begins in small letters."""
    groups: list[list[str]] = []
    for paragraph in found:
        last = groups[-1][-1] if groups else ""
        if paragraph[0].islower() and len(last) >= WRAPPED_AT_LEAST and not ended(last):
            _add(groups[-1], paragraph, known)
        else:
            groups.append([paragraph])
    return ["".join(parts) for parts in groups]
