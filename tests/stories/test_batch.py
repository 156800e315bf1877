"""Many questions at once: a row each, kept while they are asked, the same report after a kill."""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import date
from functools import partial

import pytest

from rag.ask import main
from rag.engine import Engine
from rag.protocols import silent
from rag.settings import ROOT
from rag.show.outcomes import duration
from rag.stories import batch
from rag.types.answers import Outcome
from rag.types.questions import Ask
from tests.doors import run
from tests.fakes import (
    MUSEUM,
    QUESTION,
    STORM,
    WRITTEN,
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    ScriptedGenerator,
    WordCountEncoder,
)

TABLE = f"question,since\n{QUESTION},\nWho is Elon Musk?,\nNobody,\nferry,\nharbour,1999-13-01\n"
SOUND = TABLE.replace("1999-13-01", "")
PARTS = {"reader": OverlapReader(), "checker": OverlapChecker(), "classifier": PlainClassifier()}


@pytest.fixture
def desk(tmp_path):
    """Run the command with small parts on a small archive, in the folder of a desk."""
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "storm.txt").write_text(STORM)
    (seeds / "museum.txt").write_text(MUSEUM)

    def asked(*arguments, table=SOUND, quiet=True):
        (tmp_path / "questions.csv").write_text(table)
        parts = PARTS | {"generator": ScriptedGenerator(f"{WRITTEN} [1]")}
        make = partial(Engine, encoder=WordCountEncoder(), **parts)
        given = ["--batch", str(tmp_path / "questions.csv"), *(["--quiet"] if quiet else [])]
        return run(main, *given, *arguments, engine=make, seeds=seeds, index=tmp_path / "index")

    return asked


def test_every_question_has_a_row(desk, tmp_path):
    """With status, answer, words of the article and exit code; names are counted and quoted."""
    done = desk("--out", str(tmp_path / "report.csv"))
    assert (done.code, done.out, done.err) == (3, "", "")
    rows = list(csv.DictReader((tmp_path / "report.csv").read_text().splitlines()))
    assert [(one["question"], one["status"], one["exit_code"]) for one in rows] == [
        (QUESTION, "answered", "0"),
        ("Who is Elon Musk?", "not_found", "3"),
        ("Nobody", "mentioned", "0"),
        ("ferry", "mentioned", "0"),
        ("harbour", "mentioned", "0"),
    ]
    assert rows[0]["answer"] == WRITTEN
    assert rows[0]["quotation"].startswith("The storm sank a ferry in the harbour on Monday.")
    assert rows[1]["quotation"] == rows[1]["answer"] == ""
    assert rows[2]["answer"] == "1 article mentions it."
    assert rows[2]["quotation"] == "Nobody was hurt in the museum."
    assert [one["path"] for one in rows] == [
        "storm.txt",
        "",
        "museum.txt",
        "storm.txt",
        "storm.txt",
    ]


def test_the_report_lists_what_has_no_hit(desk, tmp_path):
    """As a page without a script, and as an object; nothing of a run remains beside it."""
    assert desk("--out", str(tmp_path / "report.html")).code == 3
    assert desk("--out", str(tmp_path / "report.json")).code == 3
    page, found = (
        (tmp_path / "report.html").read_text(),
        json.loads((tmp_path / "report.json").read_text()),
    )
    assert found["without"] == ["Who is Elon Musk?"]
    assert "4 with a hit, 1 without." in page
    assert "<script" not in page and "http:" not in page
    assert found["asked_on"] == date.today().isoformat()
    assert not list(tmp_path.glob("*.unfinished"))


