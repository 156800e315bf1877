"""Find, reading and counting on the page, over HTTP, with stand-ins for the models."""

from __future__ import annotations

import json

import pytest

from rag.filters import FILTERS
from tests.fakes import STORM, WRITTEN, PatientGenerator, empty_engine, engine_of, wait
from tests.served import serving
from tests.web.test_page import ASKED, Visitor

NOTHING_CHOSEN = tuple("" for _ in FILTERS)


class Reader(Visitor):
    """A visitor who also clicks on what the page's own script hears."""

    def event(self, name: str) -> int:
        """The number of the listener to an event of the script."""
        return next(
            item["id"]
            for item in self.config["dependencies"]
            if any(event == name for _, event in item["targets"])
        )

    def find(self, text: str, *filters: str) -> str:
        """Type and press Find; all that the page is told."""
        chosen = filters or NOTHING_CHOSEN
        assert self.send(self.dependency("Find", "click"), text, *chosen).is_success
        return self._told()

    def clicks(self, event: str, value: str, *data: object) -> str:
        """Click on something that waits in the queue."""
        body = {"data": data, "event_data": {"value": value}, "fn_index": self.event(event)}
        body["session_hash"] = self.session
        assert self.http.post("gradio_api/queue/join", json=body).is_success
        return self._told()

    def opens(self, event: str, value: str, *data: object) -> str:
        """Click on something that is done at once."""
        body = {"data": data, "event_data": {"value": value}, "fn_index": self.event(event)}
        body["session_hash"] = self.session
        found = self.http.post("gradio_api/run/predict", json=body)
        assert found.is_success
        return json.dumps(found.json(), ensure_ascii=False)

    def _told(self) -> str:
        return json.dumps(list(self.heard()), ensure_ascii=False)


@pytest.fixture
def visiting(tmp_path):
    """A reader of the page of an engine with two articles."""
    engine = engine_of(tmp_path)
    with serving(engine) as page, Reader(page.address, "one") as reader:
        reader.engine = engine
        yield reader


def test_find_lists_the_articles_with_the_words(visiting):
    """How many is said, and the words are marked; nothing in the box lists all."""
    told = visiting.find("storm -museum")
    assert "1 article" in told and "<mark>storm</mark>" in told
    assert "Articles with “storm -museum”" in told
    told = visiting.find("")
    assert "2 articles" in told and "All articles" in told


def test_a_list_is_seen_as_a_timeline(visiting):
    """By its link and by its address; what cannot be one is a sentence."""
    assert "as=timeline" in visiting.find("storm")
    told = visiting.clicks("want_find", "find=storm&as=timeline")
    assert "Timeline: storm" in told and "As a list of articles" in told
    assert "Save as CSV" in told and 'class=\\"happened\\"' in told
    told = visiting.clicks("want_find", "find=%22&as=timeline")
    assert "problem" in told and "Traceback" not in told


@pytest.mark.parametrize(
    ("text", "problem"),
    [('"', "Nothing can be searched for"), ("OR - ~", "Type a word"), ("x" * 2_001, "2,001")],
)
def test_what_cannot_be_sought_is_a_sentence(visiting, text, problem):
    """And no traceback."""
    told = visiting.find(text)
    assert problem in told and "Traceback" not in told


def test_a_filter_that_is_no_day_is_a_sentence(visiting):
    """As when asking."""
    days = ["June" if row.is_day else "" for row in FILTERS]
    assert "is no day" in visiting.find("storm", *days)


def test_without_a_library_the_next_step_is_told(tmp_path):
    """In one line."""
    with serving(empty_engine(tmp_path)) as page, Reader(page.address, "one") as reader:
        assert "No index in" in reader.find("storm")


def test_a_link_finds(visiting):
    """Whatever it names; a day that is none is told."""
    assert "Articles with “ferry”" in visiting.clicks("want_find", "find=ferry&sort=day")
    assert "is no day" in visiting.clicks("want_find", "find=ferry&since=x")
    assert "is no order" in visiting.clicks("want_find", "find=ferry&sort=x")


def test_an_article_of_the_list_opens(visiting):
    """Whole, at its place in the list; its file comes by its id."""
    visiting.find("storm -museum")
    [storm] = visiting.engine.find("storm -museum").reports
    told = visiting.opens("want_read", storm.article.id, None, None)
    assert "Article 1 of 1" in told and STORM[-20:] in told
    assert "storm.txt" in visiting.opens("want_original", storm.article.id)


def test_the_list_is_saved_as_a_table(visiting):
    """With a name."""
    assert "storm.csv" in visiting.clicks("want_table", "find=storm")


def test_a_list_leads_back_to_the_answer(visiting):
    """Or to an empty page, where there was none."""
    assert WRITTEN not in visiting.opens("want_back", "", None)
    visiting.send(visiting.dependency("Ask", "click"), *ASKED)
    assert WRITTEN in visiting._told()
    visiting.find("museum")
    assert WRITTEN in visiting.opens("want_back", "", None)


def test_a_question_about_the_archive_is_counted(visiting):
    """With the number, how it was counted, and the way to the list."""
    asked = ("How many articles mention the ferry?", *ASKED[1:])
    visiting.send(visiting.dependency("Ask", "click"), *asked)
    told = visiting._told()
    assert "Show this 1 article" in told and "Counted:" in told


def test_unread_files_are_read_where_they_are_named(visiting):
    """Once the page or an answer has found them; afterwards nothing is left to read."""
    seeds = visiting.engine.settings.seeds
    (seeds / "goal.txt").write_text("The goal of the season fell in the last minute on Sunday.")
    visiting.send(visiting.dependency("Ask", "click"), *ASKED)
    told = visiting._told()
    assert "1 new (goal.txt)" in told and "Read them now" in told
    told = visiting.clicks("want_ingest", "", None, None)
    assert "1 article new" in told and not visiting.engine.unread()


def test_a_name_with_a_wrong_letter_can_be_asked_right(tmp_path):
    """The link asks the same question with the name that was meant."""
    vote = "The vote in Lindholm was won by Ilse Varga. In Lindholm nobody was surprised by Varga."
    with serving(engine_of(tmp_path, vote=vote)) as page, Reader(page.address, "one") as reader:
        wrong = ("Who won the vote in Lindhlom?", *ASKED[1:])
        reader.send(reader.dependency("Ask", "click"), *wrong)
        told = reader._told()
        assert "Did you mean Lindholm instead of Lindhlom?" in told
        right = "Who won the vote in Lindholm?"
        assert f"{right}</h2>" in reader.clicks("want_meant", right, None, None, True)


def test_a_list_takes_the_place_of_a_question(tmp_path):
    """Which is stopped, and shows nothing any more."""
    generator = PatientGenerator()
    with serving(engine_of(tmp_path, generator)) as page, Reader(page.address, "one") as reader:
        reader.send(reader.dependency("Ask", "click"), *ASKED)
        heard = reader.heard()
        assert any(WRITTEN in json.dumps(message) for message in heard)
        reader.send(reader.dependency("Find", "click"), "storm", *NOTHING_CHOSEN)
        rest = [json.dumps(message, ensure_ascii=False) for message in heard]
        assert any("Articles with “storm”" in one for one in rest)
        assert not any("Stopped." in one for one in rest)
    wait(lambda: not generator.owner.locked())
