"""Answer -> Markdown that any reader shows as it was meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from rag.show.harmless import harmless
from rag.show.view import (
    INSTEAD,
    Brief,
    Column,
    Difference,
    Said,
    Span,
    View,
    beside,
    day_and_author,
    meant,
    parted,
    plain_address,
    row,
)
from rag.types.answers import Answer
from rag.types.archive import Archive
from rag.types.evidence import Evidence


def markdown(answer: Answer) -> str:
    """The answer in CommonMark, made of headings, paragraphs, quotations and lists alone."""
    view = View.of(answer)
    blocks = [
        f"# {inert(answer.question)}",
        inert(view.asked),
        inert(view.unanswered),
        *(_archive(view.archive) if view.archive else ()),
        " · ".join(map(_short, view.short)),
        *(inert(one.agreed) for one in view.short),
        *map(_statement, view.statements),
        *(block for column in view.columns for block in _column(column)),
        *map(_difference, view.differences),
        "\n".join(f"- {inert(note)}" for note in view.notes),
        *(f"{inert(meant(one))} *{inert(one.question)}*" for one in view.guesses),
        f"## {view.heading}" if view.evidence else "",
        *(_evidence(item, view.marked.get(item.number)) for item in view.evidence),
        f"{INSTEAD}:" if view.instead else "",
        "\n".join(f"- {inert(question)}" for question in view.instead),
        inert(view.coverage),
        inert(view.unread),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _archive(found: Archive) -> tuple[str, str]:
    return inert(found.text), "\n".join(f"- {inert(row(one))}" for one in found.rows)


def _short(one: Brief) -> str:
    return f"**{inert(one.text)}** {_mark(one.item)}"


def _statement(said: Said) -> str:
    """A sentence of the model as a paragraph, one of an article as a quotation."""
    before, after = ("> ", "") if said.quoted else ("", f" *{inert(said.label)}*")
    marks = "".join(_mark(item) for item in said.cited)
    return f"{before}{inert(said.text)} {marks}".rstrip() + after


def _column(column: Column) -> Iterator[str]:
    """What a side of a comparison says, below its heading."""
    yield f"## {inert(column.heading)}"
    yield inert(column.unanswered)
    yield from map(_statement, column.statements)


def _difference(item: Difference) -> str:
    rows = [
        f"- **{inert(value)}**: {inert(one.article.imprint)}, {inert(one.article.day)}:"
        f" “{inert(one.quote)}” {_mark(one)}"
        for value, one in item.rows
    ]
    return "\n".join([f"{inert(item.heading)}:", "", *rows])


def _evidence(item: Evidence, place: Span | None) -> str:
    article, link = item.article, plain_address(item.article.url)
    title = f" · *{inert(article.title)}*" if article.title.strip() else ""
    parts = [
        f"**{_mark(item)}** **{inert(article.imprint)}** · {inert(day_and_author(article))}{title}",
        f"> {_quotation(*parted(item, place))}",
        f"{_code(_one_line(article.path))}",
        f"<{link}>" if link else _code(_one_line(article.url)) if article.url else "",
        *map(inert, beside(item)),
    ]
    return "\n\n".join(part for part in parts if part)


def _quotation(before: str, found: str, after: str) -> str:
    """A quotation with the words found in bold, where the characters around them let that be."""
    gaps = [
        " " if one[-1:].isspace() or other[:1].isspace() else ""
        for one, other in pairwise((before, found, after))
    ]
    first, bold, last = inert(before) + gaps[0], _shown(found), gaps[1] + _shown(after)
    if bold and _bounds(bold[0], first[-1:]) and _bounds(bold[-1], last[:1]):
        return f"{first}**{bold}**{last}".strip()
    return inert(f"{before}{found}{after}")


def _bounds(inner: str, outer: str) -> bool:
    """Whether two asterisks between these characters begin or end what is bold, for every reader."""
    free = not outer or outer.isspace() or unicodedata.category(outer).startswith("P")
    return inner.isalnum() or free


def _mark(item: Evidence) -> str:
    return f"\\[{item.number}]"


# Whatever CommonMark, its usual extensions (tables, mathematics, footnotes, emoji) and Obsidian take
# for more than itself; a full stop between letters, since "example.com" is a link to some. Not "]":
# it closes nothing, and "\[ … \]" would be mathematics.
_SPECIAL = re.compile(
    r"[\\`*_{}\[>~|$^=#]|:(?=[\w+-]+:)|(?<=[^\W\d_])\.(?=[^\W\d_])|(?<=%)%|%(?=%)|\+(?=\+)|(?<=\+)\+"
)
_OPENING = re.compile(r"^(?:\d+(?=[.)])|(?=[-+:!]))")
# An address or a name that readers make links of, whatever stands before it: shown as code.
_LINKED = re.compile(r"://|www\.|mailto:|xmpp:|@|#\w", re.IGNORECASE)
_BETWEEN = re.compile(r"([\s“”\"]+)")


def inert(text: str) -> str:
    """Text on one line of Markdown that shows as itself and as nothing else."""
    return _OPENING.sub(r"\g<0>\\", _shown(text))


def _shown(text: str) -> str:
    """The same of text that does not begin a line."""
    pieces = _BETWEEN.split(_one_line(text))
    return "".join(_code(one) if _LINKED.search(one) else _escaped(one) for one in pieces)


def _escaped(text: str) -> str:
    plain = _SPECIAL.sub(r"\\\g<0>", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;")


def _one_line(text: str) -> str:
    return " ".join(harmless(text).split())


def _code(text: str) -> str:
    """Text as code, between more backticks than it has in a row."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    fence = "`" * (longest + 1)
    return f"{fence}{room}{text}{room}{fence}" if text else ""
