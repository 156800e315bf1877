"""Where a library is kept: folders that take nothing, small disks, other writers, sudden signals."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import DamagedError, LibraryError
from rag.store.library import FILE, Library
from rag.stories.ingest import ingest
from rag.types.questions import Ask
from tests.fakes import OverlapChecker, OverlapReader, PlainClassifier, WordCountEncoder
from tests.faults import folders
from tests.faults.calls import forked, fresh

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


SIZES = {
    "first build": range(8, 808, 4) if FULL else range(8, 808, 160),
    "change": range(0, 400, 4) if FULL else range(0, 400, 100),
}
"""Of a disk, in KB, beside what the library has when an ingest begins."""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount")
@pytest.mark.parametrize("kind", SIZES)
def test_a_disk_of_any_size_keeps_one_whole_state(tmp_path, kind):
    """A real file system that is full says so; with room, the next ingest ends what was begun.

    While it is full, the library that was there is read as before. A first build that left SQLite's log
    and no room for the file beside it cannot be read yet, and this is told.
    """
    disk, start, seeds = tmp_path / "disk", tmp_path / "start", folders.first(tmp_path / "seeds")
    disk.mkdir()
    if kind == "change":
        ingest(folders.given(seeds, start), encoder=WordCountEncoder())
        folders.add(seeds)
        folders.change(seeds)
    given, there = folders.given(seeds, disk / "index"), folders.state(start)
    ingest(folders.given(seeds, tmp_path / "index"), encoder=WordCountEncoder())
    whole, full, waiting = folders.state(tmp_path / "index"), 0, 0
    taken = sum(-(-path.stat().st_size // 4096) * 4 for path in start.glob("*")) + 40
    for room in SIZES[kind]:
        size = room + (taken if kind == "change" else 0)
        mounting = ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", disk]
        if subprocess.run(mounting, capture_output=True).returncode:
            pytest.skip("nothing can be mounted here")
        try:
            fresh(start if kind == "change" else None, given.index)
            code, said = forked(lambda: ingest(given, encoder=WordCountEncoder()))
            full += code == 5
            assert code in (0, 5) and (code == 0 or "space" in said), said
            found = folders.state(given.index)
            if found not in (there, whole):
                assert kind == "first build" and found.startswith("refused: No space left")
                waiting += 1
            larger = ["mount", "-o", "remount,size=9m", disk]
            subprocess.run(larger, check=True)
            assert forked(lambda: ingest(given, encoder=WordCountEncoder())) == (0, "")
            assert (folders.state(given.index), folders.unsound(given.index)) == (whole, [])
        finally:
            subprocess.run(["umount", "-l", disk], check=True)
    count, told = len(SIZES[kind]), f"; {waiting} could not be read before" if waiting else ""
    print(
        f"\n{count} small disks ({kind}), {full} of them full: {count} whole, finished by the next"
        f" ingest when there was room{told}"
    )
