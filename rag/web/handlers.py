"""What happens when a part of the page is used: each handler returns what parts shall show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import gradio as gr

from rag.engine import Engine
from rag.errors import UsageError
from rag.filters import FILTERS, chosen
from rag.language.typed import usable
from rag.protocols import Progress
from rag.show.html import NOTHING
from rag.stories.kept import is_kept
from rag.types.files import Unread
from rag.types.hits import Found
from rag.types.questions import Turn
from rag.web import actions
from rag.web.html import answer, archive, article
from rag.web.parts import Part, Parts, choices
from rag.web.sessions import Beginnings, Questions, Screen, screens, shown

Shown = dict[Part, Any]  # what parts show now; the others stay as they are


@dataclass(frozen=True, slots=True)
class Asking:
    """The questions of all visitors and what becomes of them."""

    engine: Engine
    questions: Questions
    parts: Parts

    def unchanged(self) -> Shown:
        """Every part as it is; gradio does not take an empty dictionary."""
        return {self.parts.sheet.state: gr.skip()}

    def ask(self, turn: Turn, kept: Any, prose: bool, request: gr.Request) -> Iterator[Shown]:
        """Show a question as it grows; a newer one of the same visitor takes its place."""
        visitor, session = str(request.session_hash), self.parts.session
        stop = self.questions.begin(visitor)
        growing = screens(self.engine, turn, stop, self.questions, prose=prose)
        try:
            yield {
                self.parts.sheet.pane: article.CLOSED,
                self.parts.sheet.found: None,
                self.parts.question.stop: gr.update(interactive=True),
            }
            self.questions.wait_for_earlier(visitor, stop)
            for screen in growing:
                if not self.questions.shows(visitor, stop):
                    return
                yield self._filled(screen)
                if screen.done and screen.turn and screen.turn.answer:
                    files = archive.unread(screen.turn.answer.help.unread)
                    yield {self.parts.archive.unread: files}
                if screen.done and kept is not None:
                    kept = (*kept, screen.turn)
                    yield {session.kept: kept, session.history: archive.history(kept)}
        finally:
            growing.close()
            self.questions.end(visitor, stop)

    def typed(
        self,
        question: str,
        before: Turn | None,
        kept: Any,
        prose: bool,
        request: gr.Request,
        *filters: str,
    ) -> Iterator[Shown]:
        """A question from the box, with the filters beside it; what cannot be asked changes nothing."""
        try:
            names = (row.name for row in FILTERS)
            narrowed = chosen(dict(zip(names, filters, strict=True)))
            question = usable(question or "", self.engine.settings.question_characters)
        except UsageError as error:
            yield {self.parts.sheet.state: answer.problem(str(error))}
            return
        yield {self.parts.question.box: ""}
        yield from self.ask(Turn(question, narrowed, before=before), kept, prose, request)

    def picked(
        self, event: gr.EventData, kept: Any, prose: bool, request: gr.Request
    ) -> Iterator[Shown]:
        """One of the questions to begin with."""
        yield from self.ask(Turn(sent(event)), kept, prose, request)

    def meant(
        self, event: gr.EventData, turn: Turn | None, kept: Any, prose: bool, request: gr.Request
    ) -> Iterator[Shown]:
        """The same question with the name that was meant."""
        yield self.unchanged()
        if turn and (question := sent(event)):
            asked = replace(turn, question=question, answer=None)
            yield from self.ask(asked, kept, prose, request)

    def again(
        self, event: gr.EventData, turn: Turn | None, kept: Any, prose: bool, request: gr.Request
    ) -> Iterator[Shown]:
        """The same question with one restriction less."""
        yield self.unchanged()
        if turn is None:
            return
        what = sent(event)
        if what in self.parts.question.filters:
            yield {self.parts.question.filters[what]: ""}
        yield from self.ask(actions.without(turn, what), kept, prose, request)

    def linked(self, kept: Any, prose: bool, request: gr.Request) -> Iterator[Shown]:
        """The question of an address with ?q=, and its filters."""
        yield self.unchanged()  # a generator that yields nothing would empty every part
        given = dict(request.query_params)
        if question := given.get("q", ""):
            filters = (given.get(row.name, "") for row in FILTERS)
            yield from self.typed(question, None, kept, prose, request, *filters)

    def fresh(self, request: gr.Request) -> Shown:
        """Begin a new conversation."""
        self.questions.stop(str(request.session_hash))
        sheet = self.parts.sheet
        empty = dict.fromkeys((sheet.answer, sheet.evidence, sheet.pane), NOTHING)
        none = dict.fromkeys((sheet.turn, sheet.found))
        fresh = {sheet.state: answer.state(""), self.parts.question.box: ""}
        return {**empty, **none, **fresh}

    def back(self, turn: Turn | None, request: gr.Request) -> Shown:
        """From a list to the answer before it, if there is one."""
        if not (turn and turn.answer):
            return self.fresh(request)
        sheet = self.parts.sheet
        screen = shown(turn, kept=self._kept(turn))
        return {**self._filled(screen), sheet.pane: article.CLOSED, sheet.found: None}

    def seen_again(self, event: gr.EventData, kept: Any) -> Shown:
        """A question of this session, as it was answered."""
        place = number(sent(event))
        if place is None or place >= len(kept or ()):
            return self.unchanged()
        turn = kept[place]
        screen = shown(turn, kept=self._kept(turn))
        return {**self._filled(screen), self.parts.sheet.pane: article.CLOSED}

    def keep(self, wanted: bool) -> Shown:
        """Switch the history of this session on or off."""
        session = self.parts.session
        history = archive.history(()) if wanted else NOTHING
        return {session.kept: () if wanted else None, session.history: history}

    def rest(self, request: gr.Request) -> Shown:
        """The Stop button after a question."""
        running = self.questions.running(str(request.session_hash))
        return {self.parts.question.stop: gr.update(interactive=running)}

    def halt(self, request: gr.Request) -> None:
        """Stop what the visitor waits for."""
        self.questions.stop(str(request.session_hash))

    def _kept(self, turn: Turn) -> bool:
        return is_kept(self.engine.settings.index, turn.question, turn.filters)

    def _filled(self, screen: Screen) -> Shown:
        sheet = self.parts.sheet
        filled = {
            sheet.state: screen.state,
            sheet.answer: screen.answer,
            sheet.evidence: screen.evidence,
            sheet.turn: screen.turn,
        }
        return {part: value for part, value in filled.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader opens and takes along."""

    engine: Engine
    parts: Parts

    def open(self, event: gr.EventData, turn: Turn | None) -> Shown:
        """The article of a chip or card: "2", or "2/1" for its first copy."""
        first, _, second = sent(event).partition("/")
        place, copy = number(first), number(second or "0")
        if not (turn and turn.answer) or place is None or copy is None:
            return self.close()
        evidence = {item.number: item.article for item in turn.answer.evidence}
        opened = evidence.get(place)
        near = actions.near(self.engine, opened, turn.filters.as_of) if opened else ()
        return {self.parts.sheet.pane: article.pane(turn.answer, place, copy, near)}

    def read(self, event: gr.EventData, found: Found | None, turn: Turn | None) -> Shown:
        """An article by its id, from wherever it was named."""
        as_of = found.as_of if found else turn.filters.as_of if turn else None
        return {self.parts.sheet.pane: actions.whole(self.engine, sent(event), found, as_of)}

    def close(self) -> Shown:
        """No article beside the answer."""
        return {self.parts.sheet.pane: article.CLOSED}

    def copied(self, turn: Turn | None) -> Shown:
        """The answer with its quotes, for the clipboard."""
        return {self.parts.hands: actions.copied(turn)}

    def saved(self, event: gr.EventData, turn: Turn | None) -> Shown:
        """The answer as a file of the kind that was clicked."""
        return {self.parts.hands: actions.parcel(self.engine, turn, sent(event))}

    def original(self, event: gr.EventData) -> Shown:
        """The file behind the open article."""
        return {self.parts.hands: actions.original(self.engine, sent(event))}

    def table(self, event: gr.EventData) -> Shown:
        """The list of an address as a table."""
        return {self.parts.hands: actions.table(self.engine, sent(event))}


