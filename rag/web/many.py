"""The box for a list: its rows are asked one by one while somebody watches, and it can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import gradio as gr

from rag.engine import Engine
from rag.errors import ClippingsError, UsageError
from rag.filters import FILTERS, chosen
from rag.reading import sheets
from rag.show.html import NOTHING
from rag.stories import batch
from rag.stories.batch import Batch
from rag.types.answers import Outcome
from rag.types.questions import Ask, Turn
from rag.web import actions
from rag.web.handlers import Asking, Shown, sent
from rag.web.html import answer, article
from rag.web.html.many import many, progress, summary, way
from rag.web.parts import LIST_CHARACTERS, Parts
from rag.web.sessions import BUG, Questions, moments

ROWS = 500  # at most; more would take a page hours, and belong in a file
EVERY = 1.0  # seconds between two drawings of the rows, which grow with them


@dataclass(frozen=True, slots=True)
class AskingMany:
    """The lists of all visitors; a list takes its visitor's turn as a question does."""

    engine: Engine
    questions: Questions
    parts: Parts
    asking: Asking

    def follow(self, text: str, prose: bool, request: gr.Request, *filters: str) -> Iterator[Shown]:
        """Show a list as its rows are asked; what cannot be asked changes nothing."""
        box, sheet = self.parts.many, self.parts.sheet
        try:
            asks = read(text or "", filters, prose=prose)
        except UsageError as error:
            yield {box.told: answer.problem(str(error))}
            return
        visitor = str(request.session_hash)
        stop = self.questions.begin(visitor)
        growing = screens(self.engine, asks, stop)
        closed = {sheet.pane: article.CLOSED, sheet.found: None, sheet.evidence: NOTHING}
        try:
            yield {
                **closed,
                box.told: NOTHING,
                self.parts.question.stop: gr.update(interactive=True),
            }
            self.questions.wait_for_earlier(visitor, stop)
            for state, grown, ended in growing:
                if not self.questions.shows(visitor, stop):
                    return
                yield {sheet.state: state, **(self._rows(grown, ended=ended) if grown else {})}
        finally:
            growing.close()
            self.questions.end(visitor, stop)

    def back(self, rows: Batch | None) -> Shown:
        """The list again, after something else was shown."""
        if not rows:
            return self.asking.unchanged()
        sheet = self.parts.sheet
        closed = {sheet.pane: article.CLOSED, sheet.found: None, sheet.evidence: NOTHING}
        return {**closed, sheet.state: answer.state(summary(rows)), **self._rows(rows, ended=True)}

    def row(
        self,
        event: gr.EventData,
        rows: Batch | None,
        kept: object,
        prose: bool,
        request: gr.Request,
    ) -> Iterator[Shown]:
        """The question of a row, asked by itself."""
        yield self.asking.unchanged()
        if one := _at(rows, sent(event)):
            turn = Turn(one.question, chosen(one.narrowed))
            yield from self.asking.ask(turn, kept, prose, request)

    def open(self, event: gr.EventData, rows: Batch | None) -> Shown:
        """The article of a row at the words that it quotes."""
        one = _at(rows, sent(event))
        opened = actions.row_opened(self.engine, one) if one else article.CLOSED
        return {self.parts.sheet.pane: opened}

    def saved(self, event: gr.EventData, rows: Batch | None) -> Shown:
        """The rows as a file of the kind that was clicked."""
        return {self.parts.hands: actions.report(rows, sent(event))}

    def _rows(self, rows: Batch, *, ended: bool) -> Shown:
        box = self.parts.many
        shown = {self.parts.sheet.answer: many(rows, ended=ended), box.way: way(rows)}
        return {**shown, box.rows: rows}


def read(text: str, filters: Sequence[str], *, prose: bool) -> tuple[Ask, ...]:
    """Read what was pasted, narrowed by the fields beside the question. Raises UsageError in words."""
    if len(text) > LIST_CHARACTERS:
        raise UsageError(f"The list has more than {LIST_CHARACTERS:,} characters. Split it.")
    names = (row.name for row in FILTERS)
    base = Ask("", chosen(dict(zip(names, filters, strict=True))), prose=prose)
    return sheets.pasted(text, base, ROWS)


def screens(
    engine: Engine, asks: Sequence[Ask], stop: threading.Event
) -> Generator[tuple[str, Batch | None, bool], None, None]:
    """The state, the rows so far, and whether it has ended, at each moment; None leaves rows as they are."""
    began = drawn = time.monotonic()
    grown = shown = Batch(len(asks), date.today())
    yield answer.state(progress(grown, 0), busy=True), grown, False
    try:
        for moment in moments(batch.growing(asks, engine, grown.asked_on, stop), stop):
            grown, now = moment or grown, time.monotonic()
            if stop.is_set():
                break
            fresh = grown is not shown and now - drawn >= EVERY
            if fresh:
                shown, drawn = grown, now
            told = progress(grown, now - began)
            yield (
                answer.state(told, busy=True, seconds=now - began),
                grown if fresh else None,
                False,
            )
        yield answer.state(summary(grown)), grown, True
    except ClippingsError as error:
        yield answer.problem(str(error)), grown, True
    except Exception:
        yield answer.problem(BUG), grown, True
        raise


def _at(rows: Batch | None, place: str) -> Outcome | None:
    """Return the row of a place, as a click sends it."""
    known = rows.rows if rows else ()
    return dict(zip(map(str, range(len(known))), known, strict=True)).get(place)
