"""Marks of citations in texts, and quotation marks: what an article writes must not pass for ours.

A mark [2] in an answer is a promise of the program: that evidence 2 says so. An article may hold
such marks, too, and quotation marks that would end ours.
"""

from __future__ import annotations

import re

_MARK = re.compile(r"\s*[\[［【〔]\s*\d{1,2}(?:\s*[,;–-]\s*\d{1,2})*\s*[\]］】〕]")
_OTHER_QUOTES = str.maketrans('“”„"', "‘’‘'")


def unmarked(text: str) -> str:
    """Return a text without marks: "sources [1][2] said" is "sources said"."""
    while (plain := _MARK.sub("", text)) != text:  # what is left may be one: "[1[2]]"
        text = plain
    return text


def in_quotation_marks(text: str) -> str:
    """Quote a text; marks of its own become single ones where they would end the quotation."""
    depth = 0
    for character in text:
        depth += {"“": 1, "„": 1, "”": -1}.get(character, 0)
        if depth < 0:
            text = text.translate(_OTHER_QUOTES)
            break
    return f"“{text}”"
