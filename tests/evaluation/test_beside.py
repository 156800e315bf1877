"""The comparison of what each step costs: real processes, which cost what they were made to."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.types.articles import digest
from scripts.evaluation.collections import Question
from scripts.evaluation.peers import REQUIREMENTS, Place, beside, drawn, environment, shown, step
from scripts.evaluation.peers.drawn import Sample
from scripts.evaluation.peers.processes import Broken, watched
from scripts.evaluation.peers.sides import Peer

# A peer that keeps a copy of the articles, waits between the first passage and its end, and holds
# memory in a child while it answers.
INDEX = """
import pathlib, sys, time
seeds, folder = map(pathlib.Path, sys.argv[1:3])
folder.mkdir()
(folder / "all").write_bytes(b"x" * 1_000_000)
time.sleep(0.2)
"""
EVIDENCE = "import time; print('loading'); print('[1] A storm.'); time.sleep(60)"
HOLDING = "x = bytearray(300_000_000); import time; time.sleep(0.5)"
ANSWER = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {HOLDING!r}])"
BREAKS = "raise SystemExit('no such | store')"

ARTICLES = [{"id": f"r{number}", "text": f"Storm {number}."} for number in range(4)]
SAMPLE = Sample(
    ARTICLES[:3], ARTICLES[3:], [Question("q1", "A storm?"), Question("q2", "A flood?")]
)
NOWHERE = Place(Path(), Path(), Path(), Path("model.gguf"))


def stand_in(name, log, add="pass"):
    """A peer whose every process first notes its name and step."""

    def told(what, code):
        note = f"open({str(log)!r}, 'a').write('{name} {what}\\n')\n"
        return lambda place, *_: [
            sys.executable,
            "-c",
            note + code,
            str(place.seeds),
            str(place.folder),
        ]

    return Peer(
        name,
        told("index", INDEX),
        told("add", add),
        told("evidence", EVIDENCE),
        told("answer", ANSWER),
    )


def test_the_table_holds_what_was_measured(tmp_path):
    """In seconds, articles a second, GB and MB; a step that broke is a row that says why."""
    log = tmp_path / "log"
    peers = [stand_in("one", log), stand_in("two", log, add=BREAKS)]
    beside.measured(peers, SAMPLE, NOWHERE).save(tmp_path / "peers.json")
    one, two = beside.Beside.load(tmp_path / "peers.json").peers
    assert one.figures[beside.DISK] == [1.0]
    assert 0.2 < 3 / one.figures[beside.INGESTED][0] < 30
    assert len(one.figures[beside.EVIDENCE]) == 2 and max(one.figures[beside.EVIDENCE]) < 30
    assert all(0.3 < held < 0.5 for held in one.figures[beside.ANSWER_MEMORY])
    assert two.broken == {"add": "no such | store"} and beside.ADDED not in two.figures
    told = shown.table(tmp_path / "peers.json", {"three": "not at the registries"}).splitlines()
    assert "3 articles, 2 threads" in told[0] and "model.gguf" in told[0]
    assert told[2] == "|  | one | two |"
    rows = {row.split(" | ")[0].strip("| "): row for row in told[4:]}
    assert rows[beside.DISK] == f"| {beside.DISK} | 1.00 of 1 | 1.00 of 1 |"
    assert re.search(r"\| \d+\.\d\d of 1 \| – \|$", rows[beside.ADDED])
    assert re.search(r"\d\.\d\d \(\d\.\d\d to \d\.\d\d\) of 2", rows[beside.EVIDENCE])
    assert rows["two, add"] == "| two, add | `no such / store` |"
    assert rows["three"] == "| three | not at the registries |"


def test_peers_take_turns(tmp_path):
    """Each step of the one is followed by that of the other; the first question is answered once more."""
    log = tmp_path / "log"
    beside.measured([stand_in("one", log), stand_in("two", log)], SAMPLE, NOWHERE)
    steps = ["index", "add", "answer", "evidence", "evidence", "answer", "answer"]
    assert log.read_text().splitlines() == [
        f"{who} {what}" for what in steps for who in ("one", "two")
    ]


def test_a_peer_without_an_index_is_asked_nothing(tmp_path):
    """What needs the index would break as well."""
    log = tmp_path / "log"
    broken = stand_in("one", log)
    broken = Peer(
        "one",
        lambda place: [sys.executable, "-c", BREAKS],
        broken.add,
        broken.evidence,
        broken.answer,
    )
    (taken,) = beside.measured([broken], SAMPLE, NOWHERE).peers
    assert taken.broken == {"index": "no such | store"} and not taken.figures
    assert not log.exists()


def test_a_process_that_hangs_has_broken():
    """It is ended, with what it started."""
    with pytest.raises(Broken, match="not done after 1 s"):
        watched([sys.executable, "-c", EVIDENCE], {}, limit=1)


def test_questions_have_their_articles_among_those_that_are_drawn(tmp_path):
    """The same each time; those that come afterwards are others."""
    known = [{"id": f"r{number}", "text": f"Storm {number}."} for number in range(20)]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, known)))
    asked = [
        {
            "id": f"q{number}",
            "question": f"Storm {number}?",
            "answers": ["yes"],
            "relevant": [f"r{number}"],
        }
        for number in (3, 7, 11, 99)
    ]
    (tmp_path / "q.jsonl").write_text("\n".join(map(json.dumps, asked)))
    found = drawn.sample(tmp_path / "a.jsonl", tmp_path / "q.jsonl", count=5, few=2)
    ids = {one["id"] for one in found.articles}
    assert len(ids) == 5 and len(found.questions) == len(found.more) == 2
    assert all(one.relevant <= ids for one in found.questions)
    assert not ids & {one["id"] for one in found.more}
    assert found == drawn.sample(tmp_path / "a.jsonl", tmp_path / "q.jsonl", count=5, few=2)
    with pytest.raises(UsageError, match="No question of"):
        (tmp_path / "q.jsonl").write_text(json.dumps(asked[-1]))
        drawn.sample(tmp_path / "a.jsonl", tmp_path / "q.jsonl")


def test_a_step_is_a_command_of_its_own(tmp_path, monkeypatch, capsys):
    """It opens the peer's module, and its passages are numbered lines."""

    class Echo:
        evidence = staticmethod(lambda place, question: [f"{place.folder.name}:\n{question}", "b"])

    monkeypatch.setitem(sys.modules, "scripts.evaluation.peers.echo", Echo)
    place = Place(tmp_path, tmp_path, tmp_path / "index", tmp_path / "model.gguf")
    python, dash, module, *given = step.command(
        Path("python"), "echo", place, "evidence", "A storm?"
    )
    assert (python, dash, module) == ("python", "-m", "scripts.evaluation.peers.step")
    step.main(*given)
    assert capsys.readouterr().out == "[1] index: A storm?\n[2] b\n"


def test_an_environment_is_made_once(tmp_path):
    """One that is whole is taken as it is; the list of packages names it."""
    place = tmp_path / digest(REQUIREMENTS.read_text())[:8]
    place.mkdir()
    (place / "ready").touch()
    assert environment.made(tmp_path).is_relative_to(place)
    assert list(place.iterdir()) == [place / "ready"]


def test_an_environment_that_cannot_be_made_says_why(tmp_path):
    """In the last words of what failed, with the file that holds all of it."""
    with pytest.raises(UsageError, match=r"cannot be installed: no room All of it: .*install.log"):
        environment.run(
            [sys.executable, "-c", "raise SystemExit('no room')"], tmp_path / "install.log"
        )


def test_without_a_comparison_the_page_says_how_to_make_one(tmp_path):
    """Instead of a table."""
    assert "make peers" in shown.table(tmp_path / "none.json")
