"""A list that is pasted on the page: its rows as they come, over HTTP, with stand-ins for the models."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import threading
from datetime import date

import pytest

from rag.errors import UsageError
from rag.filters import FILTERS, Filters
from rag.stories.batch import Batch
from rag.types.answers import Outcome
from rag.types.questions import Ask
from rag.web import actions, many
from rag.web.html.many import many as drawn
from rag.web.html.many import progress, summary
from rag.web.sessions import BUG
from tests.drafted import checking_engine
from tests.fakes import (
    MUSEUM,
    QUESTION,
    STORM,
    WRITTEN,
    MissingGenerator,
    OverlapReader,
    PatientGenerator,
    empty_engine,
    engine_of,
    wait,
)
from tests.served import serving
from tests.web.test_finding import NOTHING_CHOSEN, Reader

LIST = f"{QUESTION}\nWho is Elon Musk?\nNobody\n"
NONE = ("",) * len(FILTERS)


def rows(engine, text, stop=None, prose=False):
    """The moments of a list: the state, the rows, whether it has ended."""
    asks = many.read(text, NONE, prose=prose)
    return list(many.screens(engine, asks, stop or threading.Event()))


def asked(engine, text=LIST) -> Batch:
    """All rows of a list."""
    return rows(engine, text)[-1][1]


# ── what is pasted ──


@pytest.mark.parametrize(
    "text",
    [
        "Who, if anyone, resigned?\nAda Holm\n",
        "\r\nWho, if anyone, resigned?\r\n\r\n  Ada Holm",
        "question\nWho, if anyone, resigned?\nAda Holm\n",
        "question\tsource\nWho, if anyone, resigned?\t\nAda Holm\t\n",
        'question,source\n"Who, if anyone, resigned?",\nAda Holm,\n',
    ],
)
def test_a_list_or_a_table_can_be_pasted(text):
    """A comma parts columns only below a line that names them."""
    found = many.read(text, NONE, prose=False)
    assert [one.question for one in found] == ["Who, if anyone, resigned?", "Ada Holm"]
    assert {one.filters for one in found} == {Filters()}


def test_a_table_narrows_its_rows():
    """A cell takes the place of the field beside the question; sentences are written if they are wanted."""
    fields = tuple({"source": "Times", "until": "2025-07-01"}.get(row.name, "") for row in FILTERS)
    found = many.read("name\toutlet\nAda Holm\tHerald\nBo Brandt\t\n", fields, prose=True)
    assert found == tuple(
        Ask(name, Filters(source=outlet, until=date(2025, 7, 1)), prose=True)
        for name, outlet in (("Ada Holm", "Herald"), ("Bo Brandt", "Times"))
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Nothing was pasted. Write a question or a name on each line."),
        (" \n\t\n", "Nothing was pasted"),
        ("question\n", "The list has no question"),
        ("question\tcolour\nWho?\tred\n", "The list, line 1: “colour” is no filter"),
        ("Who?\tThe Times\n", "The list, line 1: “the times” is no filter"),
        ("name\tsince\nAda\t\nBo\tJune\n", "The list, line 3: “June” is no day"),
        ("Ada Holm\n" * 501, "The list has 501 rows; at most 500 are asked. Split it."),
        ("x" * 100_001, "more than 100,000 characters"),
        ("Ada\n?!\n", "The list, line 2: the question is missing"),
    ],
)
def test_what_cannot_be_asked_is_named_with_its_line(text, said):
    """In one sentence, before anything is asked."""
    with pytest.raises(UsageError) as error:
        many.read(text, NONE, prose=False)
    assert said in str(error.value)


# ── the rows ──


def test_rows_come_with_their_words_and_places(tmp_path):
    """The answer, whose words it is, and where these stand; a headline alone has no place."""
    engine = engine_of(tmp_path, storm=STORM, fire="A fire in the mill\n\nNobody was hurt there.")
    grown = asked(engine, f"{QUESTION}\nWho is Elon Musk?\nNobody\nmill\n")
    assert [one.status for one in grown.rows] == ["answered", "not_found", "mentioned", "mentioned"]
    first, missed, name, headline = grown.rows
    for one in (first, name):
        article, _ = engine.article(one.article)
        assert " ".join(article.text[one.start : one.end].split()) == one.quotation
    assert (missed.article, missed.start, missed.end) == ("", 0, 0)
    assert (headline.quotation, headline.start, headline.end) == ("A fire in the mill", 0, 0)
    assert headline.article == name.article


def test_the_state_tells_how_far_it_is(tmp_path):
    """At the end how many have a hit; no language model is asked for without prose."""
    grown = rows(engine_of(tmp_path, MissingGenerator()), LIST)
    assert "0 of 3" in grown[0][0] and "busy" in grown[0][0]
    state, last, ended = grown[-1]
    assert ended and last.done and "none.gguf" not in str(last)
    assert "3 rows: 2 with a hit, 1 without" in state and "busy" not in state


@pytest.mark.parametrize(
    ("asked", "seconds", "told"),
    [(0, 5, "0 of 40"), (12, 77, "12 of 40 · 3 min left"), (40, 77, "40 of 40 · 0 s left")],
)
def test_progress_tells_the_time_that_is_left(asked, seconds, told):
    """By the time that the rows so far took: 28 rows of 77/12 seconds are 180 seconds."""
    one = Outcome("Who?", "not_found", 3)
    assert progress(Batch(40, date(2025, 6, 5), (one,) * asked), seconds) == told


def test_what_was_stopped_is_told():
    """With how many rows there are."""
    hit, missed = Outcome("A", "mentioned", 0), Outcome("B", "not_found", 3)
    assert (
        summary(Batch(40, date(2025, 6, 5), (hit, missed, missed)))
        == "Stopped after 3 of 40 rows: 1 with a hit, 2 without"
    )


def test_a_row_without_a_hit_is_marked(tmp_path):
    """By its class and in words; the others have their quotation with the answer marked."""
    page = drawn(asked(engine_of(tmp_path)), ended=True)
    assert re.findall(r'<tr class="(\w+)"', page) == ["hit", "missed", "hit"]
    assert "The articles do not say" in page and "Mentioned" in page
    assert '“<mark class="found">Nobody</mark> was hurt in the museum.”' in page
    assert page.count('data-do="place"') == 2
    assert 'data-do="row" data-value="1">Who is Elon Musk?<' in page
    assert 'data-do="find" data-value="find=%22Nobody%22">Nobody<' in page


def test_while_it_grows_nothing_can_be_taken_along(tmp_path):
    """Nor can it be closed, since the next row would open it again."""
    batch = asked(engine_of(tmp_path))
    assert 'data-do="report"' not in drawn(batch, ended=False)
    assert "Close the list" not in drawn(batch, ended=False)
    assert drawn(batch, ended=True).count('data-do="report"') == 3


def test_what_was_typed_and_written_is_text():
    """Nothing of a row is markup."""
    evil = "<img src=x onerror=alert(1)>"
    one = Outcome(
        f"{evil}?",
        "answered",
        0,
        {"source": evil},
        *(evil,) * 3,
        "2025-06-04",
        *(evil,) * 4,
        notes=(evil,),
        article="a",
    )
    assert "<img" not in drawn(Batch(1, date(2025, 6, 5), (one,)), ended=True)


# ── how it ends ──


class Patient(OverlapReader):
    """Reads the second question when it is told to."""

    def __init__(self) -> None:
        self.told, self.waits = threading.Event(), threading.Event()

    def read(self, question, texts):
        """The same readings."""
        if "Musk" in question:
            self.waits.set()
            wait(self.told.is_set)
        return super().read(question, texts)


def test_a_stop_keeps_the_rows_that_are_there(tmp_path):
    """At once, even while a row is being asked."""
    stop, reader = threading.Event(), Patient()
    engine = checking_engine(tmp_path, reader=reader, storm=STORM, museum=MUSEUM)
    growing = many.screens(engine, many.read(LIST, NONE, prose=False), stop)
    for _ in growing:
        if reader.waits.is_set():
            break
    stop.set()
    *_, (state, last, ended) = growing
    reader.told.set()
    assert ended and [one.question for one in last.rows] == [QUESTION]
    assert "Stopped after 1 of 3 rows" in state


def test_without_a_library_the_next_step_is_told(tmp_path):
    """In one line."""
    state, grown, ended = rows(empty_engine(tmp_path), LIST)[-1]
    assert "No index in" in state and ended and not grown.rows


def test_a_bug_is_one_line_and_keeps_its_traceback(tmp_path):
    """As with questions; the rows before it stay."""
    engine, seen = checking_engine(tmp_path, reader=object(), museum=MUSEUM), []
    with pytest.raises(AttributeError):
        for one in many.screens(engine, [Ask("Nobody"), Ask(QUESTION)], threading.Event()):
            seen.append(one)
    state, grown, ended = seen[-1]
    assert BUG in state and ended and [one.question for one in grown.rows] == ["Nobody"]


# ── what can be done with a row ──


def test_an_article_opens_at_the_words_of_its_row(tmp_path):
    """They are marked; a row whose words are only the headline opens it without a mark."""
    engine = engine_of(tmp_path, storm=STORM, fire="A fire in the mill\n\nNobody was hurt there.")
    storm, headline = asked(engine, f"{QUESTION}\nmill\n").rows
    opened = actions.row_opened(engine, storm)
    assert re.findall(r'<mark class="here">(.*?)</mark>', opened) == [
        STORM[storm.start : storm.end]
    ]
    assert "<mark" not in actions.row_opened(engine, headline)


def test_rows_are_saved_as_the_reports_of_the_shell(tmp_path):
    """HTML, CSV and JSON; any other kind, and a list that was never asked, are nothing."""
    batch = asked(engine_of(tmp_path))
    told = {kind: actions.report(batch, kind) for kind in ("html", "csv", "json")}
    texts = {kind: base64.b64decode(one["data"]).decode() for kind, one in told.items()}
    assert told["csv"]["name"] == f"questions-{batch.asked_on}.csv"
    assert "2 with a hit, 1 without." in texts["html"]
    found = list(csv.DictReader(io.StringIO(texts["csv"])))
    assert [one["question"] for one in found] == LIST.splitlines()
    assert json.loads(texts["json"])["without"] == ["Who is Elon Musk?"]
    assert actions.report(batch, "md") == actions.report(None, "csv") == {}


# ── over HTTP ──


class Desk(Reader):
    """A visitor who pastes lists."""

    def ask(self, text: str, *, prose: bool = False) -> None:
        """Paste it and press the button."""
        number = self.dependency("Ask the list", "click")
        assert self.send(number, text, prose, *NOTHING_CHOSEN).is_success

    def told(self) -> str:
        """All that the page is told until it is done."""
        return json.dumps(list(self.heard()), ensure_ascii=False)


@pytest.fixture
def desk(tmp_path):
    """Somebody at the page of an engine with two articles."""
    engine = engine_of(tmp_path, storm=STORM, museum=MUSEUM)
    with serving(engine) as page, Desk(page.address, "one") as visitor:
        yield visitor


def test_the_page_asks_a_list(desk):
    """Its box has a label, what is pressed asks it, and the rows can be used afterwards."""
    labels = [one["props"].get("label") for one in desk.config["components"]]
    assert any(label and label.startswith("Your list: a question or a name") for label in labels)
    desk.ask(LIST)
    told = desk.told()
    assert "0 of 3" in told and "3 rows: 2 with a hit, 1 without" in told
    assert "Back to the list of 3 rows" in told
    assert 'mark class=\\"here\\"' in desk.opens("want_place", "0", None)
    assert f"questions-{date.today()}.json" in desk.opens("want_report", "json", None)
    assert "A list of 3 rows" in desk.opens("want_list", "", None)
    asked = desk.clicks("want_row", "0", None, None, False)
    assert "In the article’s own words" in asked and WRITTEN not in asked


@pytest.mark.parametrize("place", ["", "x", "9", "-1", "9" * 5_000, "²"], ids=len)
def test_a_click_on_a_row_that_is_not_there_changes_nothing(desk, place):
    """Also before any list was asked."""
    assert "mark" not in desk.opens("want_place", place, None)
    desk.ask("Nobody")
    desk.told()
    assert "mark" not in desk.opens("want_place", place, None)
    assert "Searching" not in desk.clicks("want_row", place, None, None, False)


def test_a_list_that_cannot_be_asked_is_told_below_its_box(desk):
    """And nothing else changes."""
    desk.ask("question\tcolour\nWho?\tred")
    told = desk.told()
    assert "“colour” is no filter" in told and "0 of 1" not in told


def test_sentences_are_written_where_they_are_wanted(desk):
    """As the box at the end of the page says."""
    desk.ask(QUESTION, prose=True)
    assert WRITTEN in desk.told()


def test_the_stop_of_the_page_ends_the_list(tmp_path):
    """With the rows that are there."""
    generator = PatientGenerator()
    with serving(engine_of(tmp_path, generator)) as page, Desk(page.address, "one") as visitor:
        visitor.ask(f"Nobody\n{QUESTION}\nferry\n", prose=True)
        heard = visitor.heard()
        assert any("1 of 3" in json.dumps(message) for message in heard)
        wait(generator.owner.locked)
        assert visitor.call(visitor.dependency("Stop", "click")).is_success
        assert any("Stopped after 1 of 3 rows" in json.dumps(message) for message in heard)
    wait(lambda: not generator.owner.locked())
