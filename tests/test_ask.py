"""The shell door: results on stdout, the rest on stderr, an exit code for every outcome."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
from functools import partial

import pytest

from rag.ask import answer_all, main, write_report
from rag.engine import Engine
from rag.errors import UsageError
from rag.settings import ROOT
from rag.show.shell import Printer
from rag.store.library import FILE
from rag.types.answers import REFUSAL
from rag.types.questions import Ask
from tests.doors import run
from tests.fakes import (
    MUSEUM,
    QUESTION,
    STORM,
    WRITTEN,
    MissingGenerator,
    OverlapChecker,
    OverlapReader,
    PatientGenerator,
    PlainClassifier,
    PlainNamer,
    ScriptedGenerator,
    WordCountEncoder,
    engine_of,
    finished,
    wait,
)

FOUND = "The storm"  # what OverlapReader finds
LONG_ONE = "What did Ishiba say about cooperation with South Korea?"


@pytest.fixture(scope="session")
def ask(seeds_index, make_engine):
    """Run the command on the real seeds, with the language model as recorded."""

    def asked(*arguments, index=seeds_index, engine=make_engine, typed="", **environment):
        return run(main, *arguments, index=index, engine=engine, typed=typed, **environment)

    return asked


class Silent(PatientGenerator):
    """Writes nothing until it is stopped."""

    def write(self, messages, stop):
        """No piece."""
        wait(stop.is_set)
        yield from ()


def test_help_needs_no_heavy_import():
    """numpy, onnxruntime, faiss and llama_cpp are not imported for it."""
    program = (
        "import sys; from rag.ask import main; main(['--help']);"
        "print([m for m in ('numpy','onnxruntime','faiss','llama_cpp','torch','rich') if m in sys.modules])"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--as-of", "yesterday", "x"],
        ["--asked-on", "June", "x"],
        ["-k", "0", "x"],
        ["-k", "21", "x"],
        ["--nonsense"],
    ],
)
def test_bad_arguments_end_with_2(arguments, capsys):
    """And with the usage."""
    assert main(arguments) == 2
    assert "--help" in capsys.readouterr().err


def test_days_in_the_wrong_order_end_with_2(small):
    """Which days, and what to do, in one line."""
    days = ["--since", "2025-06-02", "--until", "2025-06-01"]
    found = small(*days, "--quiet", QUESTION, generator=Never())
    assert (found.code, found.out) == (2, "")
    assert found.err == "No day is from 2025-06-02 on and up to 2025-06-01. Exchange the two.\n"


@pytest.mark.parametrize("question", ["", "   ", "x" * 10_000])
def test_an_unusable_question_ends_with_2(question, capsys):
    """One line, no traceback, nothing on stdout."""
    assert main([question]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", ["report.txt", "report", "report.pdf"])
def test_a_report_of_another_kind_ends_with_2(name, tmp_path, capsys):
    """The kinds are named; nothing is asked and nothing written."""
    assert main(["--out", str(tmp_path / name), "Who?"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert ".md, .html, .json, .bib or .csl.json" in err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["nowhere/report.md", "folder.md"])
def test_a_report_without_a_place_ends_with_2(place, tmp_path, capsys):
    """Before anything is asked; no folder is made for it."""
    (tmp_path / "folder.md").mkdir()
    assert main(["--out", str(tmp_path / place), "Who?"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["folder.md"]


def test_a_report_of_several_answers_ends_with_2(tmp_path, capsys, monkeypatch):
    """A file takes one answer; blank lines between questions do not count."""
    monkeypatch.setattr("sys.stdin", io.StringIO("Who?\n\n  \nWhen?\n"))
    assert main(["--out", str(tmp_path / "a.md"), "-"]) == 2
    assert "takes one answer, not 2" in capsys.readouterr().err


def test_blank_standard_input_is_an_empty_question(capsys, monkeypatch):
    """And ends with 2."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n \n"))
    assert main(["-"]) == 2
    assert "The question is empty" in capsys.readouterr().err