@dataclass(frozen=True, slots=True)
class Holding:
    """The archive on the page, and what is added to it."""

    engine: Engine
    beginnings: Beginnings
    parts: Parts

    def now(self) -> Shown:
        """The archive as it is now."""
        line, detail, outlets = actions.holdings(self.engine)
        place, filters = self.parts.archive, self.parts.question.filters
        variant = "secondary" if self.engine.has_library else "primary"
        return {
            place.dateline: line,
            place.holdings: detail,
            place.index: gr.update(variant=variant),
            **{
                filters[row.name]: gr.update(choices=choices(row, *outlets))
                for row in FILTERS
                if row.listed
            },
            **self.look_again(),
        }

    def look_again(self) -> Shown:
        """The questions to begin with, until they are made."""
        making = self.beginnings.making
        found = archive.suggested(self.engine.suggestions(), making=making)
        place = self.parts.archive
        return {place.suggestions: found, place.timer: gr.update(active=making)}

    def named(self) -> Shown:
        """The people and organisations named in most articles."""
        return {self.parts.archive.people: actions.named(self.engine)}

    def unread(self) -> Shown:
        """The files of the folder that are not read yet."""
        files = self.engine.unread() if self.engine.has_library else Unread()
        return {self.parts.archive.unread: archive.unread(files)}

    def read_new(
        self,
        turn: Turn | None,
        found: Found | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Shown:
        """Index the folder, and say so where it was asked for."""
        place, shown = self.parts.archive, self.index(turn, found, progress)
        told = {place.unread: shown[place.report] + shown[place.unread], place.report: NOTHING}
        return {**shown, **told}

    def index(
        self,
        turn: Turn | None,
        found: Found | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Shown:
        """Index the folder."""
        report = actions.index_folder(self.engine, _told(progress))
        return {self.parts.archive.report: report, **self._changed(turn, found)}

    def add(
        self,
        files: list[str] | None,
        turn: Turn | None,
        found: Found | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008
    ) -> Shown:
        """Bring dropped files into the folder, and index it."""
        place = self.parts.archive
        report = actions.add_files(self.engine, files or [], _told(progress))
        return {place.report: report, place.drop: None, **self._changed(turn, found)}

    def _changed(self, turn: Turn | None, found: Found | None) -> Shown:
        """The archive after an ingest; what could not be asked before is no longer said."""
        self.beginnings.wake()
        sheet = self.parts.sheet
        stale = {} if turn or found else {sheet.answer: NOTHING, sheet.state: answer.state("")}
        return {**stale, **self.now(), **self.named(), **self.unread()}


def sent(event: gr.EventData) -> str:
    """Return the text that a click sent, or nothing."""
    value = event._data.get("value") if isinstance(event._data, dict) else None
    return value if isinstance(value, str) else ""


def number(sent: str) -> int | None:
    """Return the number that a click sent; None where it is none of a list's, as of 5,000 digits."""
    return int(sent) if sent.isdecimal() and len(sent) < 10 else None


def _told(progress: gr.Progress) -> Progress:
    """The page's progress bar."""

    def tell(stage: str, done: int, total: int) -> None:
        progress((done, total or None), desc=stage.capitalize(), unit="")

    return tell
