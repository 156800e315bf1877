"""The page: its parts, and what happens when one is used.

What is shown is drawn by `rag.web.html.answer` and its neighbours. Each question has a stop of its own, set
by the Stop button and by a reader who leaves. Gradio reads its settings when it is imported, so
`rag.web.server` imports this module only when it opens a page.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from rag.engine import Engine, usable
from rag.errors import UsageError
from rag.filters import chosen
from rag.protocols import Progress
from rag.reading.formats import ARCHIVES, READERS
from rag.show.html import NOTHING
from rag.types import Turn
from rag.web import actions
from rag.web.api import programs
from rag.web.html import answer, archive, article
from rag.web.sessions import Beginnings, Questions, View, shown, views

LOOKS = Path(__file__).with_name("static") / "page.css"
HANDS = Path(__file__).with_name("static") / "page.js"
READERS_AT_ONCE = 16  # questions at the same time: all find evidence, the model writes for one
WAITING = 20  # questions that may wait for these
KEPT_SECONDS = 6 * 60 * 60  # a conversation that nobody goes on with is forgotten
LOOK_AGAIN = 5.0  # seconds until a page asks whether the questions to begin with are there

Shown = dict[Any, Any]  # component -> what it shows


class Page:
    """The parts of the page and what happens when one is used; built once, for all visitors."""

    def __init__(self, engine: Engine, questions: Questions, beginnings: Beginnings) -> None:
        self.engine, self.questions = engine, questions
        self.beginnings = beginnings

    @property
    def unchanged(self) -> Shown:
        """Every place as it is; gradio does not take an empty dictionary."""
        return {self.state: gr.skip()}

    # -- asking --

    def ask(self, turn: Turn, kept: Any, request: gr.Request) -> Iterator[Shown]:
        """Show a question as it grows; a newer one of the same visitor takes its place."""
        visitor = str(request.session_hash)
        stop = self.questions.begin(visitor)
        growing = views(self.engine, turn, stop, self.questions)
        try:
            yield {self.pane: article.CLOSED, self.stop_button: gr.update(interactive=True)}
            for view in growing:
                if not self.questions.shows(visitor, stop):
                    return
                yield self._places(view)
                if view.turn and view.turn.answer and view.turn.answer.done and kept is not None:
                    kept = (*kept, view.turn)
                    yield {self.kept: kept, self.history: archive.history(kept)}
        finally:
            growing.close()
            self.questions.end(visitor, stop)

    def typed(
        self,
        question: str,
        source: str,
        since: str,
        until: str,
        before: Turn | None,
        kept: Any,
        request: gr.Request,
    ) -> Iterator[Shown]:
        """A question from the box, with the filters beside it; what cannot be asked changes nothing."""
        try:
            filters = chosen({"source": source, "since": since, "until": until})
            question = usable(question or "", self.engine.settings.question_characters)
        except UsageError as error:
            yield {self.state: answer.problem(str(error))}
            return
        yield {self.box: ""}
        yield from self.ask(Turn(question, filters, before=before), kept, request)

    def picked(self, event: gr.EventData, kept: Any, request: gr.Request) -> Iterator[Shown]:
        """One of the questions to begin with."""
        yield from self.ask(Turn(_sent(event)), kept, request)

    def again(
        self, event: gr.EventData, turn: Turn | None, kept: Any, request: gr.Request
    ) -> Iterator[Shown]:
        """The same question with one restriction less."""
        yield self.unchanged
        if turn is None:
            return
        what = _sent(event)
        cleared: dict[str, Any] = {"source": self.source, "since": self.since, "until": self.until}
        if what in cleared:
            yield {cleared[what]: ""}
        yield from self.ask(actions.without(turn, what), kept, request)

    def linked(self, kept: Any, request: gr.Request) -> Iterator[Shown]:
        """The question of an address with ?q=, and its filters."""
        yield self.unchanged  # a generator that yields nothing would empty every place
        given = dict(request.query_params)
        if question := given.pop("q", ""):
            source, since, until = (given.get(name, "") for name in ("source", "since", "until"))
            yield from self.typed(question, source, since, until, None, kept, request)

    def fresh(self, request: gr.Request) -> Shown:
        """Begin a new conversation."""
        self.questions.stop(str(request.session_hash))
        empty = dict.fromkeys((self.answer, self.evidence, self.pane), NOTHING)
        return {**empty, self.state: answer.state(""), self.turn: None, self.box: ""}

    def seen_again(self, event: gr.EventData, kept: Any) -> Shown:
        """A question of this session, as it was answered."""
        place = _sent(event)
        if not (kept and place.isdecimal() and int(place) < len(kept)):
            return self.unchanged
        return {**self._places(shown(kept[int(place)])), self.pane: article.CLOSED}

    def keep(self, wanted: bool) -> Shown:
        """Switch the history of this session on or off."""
        kept = () if wanted else None
        return {self.kept: kept, self.history: archive.history(()) if wanted else NOTHING}

    def rest(self, request: gr.Request) -> Any:
        """The Stop button after a question."""
        return gr.update(interactive=self.questions.running(str(request.session_hash)))

    def halt(self, request: gr.Request) -> None:
        """Stop what the visitor waits for."""
        self.questions.stop(str(request.session_hash))

    def _places(self, view: View) -> Shown:
        filled = {self.state: view.state, self.answer: view.answer, self.evidence: view.evidence}
        filled |= {self.turn: view.turn}
        return {place: value for place, value in filled.items() if value is not None}

    # -- reading --

    def open(self, event: gr.EventData, turn: Turn | None) -> str:
        """The article of a chip or card: "2", or "2/1" for its first copy."""
        number, _, copy = _sent(event).partition("/")
        if not (turn and turn.answer and number.isdecimal() and (not copy or copy.isdecimal())):
            return article.CLOSED
        return article.pane(turn.answer, int(number), int(copy or 0))

    def copied(self, turn: Turn | None) -> dict[str, Any]:
        """The answer with its quotes, for the clipboard."""
        return actions.copied(turn)

    # -- the archive --

    def holdings(self) -> Shown:
        """The archive as it is now."""
        line, detail, outlets = actions.holdings(self.engine)
        choices = [("All outlets", ""), *((name, name) for name in outlets)]
        return {
            self.dateline: line,
            self.holding: detail,
            self.source: gr.update(choices=choices),
            **self.look_again(),
            self.index_button: gr.update(
                variant="secondary" if self.engine.has_library else "primary"
            ),
        }

    def look_again(self) -> Shown:
        """The questions to begin with, until they are made."""
        making = self.beginnings.making
        found = archive.suggested(self.engine.suggestions(), making=making)
        return {self.suggestions: found, self.timer: gr.update(active=making)}

    def index(self, turn: Turn | None, progress: gr.Progress = gr.Progress()) -> Shown:  # noqa: B008
        """Index the folder."""
        report = actions.index_folder(self.engine, _told(progress))
        return {self.report: report, **self._changed(turn)}

    def add(
        self,
        files: list[str] | None,
        turn: Turn | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Shown:
        """Bring dropped files into the folder, and index it."""
        report = actions.add_files(self.engine, files or [], _told(progress))
        return {self.report: report, self.drop: None, **self._changed(turn)}

    def _changed(self, turn: Turn | None) -> Shown:
        """The archive after an ingest; what could not be asked before is no longer said."""
        self.beginnings.wake()
        stale = {} if turn else {self.answer: NOTHING, self.state: answer.state("")}
        return {**stale, **self.holdings()}

    # -- the parts --

    def draw(self) -> gr.Blocks:
        """All parts in their places, and what happens when they are used."""
        with gr.Blocks(title="Clippings", analytics_enabled=False) as page:
            self.turn = gr.State(None, time_to_live=KEPT_SECONDS)
            self.kept = gr.State(None, time_to_live=KEPT_SECONDS)
            self.timer = gr.Timer(LOOK_AGAIN)
            self.hands = gr.HTML({}, html_template="", js_on_load=HANDS.read_text())
            gr.HTML('<header class="masthead"><h1>Clippings</h1></header>')
            self.dateline = gr.HTML(elem_classes="place-of-dateline")
            self._draw_question()
            with gr.Row(elem_classes="spread"):
                with gr.Column(elem_classes="sheet", min_width=0):
                    self.state = gr.HTML(answer.state(""), elem_classes="place-of-state")
                    self.answer = gr.HTML(elem_classes="place-of-answer")
                    self.evidence = gr.HTML(elem_classes="place-of-evidence")
                self.pane = gr.HTML(elem_classes="place-of-pane")
            self._draw_archive()
            self._connect(page)
            page.queue(api_open=False, max_size=WAITING)
        return page

    def _draw_question(self) -> None:
        with gr.Row(elem_classes="ask"):
            self.box = gr.Textbox(
                label="Question",
                show_label=False,
                container=False,
                lines=1,
                max_lines=4,
                placeholder="Ask the articles",
                autofocus=True,
                scale=1,
                min_width=200,
                elem_classes="question",
            )
            self.ask_button = gr.Button("Ask", variant="primary", scale=0, min_width=88)
            self.stop_button = gr.Button("Stop", interactive=False, scale=0, min_width=88)
        with gr.Accordion("Only some articles", open=False, elem_classes="filters"), gr.Row():
            self.source = gr.Dropdown([("All outlets", "")], value="", label="Outlet")
            self.since = gr.Textbox(
                label="From", max_lines=1, placeholder="2025-06-01", elem_classes="day"
            )
            self.until = gr.Textbox(
                label="Up to", max_lines=1, placeholder="2025-06-30", elem_classes="day"
            )
        self.suggestions = gr.HTML(elem_classes="place-of-suggestions")

    def _draw_archive(self) -> None:
        with gr.Column(elem_classes="archive"):
            gr.HTML("<h2>The archive</h2>")
            self.holding = gr.HTML(elem_classes="place-of-holdings")
            self.drop = gr.File(
                file_count="multiple",
                file_types=sorted([*READERS, *ARCHIVES]),
                label="Drop articles here to add them",
                height=120,
                elem_classes="drop",
            )
            self.index_button = gr.Button("Index the folder", size="sm", scale=0, min_width=0)
            self.report = gr.HTML(elem_classes="place-of-report")
        with gr.Column(elem_classes="session"):
            self.keep_box = gr.Checkbox(
                label="Keep the questions of this session (on this computer, until the page is closed)",
                container=False,
            )
            self.history = gr.HTML(elem_classes="place-of-history")

    def _connect(self, page: gr.Blocks) -> None:
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        many = {"concurrency_limit": READERS_AT_ONCE, "concurrency_id": "ask"}
        # a new question may be asked at any time: it stops the one before
        at_once = {**many, "trigger_mode": "multiple"}
        places: list[Any] = [self.state, self.answer, self.evidence, self.stop_button, self.turn]
        places += [self.pane, self.box, self.kept, self.history]
        filters: list[Any] = [self.source, self.since, self.until]
        typed = [self.box, *filters, self.turn, self.kept]
        asked = [
            gr.on(
                [self.ask_button.click, self.box.submit],
                self.typed,
                typed,
                places,
                **quiet,
                **at_once,
            ),
            self.hands.want_ask(self.picked, self.kept, places, **quiet, **at_once),
            self.hands.want_without(
                self.again, [self.turn, self.kept], [*places, *filters], **quiet, **at_once
            ),
            page.load(self.linked, self.kept, places, **quiet, **at_once),
        ]
        for one in asked:
            one.then(self.rest, None, self.stop_button, queue=False, **quiet)
        quick: dict[str, Any] = {"queue": False, **quiet}
        self.stop_button.click(self.halt, **quick)
        self.hands.want_fresh(self.fresh, None, places, **quick)
        self.hands.want_show(self.seen_again, self.kept, places, **quick)
        self.keep_box.change(self.keep, self.keep_box, [self.kept, self.history], **quick)
        self.hands.want_open(self.open, self.turn, self.pane, **quick)
        self.hands.want_close(lambda: article.CLOSED, None, self.pane, **quick)
        self.hands.want_copy(self.copied, self.turn, self.hands, **quick)
        self.hands.want_save(self.saved, self.turn, self.hands, **quick)
        self.hands.want_original(self.original, self.turn, self.hands, **quick)
        archived = [self.dateline, self.holding, self.source, self.suggestions, self.timer]
        archived.append(self.index_button)
        page.load(self.holdings, None, archived, **quick)
        self.timer.tick(self.look_again, None, [self.suggestions, self.timer], **quick)
        busy: dict[str, Any] = {"show_progress_on": self.report, "api_visibility": "private"}
        busy |= {"concurrency_limit": 1, "concurrency_id": "ingest"}
        ingested = [self.report, self.drop, self.answer, self.state, *archived]
        self.index_button.click(self.index, self.turn, ingested, **busy)
        self.drop.upload(self.add, [self.drop, self.turn], ingested, **busy)
        for function in programs(self.engine):
            gr.api(function, **many)

    def saved(self, event: gr.EventData, turn: Turn | None) -> dict[str, Any]:
        """The answer as a file of the kind that was clicked."""
        return actions.parcel(turn, _sent(event))

    def original(self, event: gr.EventData, turn: Turn | None) -> dict[str, Any]:
        """The file behind the open article."""
        return actions.original(self.engine, turn, _sent(event))


def _sent(event: gr.EventData) -> str:
    """The value that a click sent; whatever is no text is none."""
    value = event._data.get("value") if isinstance(event._data, dict) else None
    return value if isinstance(value, str) else ""


def _told(progress: gr.Progress) -> Progress:
    """The page's progress bar."""

    def tell(stage: str, done: int, total: int) -> None:
        progress((done, total or None), desc=stage.capitalize(), unit="")

    return tell


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
