"""The shell doors of standing questions: keep, list, run, remove; an exit code for every outcome."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from rag import ask, standing
from rag.engine import Engine
from rag.settings import ROOT
from rag.shell import ingest
from rag.shell.standing import Standing
from rag.show.news import listed, told
from rag.stories import kept
from rag.types.kept import Kept, News, Told
from rag.types.questions import Ask
from tests.doors import run
from tests.fakes import (
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    ScriptedGenerator,
    WordCountEncoder,
    settings,
)
from tests.stories.test_kept import ASKED, FIRST, LATER, bring

PAPERS = ROOT / "tests" / "gold" / "archive"
TEXT = """How many boats sank?
  answer changed: Three → Nine · Mail, 8 June 2025
  [old] “Three boats sank.” Post, 2 June 2025
  [new] “Nine boats sank.” Mail, 8 June 2025"""


@pytest.fixture
def shell(tmp_path):
    """Runs a command with small parts over one article; `shell.engine` brings others."""
    made = settings(tmp_path)
    make = partial(
        Engine,
        encoder=WordCountEncoder(),
        reader=OverlapReader(),
        generator=ScriptedGenerator("Three boats sank. [1]"),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
    )

    def command(door, *arguments):
        places = {"seeds": made.seeds, "index": made.index}
        return run(door.main, *arguments, engine=make, **places)

    command.engine, command.make = make(made), make
    bring(command.engine, "first", *FIRST)
    return command


def test_a_question_is_kept_after_its_answer(shell):
    """The answer comes as always; the list then has the question."""
    done = shell(ask, "--keep", ASKED)
    assert done.code == 0 and "Three" in done.out and f"Kept: {ASKED}" in done.err
    listed = shell(standing)
    assert listed.code == 0 and listed.err == ""
    assert listed.out.splitlines()[0] == f"  1  {ASKED}"
    assert "Three · Post, 2 June 2025 · kept on" in listed.out


@pytest.mark.parametrize(
    "others",
    [["-c"], ["--as-of", "2025-06-09"], ["--asked-on", "2025-06-09"], ["--batch", "a.txt"]],
)
def test_what_holds_for_one_time_is_not_kept(shell, others):
    """A follow-up, a day and a batch are refused before anything is asked."""
    question = [] if "--batch" in others else [ASKED]
    done = shell(ask, "--keep", *others, *question)
    assert (done.code, done.out) == (2, "") and "--keep" in done.err


def test_a_run_tells_the_news(shell):
    """The question, the change in a line, both quotations; then there is none."""
    shell(ask, "--keep", ASKED)
    bring(shell.engine, "later", *LATER)
    done = shell(standing, "run")
    assert (done.code, done.out) == (0, f"{TEXT}\n")
    assert "1 standing question, 1 asked again, 1 with news." in done.err
    again = shell(standing, "run", "--quiet")
    assert again == (3, "", "")
    assert "answer changed: Three → Nine" in shell(standing).out


def test_a_run_for_programs(shell):
    """News as objects with the line that people read; the list has them, too."""
    shell(ask, "--keep", ASKED)
    bring(shell.engine, "later", *LATER)
    [news] = json.loads(shell(standing, "run", "--json").out)
    assert (news["kind"], news["before"]["value"], news["now"]["value"]) == (
        "changed",
        "Three",
        "Nine",
    )
    assert news["text"] == "answer changed: Three → Nine · Mail, 8 June 2025"
    [one] = json.loads(shell(standing, "list", "--json").out)
    assert one["question"] == ASKED and one["news"] == [news]


def test_questions_are_removed(shell):
    """By number or all; what is not there is told."""
    shell(ask, "--keep", ASKED)
    assert shell(standing, "remove", "2").code == 2
    assert shell(standing, "remove").code == 2
    assert shell(standing, "list", "1").code == 2
    done = shell(standing, "remove", "1")
    assert (done.code, done.out) == (0, f"Removed: {ASKED}\n")
    assert shell(standing, "remove", "all").code == 3


# ── after an ingest, with the real models ──

LEADER = "Who will lead the Tavrany delegation at the talks about the Orve dam?"
CHANGED = (
    "reports of different days: Lothar Vansittard → Ines Callowell · Sarrel Tribune, 4 June 2025"
)


@pytest.fixture
def talks(tmp_path, real_settings):
    """Settings of an archive of one article, whose question is kept; `bring_the_other` changes its answer."""
    made = replace(real_settings, seeds=tmp_path / "seeds", index=tmp_path / "index")
    made.seeds.mkdir()
    shutil.copy(PAPERS / "river-summit-courier.md", made.seeds)
    engine = Engine(made)
    engine.ingest()
    kept.keep(Ask(LEADER), engine, made.index, date(2025, 6, 9))
    return made


def bring_the_other(made):
    """The report of the next day, which names another leader."""
    shutil.copy(PAPERS / "river-summit-tribune.md", made.seeds)


@pytest.mark.models
def test_an_ingest_for_programs_has_the_news(talks):
    """As objects beside the counts; without a change there are none, and without a question none either."""
    places = {"seeds": talks.seeds, "index": talks.index}
    arguments = "--json", "--no-questions", "--quiet"
    assert json.loads(run(ingest.main, *arguments, **places).out)["news"] == []
    bring_the_other(talks)
    report = json.loads(run(ingest.main, *arguments, **places).out)
    assert report["new"] == 1
    [news] = report["news"]
    assert (news["question"], news["text"]) == (LEADER, CHANGED)
    assert (news["before"]["value"], news["now"]["value"]) == (
        "Lothar Vansittard",
        "Ines Callowell",
    )


@pytest.mark.models
def test_a_watched_folder_tells_the_news(talks, heard):
    """As the text of an ingest does: the question, the change in a line, both quotations."""
    places = {"CLIPPINGS_SEEDS": str(talks.seeds), "CLIPPINGS_INDEX": str(talks.index)}
    with subprocess.Popen(
        [sys.executable, "scripts/ingest.py", "--watch", "--quiet"],
        cwd=ROOT,
        env={**os.environ, **places},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as watching:
        killer = threading.Timer(120, watching.kill)  # a test that hangs fails instead
        killer.start()
        first = watching.stdout.readline()
        bring_the_other(talks)
        told = [watching.stdout.readline().rstrip("\n") for _ in range(6)]
        watching.send_signal(signal.SIGINT)
        watching.communicate(timeout=30)
        killer.cancel()
    assert first.startswith("0 articles new")
    assert told[0].startswith("1 article new")
    assert told[1:4] == ["", LEADER, f"  {CHANGED}"]
    assert told[4].startswith("  [old] “") and "Lothar Vansittard" in told[4]
    assert told[5].startswith("  [new] “") and "Ines Callowell" in told[5]


# ── nothing, and damage ──


def test_nothing_kept_is_said(shell):
    """With how to keep one; a run needs no model then."""
    listed = shell(standing)
    assert (listed.code, listed.out) == (3, "") and "--keep" in listed.err
    assert json.loads(shell(standing, "--json").out) == []
    assert shell(standing, "run") == (3, "", "")


def test_a_damaged_list_is_one_line(shell):
    """It names where the file is now."""
    (shell.engine.settings.index / kept.FILE).write_text("{")
    done = shell(standing)
    assert (done.code, done.out) == (5, "") and "standing-damaged-1.json" in done.err


def test_an_ingest_goes_on_where_the_list_is_damaged(shell, capsys):
    """Its news are none, and why is said."""
    made = shell.engine.settings
    (made.index / kept.FILE).write_text("{")
    assert Standing(made, True, shell.make).news() == ()
    assert "standing-damaged-1.json" in capsys.readouterr().err


def test_control_characters_of_an_article_do_not_reach_the_terminal():
    """In news as everywhere."""
    side = Told("Ni\x1b[31mne", "Nine.", "Ma\x1b]0;x\x07il", "News", "a", 0, 5)
    news = News(ASKED, "conflict", side, side)
    one = Kept(ASKED, date(2025, 6, 9), told=(side,), news=(news,))
    assert "\x1b" not in told(news) + listed(1, one) and "Nine" in told(news)
