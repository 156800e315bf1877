"""Kept questions -> HTML: the star below an answer, and the list with its news."""

from __future__ import annotations

from collections.abc import Sequence

from rag.show.html import NOTHING, Html, html, joined
from rag.show.news import days, headline, quotations, state
from rag.types.kept import Kept, News
from rag.types.questions import Turn
from rag.web.html.buttons import tool
from rag.web.links import question

KEEP, KEPT = "☆ Keep this question", "★ Kept"


def star(turn: Turn, *, kept: bool) -> Html:
    """A button that keeps a question, or forgets it; a follow-up, or what is counted, has none."""
    answer = turn.answer
    if turn.follows or turn.filters.as_of or not answer or answer.archive or answer.review:
        return NOTHING
    return html(
        '<button type="button" class="tool star" data-do="keep" data-value="{}" aria-pressed="{}">{}</button>',
        question(turn.question, turn.filters),
        "true" if kept else "false",
        KEPT if kept else KEEP,
    )


def standing(questions: Sequence[Kept]) -> Html:
    """The kept questions, each to be asked or removed, with what was new of it."""
    if not questions:
        return NOTHING
    return html(
        '<section class="standing" aria-label="{}"><h3>{}</h3><ul>{}</ul></section>',
        "Kept questions",
        "Kept questions",
        joined(map(_row, questions)),
    )


def _row(one: Kept) -> Html:
    there = question(one.question, one.filters)
    return html(
        '<li><a class="list" dir="auto" href="{}">{}</a><p class="friendly" dir="auto">{}</p>{}{}</li>',
        f"?{there}",
        one.question,
        state(one),
        joined(map(_news, one.news)),
        tool("forget", there, "Remove"),
    )


def _news(news: News) -> Html:
    """What is new in a line; both quotations unfold."""
    words = (
        html('<p dir="auto"><b>{}</b> “{}” {}</p>', name, side.quotation, side.dated)
        for name, side in quotations(news)
    )
    return html(
        '<details class="news"><summary dir="auto">{}{}</summary>{}</details>',
        days(news),
        headline(news),
        joined(words),
    )
