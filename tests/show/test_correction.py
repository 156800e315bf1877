"""A correction stands on every card, citation and list of its article, and says what it means."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from rag.filters import Filters
from rag.retrieval.find import Wish
from rag.show.csv import csv_text, listed_rows
from rag.show.found import lines
from rag.show.html_file import html_file
from rag.show.json import to_json
from rag.show.markdown import markdown
from rag.show.shell import quote
from rag.show.view import CORRECTED, CORRECTS, correction
from rag.store.library import Library
from rag.stories.batch import outcome
from rag.types.questions import Ask, Turn
from rag.web.html import article as pane
from rag.web.html.answer import answer as page
from rag.web.html.evidence import evidence as cards
from rag.web.html.found import results
from tests.fakes import MUSEUM, QUESTION, STORM, WRITTEN, ScriptedGenerator, engine_of

NOTICE = "Correction: The storm sank a ferry on Monday, not a <boat>."
CORRECTED_STORM = f"{STORM}\n\nThe council met.\n\n{NOTICE}"


@pytest.fixture
def engine(tmp_path):
    """An engine with small parts over an article with a correction, and one without."""
    return engine_of(
        tmp_path, ScriptedGenerator(f"{WRITTEN} [1]"), storm=CORRECTED_STORM, museum=MUSEUM
    )


def test_the_library_keeps_it(engine):
    """As a field of the article that has one."""
    with Library.open(engine.settings.index) as library:
        kept = {one.path: one.correction for one in library.articles()}
    assert kept == {"storm.txt": NOTICE, "museum.txt": None}


def test_it_stands_on_card_citation_and_file(engine):
    """In the shell, on the page, in every kind of file; as text, never as markup."""
    found = engine.answer(QUESTION)
    said = f"{CORRECTED}: {NOTICE}"
    assert said in " ".join(quote(found.evidence[0]).split())
    turn = Turn(QUESTION, answer=found)
    escaped = said.replace("<", "&lt;").replace(">", "&gt;")
    assert escaped in page(turn)  # in the chip
    assert escaped in cards(found)
    assert escaped in html_file(found)
    assert "The storm sank a ferry on Monday, not a" in markdown(found)
    assert to_json(found)["evidence"][0]["article"]["correction"] == NOTICE
    assert f"{CORRECTS}: Correction: The storm" in pane.pane(found, 1)


def test_a_list_has_it(engine):
    """In the shell, on the page, as a table."""
    found = engine.find("storm ferry", Filters())
    told = f"{CORRECTS}: {NOTICE}"
    assert any(told in line for line in lines(found, marks=False))
    assert told.replace("<", "&lt;").replace(">", "&gt;") in results(Wish("storm ferry"), found)
    assert NOTICE in csv_text(listed_rows(found.reports))


def test_the_corrected_sentence_is_marked(engine):
    """In the open article; another quotation of it is told apart on its card."""
    with Library.open(engine.settings.index) as library:
        article = next(one for one in library.articles() if one.correction)
    opened = pane.whole(article)
    marked = opened.split('<mark class="corrected">')[1].split("</mark>")[0]
    assert marked == "The storm sank a ferry in the harbour on Monday."
    item = engine.answer(QUESTION).evidence[0]
    start = article.text.index("The council met.")
    other = replace(item, article=article, start=start, end=start + 16)
    assert correction(article, other) == f"{CORRECTS}: {NOTICE}"
    assert correction(replace(article, correction=None), other) == ""


def test_a_row_of_a_batch_has_it(engine):
    """As a note."""
    import threading

    made = outcome(Ask(QUESTION, asked_on=date(2025, 6, 5)), engine, threading.Event())
    assert any(NOTICE in note for note in made.notes)
