"""Text -> HTML, in the one way the page knows: tags from constants, text through `escape`.

Articles, file names, questions and what the model writes are not trusted. They get into the page
only as parts of `html`, which escapes whatever is not HTML already, so none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape as without_markup
from typing import LiteralString

from rag.show.harmless import harmless


class Html(str):
    """Text that is markup already: constants of the page with escaped text in between."""

    __slots__ = ()


NOTHING = Html("")


def escape(text: str) -> Html:
    """Return harmless text that no browser takes for markup."""
    return Html(without_markup(harmless(text)))


def html(template: LiteralString, *parts: str) -> Html:
    """A constant template with its places filled; parts that are not Html are escaped."""
    filled = (part if isinstance(part, Html) else escape(part) for part in parts)
    return Html(template.format(*filled))


def joined(pieces: Iterable[Html]) -> Html:
    """Pieces of markup, one after the other."""
    return Html("".join(pieces))


def listed(kind: str, lines: Iterable[str]) -> Html:
    """Return lines as a list of this class, or nothing where there are no lines."""
    rows = joined(html('<li dir="auto">{}</li>', line) for line in lines)
    return html('<ul class="{}">{}</ul>', kind, rows) if rows else NOTHING


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 article, 2 articles."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def address(url: str | None) -> str | None:
    """A link that may be offered: http and https only, without controls; None for anything else."""
    plain = harmless(url or "").strip()
    return plain if plain.lower().startswith(("http://", "https://")) else None


def link(url: str, text: str) -> Html:
    """A link out of the page: opened only by the reader, in a tab of its own that learns nothing."""
    return html(
        '<a class="out" href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>',
        url,
        text,
    )
