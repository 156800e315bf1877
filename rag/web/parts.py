"""The parts of the page in their places, built once; nothing here knows what they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import gradio as gr

from rag.filters import FILTERS, Filter
from rag.reading.formats import SIGNS
from rag.web.html import answer

HANDS = Path(__file__).with_name("static") / "page.js"
KEPT_SECONDS = 6 * 60 * 60  # a conversation that nobody goes on with is forgotten
WRITE = "Write sentences (else the articles’ own words answer, at once)"
LIST_CHARACTERS = 100_000  # of a list that is pasted: 500 rows of 200
LOOK_AGAIN = 5.0  # seconds until a page asks whether the questions to begin with are there

Part = Any  # a component of gradio, which has no types


@dataclass(frozen=True, slots=True)
class Region:
    """Parts that are used together."""

    def parts(self) -> Iterator[Part]:
        """All of them."""
        for one in fields(self):
            part = getattr(self, one.name)
            yield from part.values() if isinstance(part, Mapping) else (part,)


@dataclass(frozen=True, slots=True)
class Question(Region):
    """Where one asks, or finds."""

    box: Part
    ask: Part
    find: Part
    stop: Part
    filters: Mapping[str, Part]  # by their names


@dataclass(frozen=True, slots=True)
class Sheet(Region):
    """Where the answer grows, or a list is; `turn` is the question, `found` the list."""

    turn: Part
    found: Part
    state: Part
    answer: Part
    evidence: Part
    pane: Part


@dataclass(frozen=True, slots=True)
class Draft(Region):
    """Where a draft is checked."""

    box: Part
    check: Part
    stop: Part
    state: Part
    found: Part


@dataclass(frozen=True, slots=True)
class Many(Region):
    """Where a list is asked; `rows` are those so far, `way` leads back to them."""

    box: Part
    ask: Part
    told: Part
    rows: Part
    way: Part


@dataclass(frozen=True, slots=True)
class Archive(Region):
    """What there is to ask, and how more comes in; `timer` looks for questions to begin with."""

    dateline: Part
    unread: Part
    suggestions: Part
    holdings: Part
    people: Part
    drop: Part
    index: Part
    report: Part
    standing: Part
    timer: Part


@dataclass(frozen=True, slots=True)
class Session(Region):
    """How this session is answered, and its questions, `kept` only while `keep` is ticked."""

    prose: Part
    keep: Part
    kept: Part
    history: Part


@dataclass(frozen=True, slots=True)
class Parts:
    """The page by its regions; `hands` is what its script hears and does."""

    hands: Part
    question: Question
    sheet: Sheet
    draft: Draft
    many: Many
    archive: Archive
    session: Session


def drawn(*, prose: bool, draft_characters: int) -> Parts:
    """Draw all parts from top to bottom into the page that is being built.

    Sentences are written while `prose` is ticked; so it begins.
    """
    hands = gr.HTML({}, html_template="", js_on_load=HANDS.read_text())
    gr.HTML('<header class="masthead"><h1>Clippings</h1></header>')
    dateline = gr.HTML(elem_classes="place-of-dateline")
    unread = gr.HTML(elem_classes="place-of-unread")
    question = _question()
    suggestions = gr.HTML(elem_classes="place-of-suggestions")
    way = gr.HTML(elem_classes="place-of-way")
    sheet, draft, many = _sheet(), _draft(draft_characters), _many(way)
    archive = _archive(dateline, unread, suggestions)
    return Parts(hands, question, sheet, draft, many, archive, _session(prose))


def _question() -> Question:
    with gr.Row(elem_classes="ask"):
        box = gr.Textbox(
            label="Question",
            show_label=False,
            container=False,
            lines=1,
            max_lines=4,
            placeholder="Ask a question, or find words",
            autofocus=True,
            scale=1,
            min_width=200,
            elem_classes="question",
        )
        ask = gr.Button("Ask", variant="primary", scale=0, min_width=88)
        find = gr.Button("Find", scale=0, min_width=88, elem_classes="find")
        stop = gr.Button("Stop", interactive=False, scale=0, min_width=88)
    with gr.Accordion("Only some articles", open=False, elem_classes="filters"), gr.Row():
        filters = {row.name: _filter(row) for row in FILTERS}
    return Question(box, ask, find, stop, filters)


def _filter(row: Filter) -> Part:
    if row.listed:
        return gr.Dropdown(choices(row), value="", label=row.label)
    kind = "day" if row.is_day else "name"
    return gr.Textbox(label=row.label, max_lines=1, placeholder=row.hint, elem_classes=kind)


def choices(row: Filter, *known: str) -> list[tuple[str, str]]:
    """What a listed filter can be: nothing, or one of the known values."""
    return [(row.hint, ""), *((name, name) for name in known)]


def _sheet() -> Sheet:
    turn = gr.State(None, time_to_live=KEPT_SECONDS)
    found = gr.State(None, time_to_live=KEPT_SECONDS)
    with gr.Row(elem_classes="spread"):
        with gr.Column(elem_classes="sheet", min_width=0):
            state = gr.HTML(answer.state(""), elem_classes="place-of-state")
            growing = gr.HTML(elem_classes="place-of-answer")
            evidence = gr.HTML(elem_classes="place-of-evidence")
        pane = gr.HTML(elem_classes="place-of-pane")
    return Sheet(turn, found, state, growing, evidence, pane)


def _long_box(label: str, characters: int) -> gr.Textbox:
    """A box takes one character more than is read, so that what is too long is refused."""
    return gr.Textbox(
        label=label,
        lines=6,
        max_lines=20,
        max_length=characters + 1,
        elem_classes="draft-box",
    )


def _draft(characters: int) -> Draft:
    with gr.Accordion("Check a draft", open=False, elem_classes="drafting"):
        box = _long_box("Your draft: each sentence is compared with the articles", characters)
        with gr.Row(elem_classes="draft-buttons"):
            check = gr.Button("Check", scale=0, min_width=88)
            stop = gr.Button("Stop checking", interactive=False, scale=0, min_width=168)
        state = gr.HTML(answer.state(""), elem_classes="place-of-draft-state")
        found = gr.HTML(elem_classes="place-of-draft")
    return Draft(box, check, stop, state, found)


def _many(way: Part) -> Many:
    rows = gr.State(None, time_to_live=KEPT_SECONDS)
    with gr.Accordion("Ask a list", open=False, elem_classes="drafting"):
        told = "Your list: a question or a name on each line, or a table copied from a spreadsheet"
        box = _long_box(told, LIST_CHARACTERS)
        with gr.Row(elem_classes=["draft-buttons", "list-buttons"]):
            ask = gr.Button("Ask the list", scale=0, min_width=136)
        told = gr.HTML(elem_classes="place-of-list-told")
    return Many(box, ask, told, rows, way)


def _archive(dateline: Part, unread: Part, suggestions: Part) -> Archive:
    timer = gr.Timer(LOOK_AGAIN)
    with gr.Column(elem_classes="archive"):
        gr.HTML("<h2>The archive</h2>")
        holdings = gr.HTML(elem_classes="place-of-holdings")
        people = gr.HTML(elem_classes="place-of-people")
        drop = gr.File(
            file_count="multiple",
            file_types=sorted(SIGNS),
            label="Drop articles here to add them",
            height=150,
            elem_classes="drop",
        )
        index = gr.Button("Index the folder", size="sm", scale=0, min_width=0)
        report = gr.HTML(elem_classes="place-of-report")
        kept = gr.HTML(elem_classes="place-of-standing")
    return Archive(
        dateline, unread, suggestions, holdings, people, drop, index, report, kept, timer
    )


def _session(prose: bool) -> Session:
    kept = gr.State(None, time_to_live=KEPT_SECONDS)
    with gr.Column(elem_classes="session"):
        written = gr.Checkbox(prose, label=WRITE, container=False)
        keep = gr.Checkbox(
            label="Keep the questions of this session (on this computer, until the page is closed)",
            container=False,
        )
        history = gr.HTML(elem_classes="place-of-history")
    return Session(written, keep, kept, history)
