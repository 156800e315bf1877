"""The buttons that several parts of the page have: what they do is in `data-do`, with what in `data-value`."""

from __future__ import annotations

from rag.show.html import Html, html


def pill(do: str, value: str, words: str) -> Html:
    """Return a restriction, which a click takes away."""
    return html(
        '<button type="button" class="pill" dir="auto" data-do="{}" data-value="{}" aria-label="Remove: {}">{}'
        '<span aria-hidden="true">×</span></button>',
        do,
        value,
        words,
        words,
    )


def tool(do: str, value: str, words: str) -> Html:
    """Return something that can be done with what is shown."""
    return html(
        '<button type="button" class="tool" data-do="{}" data-value="{}">{}</button>',
        do,
        value,
        words,
    )


def suggestion(question: str) -> Html:
    """Return a question that asks itself."""
    return html(
        '<button type="button" class="suggestion" dir="auto" data-do="ask" data-value="{}">{}</button>',
        question,
        question,
    )
