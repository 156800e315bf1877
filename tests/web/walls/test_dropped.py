"""Dropped files: bounded in all, gone once they are copied, swept after a page that was killed."""

from __future__ import annotations

import os
import tempfile
import time

import pytest
from filelock import FileLock

from rag.web.walls import dropped
from rag.web.walls.allowed import UPLOAD, Rules
from tests.web.walls.test_guard import asked

FORM = ("content-type", "multipart/form-data; boundary=x")


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder for temporary files."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def aged(path, seconds):
    """Let a file or folder be older than it is."""
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_page_removes_its_folder(place):
    """With everything in it."""
    with dropped.folder() as made:
        (made / "a").mkdir()
        (made / "a" / "news.txt").write_text("x")
        assert made.parent == place
    assert list(place.iterdir()) == []


def test_the_next_page_sweeps_what_a_killed_one_left(place):
    """The folder of a page that runs stays, and so does what is not such a folder or no folder."""
    for name in ("killed", "running", "young", "other"):
        folder = place / f"clippings-{name}"
        folder.mkdir()
        (folder / "news.txt").write_text("x")
        if name != "other":
            (folder / dropped.LOCK).touch()
    (place / "clippings-file").write_text("x")
    for name in ("killed", "running", "other"):
        aged(place / f"clippings-{name}", 3_600)
    with FileLock(place / "clippings-running" / dropped.LOCK):
        aged(place / "clippings-running", 3_600)
        dropped.sweep(place)
    left = {path.name for path in place.iterdir()}
    assert left == {"clippings-running", "clippings-young", "clippings-other", "clippings-file"}


def test_what_broke_off_goes_after_an_hour(tmp_path):
    """The others are counted."""
    for name, age in (("now", 0), ("late", 3_000), ("broken", 4_000)):
        (tmp_path / name).write_bytes(b"x" * 100)
        aged(tmp_path / name, age)
    assert dropped.waiting(tmp_path) == 200
    assert {path.name for path in tmp_path.iterdir()} == {"now", "late"}


def test_only_dropped_files_are_discarded(tmp_path):
    """A path that leads out of the folder removes nothing."""
    folder, mine = tmp_path / "dropped", tmp_path / "mine.txt"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "news.txt").write_text("x")
    mine.write_text("x")
    (folder / "beside.txt").write_text("x")
    paths = [
        folder / "a" / "news.txt",
        folder / "beside.txt",
        mine,
        folder / ".." / "mine.txt",
        folder / "gone.txt",
    ]
    dropped.discard(paths, folder)
    assert mine.exists() and list(folder.iterdir()) == []


def test_no_upload_is_taken_while_too_much_waits(tmp_path, monkeypatch):
    """It is told when to come again; with room it is read."""
    rules = Rules("127.0.0.1", 7860, uploads=True, dropped=tmp_path)
    monkeypatch.setattr(dropped, "WAITING_BYTES", 1_000)
    headers = (FORM, ("content-length", "600"))
    assert asked(rules, b"x" * 600, method="POST", path=UPLOAD, headers=headers)[0] == 200
    (tmp_path / "waiting.txt").write_bytes(b"x" * 500)
    status, said = asked(rules, b"x" * 600, method="POST", path=UPLOAD, headers=headers)
    assert (status, said["retry-after"]) == (503, "60")
