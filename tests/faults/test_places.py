"""Where a library is kept: folders that take nothing, small disks, other writers, sudden signals."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import DamagedError, LibraryError
from rag.ingest import ingest
from rag.store.library import FILE, Library
from rag.types import Ask
from tests.fakes import OverlapChecker, OverlapReader, PlainClassifier, WordCountEncoder
from tests.faults import folders
from tests.faults.calls import forked

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
NOBODY = 65534


@pytest.fixture
def place():
    """A folder that every user may read."""
    with tempfile.TemporaryDirectory(prefix="clippings-test-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def reading_only(index: Path):
    """For a while this user may only read an index."""
    if os.geteuid():
        index.chmod(0o555)
        try:
            yield
        finally:
            index.chmod(0o755)
    else:
        os.seteuid(NOBODY)
        try:
            yield
        finally:
            os.seteuid(0)


needs_users = pytest.mark.skipif(os.name == "nt", reason="no such permissions on Windows")


@needs_users
def test_asking_works_where_nothing_can_be_written(place):
    """The answer is the same, nothing is made beside the library, and the doctor can look."""
    given = folders.given(folders.first(place / "seeds"), place / "index")
    ingest(given, encoder=WordCountEncoder())
    parts = {
        "encoder": WordCountEncoder(),
        "reader": OverlapReader(),
        "checker": OverlapChecker(),
        "classifier": PlainClassifier(),
    }
    engine, ask = Engine(given, **parts), Ask("Who saw the boat of town 4?", write=False)
    before, state = engine.answer(ask).evidence, folders.state(given.index)
    assert before
    names = sorted(given.index.iterdir())
    with reading_only(given.index):
        assert Engine(given, **parts).answer(ask).evidence == before
        assert folders.state(given.index) == state
        assert folders.unsound(given.index) == []
    assert sorted(given.index.iterdir()) == names


@needs_users
def test_ingesting_where_nothing_can_be_written_asks_for_permissions(place):
    """And calls nothing damaged."""
    seeds = folders.first(place / "seeds")
    given = folders.given(seeds, place / "index")
    ingest(given, encoder=WordCountEncoder())
    folders.add(seeds)
    with reading_only(given.index), pytest.raises(LibraryError, match="permissions") as caught:
        ingest(given, encoder=WordCountEncoder())
    assert not isinstance(caught.value, DamagedError)


@needs_users
def test_what_is_written_under_a_reader_who_may_not_lock_is_told(place):
    """SQLite takes such a file for one that nobody writes; a changed one is never half read."""
    seeds = folders.first(place / "seeds")
    given = folders.given(seeds, place / "index")
    ingest(given, encoder=WordCountEncoder())
    for end in ("-shm", "-wal"):
        (given.index / f"{FILE}{end}").unlink(missing_ok=True)
    with reading_only(given.index):
        library = Library.open(given.index)
    with library:
        assert library.count_articles() == 8
        folders.add(seeds)
        done = forked(lambda: ingest(given, encoder=WordCountEncoder()) and None)
        assert done == (0, "")
        with pytest.raises(LibraryError, match="in use"):
            library.count_articles()


@needs_users
def test_what_waits_in_the_log_is_not_passed_over(place):
    """A library whose last changes lie beside it is not read without them."""
    seeds = folders.first(place / "seeds")
    given = folders.given(seeds, place / "index")
    ingest(given, encoder=WordCountEncoder())
    with Library.open(given.index) as library, library.snapshot():
        library.count_articles()
        folders.add(seeds)
        ingest(given, encoder=WordCountEncoder())
        copy = Path(shutil.copytree(given.index, place / "copy"))
    (copy / f"{FILE}-shm").unlink()
    with reading_only(copy), pytest.raises(LibraryError, match=f"{FILE}-wal.*run there once"):
        Library.open(copy)
    assert folders.state(copy) == folders.state(given.index)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_signal_at_any_moment_leaves_one_whole_state(tmp_path):
    """KILL, TERM and INT; the next ingest ends what was begun."""
    count, chance = (500 if FULL else 12), random.Random(7)
    seeds, index = folders.first(tmp_path / "seeds"), tmp_path / "index"
    given = folders.given(seeds, index)

    def work() -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        ingest(given, encoder=WordCountEncoder())

    began = time.monotonic()
    assert forked(work) == (0, "")
    usual, whole = time.monotonic() - began, folders.state(index)
    for turn in range(count):
        shutil.rmtree(index)
        sent = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT)[turn % 3]
        pid = os.fork()
        if not pid:
            try:
                work()
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0, 1.1 * usual))
        os.kill(pid, sent)
        os.waitpid(pid, 0)
        assert folders.state(index) in ("none", whole)
        assert folders.unsound(index) == []
        assert forked(work) == (0, "")
        assert (folders.state(index), folders.unsound(index)) == (whole, [])
    print(f"{count} signals: {count} whole states")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount")
def test_a_disk_of_any_size_keeps_one_whole_state(tmp_path):
    """A real file system that is full says so; with room, the next ingest ends what was begun."""
    disk = tmp_path / "disk"
    disk.mkdir()
    seeds, index = folders.first(tmp_path / "seeds"), disk / "index"
    given = folders.given(seeds, index)
    sizes = range(8, 808, 4) if FULL else range(8, 808, 100)
    ingest(folders.given(seeds, tmp_path / "index"), encoder=WordCountEncoder())
    whole, full = folders.state(tmp_path / "index"), 0

    def work() -> None:
        ingest(given, encoder=WordCountEncoder())

    for size in sizes:
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", disk]
        if subprocess.run(mounting, capture_output=True).returncode:
            pytest.skip("nothing can be mounted here")
        try:
            code, said = forked(work)
            full += code == 5
            assert code in (0, 5) and (code == 0 or "space" in said), said
            assert folders.state(index) in ("none", whole)
            larger = ["mount", "-o", "remount,size=9m", disk]
            subprocess.run(larger, check=True)
            assert forked(work) == (0, "")
            assert (folders.state(index), folders.unsound(index)) == (whole, [])
        finally:
            subprocess.run(["umount", "-l", disk], check=True)
    print(f"{len(sizes)} sizes, {full} of them full: {len(sizes)} whole states")


@pytest.mark.slow
def test_readers_see_one_whole_generation_at_every_moment(tmp_path):
    """While others are published; never one whose copies or versions are not known yet."""
    readers, turns = (8, 30) if FULL else (2, 6)
    seeds, index = folders.first(tmp_path / "seeds"), tmp_path / "index"
    given = folders.given(seeds, index)
    ingest(given, encoder=WordCountEncoder())
    wholes, seen, stop = {folders.state(index)}, [], threading.Event()

    def read() -> None:
        while not stop.is_set():
            seen.append(folders.state(index))

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        for turn in range(turns):
            folders.page(seeds, f"n{turn}", 20 + turn)
            folders.page(seeds, f"c{turn}", 20 + turn, outlet="Gazette")
            ingest(given, encoder=WordCountEncoder())
            wholes.add(folders.state(index))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert set(seen) <= wholes
    print(f"{len(seen)} readings of {len(wholes)} generations: all whole")
