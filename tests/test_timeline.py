"""The shell door of timelines: text, CSV, HTML and JSON, an exit code for every outcome."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from functools import partial

import pytest

from rag.engine import Engine
from rag.filters import Filters
from rag.settings import ROOT
from rag.timeline import main
from tests.doors import run
from tests.fakes import (
    OverlapReader,
    PlainClassifier,
    PlainDater,
    ScriptedGenerator,
    WordCountEncoder,
)

FERRY = "The ferry of Kalla sank in a storm on Tuesday."
MADE = {
    "a": ("Harbour Post", "2025-06-12", f"{FERRY} The ferry of Kalla had carried ninety people."),
    "b": ("=SUM(1)", "2025-06-13", f"{FERRY} The ferry of Kalla had carried ninety people."),
    "c": ("Herald", "2025-06-20", "The ferry will be raised by two cranes on 2 July."),
    "d": ("Herald", "2025-06-21", "The ferry was first launched in May 1987 at a yard in Orve."),
    "e": ("Herald", "2025-06-22", "The museum of Orve opened its doors on Friday at noon."),
}


@pytest.fixture
def parts(tmp_path):
    """Where five articles of four reports are, and what makes the engine over them."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name, (outlet, day, text) in MADE.items():
        front = f"---\ntitle: News {name}\noutlet: '{outlet}'\ndate: {day}\n---\n"
        (seeds / f"{name}.md").write_text(front + text)
    models = {"encoder": WordCountEncoder(), "reader": OverlapReader(), "dater": PlainDater()}
    make = partial(Engine, generator=ScriptedGenerator(), classifier=PlainClassifier(), **models)
    return {"engine": make, "seeds": seeds, "index": tmp_path / "index"}


@pytest.fixture
def timeline(parts):
    """Run the command on them."""
    return lambda *arguments: run(main, *arguments, **parts)


def test_what_happened_is_told_in_its_order(timeline):
    """The first call builds the library; the day it was printed is beside each; copies are there once."""
    done = timeline("ferry")
    assert done.code == 0 and "First timeline: 5 articles new" in done.err
    assert done.out.startswith("3 sentences with a day; 1 without\n")
    days = [line for line in done.out.splitlines() if line and not line.startswith(" ")][1:]
    assert days == [
        "May 1987",
        "10 June 2025",
        "2 July 2025 (planned)",
        "No day, or none that is sure:",
        "On a day not told",
    ]
    assert "Harbour Post, printed 12 June 2025 · News a" in done.out
    assert done.out.count("sank in a storm") == 1
    assert "also in 1 outlet: =SUM(1)" in done.out


def test_the_dots_are_by_month(timeline):
    """The last three years; what is older is one line."""
    lines = timeline("ferry", "--quiet").out.splitlines()
    assert "  earlier ●" in lines and "  2025-06 ●" in lines and "  2025-07 ●" in lines


def test_csv_is_a_table_that_runs_nothing(timeline):
    """With the day of the event and the day of printing apart; an outlet is no formula."""
    found = [*csv.DictReader(io.StringIO(timeline("ferry", "--csv").out))]
    assert [(one["happened"], one["precision"], one["printed"]) for one in found] == [
        ("1987-05", "month", "2025-06-21"),
        ("2025-06-10", "day", "2025-06-12"),
        ("2025-07-02", "day", "2025-06-20"),
        ("", "", "2025-06-12"),
    ]
    assert found[1]["words"] == "on Tuesday" and found[2]["told"] == "planned"
    assert "'=SUM(1),10," not in timeline('"ferry of Kalla" -museum', "--csv").out


def test_json_has_the_place_of_each_sentence(timeline):
    """Its quote is the article's text there."""
    found = json.loads(timeline("ferry", "--json").out)
    one = found["dated"][1]
    assert one["happened"] == {"day": "2025-06-10", "precision": "day", "words": "on Tuesday"}
    assert MADE["a"][2][one["start"] : one["end"]] == one["quote"] == FERRY
    assert [copy["source"] for copy in one["also"]] == ["=SUM(1)"]
    assert [item["happened"] for item in found["undated"]] == [None]


def test_html_is_a_page_that_stands_alone(timeline):
    """With a picture, and neither a script nor anything from elsewhere."""
    page = timeline("ferry", "--html").out
    assert page.startswith("<!doctype html>") and '<svg class="dots"' in page
    assert "<script" not in page and "src=" not in page and "http://" not in page


def test_filters_narrow_it(timeline):
    """By the names they have everywhere."""
    assert "1 sentence with a day" in timeline("ferry", "--since", "2025-06-21").out
    assert timeline("ferry", "--source", "Nobody").code == 2


def test_a_question_is_answered_by_the_reader(timeline):
    """The words of a question are not all in a sentence that answers it."""
    done = timeline("When did the ferry sink in a storm?")
    assert done.code == 0 and "10 June 2025" in done.out


def test_a_summary_and_a_timeline_in_words_name_their_topic(parts):
    """Both find the sentences as the topic alone does."""
    run(main, "ferry", **parts)
    from rag.settings import Settings

    engine = parts["engine"](Settings(seeds=parts["seeds"], index=parts["index"]))
    alone = engine.timeline("ferry")
    for asked in ("Timeline of ferry", "What happened with ferry?"):
        assert [one.evidence.place for one in engine.timeline(asked).all] == [
            one.evidence.place for one in alone.all
        ]
    seen = engine.timeline("ferry", Filters(as_of=alone.dated[1].evidence.article.published))
    assert len(seen.all) == 2 and seen.as_of and "As known on 12 June 2025" in seen.notes[0]


def test_nothing_found_ends_with_3(timeline):
    """In a sentence."""
    done = timeline("Helsinki", "--quiet")
    assert (done.code, done.out) == (3, "No article says anything of it.\n")
    assert timeline("Helsinki", "--csv").code == 3


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [""],
        ["?!"],
        ["ferry", "--json", "--csv"],
        ["ferry", "--csv", "--html"],
        ["ferry", "--since", "May"],
        ["ferry", "--since", "2025-06-02", "--until", "2025-06-01"],
        ["aaa~ bbb~ ccc~ ddd~ eee~ fff~"],
        ["x" * 2_001],
    ],
)
def test_bad_arguments_end_with_2(timeline, arguments):
    """With the usage or a sentence, and no traceback."""
    done = timeline(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err and "Traceback" not in done.err


@pytest.mark.parametrize(
    "text", ['"ferry', "ferry*", "-ferry", "ferry OR", "OR", "the", "ferry -sank"]
)
def test_odd_text_has_a_result(timeline, text):
    """Or a sentence."""
    done = timeline("--quiet", "--", text)
    assert done.code in (0, 2, 3) and "Traceback" not in done.err


def test_without_articles_it_ends_with_5(tmp_path):
    """As every question does."""
    (tmp_path / "seeds").mkdir()
    make = partial(Engine, encoder=WordCountEncoder(), classifier=PlainClassifier())
    done = run(main, "ferry", engine=make, seeds=tmp_path / "seeds", index=tmp_path / "index")
    assert (done.code, done.out) == (5, "")


def test_help_needs_no_heavy_import():
    """Neither numpy nor faiss."""
    program = (
        "import sys; from rag.timeline import main; main(['--help']);"
        "print([m for m in ('numpy', 'faiss', 'rag.engine') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.splitlines()[-1] == "[]"
