"""The shell door of Find: the list on stdout, the rest on stderr, an exit code for every outcome."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from functools import partial

import pytest

from rag.engine import Engine
from rag.search import main
from rag.settings import ROOT
from tests.doors import run
from tests.fakes import MUSEUM, STORM, OverlapReader, WordCountEncoder

REVERSED = ["--since", "2025-06-02", "--until", "2025-06-01"]


@pytest.fixture
def search(tmp_path):
    """Run the command with small parts on a small archive."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "storm.txt").write_text(STORM)
    (seeds / "museum.txt").write_text(MUSEUM)
    make = partial(Engine, encoder=WordCountEncoder(), reader=OverlapReader())
    places = {"seeds": seeds, "index": tmp_path / "index"}
    return lambda *arguments: run(main, *arguments, engine=make, **places)


def test_help_needs_no_heavy_import():
    """numpy, onnxruntime and faiss are not imported for it."""
    program = (
        "import sys; from rag.search import main; main(['--help']);"
        "print([m for m in ('numpy','onnxruntime','faiss','llama_cpp','rich') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments",
    [["--limit", "0"], ["--sort", "new"], ["--since", "May"], ["--nonsense"], ["a", "b"]],
)
def test_bad_arguments_end_with_2(arguments, capsys):
    """And with the usage."""
    assert main(arguments) == 2
    assert "--help" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["OR"], ['"'], ["--", "-"], ["x" * 2001], ["--json", "--csv", "storm"], REVERSED]
)
def test_what_cannot_be_searched_ends_with_2(search, arguments):
    """In one line, with nothing on stdout."""
    found = search("--quiet", *arguments)
    assert (found.code, found.out, len(found.err.splitlines())) == (2, "", 1)


def test_an_unknown_outlet_is_told_with_the_known_ones(search):
    """As in ask."""
    found = search("--source", "Herald", "storm")
    assert found.code == 2 and "No outlet 'Herald'" in found.err


def test_the_first_search_reads_the_folder_and_then_finds(search):
    """Which is said on stderr; the list is on stdout."""
    found = search("harbour")
    assert found.code == 0
    assert found.err.startswith("First search: 2 articles new")
    assert found.out.splitlines()[0] == "1 article"
    assert "The storm sank a ferry in the harbour on Monday." in found.out
    assert search("harbour").err == ""


def test_nothing_found_ends_with_3(search):
    """And says so on stdout."""
    found = search("--quiet", '"no such words"')
    assert (found.code, found.out, found.err) == (3, "0 articles\n", "")


def test_a_misspelled_name_is_not_searched_but_offered(search):
    """On stderr, or among the fields of the object."""
    search("storm")
    found = search("mondey -museum")
    assert (found.code, found.out) == (3, "0 articles\n")
    assert found.err == "Did you mean Monday instead of mondey?\n"
    [guess] = json.loads(search("--json", "mondey -museum").out)["did_you_mean"]
    assert guess == {"typed": "mondey", "offered": "Monday", "question": "Monday -museum"}


def test_without_a_text_all_articles_are_listed(search):
    """As many as the limit allows; how to see all is said on stderr."""
    found = search("--limit", "1")
    assert found.out.splitlines()[0] == "2 articles"
    assert found.out.count(".txt") == 1
    assert "1 of 2 are shown; --limit 2 shows all." in found.err


def test_json_is_one_object_with_the_places_of_the_words(search):
    """Each place is of the article's text; stdout has nothing else."""
    found = json.loads(search("--json", "--sort", "day", '"a ferry" OR museum -nobody').out)
    [item] = found.pop("reports")
    assert found == {
        "search": '"a ferry" OR museum -nobody',
        "sort": "day",
        "total": 1,
        "copies": 0,
        "near": 0,
        "offset": 0,
        "notes": [],
        "did_you_mean": [],
    }
    [(start, end)] = item["marks"]
    assert STORM[start:end] == "a ferry"
    assert item["article"]["path"] == "storm.txt"
    assert item["text"] == STORM[item["start"] : item["end"]]


def test_csv_has_a_line_for_each_article(search):
    """With a headline of its own, also where nothing is found; notes are on stderr."""
    rows = list(csv.DictReader(io.StringIO(search("--csv", "storm").out)))
    assert [row["path"] for row in rows] == ["storm.txt", "museum.txt"]
    found = search("--csv", "xylophon~")
    assert (found.code, len(found.out.splitlines())) == (3, 1)
    assert "No other name of the articles is like “xylophon”." in found.err


def test_a_long_list_comes_in_parts(search, monkeypatch):
    """And is the same as in one."""
    whole = [search(kind, "--limit", "9") for kind in ("--json", "--csv", "--quiet")]
    monkeypatch.setattr("rag.search.PAGE", 1)
    assert [search(kind, "--limit", "9").out for kind in ("--json", "--csv", "--quiet")] == [
        one.out for one in whole
    ]
