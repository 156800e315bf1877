"""A pack that was checked, in words and for programs: what became of each quotation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, get_args

from rag.settings import VERSION
from rag.show.harmless import harmless
from rag.show.html import counted
from rag.show.pack import VERSION as FORM
from rag.show.pack import Fate, Found, Traced

_FATES: tuple[Fate, ...] = get_args(Fate)
_WIDTH = max(map(len, _FATES))
WORDS = 30  # of a quotation that a line repeats where it holds


def heading(found: Found) -> Iterator[str]:
    """Yield of what the pack is, and whether it is as it was written."""
    pack = found.pack
    asked = f", asked on {pack.asked_on}" if pack.asked_on else ""
    program = f", by Clippings {pack.program}" if pack.program else ""
    yield _line(f"{pack.question}{asked}{program}")
    if found.version > FORM:
        yield f"A later version wrote it than this one ({VERSION}); what is new in it was passed over."
    if found.altered:
        yield f"The pack was altered: {'; '.join(found.altered)}."


def line(one: Traced) -> Iterator[str]:
    """Yield the line of a quotation with its mark, then what is there now and what else is to know."""
    quotation = one.quotation
    words = _short(quotation.quote) if one.holds else quotation.quote
    told = f"[{quotation.number}] “{words}” ({quotation.path})"
    yield f"{one.fate:{_WIDTH}}  {_line(told)}"
    there = [f"Now: “{one.there}”"] if one.there else []
    for note in [*there, *one.notes]:
        yield f"{'':{_WIDTH}}  {_line(note)}"


def summary(traces: Sequence[Traced]) -> str:
    """Return how many quotations there are of each fate: "3 quotations: 2 same, 1 changed"."""
    counts = Counter(one.fate for one in traces)
    told = ", ".join(f"{counts[fate]} {fate}" for fate in _FATES if counts[fate])
    return f"{counted(len(traces), 'quotation')}{': ' if told else ''}{told}"


def traced_json(found: Found, traces: Sequence[Traced]) -> dict[str, Any]:
    """A checked pack for programs."""
    pack = found.pack
    return {
        "question": pack.question,
        "asked_on": pack.asked_on,
        "program": pack.program,
        "altered": list(found.altered),
        "quotations": [
            {
                "fate": one.fate,
                "there": one.there,
                "notes": list(one.notes),
                **asdict(one.quotation),
            }
            for one in traces
        ],
    }


def _short(text: str) -> str:
    words = text.split()
    return " ".join(words) if len(words) <= WORDS else f"{' '.join(words[:WORDS])} …"


def _line(text: str) -> str:
    return harmless(" ".join(text.split()))
