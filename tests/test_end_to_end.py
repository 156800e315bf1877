"""The real models on the real seeds: what a person gets. The language model writes most of it as
recorded, and a few answers in every run.
"""

from __future__ import annotations

import json
import re
import threading
import time
from pathlib import Path

import pytest

from rag.models.apart import PATIENCE, ModelApart
from rag.models.files import language_model
from rag.settings import Settings
from rag.store.library import Library
from rag.types.models import Message

pytestmark = pytest.mark.models

GOLD = [
    json.loads(line)
    for line in (Path(__file__).parent / "gold" / "seeds.jsonl").read_text().splitlines()
]
ANSWERABLE = [gold for gold in GOLD if gold["answers"]]
UNANSWERABLE = [gold for gold in GOLD if not gold["answers"]]
# Two or three of each article; `python -m scripts.evaluation run seeds` asks all, and counts what goes wrong.
LIVE = [  # one of each article: written anew in every run
    "Who will replace Kenneth Genalo?",
    "On what day was Mayor Baraka arrested?",
    "What anniversary of diplomatic relations do Japan and Korea mark?",
    "What share of the vote did Lee Jae-myung win?",
    "How old is Lee Jae-myung?",
]
ASKED = [
    "Who takes over from Robert Hammer at HSI?",
    "How many arrests per day does the White House want?",
    "What percentage of regional ICE officials did Miller threaten to fire?",
    "Who are the defendants in Baraka's lawsuit?",
    "What did Ishiba say about cooperation with South Korea?",
]


def test_the_seeds_are_five_articles(seeds_engine):
    """Four in the aggregator page, one in the other file."""
    holdings = seeds_engine.holdings()
    assert holdings.articles == 5
    assert holdings.outlets == {"AsiaOne": 2, "The Straits Times": 2}


@pytest.mark.parametrize("question", LIVE)
def test_a_question_is_answered_live(live_engine, question):
    """The known fact is in the answer, and an article that holds it is cited."""
    answered_from_the_right_article(live_engine, question)


@pytest.mark.parametrize("question", ASKED)
def test_a_question_is_answered_from_the_right_article(seeds_engine, question):
    """The known fact is in the answer, and an article that holds it is cited."""
    answered_from_the_right_article(seeds_engine, question)


def answered_from_the_right_article(engine, question):
    """Ask a question and look at everything that its answer promises."""
    [gold] = [gold for gold in ANSWERABLE if gold["question"] == question]
    answer = engine.answer(gold["question"])
    assert answer.status == "answered", answer
    assert any(known.lower() in answer.text.lower() for known in gold["answers"]), answer.text
    titles = [item.article.title for item in answer.cited]
    assert any(title.startswith(tuple(gold["articles"])) for title in titles), titles
    with Library.open(engine.settings.index) as library:
        texts = {article.id: article.text for article in library.articles()}
    for item in answer.evidence:
        assert item.quote == texts[item.article.id][item.start : item.end]
    articles = {item.number: item.article.id for item in answer.evidence}
    for one in answer.short:
        assert one.text == texts[articles[one.evidence]][one.start : one.end]
    for statement in answer.statements:
        assert statement.supported
        assert set(statement.citations) <= {item.number for item in answer.cited}


@pytest.mark.parametrize("gold", UNANSWERABLE, ids=lambda gold: gold["question"])
def test_a_question_the_articles_do_not_answer_is_refused(seeds_engine, gold):
    """No statement and no short answer; the nearest passages are given."""
    answer = seeds_engine.answer(gold["question"])
    assert answer.status == "not_found", answer.text
    assert answer.statements == answer.short == ()
    assert answer.evidence


LONG = " ".join(
    f"Boat {n} sank on a Monday in harbour {n + 7}." for n in range(150)
)  # 2,000 tokens


def test_a_stop_frees_the_model_inside_the_reading_of_the_prompt(llama):
    """Whoever asks next does not wait for what was stopped, nor for a new process."""
    stop, chat = threading.Event(), [Message("system", "Count."), Message("user", LONG)]
    assert llama.fits(chat)
    before = llama.pid
    threading.Timer(0.5, stop.set).start()
    began = time.monotonic()
    assert list(llama.write(chat, stop)) == []
    assert time.monotonic() - began < 0.5 + PATIENCE.stop
    assert next(llama.write([Message("user", "Say: hello")], threading.Event()))
    assert llama.pid == before


def test_a_kept_state_is_read_again_and_changes_nothing(tmp_path):
    """A process that finds the state of the constant beginning writes what one writes that reads it;
    a damaged state is read anew.
    """
    chat = [Message("system", "Answer in a sentence."), Message("user", "What sinks a ferry?")]
    path = language_model(Settings().model, Settings().models)
    made = {"path": str(path), "name": "kept", "states": str(tmp_path), "threads": 1, "tokens": 8}

    def write() -> str:
        model = ModelApart("kept", "rag.models.llm:LlamaModel", made)
        text = "".join(model.write(chat, threading.Event()))
        model.close()
        return text

    first = write()
    [state] = tmp_path.glob("*.state")
    written = state.stat().st_mtime_ns
    assert first and write() == first
    assert state.stat().st_mtime_ns == written
    state.write_bytes(state.read_bytes()[:-1] + b"x")
    assert write() == first
    assert state.stat().st_mtime_ns != written


def test_the_two_files_differ_about_the_earlier_quota(seeds_engine):
    """One report says 1,800, the other 1,000: both are shown, each with its quotation."""
    answer = seeds_engine.answer("What daily arrest quota did the White House set before?")
    [differ] = answer.disagreements
    quotes = {item.number: item.quote for item in answer.evidence}
    sides = {side.value: side.evidence for side in differ.values}
    assert all(value in quotes[number] for value, found in sides.items() for number in found)
    assert sorted(re.findall(r"[\d,]+\d", " ".join(sides))) == ["1,000", "1,800"]
