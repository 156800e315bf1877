"""What is counted: by SQL of the test's own over the same library, and on paper."""

from __future__ import annotations

import json
from datetime import date

import pytest

from rag.engine import Engine
from rag.filters import Filters
from rag.settings import ROOT, Settings
from rag.show.html_file import html_file
from rag.show.json import to_json
from rag.show.markdown import markdown
from rag.show.shell import chart, counted
from rag.types.archive import Tally
from rag.types.days import in_words
from rag.types.questions import Ask
from scripts.evaluation.archive import Wanted, right
from tests.fakes import OverlapReader, ScriptedGenerator, WordCountEncoder, engine_of

ARCHIVE = ROOT / "tests" / "gold" / "archive"
QUESTIONS = [
    json.loads(line)
    for line in (ROOT / "tests/gold/archive_questions.jsonl").read_text().splitlines()
]
RECOGNISED = 0.9
DAY = date(2025, 6, 5)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine over the archive of invented news."""
    settings = Settings(seeds=ARCHIVE, index=tmp_path_factory.mktemp("index"), threads=1)
    parts = {"encoder": WordCountEncoder(), "reader": OverlapReader()}
    made = Engine(settings, generator=ScriptedGenerator(), **parts)
    assert made.ingest().articles == 41
    return made


@pytest.fixture(scope="module")
def answers(engine):
    """What is counted for each question that is recognised."""
    asks = {gold["id"]: Ask(gold["question"], asked_on=DAY, write=False) for gold in QUESTIONS}
    told = {number: engine.answer(ask).archive for number, ask in asks.items()}
    return {number: counted for number, counted in told.items() if counted}


def oracle(engine, gold):
    """What is right by substrings, without full text."""
    meant = {name: gold[name] for name in ("since", "until", "source") if name in gold}
    wanted = Wanted(gold["kind"], tuple(gold["about"]), **meant)
    return right(wanted, engine.settings.index)


def recognised(answers, gold):
    """What is counted for a question; another test says how many may be lost."""
    return answers.get(gold["id"]) or pytest.skip("not recognised")


@pytest.mark.parametrize("kind", ["plain", "paraphrased"])
def test_questions_about_the_archive_are_recognised(answers, kind):
    """At least nine in ten, and every one that is for what it counts."""
    asked = [gold for gold in QUESTIONS if gold["id"].startswith(kind)]
    assert len(asked) == 30
    lost = [
        gold["question"]
        for gold in asked
        if gold["id"] not in answers or answers[gold["id"]].kind != gold["kind"]
    ]
    assert 1 - len(lost) / len(asked) >= RECOGNISED, lost


@pytest.mark.parametrize("gold", QUESTIONS, ids=[gold["id"] for gold in QUESTIONS])
def test_numbers_are_those_of_independent_sql(engine, answers, gold):
    """Every number and every row, first and last days, too."""
    found, true = recognised(answers, gold), oracle(engine, gold)
    assert (found.number, found.copies) == (true.number, true.copies)
    rows = {row.label: row.count for row in found.rows}
    if gold["kind"] in ("months", "outlets"):
        assert rows == getattr(true, gold["kind"])
    ends = {"newest": true.last, "last": true.last, "oldest": true.first, "first": true.first}
    if day := ends.get(gold["kind"]):
        assert found.rows[0].label.startswith(in_words(date.fromisoformat(day)))


def test_an_answer_about_the_archive_searches_nothing(engine):
    """It is answered at once, without evidence and sentences, and says how it was counted."""
    (answer,) = engine.stream(Ask("How many articles mention Arvane?", asked_on=DAY))
    assert (answer.status, answer.done, answer.evidence, answer.statements) == (
        "answered",
        True,
        (),
        (),
    )
    assert answer.text == "5 articles mention “Arvane”."
    assert answer.notes[0] == (
        "Counted: articles that mention “Arvane”. Copies of one report count once; 1 further copy was left out."
    )


def test_days_outlets_and_filters_count(engine):
    """The answer and the list of it say which articles were counted."""
    ask = Ask("How many articles mention Port Sevrin in 2025?", Filters("Harbour"), asked_on=DAY)
    found = engine.answer(ask)
    assert (
        found.text
        == "2 articles of Harbour from 1 January to 31 December 2025 mention “Port Sevrin”."
    )
    assert to_json(found)["archive"]["list"] == {
        "query": '"Port Sevrin"',
        "source": "Harbour",
        "since": "2025-01-01",
        "until": "2025-12-31",
    }
    assert to_json(found)["window"]["phrase"] == "in 2025"


def test_days_that_exclude_each_other_leave_nothing(engine):
    """Those that were chosen and those of the question are both told."""
    ask = Ask("How many articles are from May 2025?", Filters(since=date(2025, 6, 1)), asked_on=DAY)
    found = engine.answer(ask)
    assert found.archive.number == 0
    assert (
        found.text == "No article both from 1 June 2025 on and up to 31 May 2025 is in the archive."
    )


def test_articles_without_a_date_are_told_only_where_they_would_count(engine):
    """One of the two articles about Lake Umber has none; of Arvane every one has."""
    with_one = engine.answer(Ask("How many articles mention Lake Umber in 2024?", asked_on=DAY))
    assert with_one.archive.number == 1
    assert "1 article without a date was left out." in with_one.notes
    without = engine.answer(Ask("How many articles mention Arvane in 2025?", asked_on=DAY))
    assert not any("without a date" in note for note in without.notes)


def test_what_is_in_here(engine):
    """Articles, outlets, days, and who is named in most of them."""
    found = engine.answer(Ask("What is in here?", asked_on=DAY)).archive
    assert found.text == (
        "The archive has 37 articles of 8 outlets, 17 September 2024 to 4 June 2025."
        " The people named in most of them:"
    )
    assert found.rows[0] == Tally("Ruben Tasker", 4)


def test_articles_are_listed_with_their_ids(engine):
    """So that the page can open them; a day may have several."""
    found = engine.answer(Ask("When was the explosion first mentioned?", asked_on=DAY)).archive
    assert found.text == "The first article that mentions “explosion” is from 11 March 2025:"
    assert [row.label for row in found.rows] == [
        "11 March 2025 · Harbour Post · Four dead as explosion tears through Port Sevrin grain terminal"
    ]
    assert all(len(row.article) == 16 for row in found.rows)


STORY = "The mayor of Lindholm said on Monday that the ferry to the island would not sail before the storm is over."


def test_a_wire_copy_counts_once_and_for_each_outlet(tmp_path):
    """Its month is that of its first printing."""
    said = "---\ntitle: Ferry waits\noutlet: {}\ndate: {}\n---\n" + STORY
    made = engine_of(
        tmp_path, a=said.format("Post", "2025-05-31"), b=said.format("Tribune", "2025-06-01")
    )
    by_month = made.answer("How many articles mention the ferry by month?").archive
    assert (by_month.number, by_month.copies, by_month.rows) == (1, 1, (Tally("2025-05", 1),))
    by_outlet = made.answer("How many articles mention the ferry by outlet?").archive
    assert by_outlet.rows == (Tally("Post", 1), Tally("Tribune", 1))
    assert any("counts for each" in note for note in by_outlet.notes)
    newest = made.answer("What are the newest articles?").archive
    assert [(row.label, row.count) for row in newest.rows] == [
        ("1 June 2025 · Tribune · Ferry waits", 2)
    ]
    assert counted(newest).splitlines() == [
        "1 article is in the archive:",
        "  1 June 2025 · Tribune · Ferry waits (printed 2 times)",
    ]


def test_bars_are_drawn_in_eighths_of_a_character():
    """The longest fills the line, the shortest is still seen, and no label moves the cursor."""
    rows = (Tally("a\x1b[2J", 320), Tally("b" * 60, 3), Tally("c c", 1))
    first, second, third = chart(rows)
    assert first.endswith(f"320 {'█' * 40}")
    assert "\x1b" not in first
    assert second.endswith("  3 ▍")
    assert third.endswith("  1 ▏")


def test_a_question_about_the_news_goes_the_usual_way(tmp_path):
    """And has no count."""
    answer = engine_of(tmp_path).answer("What sank the ferry in the harbour?")
    assert answer.archive is None
    assert answer.evidence
    assert to_json(answer)["archive"] is None


@pytest.mark.parametrize("gold", QUESTIONS, ids=[gold["id"] for gold in QUESTIONS])
def test_the_list_has_as_many_articles_as_were_counted(engine, answers, gold):
    """And leaves out as many copies."""
    counted = recognised(answers, gold)
    found = engine.find(counted.query, counted.filters, "day")
    assert (found.total, found.copies, found.near) == (counted.number, counted.copies, 0)


@pytest.mark.parametrize("words", ["“storm* OR *”", "'NEAR(a b)'", "“title:x”", "“-storm NOT x”"])
def test_operators_of_full_text_are_words(engine, words):
    """They cannot break the query."""
    question = f"How many articles mention {words}?"
    assert engine.answer(Ask(question, asked_on=DAY)).archive.number == 0


def test_what_was_counted_in_files(engine):
    """The sentence, the rows and the notes, in Markdown and HTML, without markup of an outlet's."""
    answer = engine.answer(Ask("How many articles mention Pellon by outlet?", asked_on=DAY))
    assert (
        "\n\n7 articles of 5 outlets mention “Pellon”, by outlet:\n\n- Harbour Post: 2\n"
        in markdown(answer)
    )
    page = html_file(answer)
    assert "<b>7 articles of 5 outlets mention “Pellon”, by outlet:</b>" in page
    assert '<ul class="counted"><li dir="auto">Harbour Post: 2</li>' in page
    assert "No answer was written" not in page
