"""The page: its parts, each with the handler that is called when it is used.

Gradio reads its settings when it is imported, so `rag.web.server` imports this module only when it
opens a page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import gradio as gr

from rag.engine import Engine
from rag.web import parts
from rag.web.api import programs
from rag.web.drafts import Checking
from rag.web.finding import Finding
from rag.web.handlers import Asking, Holding, Reading
from rag.web.keeping import Keeping
from rag.web.many import AskingMany
from rag.web.parts import Part, Parts, Region
from rag.web.sessions import Beginnings

LOOKS = Path(__file__).with_name("static") / "page.css"
READERS_AT_ONCE = 16  # questions at the same time: all find evidence, the model writes for one
WAITING = 20  # questions that may wait for these

Options = dict[str, Any]  # of a listener
HIDDEN: Options = {"show_progress": "hidden", "api_visibility": "private"}
QUICK: Options = {"queue": False, **HIDDEN}
MANY: Options = {"concurrency_limit": READERS_AT_ONCE, "concurrency_id": "ask"}
# a new question may be asked at any time: it stops the one before
AT_ONCE: Options = {**HIDDEN, **MANY, "trigger_mode": "multiple"}
ONE: Options = {"api_visibility": "private", "concurrency_limit": 1, "concurrency_id": "ingest"}


def draw(engine: Engine, beginnings: Beginnings) -> gr.Blocks:
    """Build the page, once for all visitors."""
    with gr.Blocks(title="Clippings", analytics_enabled=False) as page:
        settings = engine.settings
        drawn = parts.drawn(prose=settings.prose, draft_characters=settings.draft_characters)
        asking = Asking(engine, beginnings.questions, drawn)
        _connect_asking(page, drawn, asking)
        _connect_finding(page, drawn, Finding(engine, beginnings.questions, drawn))
        _connect_checking(drawn, Checking(engine, beginnings.questions, drawn.draft))
        _connect_many(drawn, AskingMany(engine, beginnings.questions, drawn, asking))
        _connect_reading(drawn, Reading(engine, drawn))
        keeping = Keeping(engine, drawn)
        _connect_archive(page, drawn, Holding(engine, beginnings, drawn), keeping)
        _connect_keeping(page, drawn, keeping)
        for function in programs(engine):
            gr.api(function, **MANY)
        page.queue(api_open=False, max_size=WAITING)
    return page


def _on(
    listener: Callable[..., Any],
    handler: Callable[..., Any],
    reads: Sequence[Part] = (),
    fills: Sequence[Region | Part] = (),
    **how: Any,
) -> Any:
    """Call a handler when a part is used: with what `reads` hold, to fill any parts of `fills`."""
    filled = [one.parts() if isinstance(one, Region) else (one,) for one in fills]
    return listener(handler, list(reads), set(chain(*filled)), **how)


def _connect_asking(page: gr.Blocks, drawn: Parts, asking: Asking) -> None:
    question, sheet, session, hands = drawn.question, drawn.sheet, drawn.session, drawn.hands
    places = (question, sheet, session, drawn.archive.unread)
    entered = partial(gr.on, [question.ask.click, question.box.submit])
    how = (session.kept, session.prose)
    typed = (question.box, sheet.turn, *how, *question.filters.values())
    asked = (
        _on(entered, asking.typed, typed, places, **AT_ONCE),
        _on(hands.want_ask, asking.picked, how, places, **AT_ONCE),
        _on(hands.want_meant, asking.meant, [sheet.turn, *how], places, **AT_ONCE),
        _on(hands.want_without, asking.again, [sheet.turn, *how], places, **AT_ONCE),
        _on(page.load, asking.linked, how, places, **AT_ONCE),
    )
    for one in asked:
        _on(one.then, asking.rest, fills=[question.stop], **QUICK)
    _on(question.stop.click, asking.halt, **QUICK)
    _on(hands.want_fresh, asking.fresh, fills=places, **QUICK)
    _on(hands.want_back, asking.back, [sheet.turn], places, **QUICK)
    _on(hands.want_show, asking.seen_again, [session.kept], places, **QUICK)
    _on(session.keep.change, asking.keep, [session.keep], [session], **QUICK)


def _connect_finding(page: gr.Blocks, drawn: Parts, finding: Finding) -> None:
    question, hands = drawn.question, drawn.hands
    places = (question, drawn.sheet)
    typed = (question.box, *question.filters.values())
    found = (
        _on(question.find.click, finding.typed, typed, places, **AT_ONCE),
        _on(hands.want_find, finding.followed, fills=places, **AT_ONCE),
        _on(page.load, finding.linked, fills=places, **AT_ONCE),
    )
    for one in found:
        _on(one.then, finding.rest, fills=[question.stop], **QUICK)


def _connect_checking(drawn: Parts, checking: Checking) -> None:
    draft = drawn.draft
    begun = _on(draft.check.click, checking.follow, [draft.box], [draft], **HIDDEN, **MANY)
    _on(begun.then, checking.rest, fills=[draft.stop], **QUICK)
    _on(draft.stop.click, checking.halt, **QUICK)


def _connect_many(drawn: Parts, many: AskingMany) -> None:
    box, hands, session = drawn.many, drawn.hands, drawn.session
    typed = (box.box, session.prose, *drawn.question.filters.values())
    asked = _on(box.ask.click, many.follow, typed, (drawn.question, drawn.sheet, box), **AT_ONCE)
    places = (drawn.question, drawn.sheet, session, drawn.archive.unread)
    how = (box.rows, session.kept, session.prose)
    row = _on(hands.want_row, many.row, how, places, **AT_ONCE)
    for one in (asked, row):
        _on(one.then, many.asking.rest, fills=[drawn.question.stop], **QUICK)
    _on(hands.want_list, many.back, [box.rows], (drawn.sheet, box), **QUICK)
    _on(hands.want_place, many.open, [box.rows], [drawn.sheet.pane], **QUICK)
    _on(hands.want_report, many.saved, [box.rows], [hands], **QUICK)


def _connect_reading(drawn: Parts, reading: Reading) -> None:
    hands, turn, pane = drawn.hands, drawn.sheet.turn, drawn.sheet.pane
    _on(hands.want_open, reading.open, [turn], [pane], **QUICK)
    _on(hands.want_read, reading.read, [drawn.sheet.found, turn], [pane], **QUICK)
    _on(hands.want_close, reading.close, fills=[pane], **QUICK)
    _on(hands.want_copy, reading.copied, [turn], [hands], **QUICK)
    _on(hands.want_save, reading.saved, [turn], [hands], **QUICK)
    _on(hands.want_original, reading.original, fills=[hands], **QUICK)
    _on(hands.want_table, reading.table, fills=[hands], **HIDDEN, **MANY)


def _connect_archive(page: gr.Blocks, drawn: Parts, holding: Holding, keeping: Keeping) -> None:
    archive, shown = drawn.archive, (drawn.sheet.turn, drawn.sheet.found)
    places = (drawn.question, drawn.sheet, archive)
    busy: Options = {**ONE, "show_progress_on": archive.report}
    new: Options = {**ONE, "show_progress_on": archive.unread}
    _on(page.load, holding.now, fills=places, **QUICK)
    _on(page.load, holding.named, fills=[archive.people], **QUICK)
    _on(page.load, holding.unread, fills=[archive.unread], **QUICK)
    _on(archive.timer.tick, holding.look_again, fills=[archive], **QUICK)
    ingested = (
        _on(archive.index.click, holding.index, shown, places, **busy),
        _on(drawn.hands.want_ingest, holding.read_new, shown, places, **new),
        _on(archive.drop.upload, holding.add, [archive.drop, *shown], places, **busy),
    )
    for one in ingested:
        _on(one.then, keeping.run, fills=[archive.standing], **{**HIDDEN, **ONE})


def _connect_keeping(page: gr.Blocks, drawn: Parts, keeping: Keeping) -> None:
    hands, listed = drawn.hands, drawn.archive.standing
    _on(page.load, keeping.now, fills=[listed], **QUICK)
    places = (hands, drawn.sheet.state, listed)
    _on(hands.want_keep, keeping.star, [drawn.sheet.turn], places, **HIDDEN, **MANY)
    _on(hands.want_forget, keeping.forget, fills=[hands, listed], **QUICK)


def theme() -> gr.themes.Base:
    """Fonts the computer has, and the colours of page.css: nothing comes from elsewhere."""
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    return gr.themes.Base(
        neutral_hue=gr.themes.colors.stone, font=sans, font_mono=("ui-monospace", "monospace")
    ).set(
        body_background_fill="var(--paper)",
        body_background_fill_dark="var(--paper)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        loader_color="var(--accent)",
        loader_color_dark="var(--accent)",
    )
