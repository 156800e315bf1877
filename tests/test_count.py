"""The shell door that counts: a chart, JSON, CSV, an exit code for every outcome."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import partial

import pytest

from rag.count import main
from rag.engine import Engine
from rag.settings import ROOT
from tests.doors import run
from tests.fakes import OverlapReader, PlainNamer, ScriptedGenerator, WordCountEncoder

MADE = {
    "a": ("Harbour Post", "2025-05-30", "The ferry sank in a storm. Nobody was hurt."),
    "b": ("=SUM(1)", "2025-06-02", "A new museum opened its doors; the mayor cut the ribbon."),
    "c": (
        "Harbour Post",
        "2025-06-03",
        "The ferry was raised by two cranes of Dovre Salvage, Ada Holm said.",
    ),
}


@pytest.fixture
def count(tmp_path):
    """Run the command on three articles of two outlets."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    for name, (outlet, day, text) in MADE.items():
        front = f"---\ntitle: {name.upper()}\noutlet: '{outlet}'\ndate: {day}\n---\n"
        (seeds / f"{name}.md").write_text(front + text)
    namer = PlainNamer({"Dovre Salvage": "organisation", "Ada Holm": "person"})
    parts = {"encoder": WordCountEncoder(), "reader": OverlapReader(), "namer": namer}
    make = partial(Engine, generator=ScriptedGenerator(), **parts)

    def counted(*arguments):
        return run(main, *arguments, engine=make, seeds=seeds, index=tmp_path / "index")

    return counted


def test_the_number_comes_first_and_how_it_was_counted_beside_it(count):
    """The first count builds the library."""
    done = count("ferry")
    assert (done.code, done.out) == (0, "2 articles mention “ferry”.\n")
    assert "First question: 3 articles new" in done.err
    assert "Counted: articles that mention “ferry”." in done.err


def test_quiet_says_nothing_beside_the_number(count):
    """Not even of the first ingest."""
    assert count("ferry", "--quiet") == (0, "2 articles mention “ferry”.\n", "")


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("month", ["2025-05 1 " + "█" * 40, "2025-06 1 " + "█" * 40]),
        ("outlet", ["Harbour Post 2 " + "█" * 40]),
        ("person", ["Ada Holm 1 " + "█" * 40]),
        ("organisation", ["Dovre Salvage 1 " + "█" * 40]),
        ("day", ["2025-05-30 1 " + "█" * 40, "2025-06-03 1 " + "█" * 40]),
    ],
)
def test_a_series_is_a_chart(count, by, rows):
    """The longest bar has forty characters."""
    _, *lines = count("ferry", "--by", by).out.splitlines()
    assert [line.strip() for line in lines] == rows


def test_bars_are_in_proportion(count):
    """One of two is half as long."""
    _, _, line = count("--by", "month").out.splitlines()
    assert line == f"  2025-06 2 {'█' * 40}"
    assert f"  2025-05 1 {'█' * 20}\n" in count("--by", "month").out


def test_filters_count(count):
    """By the names they have everywhere."""
    done = count("ferry", "--since", "2025-06-01", "--source", "harbour")
    assert done.out == "1 article of harbour from 1 June 2025 on mentions “ferry”.\n"


def test_nothing_found_ends_with_3(count):
    """It is a number, too."""
    done = count("Helsinki", "--by", "month")
    assert (done.code, done.out) == (3, "No article mentions “Helsinki”.\n")


def test_json_has_the_number_the_rows_and_the_list(count):
    """As in an answer."""
    found = json.loads(count("ferry", "--by", "month", "--json").out)
    assert (found["kind"], found["number"], found["list"]) == ("months", 2, {"query": '"ferry"'})
    assert [(row["label"], row["count"]) for row in found["rows"]] == [
        ("2025-05", 1),
        ("2025-06", 1),
    ]


def test_csv_is_a_table_that_runs_nothing(count):
    """An outlet that looks like a formula gets an apostrophe."""
    assert count("--by", "outlet", "--csv").out == "outlet,articles\nHarbour Post,2\n'=SUM(1),1\n"
    assert count("ferry", "--csv").out == "articles\n2\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["ferry", "--by", "year"],
        ["ferry", "--since", "May"],
        ["ferry", "--json", "--csv"],
        ["?!"],
        ['"'],
        ["a and b or c"],
        ["ferry", "--source", "Nobody"],
        ["ferry", "--since", "2025-06-02", "--until", "2025-06-01"],
        ["x" * 2_001],
    ],
)
def test_bad_arguments_end_with_2(count, arguments):
    """With the usage or a sentence, and no traceback."""
    done = count(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err and "Traceback" not in done.err


@pytest.mark.parametrize("text", ['"ferry', "ferry*", "-ferry", "ferry OR", "(ferry", "x " * 999])
def test_odd_text_has_a_result(count, text):
    """Unbalanced quotation marks and operators are no more than what they are."""
    assert count("--quiet", "--", text).code in (0, 3)


def test_without_articles_it_ends_with_5(tmp_path):
    """As every question does."""
    (tmp_path / "seeds").mkdir()
    make = partial(Engine, encoder=WordCountEncoder())
    done = run(main, engine=make, seeds=tmp_path / "seeds", index=tmp_path / "index")
    assert (done.code, done.out) == (5, "")


def test_help_needs_no_heavy_import():
    """Neither numpy nor faiss."""
    program = (
        "import sys; from rag.count import main; main(['--help']);"
        "print([m for m in ('numpy', 'faiss', 'rag.engine') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.splitlines()[-1] == "[]"
