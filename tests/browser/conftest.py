"""A browser, and open pages: with the real models on the real seeds, the language model as recorded
or live, and one with small parts.

Without a Chromium these tests are skipped, aloud; `make test` installs one where it can.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from rag.engine import Engine
from rag.settings import ROOT
from rag.store.writer import writing
from tests.conftest import COUNTS
from tests.recorded import ASKED, Count
from tests.served import free_port

LONG = 120_000  # milliseconds; the real model on a machine that does other things, too
SEEDS = ROOT / "seeds"
PAPERS = ROOT / "tests" / "gold" / "archive"
FIRST = "Who will replace Kenneth Genalo?"
QUESTIONS = (FIRST, "Who is Genalo?", "How many arrests a day?", "Who won in South Korea?")
OF_PAPERS = (
    "Who won the Hallowick election?",
    "What caused the Port Sevrin blast?",
    "Who leads the Sarrel police?",
    "What did Pellon pay for Arvane?",
)


@dataclass
class Program:
    """A page that runs as a process of its own, as its users start it."""

    process: subprocess.Popen[str]
    address: str
    said: list[str] = field(default_factory=list)

    def cpu(self) -> float:
        """Seconds of processor time it has taken so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rests(self, still: float = 1.0) -> bool:
        """Whether it comes to rest: it takes next to nothing of a second before a text is written."""
        for _ in range(3):
            before = self.cpu()
            time.sleep(still)
            if self.cpu() - before < 0.25 * still:
                return True
        return False


@contextmanager
def started(command: list[str], **places: Path) -> Iterator[Program]:
    """Start a page's command and wait until it says that it is open."""
    port = free_port()
    environment = os.environ | {f"CLIPPINGS_{name.upper()}": str(at) for name, at in places.items()}
    process = subprocess.Popen(
        [sys.executable, *command, "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    program = Program(process, f"http://127.0.0.1:{port}/")
    listener = threading.Thread(target=_listen, args=(program,), daemon=True)
    listener.start()
    try:
        end = time.monotonic() + LONG / 1000
        while not any("is open" in line for line in program.said):
            assert process.poll() is None and time.monotonic() < end, program.said
            time.sleep(0.05)
        yield program
    finally:
        process.kill()
        process.wait()
        listener.join()


def _listen(program: Program) -> None:
    assert program.process.stderr
    with program.process.stderr as lines:
        for line in lines:
            program.said.append(line)


# ── pages ──


@pytest.fixture(scope="session")
def places(tmp_path_factory, seeds_index):
    """Makes a copy of the seeds and of their library, with questions to begin with."""

    def made(name: str) -> dict[str, Path]:
        folder = tmp_path_factory.mktemp(name)
        copied = {"seeds": folder / "seeds", "index": folder / "index"}
        shutil.copytree(SEEDS, copied["seeds"])
        shutil.copytree(seeds_index, copied["index"])
        with_questions(copied["index"], "Genalo", *QUESTIONS)
        return copied

    return made


def with_questions(index: Path, name: str, *questions: str) -> None:
    """Put questions to an article with this name into a library; making them is tested elsewhere."""
    with writing(index) as library:
        article = next(one for one in library.articles() if name in one.text)
        library.put_suggestions(dict.fromkeys(questions, article.id), {})


@pytest.fixture(scope="session")
def real(places, request):
    """The page with the language model as recorded."""
    command = ["-m", "tests.browser.recorded_page", "--no-browser"]
    with started(command, **places("recorded")) as program:
        yield program
        asked = sum(line.startswith(ASKED) for line in program.said)
        request.config.stash[COUNTS]["generations"] += Count(asked=asked)


@pytest.fixture(scope="session")
def papers(tmp_path_factory, real_settings, request):
    """The same over invented articles of nine months: copies, other reports, outlets enough to compare."""
    folder = tmp_path_factory.mktemp("papers")
    places = {"seeds": folder / "seeds", "index": folder / "index"}
    shutil.copytree(PAPERS, places["seeds"])
    Engine(replace(real_settings, **places)).ingest()
    with_questions(places["index"], "Osgood", *OF_PAPERS)
    with started(["-m", "tests.browser.recorded_page", "--no-browser"], **places) as program:
        yield program
        asked = sum(line.startswith(ASKED) for line in program.said)
        request.config.stash[COUNTS]["generations"] += Count(asked=asked)


@pytest.fixture(scope="session")
def live(places):
    """The page as `python app.py` opens it, with every real model."""
    with started(["app.py", "--no-browser"], **places("live")) as program:
        yield program


@pytest.fixture(scope="session")
def small(tmp_path_factory):
    """A page with small parts, whose articles and model attack whoever looks at them."""
    folder = tmp_path_factory.mktemp("small")
    with started(["-m", "tests.browser.hostile_page", str(folder)]) as program:
        yield program


# ── browsers ──


@pytest.fixture
def visit(browser):
    """Opens pages, each for a visitor of its own. No page may ask another host for anything, open
    another window or a dialog, or break.
    """
    contexts, broken = [], []

    def open_page(program: Program, path: str = "", **options):
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        context.set_default_timeout(LONG)
        own = urlsplit(program.address).netloc

        def asked(request) -> None:
            target = urlsplit(request.url)
            if target.scheme not in ("data", "blob") and target.netloc != own:
                broken.append(f"asked {request.url}")

        context.on("request", asked)
        page = context.new_page()
        page.on("popup", lambda popup: broken.append(f"opened {popup.url}"))
        page.on("dialog", lambda dialog: (broken.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: broken.append(str(error)))
        contexts.append(context)
        page.goto(program.address + path)
        page.wait_for_selector(".dateline")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not broken


@pytest.fixture
def picture():
    """Keeps a picture of the page where CLIPPINGS_SCREENSHOTS names a folder."""
    folder = os.environ.get("CLIPPINGS_SCREENSHOTS")

    def keep(page, name: str, **options) -> None:
        if folder:
            page.wait_for_timeout(400)
            page.screenshot(path=ROOT / folder / f"{name}.png", **options)

    return keep