def test_what_was_typed_is_no_markup_and_no_formula(desk, tmp_path):
    """In the page it is text; in the table a spreadsheet does not calculate it."""
    evil = '"<b>ferry</b>"\n=ferry()\n'
    desk("--out", str(tmp_path / "report.html"), table=evil)
    desk("--out", str(tmp_path / "report.csv"), table=evil)
    assert "<b>ferry" not in (tmp_path / "report.html").read_text()
    assert "\n'=ferry()" in (tmp_path / "report.csv").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "--batch needs a place for its report: --out FILE"),
        (["--out", "report.md"], "--out writes .html, .csv or .json files"),
        (["--out", "nowhere/report.csv"], "No folder nowhere"),
        (["--out", "report.csv", "Who?"], "Both a question and --batch were given"),
        (["--out", "report.csv", "-c"], "--batch and --continue do not go together"),
        (["--out", "report.csv", "--json"], "--batch and --json do not go together"),
        (["--out", "report.csv", "--explain"], "--batch and --explain do not go together"),
    ],
)
def test_a_batch_that_cannot_be_written_ends_with_2(desk, arguments, said):
    """Before anything is asked."""
    done = desk(*arguments)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_a_day_that_is_none_ends_with_2(desk, tmp_path):
    """With the line it stands in, and nothing is asked."""
    done = desk("--out", str(tmp_path / "report.csv"), table=TABLE)
    assert done.code == 2
    assert "questions.csv, line 6: “1999-13-01” is no day" in done.err


def test_an_outlet_that_is_not_there_is_a_row(desk, tmp_path):
    """The other rows are asked all the same."""
    table = f"question,source\n{QUESTION},The Moon\n{QUESTION},\n"
    assert desk("--out", str(tmp_path / "report.csv"), table=table).code == 2
    first, second = csv.DictReader((tmp_path / "report.csv").read_text().splitlines())
    assert (first["status"], first["exit_code"], first["source"]) == ("refused", "2", "The Moon")
    assert "No outlet 'The Moon' in the library" in first["notes"]
    assert second["status"] == "answered"


def test_progress_tells_the_time_that_is_left(desk, tmp_path):
    """A line for each row where no terminal shows a bar, on stderr."""
    lines = desk("--out", str(tmp_path / "r.csv"), quiet=False).err.splitlines()
    assert any(line.startswith("2 of 5 · 0 s left · Who is Elon Musk?") for line in lines)
    assert lines[-1].startswith("5 rows, 1 without a hit. Written to ")


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.4, "0 s"),
        (59.4, "59 s"),
        (59.7, "1 min"),
        (90, "2 min"),
        (3_590, "1 h"),
        (7_190, "2 h"),
        (11_100, "3 h 5 min"),
    ],
)
def test_a_time_is_told_as_people_say_it(seconds, told):
    """Rounded once, so that none has sixty minutes."""
    assert duration(seconds) == told


# ── the journal ──


def journal_of(folder, *lines, of="x"):
    """A journal with these lines below its head."""
    path = folder / "r.csv.unfinished"
    head = json.dumps({"of": of, "asked_on": "2025-06-05"})
    path.write_text("\n".join([head, *lines]))
    return batch.opened(path, "x", date(2026, 1, 1))


KEPT = '{"row": 0, "question": "Who?", "status": "not_found", "exit_code": 3, "notes": []}'


def test_a_torn_line_is_asked_again(tmp_path):
    """What ends with its line is kept, with the day of asking."""
    found = journal_of(tmp_path, KEPT, KEPT[:40])
    assert found.done == {0: Outcome("Who?", "not_found", 3)}
    assert found.asked_on == date(2025, 6, 5)


@pytest.mark.parametrize(
    "lines", [["nonsense", ""], ['{"row": 0}', ""], ["[]", ""], ["5", ""], ['"row"', ""]]
)
def test_a_journal_that_cannot_be_read_begins_anew(tmp_path, lines):
    """On the day of today."""
    found = journal_of(tmp_path, *lines)
    assert (dict(found.done), found.asked_on) == ({}, date(2026, 1, 1))


def test_a_journal_that_cannot_be_written_is_named(desk, tmp_path):
    """Before anything is asked, in one line."""
    (tmp_path / "report.csv.unfinished").mkdir()
    done = desk("--out", str(tmp_path / "report.csv"))
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "report.csv.unfinished cannot be written: Is a directory." in done.err


