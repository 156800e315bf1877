"""The shell while a page is open: the page is asked, and nothing else is different."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from contextlib import contextmanager

import pytest

from rag.settings import ROOT
from rag.shell.channel import FILE
from rag.web.sessions import Questions
from rag.web.shells import answering
from tests.fakes import QUESTION, WRITTEN, MissingGenerator, ScriptedGenerator, wait
from tests.served import free_port
from tests.shell.desk import ask, engine, maker, places

ASKED = "Asked the open page.\n"
CALLS = [
    [QUESTION],
    ["--json", QUESTION],
    ["--json", "--explain", QUESTION],
    ["--explain", QUESTION],
    ["--evidence-only", QUESTION],
    ["--prose", "off", QUESTION],
    ["--no-stream", "-k", "1", QUESTION],
    ["--any-time", "--asked-on", "2025-06-05", QUESTION],
    ["Who is Elon Musk?"],
    ["How many articles are there?"],
    ["What happened with the storm?"],
    ["--source", "Herald", QUESTION],
    ["--as-of", "2020-01-01", QUESTION],
    ["-c", "Who closed it?"],
    ["-"],
    ["--json", "-"],
    ["-c", "-"],
    ["--keep", QUESTION],
    ["--out", "report.md", QUESTION],
    ["--out", "report.html", QUESTION],
    ["--out", "report.json", QUESTION],
    ["--batch", "rows.txt", "--out", "rows.csv"],
]
TYPED = f"{QUESTION}\n\nWho closed the harbour?\n"


@contextmanager
def opened(folder, generator=None, **changes):
    """A page that shells may ask, open for the length of a block."""
    with answering(made := engine(folder, generator, **changes), Questions()):
        yield made


def timeless(text):
    """A text without the seconds that something took."""
    return re.sub(r'"(start|search|rerank|evidence|first_\w+|total)": [\d.]+', r'"\1": 0', text)


def kept(folder):
    """What lies beside the library and in the folder of reports, without what the page and the library are."""
    places = [*(folder / "index").glob("*.json"), *folder.glob("r*.*")]
    return {one.name: timeless(one.read_text()) for one in places if one.name != FILE}


@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_an_open_page_is_asked_and_nothing_else_is_different(arguments, tmp_path, monkeypatch):
    """The same bytes on stdout, code and files as without one, by no engine of the shell's own."""
    monkeypatch.chdir(tmp_path)
    engine(tmp_path)
    (tmp_path / "rows.txt").write_text(f"{TYPED}storm\nIlse Varga\n")
    ask(tmp_path, "--quiet", QUESTION, make=maker())
    shutil.copytree("index", "before")
    alone = ask(tmp_path, *arguments, make=maker(), typed=TYPED)
    files = kept(tmp_path)
    shutil.rmtree("index")
    shutil.move("before", "index")
    for name in tmp_path.glob("report.*"):
        name.unlink()
    with opened(tmp_path):
        beside = ask(tmp_path, *arguments, typed=TYPED)
    assert beside.code == alone.code
    assert timeless(beside.out) == timeless(alone.out)
    assert kept(tmp_path) == files
    assert ASKED in beside.err
    alone_said = re.sub(r"\d[\d.]* s", "", alone.err)
    assert re.sub(r"\d[\d.]* s", "", beside.err.replace(ASKED, "", 1)) == alone_said


def test_quiet_says_nothing_of_the_page(tmp_path):
    """Nothing on stderr but errors."""
    with opened(tmp_path):
        found = ask(tmp_path, "--quiet", QUESTION)
    assert (found.code, found.err) == (0, "")


def test_a_missing_model_of_the_page_is_told_as_ones_own(tmp_path):
    """It is a note of the answer."""
    with opened(tmp_path, MissingGenerator()):
        found = ask(tmp_path, QUESTION)
    assert found.code == 0
    assert "No model file models/none.gguf" in found.err


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [
        (["--own"], {}),
        (["--timeout", "60"], {}),
        (["--model", "other.gguf"], {}),
        ([], {"models": "elsewhere"}),
    ],
)
def test_with_other_settings_the_shell_answers_by_itself(arguments, environment, tmp_path):
    """And with --own; without a word more."""
    alone = ScriptedGenerator("The storm sank a ferry in the harbour. [1]")
    with opened(tmp_path):
        found = ask(tmp_path, *arguments, QUESTION, make=maker(alone), **environment)
    assert found.code == 0
    assert "in the harbour. [1] (supported)" in found.out
    assert ASKED not in found.err


def test_a_page_that_uses_more_cores_is_asked_all_the_same(tmp_path):
    """Its answers are the same."""
    with opened(tmp_path):
        found = ask(tmp_path, QUESTION, threads="63")
    assert found.code == 0
    assert ASKED in found.err