def in_the_shell(folder, *questions, as_json=False):
    """The exit code of answering these questions with small parts."""
    show = Printer(as_json=as_json, stream=not as_json, quiet=True, all_evidence=False)
    return answer_all([Ask(one) for one in questions], engine_of(folder), show)


def test_each_question_of_standard_input_has_its_answer(tmp_path, capsys):
    """Printed below its question; the highest exit code counts, wherever it occurs."""
    assert in_the_shell(tmp_path, "Who is Elon Musk?", QUESTION) == 3
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["Who is Elon Musk?", "", REFUSAL]
    place = lines.index(QUESTION)
    assert lines[place - 1 : place + 3] == ["", QUESTION, "", f"{FOUND} [1]"]
    assert lines[place + 3] == f"{WRITTEN} [1] (supported)"


def test_json_of_several_questions_is_an_object_a_line(tmp_path, capsys):
    """JSON Lines, in the order of the questions; of one question it is indented."""
    assert in_the_shell(tmp_path, QUESTION, "Who is Elon Musk?", as_json=True) == 3
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["question"] for one in found] == [QUESTION, "Who is Elon Musk?"]
    assert [one["status"] for one in found] == ["answered", "not_found"]
    assert in_the_shell(tmp_path, QUESTION, as_json=True) == 0
    assert capsys.readouterr().out.startswith('{\n  "question"')


def test_an_interrupt_ends_all_questions(tmp_path, capsys):
    """Those that were not asked yet are not asked."""
    made = engine_of(tmp_path, Interrupted())
    show = Printer(as_json=False, stream=True, quiet=True, all_evidence=False)
    assert answer_all([Ask(QUESTION), Ask("Who closed the harbour?")], made, show) == 130
    assert "Who closed" not in capsys.readouterr().out


