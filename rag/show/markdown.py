"""Answer -> Markdown that any reader shows as it was meant."""

from __future__ import annotations

import re

from rag.show.harmless import harmless
from rag.show.view import Difference, Said, View, beside, day_and_author, plain_address
from rag.types import Answer, Evidence


def markdown(answer: Answer) -> str:
    """The answer in CommonMark, made of headings, paragraphs, quotations and lists alone."""
    view = View.of(answer)
    blocks = [
        f"# {inert(answer.question)}",
        inert(view.asked),
        inert(view.unanswered),
        *map(_statement, view.statements),
        *map(_difference, view.differences),
        "\n".join(f"- {inert(note)}" for note in view.notes),
        f"## {view.heading}" if view.evidence else "",
        *map(_evidence, view.evidence),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _statement(said: Said) -> str:
    """A sentence of the model as a paragraph, one of an article as a quotation."""
    before = "> " if said.quoted else f"*{said.label}:* " if said.label else ""
    marks = "".join(_mark(item) for item in said.cited)
    return f"{before}{inert(said.text)} {marks}".rstrip()


def _difference(item: Difference) -> str:
    rows = [
        f"- **{inert(value)}**: {inert(one.article.imprint)}, {inert(one.article.day)}:"
        f" “{inert(one.quote)}” {_mark(one)}"
        for value, one in item.rows
    ]
    return "\n".join([f"{inert(item.heading)}:", "", *rows])


def _evidence(item: Evidence) -> str:
    article, link = item.article, plain_address(item.article.url)
    title = f" · *{inert(article.title)}*" if article.title.strip() else ""
    parts = [
        f"**{_mark(item)}** **{inert(article.imprint)}** · {inert(day_and_author(article))}{title}",
        f"> {inert(item.quote)}",
        f"{_code(_one_line(article.path))}",
        f"<{link}>" if link else _code(_one_line(article.url)) if article.url else "",
        *map(inert, beside(item)),
    ]
    return "\n\n".join(part for part in parts if part)


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
    pieces = _BETWEEN.split(_one_line(text))
    shown = "".join(_code(one) if _LINKED.search(one) else _escaped(one) for one in pieces)
    return _OPENING.sub(r"\g<0>\\", shown)


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
