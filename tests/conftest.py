"""What all tests share: a tier for each, one warm engine, how hard to look.

Every test has one tier, by its marker, its folder or its fixtures:

    fast      neither a real model nor a browser, and no more than a moment
    slow      a server, processes or many files, for some seconds
    models    the real models
    browser   a page in a real browser
    cluster   several processes of an engine that `make test-cluster` installs
    timed     asserts how long something takes: only on a computer that does nothing else
"""

from __future__ import annotations

import os

# Before faiss is loaded: OpenMP's threads do not outlive a fork, and some tests fork; and two workers
# on two cores need no more.
os.environ.setdefault("OMP_NUM_THREADS", "1")
# Models that take every core wait for each other beside others.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("CLIPPINGS_THREADS", "1")

import shutil
import signal
import tempfile
from collections.abc import Iterator
from dataclasses import astuple, replace
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from rag.engine import Engine
from rag.parts import Models, llama_model, statement_checker, text_classifier
from rag.settings import ROOT, Settings
from scripts.install import BROWSERS
from tests.recorded import READINGS, TEXTS, Count, Recordings, language_model, reader

MEMORY, ROOM = Path("/dev/shm"), 6_000_000_000  # bytes: all tests write less than 2 GB

TIERS = ("fast", "slow", "models", "browser", "cluster", "timed")
BY_FIXTURE = {"browser": "browser", "seeds_index": "models", "llama": "models"}  # first come first
CHECKER = ROOT / "rag" / "models" / "weights" / "checker.onnx"
COUNTS = pytest.StashKey[dict[str, Count]]()

hypothesis_settings.register_profile("quick", max_examples=25, deadline=None)
hypothesis_settings.register_profile("full", max_examples=100, deadline=None)
hypothesis_settings.load_profile("full" if os.environ.get("CLIPPINGS_FULL") else "quick")


# ── where tests write ──


def in_memory() -> bool:
    """Whether a folder in memory has room and runs programs: there nobody waits for a disk at each sync."""
    try:
        runs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
        return runs and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    except (OSError, AttributeError):  # another system
        return False


if "TMPDIR" not in os.environ and in_memory():
    os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


# ── tiers ──


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test its tier; all that share a browser to one worker, and those of the models.

    pytest-xdist begins with these, its largest groups: what is short comes last, so no worker waits long.
    """
    for item in items:
        name = tier(item)
        item.add_marker(name)
        if name in ("models", "browser"):
            item.add_marker(pytest.mark.xdist_group(name))


def tier(item: pytest.Item) -> str:
    """The one tier of a test. Raises UsageError for a test that is marked with two."""
    marked = [name for name in TIERS if item.get_closest_marker(name)]
    if len(marked) > 1:
        raise pytest.UsageError(f"{item.nodeid} is marked {' and '.join(marked)}; keep one.")
    used = getattr(item, "fixturenames", ())
    return next(iter([*marked, *(BY_FIXTURE[name] for name in BY_FIXTURE if name in used)]), "fast")


# ── recordings ──


def pytest_configure(config: pytest.Config) -> None:
    """Begin to count the replies of the recorded models."""
    config.stash[COUNTS] = {"generations": Count(), "readings": Count()}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand the counts of a worker to the process that reports."""
    if hasattr(session.config, "workeroutput"):
        counts = session.config.stash[COUNTS].items()
        session.config.workeroutput["counts"] = {name: astuple(count) for name, count in counts}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error) -> None:
    """Add the counts of a worker."""
    for name, count in getattr(node, "workeroutput", {}).get("counts", {}).items():
        node.config.stash[COUNTS][name] += Count(*count)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was replayed and what was not."""
    counts = terminalreporter.config.stash[COUNTS]
    for name, count in counts.items():
        if count != Count():
            told = f"{count.replayed} {name} replayed, {count.asked} asked of the real model"
            terminalreporter.write_line(told)
    if any(count.asked for count in counts.values()):
        terminalreporter.write_line("To record them: make test-record")


# ── a browser, once ──

FLAGS = (
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="session")
def browser():
    """A headless Chromium; skipped aloud where there is none. Two in one process cannot be."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not program:
        pytest.skip("no Chromium here: python3 scripts/install.py browser")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield opened
        opened.close()


# ── the real models, once ──


@pytest.fixture(scope="session")
def real_settings():
    """The default settings, on as many threads as the environment allows."""
    return Settings(threads=Settings.from_env().threads)


@pytest.fixture(scope="session")
def llama(real_settings):
    """The real language model, loaded at its first use."""
    return llama_model(real_settings)


@pytest.fixture(scope="module")
def checker(real_settings):
    """The real checker; skipped aloud where its weights are missing."""
    if not CHECKER.is_file():
        pytest.skip(f"needs real checker: {CHECKER.relative_to(ROOT)} is missing")
    return statement_checker(real_settings)


@pytest.fixture(scope="module")
def classifier(real_settings):
    """The real classifier."""
    return text_classifier(real_settings)


@pytest.fixture(scope="module")
def judges(real_settings):
    """The real networks that judge what is written."""
    return Models(real_settings)


@pytest.fixture(scope="session")
def recorded(llama, real_settings, request) -> Iterator[dict[str, object]]:
    """Language model and reader as recorded: parts for an engine."""
    texts, scores = Recordings(TEXTS), Recordings(READINGS)
    yield {
        "generator": language_model(llama, real_settings, texts),
        "reader": reader(real_settings, scores),
    }
    request.config.stash[COUNTS]["generations"] += texts.count
    request.config.stash[COUNTS]["readings"] += scores.count


@pytest.fixture(scope="session")
def seeds_index(tmp_path_factory, real_settings):
    """The folder of a library of the two seed files."""
    folder = tmp_path_factory.mktemp("seeds") / "index"
    Engine(replace(real_settings, index=folder)).ingest()
    return folder


@pytest.fixture(scope="session")
def seeds_engine(seeds_index, recorded, real_settings):
    """An engine over the seeds that answers as recorded."""
    return Engine(replace(real_settings, index=seeds_index), **recorded)


@pytest.fixture(scope="session")
def live_engine(seeds_index, llama, real_settings):
    """An engine over the seeds whose models are all at work."""
    return Engine(replace(real_settings, index=seeds_index), generator=llama)


@pytest.fixture(scope="session")
def make_engine(recorded, real_settings):
    """Makes the engine of a command: it answers as recorded, unless it wants another model."""

    def make(settings: Settings, **options: object) -> Engine:
        usual = settings.model == real_settings.model
        parts = recorded if usual else {"reader": recorded["reader"]}
        return Engine(settings, **parts, **options)

    return make


# ── signals ──


@pytest.fixture
def heard():
    """Ctrl-C reaches a child, also where a shell runs the tests in the background, deaf to it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