def test_with_other_folders_the_shell_answers_by_itself(tmp_path):
    """Also where only the articles are elsewhere; another name of the same folder is the same."""
    with opened(tmp_path):
        (tmp_path / "other").mkdir()
        found = ask(tmp_path, QUESTION, make=maker(), seeds=str(tmp_path / "other"))
        assert ASKED not in found.err and WRITTEN in found.out
        (tmp_path / "link").symlink_to(tmp_path / "seeds")
        assert ASKED in ask(tmp_path, QUESTION, seeds=str(tmp_path / "link")).err


@pytest.mark.parametrize(
    "change", [{"port": 1}, {"secret": "other"}, {"port": "x"}, {"more": 1}, {"port": 0}]
)
def test_a_note_of_no_page_is_ignored(change, tmp_path):
    """One of a page that was killed, of another one at its port, or a damaged one."""
    with opened(tmp_path):
        path = tmp_path / "index" / FILE
        path.write_text(json.dumps(json.loads(path.read_text()) | change))
        found = ask(tmp_path, QUESTION, make=maker())
    assert found.code == 0
    assert WRITTEN in found.out and ASKED not in found.err


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[]", b"null"])
def test_a_damaged_note_is_ignored(text, tmp_path):
    """Whatever it is."""
    engine(tmp_path)
    (tmp_path / "index" / FILE).write_bytes(text)
    assert ask(tmp_path, QUESTION, make=maker()).code == 0


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root gives away")
def test_the_note_of_somebody_else_is_ignored(tmp_path):
    """Who left it would read the questions."""
    with opened(tmp_path):
        os.chown(tmp_path / "index" / FILE, 12345, -1)
        assert ASKED not in ask(tmp_path, QUESTION, make=maker()).err


def test_a_page_without_a_library_is_not_asked(tmp_path):
    """The first question brings the articles in, in the shell."""
    made = maker()(engine(tmp_path).settings)
    shutil.rmtree(tmp_path / "index")
    with answering(made, Questions()):
        found = ask(tmp_path, QUESTION, make=maker())
        assert found.code == 0
        assert "First question: 2 articles new" in found.err and ASKED not in found.err
        assert ASKED in ask(tmp_path, QUESTION).err


@contextmanager
def page_apart(folder):
    """A page in a process of its own, and what it prints."""
    engine(folder)
    command = [sys.executable, "-m", "tests.shell.open_page", str(folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as page:
        try:
            assert page.stdout.readline() == "open\n"
            yield page
        finally:
            page.kill()


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGKILL on Windows")
def test_a_page_that_is_killed_in_an_answer_is_left(tmp_path):
    """The shell answers by itself, prints nothing twice, and the next question finds no page."""
    with page_apart(tmp_path) as page:

        def kill() -> None:
            page.stdout.readline()
            page.kill()

        killer = threading.Thread(target=kill)
        killer.start()
        found = ask(tmp_path, QUESTION, make=maker())
        killer.join()
    alone = ask(tmp_path, QUESTION, make=maker())
    assert ASKED in found.err and ASKED not in alone.err
    assert (found.code, found.out) == (alone.code, alone.out)


class Interrupted(ScriptedGenerator):
    """Somebody presses Ctrl-C while it writes; remembers whether it was stopped."""

    stopped = False

    def write(self, messages, stop):
        """A sentence, then nothing."""
        yield f"{WRITTEN} [1] "
        signal.raise_signal(signal.SIGINT)
        wait(stop.is_set)
        self.stopped = True


@pytest.mark.parametrize("arguments", [[QUESTION], ["--json", QUESTION], ["-"]], ids=" ".join)
def test_an_interrupt_stops_the_page_too(arguments, tmp_path):
    """With the code and the output that it has without a page; the page's model has stopped."""
    engine(tmp_path)
    alone = ask(tmp_path, *arguments, make=maker(Interrupted()), typed=TYPED)
    with opened(tmp_path, model := Interrupted()):
        found = ask(tmp_path, *arguments, typed=TYPED)
    assert model.stopped
    assert (found.code, timeless(found.out)) == (alone.code, timeless(alone.out))
    assert found.code == 130


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="no SIGTERM to another process on Windows")
def test_a_page_that_is_ended_leaves_no_note(tmp_path):
    """By SIGTERM; while it is open the note is for its owner's eyes only."""
    engine(tmp_path)
    variables = {f"CLIPPINGS_{name.upper()}": at for name, at in places(tmp_path).items()}
    command = [sys.executable, "app.py", "--no-browser", "--port", str(free_port())]
    environment = {**os.environ, **variables, "CLIPPINGS_PROSE": "off"}
    note = tmp_path / "index" / FILE
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as page:
        wait(lambda: note.exists() or page.poll() is not None)
        assert note.stat().st_mode & 0o777 == 0o600
        page.send_signal(signal.SIGTERM)
        _, said = page.communicate(timeout=60)
    assert page.returncode == 0
    assert b"Traceback" not in said
    assert not note.exists()