@pytest.fixture
def small(tmp_path):
    """Run the command with small parts, and this language model, on a small archive."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "storm.txt").write_text(STORM)
    (seeds / "museum.txt").write_text(MUSEUM)

    def asked(*arguments, generator, **environment):
        parts = {
            "reader": OverlapReader(),
            "checker": OverlapChecker(),
            "classifier": PlainClassifier(),
            "namer": PlainNamer(),
            "generator": generator,
        }
        make = partial(Engine, encoder=WordCountEncoder(), **parts)
        places = {"seeds": seeds, "index": tmp_path / "index"}
        return run(main, *arguments, engine=make, **places, **environment)

    return asked


class Never(ScriptedGenerator):
    """A language model that nobody may ask."""

    def write(self, messages, stop):
        """Fails."""
        raise AssertionError


def test_evidence_only_prints_the_short_answer_and_the_evidence(small):
    """And nothing is written."""
    found = small("--evidence-only", QUESTION, generator=Never())
    assert found.code == 0
    assert found.out.startswith(f"{FOUND} [1]\n\n[1] “The storm sank")
    assert "[2] “The museum reopened" in found.out


@pytest.mark.parametrize(
    ("arguments", "environment"), [(["--prose", "off"], {}), ([], {"prose": "off"})]
)
def test_without_prose_the_article_answers(small, arguments, environment):
    """Its sentence comes after the short answer, and the language model is not asked."""
    found = small(*arguments, QUESTION, generator=Never(), **environment)
    assert found.code == 0
    assert found.out.splitlines()[:2] == [
        f"{FOUND} [1]",
        "“storm” wrote: “The storm sank a ferry in the harbour on Monday.” [1] (quotation)",
    ]


def test_prose_of_the_command_line_comes_before_the_environment(small):
    """With `--prose on` the language model writes, whatever the variable says."""
    found = small(
        "--prose", "on", QUESTION, generator=ScriptedGenerator(f"{WRITTEN} [1]"), prose="off"
    )
    assert found.out.splitlines()[:2] == [f"{FOUND} [1]", f"{WRITTEN} [1] (supported)"]


@pytest.mark.parametrize(
    ("arguments", "environment"), [(["--prose", "maybe"], {}), ([], {"prose": "maybe"})]
)
def test_prose_that_is_neither_on_nor_off_ends_with_2(small, arguments, environment, capsys):
    """Both words are named."""
    found = small(*arguments, QUESTION, generator=Never(), **environment)
    told = " ".join((found.err + capsys.readouterr().err).split())
    assert found.code == 2 and "on" in told and "off" in told


def test_without_a_language_model_the_article_answers(small):
    """What is missing is said on stderr; the answer is one all the same."""
    found = small("--no-stream", QUESTION, generator=MissingGenerator())
    assert found.code == 0
    assert found.out.splitlines()[:2] == [
        f"{FOUND} [1]",
        "“storm” wrote: “The storm sank a ferry in the harbour on Monday.” [1] (quotation)",
    ]
    assert "No model file models/none.gguf" in found.err


def test_json_has_the_short_answer_without_sentences(small):
    """Also where only the evidence is wanted."""
    found = small("--json", "--evidence-only", QUESTION, generator=Never())
    answer = json.loads(found.out)
    assert answer["statements"] == []
    assert [
        (one["text"], one["evidence"], one["start"], one["end"]) for one in answer["short"]
    ] == [(FOUND, 1, 0, len(FOUND))]


class Interrupted(ScriptedGenerator):
    """Somebody presses Ctrl-C while it writes."""

    def write(self, messages, stop):
        """A sentence, then nothing."""
        yield f"{WRITTEN} [1] "
        signal.raise_signal(signal.SIGINT)
        wait(stop.is_set)


@pytest.mark.models
class TestAsAProcess:
    """With the real language model, as a person would."""

    def test_the_first_question_builds_the_library(self, tmp_path):
        """And is answered, with mark and file."""
        first = subprocess.run(
            [sys.executable, "-m", "rag.ask", "-"],
            cwd=ROOT,
            env={**os.environ, "CLIPPINGS_INDEX": str(tmp_path)},
            input="Who will replace Kenneth Genalo?\n",
            capture_output=True,
            text=True,
            timeout=600,
        )
        assert first.returncode == 0, first.stderr
        assert "5 articles new" in first.stderr
        assert "Marcos Charles" in first.stdout.splitlines()[0]
        assert "[1]" in first.stdout
        assert "003_a837782a5cef9c92.txt" in first.stdout

    @pytest.mark.skipif(os.name == "nt", reason="no SIGINT to another process on Windows")
    def test_ctrl_c_ends_with_130_and_what_is_there(self, seeds_index):
        """The evidence is printed, no traceback."""
        with subprocess.Popen(
            [sys.executable, "-m", "rag.ask", LONG_ONE],
            cwd=ROOT,
            env={**os.environ, "CLIPPINGS_INDEX": str(seeds_index)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as asking:
            assert asking.stderr.readline().startswith("Reading")
            asking.send_signal(signal.SIGINT)
            out, err = asking.communicate(timeout=600)
        assert asking.returncode == 130
        assert "Ishiba" in out
        assert "Traceback" not in err


@pytest.mark.models
class TestOnTheSeeds:
    """With the real models, as recorded."""

    def test_json_is_one_object_whose_quotes_are_slices(self, ask, seeds_index):
        """Parseable, with nothing else on stdout and nothing on stderr."""
        found = ask("--json", "--quiet", "-", typed="Who is the mayor of Newark?\n")
        assert (found.code, found.err) == (0, "")
        answer = json.loads(found.out)
        assert answer["status"] == "answered"
        assert "Baraka" in answer["statements"][0]["text"]
        db = sqlite3.connect(seeds_index / FILE)
        texts = dict(db.execute("SELECT id, text FROM articles"))
        db.close()
        for item in answer["evidence"]:
            assert item["quote"] == texts[item["article"]["id"]][item["start"] : item["end"]]

    def test_evidence_is_said_before_the_answer_and_apart_from_it(self, ask):
        """On stderr; stdout has the answer and the cited quotes."""
        found = ask("Who will replace Kenneth Genalo?")
        assert found.code == 0
        assert "Reading" in found.err
        assert "Reading" not in found.out
        assert "Charles" in found.out.splitlines()[0]

    def test_a_report_is_written_beside_the_result(self, ask, tmp_path):
        """The file replaces an older one whole; that it was written is said on stderr."""
        report = tmp_path / "report.md"
        report.write_text("old " * 10_000)
        found = ask("--out", str(report), "How old is Lee Jae-myung?")
        assert found.code == 0
        assert f"Written to {report}" in found.err
        assert "61" in found.out.splitlines()[0]
        lines = report.read_text().splitlines()
        assert lines[0] == "# How old is Lee Jae-myung?"
        assert "61" in lines[2]
        assert [one.name for one in tmp_path.iterdir()] == ["report.md"]

    def test_not_answerable_ends_with_3(self, ask):
        """With the constant refusal first."""
        found = ask("--no-stream", "Who is the president of France?")
        assert found.code == 3
        assert found.out.startswith("The articles do not say.")
        assert "France" in found.out

    def test_evidence_only_needs_no_language_model(self, ask):
        """Even with a model that is not there."""
        found = ask("--evidence-only", "--model", "/no/model.gguf", "Who is the mayor of Newark?")
        assert found.code == 0
        assert "Ras Baraka" in found.out

    def test_a_missing_model_is_named_and_the_article_answers(self, ask):
        """On stderr; the answer is a quotation."""
        found = ask("--model", "/no/model.gguf", "Who is the mayor of Newark?")
        assert found.code == 0
        assert "/no/model.gguf cannot be read" in found.err
        assert "Ras Baraka" in found.out

    def test_an_unknown_model_or_outlet_is_named_with_the_known_ones(self, ask):
        """So that the next try succeeds."""
        found = ask("--model", "gpt", "Who is the mayor of Newark?")
        assert "qwen2.5-coder-1.5b" in found.err
        found = ask("--source", "Herald", "Who is the mayor of Newark?")
        assert found.code == 2
        assert "AsiaOne, The Straits Times" in found.err

    def test_a_damaged_index_ends_with_5_and_its_remedy(self, ask, tmp_path):
        """The file is left as it is."""
        (tmp_path / FILE).write_bytes(b"x" * 5000)
        found = ask("Who is the mayor of Newark?", index=tmp_path)
        assert found.code == 5
        assert "python scripts/ingest.py" in found.err
        assert "Traceback" not in found.err

    def test_an_empty_folder_ends_with_5(self, ask, tmp_path):
        """And says where articles belong."""
        (tmp_path / "seeds").mkdir()
        found = ask("Who?", index=tmp_path / "index", seeds=tmp_path / "seeds")
        assert found.code == 5
        assert "Put text, web or PDF files there" in found.err

    def test_a_timeout_ends_with_7_and_the_evidence(self, ask):
        """What was found is not lost."""
        found = ask("--timeout", "1", LONG_ONE, engine=partial(Engine, generator=Silent()))
        assert found.code == 7
        assert "Ishiba" in found.out


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.md", "# What?"),
        ("a.HTML", "<!doctype html>"),
        ("a.json", "{"),
        ("a.bib", "@misc{"),
        ("a.csl.json", "["),
        ("a.CSL.JSON", "["),
    ],
)
def test_a_report_is_of_the_kind_that_its_name_says(name, start, tmp_path):
    """In upper case, too."""
    write_report(finished(), tmp_path / name)
    assert (tmp_path / name).read_text().startswith(start)


def test_a_report_that_cannot_be_written_is_told(tmp_path):
    """In one line, with the reason."""
    (tmp_path / "a.md").mkdir()
    with pytest.raises(UsageError, match=r"a\.md cannot be written: Is a directory"):
        write_report(finished(), tmp_path / "a.md")
