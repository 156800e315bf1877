"""Keeping questions on the page, over HTTP, with stand-ins for the models."""

from __future__ import annotations

import json

import pytest

from rag.filters import Filters
from rag.stories import kept
from rag.types.questions import Ask
from rag.web.api import programs
from tests.fakes import empty_engine
from tests.served import serving
from tests.stories.test_kept import ASKED, DAY, FIRST, LATER, bring
from tests.web.test_finding import Reader

THERE = "q=How+many+boats+sank%3F"


@pytest.fixture
def engine(tmp_path):
    """An engine with small parts over one article."""
    made = empty_engine(tmp_path)
    bring(made, "first", *FIRST)
    return made


@pytest.fixture
def reader(engine):
    """Somebody who has the page open."""
    with serving(engine) as page, Reader(page.address, "one") as visitor:
        yield visitor


def test_a_kept_question_is_listed_and_forgotten(engine, reader):
    """The list is there when the page opens; Remove takes a question out of it."""
    folder = engine.settings.index
    kept.keep(Ask(ASKED), engine, folder, DAY)
    assert ASKED in reader.opens("want_forget", "q=Another%3F")
    assert ASKED not in reader.opens("want_forget", THERE)
    assert kept.load(folder) == ()


def test_the_star_keeps_the_question_that_is_shown(engine, reader):
    """A second click forgets it; a star of another question than the one shown does nothing."""
    folder = engine.settings.index
    reader.send(reader.dependency("Ask", "click"), ASKED, None, None, False, *[""] * 5)
    assert THERE in json.dumps(list(reader.heard()))
    assert "kept" in reader.clicks("want_keep", THERE, None)
    assert kept.is_kept(folder, ASKED, Filters())
    reader.clicks("want_keep", "q=Another%3F", None)
    assert len(kept.load(folder)) == 1
    reader.clicks("want_keep", THERE, None)
    assert kept.load(folder) == ()


def test_news_comes_after_an_ingest_of_the_page(engine, reader):
    """Index the folder, and the list has the change."""
    folder = engine.settings.index
    kept.keep(Ask(ASKED), engine, folder, DAY)
    later = f"---\noutlet: {LATER[1]}\ndate: {LATER[0]}\n---\n\n{LATER[2]}\n"
    (engine.settings.seeds / "later.md").write_text(later)
    number = reader.dependency("Index the folder", "click")
    reader.send(number, None, None)
    assert "1 article new" in json.dumps(list(reader.heard()))
    [after] = [
        item["id"]
        for item in reader.config["dependencies"]
        if [number, "then"] in [list(one) for one in item["targets"]]
        or item.get("trigger_after") == number
    ]
    reader.send(after)
    told = json.dumps(list(reader.heard()), ensure_ascii=False)
    assert "answer changed: Three → Nine" in told


def test_a_damaged_list_is_a_line_on_the_page(engine, reader):
    """With where the file is now."""
    (engine.settings.index / kept.FILE).write_text("{")
    assert "standing-damaged-1.json" in reader.opens("want_forget", THERE)


def test_programs_list_the_kept_questions(engine):
    """With their answers and their news."""
    ask, *_, standing = programs(engine)
    assert json.loads(standing()) == []
    kept.keep(Ask(ASKED), engine, engine.settings.index, DAY)
    bring(engine, "later", *LATER)
    kept.run(engine, engine.settings.index, DAY)
    [one] = json.loads(standing())
    assert one["question"] == ASKED and one["told"][0]["value"] == "Nine"
    assert one["news"][0]["text"] == "answer changed: Three → Nine · Mail, 8 June 2025"
    assert ask is not standing
