"""Standing questions on the page: a star keeps one, the list shows them all with their news."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import gradio as gr

from rag.engine import Engine
from rag.errors import ClippingsError, UsageError
from rag.show.html import Html
from rag.stories import kept
from rag.types.questions import Turn
from rag.web import links
from rag.web.handlers import Shown, sent
from rag.web.html import answer, standing
from rag.web.parts import Parts


@dataclass(frozen=True, slots=True)
class Keeping:
    """The questions that are kept beside the library, for all who open the page."""

    engine: Engine
    parts: Parts

    def now(self) -> Shown:
        """The list as it is."""
        return {self.parts.archive.standing: self._listed()}

    def star(self, event: gr.EventData, turn: Turn | None) -> Shown:
        """Keep the question of the answer that is shown, or forget it where it is kept."""
        there, folder = sent(event), self.engine.settings.index
        if not turn or there != links.question(turn.question, turn.filters):
            return self.now()
        try:
            known = kept.is_kept(folder, turn.question, turn.filters)
            if known:
                kept.forget(folder, turn.question, turn.filters)
            else:
                kept.keep(turn.ask, self.engine, folder, date.today())
        except ClippingsError as error:
            return {self.parts.sheet.state: answer.problem(str(error)), **self.now()}
        told: dict[str, Any] = {"do": "kept", "value": there, "kept": not known}
        words = standing.KEEP if known else standing.KEPT
        return {self.parts.hands: {**told, "words": words}, **self.now()}

    def forget(self, event: gr.EventData) -> Shown:
        """Forget a question of the list."""
        there = sent(event)
        told = {"do": "kept", "value": there, "kept": False, "words": standing.KEEP}
        try:
            kept.forget(self.engine.settings.index, *links.asked(there))
        except UsageError:
            return self.now()
        except ClippingsError as error:
            return {self.parts.archive.standing: answer.problem(str(error))}
        return {self.parts.hands: told, **self.now()}

    def run(self) -> Shown:
        """Ask again what may have changed by an ingest, and show the list with the news."""
        try:
            ran = kept.run(self.engine, self.engine.settings.index, date.today())
        except ClippingsError as error:
            return {self.parts.archive.standing: answer.problem(str(error))}
        notes = "".join(answer.problem(note) for note in ran.notes)
        return {self.parts.archive.standing: Html(notes + self._listed())}

    def _listed(self) -> Html:
        try:
            return standing.standing(kept.load(self.engine.settings.index))
        except ClippingsError as error:
            return answer.problem(str(error))
