"""Somebody's draft, Markdown or plain text -> its sentences that state something, with their places.

Headings, questions, tables and program text state nothing. Marks of Markdown, links' addresses and
footnote marks are no part of a sentence. A place counts characters of the draft as it was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from rag.errors import UsageError
from rag.language.sentences import Span, sentences
from rag.language.words import words
from rag.types.drafts import Claim

HEADING_WORDS = 20  # a longer line without a full stop has lost it

_PRONOUNS = frozenset("he she it they his her hers its their theirs this that these those".split())
_ENDED = re.compile(r"[.!?…][\"'”’)\]]*$")
_ASKED = re.compile(r"\?$|^[\"'“‘].*\?[\"'”’]$", re.DOTALL)

# ── lines ──

_BLOCKS = re.compile(  # front matter, and program text between its marks
    r"\A---\n(?:\w[^\n]*:[^\n]*\n|[ \t]+[^\n]*\n)*---[ \t]*(?:\n|\Z)"
    r"|^[ ]{0,3}(?P<fence>```|~~~).*?^[ ]{0,3}(?P=fence)[^\n]*$",
    re.DOTALL | re.MULTILINE,
)
_NO_TEXT = re.compile(  # a heading, a rule, a row of a table, where a link leads
    r"[ ]{0,3}#{1,6}(?:\s|$)|[ ]{0,3}(?:[-*_=][ \t]*){3,}$|\s*\||[ ]{0,3}\[[^\]\^][^\]]*\]:\s"
)
_UNDERLINE = re.compile(r"[ ]{0,3}(?:=+|-+)\s*$")  # makes a heading of the line above
_LEAD = re.compile(r"\s*(?:>[ \t]?)*\s*")
_BULLET = re.compile(r"(?:[-*+•–]|(?P<number>\d{1,3})[.)])\s+(?:\[[ xX]\]\s+)?")

# ── inside lines; `kept` is what stays of a find ──

_ADDRESS = r"(?:\((?:[^()]|\([^()]*\)){0,1000}\)|\[[^\[\]]{0,200}\])"
_BESIDE = re.compile(  # pictures, links, footnote marks, tags, addresses, what nobody sees
    rf"!\[[^\[\]]{{0,500}}\]{_ADDRESS}"
    rf"|\[(?P<kept>[^\[\]\^][^\[\]]{{0,500}}|)\]{_ADDRESS}"
    r"|\s?\[\^[^\[\]\s]{1,50}\]:?|\s?\[\d{1,3}(?:\s*,\s*\d{1,3})*\]"
    r"|[†‡]|(?<=[.,;:!?\"”’)])[⁰¹²³⁴-⁹]+"
    r"|<!--.{0,2000}?-->|</?[A-Za-z][^<>]{0,500}>|<?https?://[^\s<>]*[^\s<>.,;:!?\"')]>?"
    "|\x1b\\[[0-?]{0,50}[ -/]{0,50}[@-~]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2069\ufeff]",
    re.DOTALL,
)
_EMPHASIS = re.compile(
    r"\\(?P<kept>[!-/:-@\[-`{-~])|(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|~~|`+"
)


class _Plain(NamedTuple):
    """Text with the place of each of its characters in the draft."""

    text: str
    places: Sequence[int]


def claims(draft: str, limit: int) -> tuple[Claim, ...]:
    """Return the sentences of a draft that state something.

    Raises UsageError where there are none, or where it has more than `limit` characters.
    """
    if len(draft) > limit:
        raise UsageError(f"The draft has more than {limit:,} characters. Check it in parts.")
    found = _with_context(_stating(draft))
    if not found:
        raise UsageError(
            "The draft states nothing: no sentence besides headings and questions. Give whole sentences."
        )
    return found


def _with_context(found: Iterable[Claim]) -> tuple[Claim, ...]:
    """Give each sentence that begins with a pronoun the last one before it that does not."""
    told: list[Claim] = []
    for one in found:
        first = (words(one.text) or [""])[0].partition("'")[0]
        if told and first in _PRONOUNS:
            one = replace(one, before=told[-1].before or told[-1].text)
        told.append(one)
    return tuple(told)


def _stating(draft: str) -> list[Claim]:
    """Return all sentences but questions and headings; what stands alone heads nothing."""
    text = _with_plain_lines(draft)
    found = [
        (claim, is_item or not may_head)
        for lines, is_item in _paragraphs(text)
        for claim, may_head in _sentences(text, lines)
        if not _ASKED.search(claim.text)
    ]
    return [claim for claim, states in found if states or len(found) == 1]


def _with_plain_lines(draft: str) -> str:
    """Return a draft of the same length with plain line ends, and without what is no prose at all."""
    text = draft.encode("utf-8", "replace").decode()  # a lone surrogate becomes one "?"
    text = text.replace("\r\n", " \n").replace("\r", "\n").replace("\f", "\n")
    return _BLOCKS.sub(lambda block: "\n" * len(block[0]), text)


def _paragraphs(text: str) -> Iterator[tuple[list[Span], bool]]:
    """Yield the lines of each paragraph or list item, without the marks before their words; and
    whether it is an item.
    """
    lines: list[Span] = []
    is_item = False
    for line in re.finditer(r"^.*$", text, re.MULTILINE):
        left, end = _LEAD.match(text, *line.span()).end(), line.end()  # type: ignore[union-attr]
        bullet = _BULLET.match(text, left, end)
        if bullet and bullet["number"] not in (None, "1") and lines and not is_item:
            bullet = None  # a wrapped line that begins with a number
        if _UNDERLINE.match(line[0]) and len(lines) == 1 and not _ends(text[slice(*lines[0])]):
            lines = []
        elif left == end or _NO_TEXT.match(text, left, end):
            yield lines, is_item
            lines, is_item = [], False
        elif bullet:
            yield lines, is_item
            lines, is_item = [(bullet.end(), end)], True
        else:
            lines.append((left, end))
    yield lines, is_item


def _sentences(text: str, lines: Sequence[Span]) -> Iterator[tuple[Claim, bool]]:
    """Yield the sentences of some lines, without marks; and whether each may be a heading."""
    places = [place for start, end in lines for place in (*range(start, end), end)][:-1]
    plain = _Plain("".join(text[place] for place in places), places)
    for marks in (_BESIDE, _BESIDE, _EMPHASIS):  # twice: a picture may be the words of a link
        plain = _without(marks, plain)
    for start, end in sentences(plain.text):
        told = " ".join(plain.text[start:end].split())
        if any(character.isalpha() for character in told):
            begins = not plain.text[:start].rpartition("\n")[2].strip()
            may_head = begins and not _ends(told) and len(told.split()) <= HEADING_WORDS
            yield Claim(told, plain.places[start], plain.places[end - 1] + 1), may_head


def _ends(text: str) -> bool:
    """Return whether a sentence is complete."""
    return bool(_ENDED.search(text.rstrip()))


def _without(marks: re.Pattern[str], plain: _Plain) -> _Plain:
    """Return a text without what a pattern finds, but for what it keeps."""
    kept: list[int] = []
    at = 0
    for found in marks.finditer(plain.text):
        kept += range(at, found.start())
        kept += range(*found.span("kept")) if found["kept"] else ()
        at = found.end()
    kept += range(at, len(plain.text))
    return _Plain("".join(plain.text[at] for at in kept), [plain.places[at] for at in kept])
