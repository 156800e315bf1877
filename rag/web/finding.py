"""Find on the page: a list by what was typed, or by the address of a link, page by page, or a timeline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from rag.engine import Engine
from rag.errors import ClippingsError, UsageError
from rag.filters import FILTERS, chosen
from rag.retrieval.find import Wish
from rag.show import timeline as show
from rag.show.found import heading
from rag.show.html import NOTHING
from rag.web.handlers import Shown, sent
from rag.web.html import answer, article
from rag.web.html.found import results
from rag.web.html.timeline import timeline
from rag.web.links import PAGE, is_timeline, wish_of
from rag.web.parts import Parts
from rag.web.sessions import BUG, Questions


@dataclass(frozen=True, slots=True)
class Finding:
    """The lists of all visitors; a list takes the place of a question that still grows."""

    engine: Engine
    questions: Questions
    parts: Parts

    def typed(self, text: str, request: gr.Request, *filters: str) -> Iterator[Shown]:
        """A list by the box and the filters beside it; with nothing in the box all articles."""
        names = (row.name for row in FILTERS)
        try:
            narrowed = chosen(dict(zip(names, filters, strict=True)))
        except UsageError as error:
            yield self._problem(str(error))
            return
        yield from self._show(Wish(text or "", narrowed, limit=PAGE), request)

    def followed(self, event: gr.EventData, request: gr.Request) -> Iterator[Shown]:
        """The list of a link; a filter that it lacks is lifted, too."""
        try:
            there = sent(event)
            wish = wish_of(there)
        except UsageError as error:
            yield self._problem(str(error))
            return
        kept = {row.name for row, _ in wish.filters.rows()}
        fields = self.parts.question.filters
        lifted = {fields[name]: "" for name in fields if name not in kept}
        yield {self.parts.question.box: wish.text, **lifted}
        yield from self._show(wish, request, as_timeline=is_timeline(there))

    def linked(self, request: gr.Request) -> Iterator[Shown]:
        """The list of an address with ?find=."""
        yield {self.parts.sheet.state: gr.skip()}  # one that yields nothing would empty every part
        given = dict(request.query_params)
        if "find" not in given:
            return
        try:
            wish = wish_of(given)
        except UsageError as error:
            yield self._problem(str(error))
            return
        yield {self.parts.question.box: wish.text}
        yield from self._show(wish, request, as_timeline=is_timeline(given))

    def rest(self, request: gr.Request) -> Shown:
        """The Stop button after a list took the place of a question."""
        running = self.questions.running(str(request.session_hash))
        return {self.parts.question.stop: gr.update(interactive=running)}

    def _show(
        self, wish: Wish, request: gr.Request, *, as_timeline: bool = False
    ) -> Iterator[Shown]:
        visitor, sheet = str(request.session_hash), self.parts.sheet
        stop = self.questions.begin(visitor)
        try:
            yield {sheet.state: answer.state("Searching …", busy=True), sheet.pane: article.CLOSED}
            made = self._timeline(wish) if as_timeline else self._list(wish)
            self.questions.wait_for_earlier(visitor, stop)
            if not self.questions.shows(visitor, stop):
                return
            yield {sheet.evidence: NOTHING, **made}
        except ClippingsError as error:
            yield self._problem(str(error))
        except Exception:
            yield self._problem(BUG)
            raise
        finally:
            self.questions.end(visitor, stop)

    def _list(self, wish: Wish) -> Shown:
        sheet = self.parts.sheet
        found = self.engine.find(wish.text, wish.filters, wish.sort, wish.limit, wish.offset)
        return {
            sheet.state: answer.state(heading(found)),
            sheet.answer: results(replace(wish, text=found.text), found),
            sheet.found: found,
        }

    def _timeline(self, wish: Wish) -> Shown:
        sheet = self.parts.sheet
        found = self.engine.timeline(wish.text, wish.filters)
        return {
            sheet.state: answer.state(show.heading(found)),
            sheet.answer: timeline(wish, found),
            sheet.found: None,
        }

    def _problem(self, text: str) -> dict[Any, Any]:
        return {self.parts.sheet.state: answer.problem(text)}
