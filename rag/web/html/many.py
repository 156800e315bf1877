"""Many questions -> HTML: a row for each with its answer and quotation, and the ways to take them along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from rag.filters import FILTERS, chosen
from rag.retrieval.find import Wish
from rag.show.html import NOTHING, Html, counted, html, joined
from rag.show.outcomes import REPORTS, duration, status
from rag.stories.batch import APART, Batch, as_sought, is_name
from rag.types.answers import Outcome
from rag.types.days import in_words
from rag.web.html import found
from rag.web.html.buttons import tool
from rag.web.html.evidence import words
from rag.web.links import question

COLUMNS = ("Question", "Answer", "Words")


# ── in a line ──


def progress(batch: Batch, seconds: float) -> str:
    """How far it is after so many seconds: "12 of 40 · 3 min left"."""
    asked = len(batch.rows)
    left = f"{duration(seconds / asked * (batch.of - asked))} left" if asked else ""
    return " · ".join(filter(None, (f"{asked:,} of {batch.of:,}", left)))


def summary(batch: Batch) -> str:
    """How it ended: "40 rows: 31 with a hit, 9 without"; what was not asked is told."""
    asked = len(batch.rows)
    hits = f"{asked - batch.missed:,} with a hit, {batch.missed:,} without"
    if batch.done:
        return f"{counted(asked, 'row')}: {hits}"
    return f"Stopped after {asked:,} of {counted(batch.of, 'row')}: {hits}"


def way(batch: Batch) -> Html:
    """The way back to the rows, for when something else is shown."""
    told = f"Back to the list of {counted(batch.of, 'row')}"
    return html('<p class="way">{}</p>', tool("list", "", told))


# ── the rows ──


def many(batch: Batch, *, ended: bool) -> Html:
    """The rows so far; once it has ended, also what can be done with them."""
    heads = joined(html('<th scope="col">{}</th>', name) for name in COLUMNS)
    return html(
        '<section class="list-found many" aria-label="{}"><div class="head"><h2 tabindex="-1">{}</h2>{}</div>'
        '{}<table class="rows"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></section>',
        "Many questions",
        f"A list of {counted(batch.of, 'row')}",
        found.CLOSE if ended else NOTHING,
        _tools(batch) if ended and batch.rows else NOTHING,
        heads,
        joined(_row(place, one) for place, one in enumerate(batch.rows)),
    )


def _tools(batch: Batch) -> Html:
    kinds = joined(tool("report", kind, kind.upper()) for kind in REPORTS)
    return html('<div class="tools" role="group" aria-label="Take the list along">{}</div>', kinds)


def _row(place: int, one: Outcome) -> Html:
    return html(
        '<tr class="{}"><th scope="row">{}{}</th><td>{}</td><td>{}</td></tr>',
        "hit" if one.hit else "missed",
        _asking(place, one),
        joined(_beside(one)),
        joined(_answer(one)),
        _words(place, one) if one.article else NOTHING,
    )


def _asking(place: int, one: Outcome) -> Html:
    """The question or name, as a link that asks it, or finds it, on the page."""
    filters = chosen(one.narrowed)
    if is_name(one.question):
        typed = one.question if APART in one.notes else as_sought(one.question)
        return found.link(Wish(typed, filters), one.question)
    return html(
        '<a class="list" dir="auto" href="?{}" data-do="row" data-value="{}">{}</a>',
        question(one.question, filters),
        str(place),
        one.question,
    )


def _beside(one: Outcome) -> Iterator[Html]:
    """How it ended, and what narrowed it."""
    yield html('<p class="status">{}</p>', status(one))
    for row in FILTERS:
        if row.name in one.narrowed:
            yield _small(f"{row.label}: {one.narrowed[row.name]}")


def _answer(one: Outcome) -> Iterator[Html]:
    if one.short:
        yield html('<p dir="auto"><b>{}</b></p>', one.short)
    if one.answer and one.answer != one.short:
        yield html('<p dir="auto">{}</p>', one.answer)
    yield from map(_small, one.notes)


def _words(place: int, one: Outcome) -> Html:
    """Whose words they are, the headline that opens the article at them, and the quotation."""
    day = in_words(date.fromisoformat(one.day)) if one.day else "no date"
    return html(
        '{}<p><button type="button" class="headline" dir="auto" data-do="place" data-value="{}">{}</button></p>'
        '<p class="quotation" dir="auto">“{}”</p>',
        _small(" · ".join(filter(None, (one.outlet, day)))),
        str(place),
        one.title or one.path,
        words(_marked(one)),
    )


def _marked(one: Outcome) -> tuple[str, str, str]:
    """The quotation in three parts; the middle one is the short answer or the name, if they stand there."""
    sought = re.escape(one.short or one.question)
    there = re.search(sought, one.quotation, re.IGNORECASE)
    if not there:
        return one.quotation, "", ""
    return one.quotation[: there.start()], there[0], one.quotation[there.end() :]


def _small(text: str) -> Html:
    return html('<p class="small" dir="auto">{}</p>', text)
