"""The box for a draft: its sentences are checked while somebody watches, and it can be stopped."""

from __future__ import annotations

import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import gradio as gr

from rag.engine import Engine
from rag.errors import ClippingsError
from rag.show.drafts import summary
from rag.types.drafts import CheckedDraft
from rag.web.html import answer as render
from rag.web.html.draft import checked
from rag.web.parts import Draft, Part
from rag.web.sessions import BUG, Questions, moments

WORKING = "Checking …"


@dataclass(frozen=True, slots=True)
class Checking:
    """The drafts of all visitors; a check takes its visitor's turn as a question does."""

    engine: Engine
    questions: Questions
    draft: Draft

    def follow(self, text: str, request: gr.Request) -> Iterator[dict[Part, Any]]:
        """Show a draft as its sentences are checked."""
        visitor = str(request.session_hash)
        stop = self.questions.begin(visitor)
        growing = screens(self.engine, text or "", stop)
        try:
            yield {self.draft.stop: gr.update(interactive=True)}
            for state, found in growing:
                yield {
                    self.draft.state: state,
                    **({} if found is None else {self.draft.found: found}),
                }
        finally:
            growing.close()
            self.questions.end(visitor, stop)

    def halt(self, request: gr.Request) -> None:
        """Stop the visitor's check."""
        self.questions.stop(str(request.session_hash))

    def rest(self) -> dict[Part, Any]:
        """The Stop button after a check."""
        return {self.draft.stop: gr.update(interactive=False)}


def screens(
    engine: Engine, text: str, stop: threading.Event
) -> Generator[tuple[str, str | None], None, None]:
    """The state and the sentences so far at each moment; None leaves these as they are."""
    began, grown = time.monotonic(), CheckedDraft()
    yield render.state(WORKING, busy=True), ""
    try:
        for moment in moments(engine.check(text, stop=stop), stop):
            grown = moment or grown
            if grown.done or stop.is_set():
                yield render.state(_ended(grown)), checked(grown)
                return
            doing = summary(grown) if grown.sentences else WORKING
            clock = render.state(doing, busy=True, seconds=time.monotonic() - began)
            yield clock, checked(grown) if moment else None
    except ClippingsError as error:
        yield render.state(""), render.problem(str(error))
    except Exception:
        yield render.state(""), render.problem(BUG)
        raise


def _ended(draft: CheckedDraft) -> str:
    if not draft.sentences:
        return "Stopped."
    return f"Stopped. {summary(draft)}" if draft.unchecked else summary(draft)
