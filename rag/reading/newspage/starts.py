"""Find where articles begin: at a headline before a header line or dateline, or an aggregator's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rag.reading.newspage.bylines import NOTHING, Facts
from rag.reading.newspage.datelines import dateline
from rag.reading.newspage.layout import ended
from rag.reading.newspage.lines import Line, is_masthead
from rag.reading.newspage.outlets import HEADLINE_CHARACTERS, SECTIONS, is_headline, is_outlet

STANDFIRST_CHARACTERS = 300
LINES_ABOVE = 12  # how far above its header a headline may be


@dataclass(frozen=True, slots=True)
class Start:
    """The beginning of an article, by line numbers."""

    first: int  # its first line
    title: str
    body: int  # the line where its header and text begin
    facts: Facts = NOTHING
    used: frozenset[int] = frozenset()  # lines that are neither header nor text


def starts(lines: Sequence[Line]) -> Iterator[Start]:
    """Yield the headlines of a page, in order, each where its article begins."""
    free = 0  # the first line that belongs to no start yet
    bare = True  # whether the last start is still without text
    last: Start | None = None
    number = 0
    while number < len(lines):
        line = lines[number]
        start = None
        if line.kind == "facts" and _is_strong(line.facts):
            start = _by_facts(lines, number, free)
        elif line.kind == "dateline" and (last is None or not bare):
            start = _by_dateline(lines, number, free)
        if start and not (last and bare and last.body >= start.first):
            yield start
            last, bare = start, True
            free = number = max(start.body, number + 1 if line.kind == "facts" else number)
            bare = line.kind != "dateline"
            number += line.kind == "dateline"
            continue
        if line.kind in ("body", "dateline", "stamp") or (line.kind == "heading" and last):
            bare = bare and line.kind == "heading"
        number += 1


def _is_strong(facts: Facts) -> bool:
    return bool(facts.age or facts.published or facts.author or facts.agency)


def _before(lines: Sequence[Line], number: int, free: int, skip: tuple[str, ...]) -> int | None:
    """Return the nearest line above of another kind, at most two blank lines away."""
    blanks = 0
    for above in range(number - 1, max(free, number - LINES_ABOVE) - 1, -1):
        blanks = blanks + 1 if lines[above].kind == "blank" else 0
        if blanks > 2:
            return None
        if lines[above].kind not in skip:
            return above
    return None


def _by_facts(lines: Sequence[Line], number: int, free: int) -> Start | None:
    facts = lines[number].facts
    kind_after = lines[number + 1].kind if number + 1 < len(lines) else "blank"
    only_age = facts.age and not (facts.outlet or facts.author or facts.agency)
    if only_age and number > free and (start := _by_age(lines, number, free)):
        return start
    above = _before(lines, number, free, ("blank", "furniture", "facts"))
    apart = above is None or any(lines[i].kind == "blank" for i in range(above + 1, number))
    start = _title_above(lines, above, free) if above is not None and not apart else None
    if start is None and facts.outlet and facts.age and kind_after == "heading":
        return Start(number, lines[number + 1].text.strip(), number + 2, facts, frozenset({number}))
    return start or (_title_above(lines, above, free) if above is not None else None)


def _by_age(lines: Sequence[Line], number: int, free: int) -> Start | None:
    """Read outlet, age, "- outlet" and headline; or headline, outlet and age."""
    outlet = lines[number - 1].text.strip()
    if not outlet or not is_outlet(outlet):
        return None
    after = number + 1
    named = after < len(lines) and lines[after].text.strip().lstrip("-–— ") == outlet
    after += named
    facts = replace(lines[number].facts, outlet=outlet)
    title = lines[after].text.strip() if after < len(lines) else ""
    if title and (named or is_headline(title)):
        return Start(number - 1, title, after + 1, facts, frozenset(range(number - 1, after + 1)))
    above = _before(lines, number - 1, free, ("blank", "furniture"))
    found = _title_above(lines, above, free) if above is not None else None
    return replace(found, facts=facts, used=found.used | {number - 1, number}) if found else None


def _title_above(lines: Sequence[Line], above: int, free: int) -> Start | None:
    """Return the headline that ends at a line, or is above a standfirst there."""
    text = lines[above].text.strip()
    upper = lines[above - 1] if above > free else Line("", "blank")
    heading = upper.kind in ("heading", "body") and is_headline(upper.text)
    goes_on = text[:1].islower() or upper.text.rstrip().endswith(
        (" of", " the", " to", " and", " in", " for", ",")
    )
    if heading and goes_on and not ended(text) and len(text) <= HEADLINE_CHARACTERS:
        return Start(above - 1, f"{upper.text.strip()} {text}", above + 1)
    if is_headline(text):
        top = above  # a second line below the headline is its deck
        while (
            top > max(free, above - 2)
            and lines[top - 1].kind == "heading"
            and _is_title(lines[top - 1].text)
        ):
            top -= 1
        return Start(top, lines[top].text.strip(), above + 1)
    if len(text) > STANDFIRST_CHARACTERS or lines[above].kind != "body":
        return None
    title = _before(lines, above, free, ("blank",))
    if title is None or lines[title].kind != "heading":
        return None
    opening = title == free or lines[title - 1].kind in ("blank", "furniture")
    near = opening and title + 3 > above
    return Start(title, lines[title].text.strip(), title + 1) if near else None


def _is_title(text: str) -> bool:
    return is_headline(text) and text.strip().lower() not in SECTIONS and not is_masthead(text)


def _by_dateline(lines: Sequence[Line], number: int, free: int) -> Start | None:
    above = _before(lines, number, free, ("blank", "furniture"))
    wire = dateline(lines[number].text)
    if above is None or lines[above].kind not in ("heading", "body") or not wire:
        return None
    opening = above == free or lines[above - 1].kind in ("blank", "furniture", "facts")
    start = _title_above(lines, above, free)
    clear = wire.agency or number - above <= 1 or opening
    if start is None or not clear or start.body != above + 1:
        return None
    upper = "blank" if start.first == free else lines[start.first - 1].kind
    return start if upper in ("blank", "furniture", "facts") else None
