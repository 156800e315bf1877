"""Text -> HTML, in the one way the page knows: tags from constants, text through `escape`.

Articles, questions and what the model writes are not trusted. They get into the page only as parts
of `html`, which escapes all that is not HTML already.
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
    """Return text that no browser takes for markup and that cannot reorder what is around it."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return Html(without_markup(harmless(sound), quote=True))


def html(template: LiteralString, *parts: str) -> Html:
    """Fill the places of a constant template; escape the parts that are not Html."""
    return Html(
        template.format(*(part if isinstance(part, Html) else escape(part) for part in parts))
    )


def joined(pieces: Iterable[Html]) -> Html:
    """Join pieces of markup."""
    return Html("".join(pieces))


def counted(number: int, thing: str) -> str:
    """Return a number with its noun: 1 article, 2 articles."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"


def address(url: str | None) -> str | None:
    """Return a link that may be offered: http or https, without controls; None for anything else."""
    plain = harmless(url or "").strip()
    return plain if plain.lower().startswith(("http://", "https://")) and plain.split() else None


def link(url: str, text: str) -> Html:
    """Link out of the page: opened only by the reader, in a tab of its own that learns nothing."""
    return html(
        '<a class="out" href="{}" target="_blank" rel="noopener noreferrer nofollow">{}</a>',
        url,
        text,
    )
