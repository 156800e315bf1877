"""What was found -> the terminal: how much, then three lines for each report."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from rag.show.harmless import harmless
from rag.show.shell import MARK, UNMARK, WIDTH
from rag.show.view import correction
from rag.types.hits import Found, Listed

INDENT = "    "
EXCERPT = 2 * (WIDTH - len(INDENT)) - 20  # characters: two lines, one of them not quite full
BEFORE = 60  # of them before the first word that is marked
NEAR = "Near, but without all of it:"

Span = tuple[int, int]


def heading(found: Found) -> str:
    """Say how many reports were found, and how many copies count with them."""
    if found.near and not found.total:
        return f"No article has all of it; {found.near:,} {'is' if found.near == 1 else 'are'} near"
    told = f"{found.total:,} article{'' if found.total == 1 else 's'}"
    if found.copies:
        copies = "1 copy" if found.copies == 1 else f"{found.copies:,} copies"
        told += f", {copies} not counted"
    if found.near:
        told += f"; {found.near:,} more {'is' if found.near == 1 else 'are'} near"
    return told


def lines(found: Found, marks: bool) -> Iterator[str]:
    """Yield the reports of a page, numbered as in the whole list; marked where the terminal can."""
    for number, item in enumerate(found.reports, start=found.offset + 1):
        if item.near and number == found.total + 1:
            yield f"\n{NEAR}"
        yield "\n".join(["", *_told(number, item, marks)])


def excerpt(item: Listed, most: int = EXCERPT) -> Span:
    """Return which part of the passage to show: its beginning, or where most is marked."""
    start, end = item.passage.start, item.passage.end
    if end - start <= most:
        return start, end
    inside = [one for one in item.marks if start <= one[0] and one[1] <= end]
    starts = [one[0] for one in inside]

    def marked_after(place: int) -> int:
        return bisect_right(starts, place + most - BEFORE) - bisect_right(starts, place - 1)

    first = max(starts, key=marked_after, default=start)
    left = min(max(start, first - BEFORE), end - most)
    text = item.article.text
    while left > start and not text[left - 1].isspace() and left < first:
        left += 1
    right = min(left + most, end)
    while right < end and right > left + most // 2 and not text[right].isspace():
        right -= 1
    return left, right


def _told(number: int, item: Listed, marks: bool) -> Iterator[str]:
    article = item.article
    title = _marked(article.title, (0, len(article.title)), item.title_marks if marks else ())
    yield f"{number:>3} {harmless(f'{article.day} · {article.imprint}')} · {title}"
    left, right = excerpt(item)
    shown = item.marks if marks else ()
    before = "… " if left > item.passage.start else ""
    after = " …" if right < item.passage.end else ""
    rows = [
        re.sub(" +", " ", _marked(article.text, row, shown)).strip()
        for row in _rows(article.text, left, right)
    ]
    yield f"{INDENT}{before}{f'{chr(10)}{INDENT}'.join(rows)}{after}"
    yield INDENT + harmless(" · ".join(filter(None, (article.path, item.elsewhere))))
    if told := correction(article):
        yield INDENT + harmless(told)


def _rows(text: str, left: int, right: int) -> Iterator[Span]:
    """Yield the lines of a part of a text, broken at white space where there is some."""
    width = WIDTH - len(INDENT)
    while right - left > width:
        breaks = [m.start() for m in re.finditer(r"\s", text[left : left + width])]
        cut = left + (breaks[-1] if breaks and breaks[-1] else width)
        yield left, cut
        left = cut + (text[cut].isspace())
    yield left, right


def _marked(text: str, within: Span, marks: Sequence[Span]) -> str:
    """Return a part of a text on one line, what is marked in it in bold."""
    start, end = within
    parts, at = [], start
    for left, right in marks:
        left, right = max(left, at), min(right, end)
        if left < right:
            parts += [_flat(text[at:left]), f"{MARK}{_flat(text[left:right])}{UNMARK}"]
            at = right
    return "".join([*parts, _flat(text[at:end])])


def _flat(text: str) -> str:
    return harmless(re.sub(r"\s", " ", text))