def test_what_fails_while_asking_is_not_blamed_on_the_journal(tmp_path):
    """An error of the system on the way to an answer names what it is about."""

    class Failing:
        def answer(self, ask, stop=None):
            raise OSError(5, "Input/output error", "library.sqlite")

    journal = batch.opened(tmp_path / "r.csv.unfinished", "x", date(2026, 1, 1))
    rows = batch.run([Ask("Who?")], Failing(), journal, silent, threading.Event())
    with pytest.raises(OSError, match=r"library\.sqlite"):
        list(rows)


def test_a_journal_of_something_else_begins_anew(tmp_path):
    """Other questions, another archive: none of its rows counts."""
    assert not journal_of(tmp_path, KEPT, "", of="y").done


def test_whatever_answers_depend_on_changes_the_signature():
    """Questions, their order, filters, evidence, circumstances."""
    one, other = Ask("Who?"), Ask("When?")
    signed = [
        batch.signature([one, other], 1),
        batch.signature([other, one], 1),
        batch.signature([one], 1),
        batch.signature([one, other], 2),
        batch.signature([one, Ask("When?", evidence=3)], 1),
        batch.signature([one, Ask("When?", write=False)], 1),
    ]
    assert len({*signed}) == len(signed)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Kenneth Genalo", True),
        ("ferry strike", True),
        ("Who is Genalo", False),
        ("Genalo?", False),
        ("The ferry sank.", False),
        ("Seven people were hurt when the ferry sank", False),
    ],
)
def test_a_row_that_asks_nothing_is_a_name(text, name):
    """Unless it is a sentence."""
    assert batch.is_name(text) == name


# ── kills ──

ROWS = 100
# Asks with small parts in another process; notes each question, and takes its time.
CHILD = """
import sys, time
from functools import partial
from pathlib import Path
from rag.ask import main
from rag.engine import Engine
from tests.fakes import *

class Logged(Engine):
    def stream(self, ask, stop=None):
        with open("asked.txt", "a") as log:
            log.write(ask.question + "\\n")
        time.sleep(0.01)
        yield from super().stream(ask, stop)

parts = dict(encoder=WordCountEncoder(), reader=OverlapReader(), checker=OverlapChecker(),
    classifier=PlainClassifier(), generator=ScriptedGenerator(f"{WRITTEN} [1]"))
sys.exit(main(["--quiet", "--batch", "questions.csv", "--out", "report.json"], partial(Logged, **parts)))
"""


def begun(folder):
    """The batch of a folder, in a process of its own."""
    places = {"CLIPPINGS_SEEDS": str(folder / "seeds"), "CLIPPINGS_INDEX": str(folder / "index")}
    environment = {**os.environ, **places, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen([sys.executable, "-c", CHILD], cwd=folder, env=environment)


def prepared(folder):
    """A folder with an archive and a hundred questions."""
    folder.mkdir()
    (folder / "seeds").mkdir()
    (folder / "seeds" / "storm.txt").write_text(STORM)
    (folder / "seeds" / "museum.txt").write_text(MUSEUM)
    words = ["Monday", "storm", "boat", "mayor", "tram"]
    rows = [f"What sank the ferry in the harbour {words[n % 5]} {n}?" for n in range(ROWS)]
    (folder / "questions.csv").write_text("\n".join(["question", *rows]))
    return folder


@pytest.mark.slow
def test_a_batch_killed_twice_gives_the_same_bytes(tmp_path):
    """As one that nobody disturbed; no row that was kept is asked again."""
    calm, shaken = prepared(tmp_path / "calm"), prepared(tmp_path / "shaken")
    assert begun(calm).wait() == 3  # some are not answered
    journal = shaken / "report.json.unfinished"
    kills = random.Random(18).sample(range(5, ROWS - 5), 2)
    for rows in sorted(kills):
        process = begun(shaken)
        while not journal.exists() or len(journal.read_bytes().splitlines()) <= rows:
            assert process.poll() is None
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert begun(shaken).wait() == 3
    assert (shaken / "report.json").read_bytes() == (calm / "report.json").read_bytes()
    asked = (shaken / "asked.txt").read_text().splitlines()
    assert len({*asked}) == ROWS and len(asked) <= ROWS + 2  # the row that was at work when killed
