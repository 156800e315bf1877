"""Files that came, changed or went since the folder was last read."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace

import pytest

from rag.protocols import silent
from rag.store.writer import writing
from rag.stories.unread import unread
from rag.types.files import Unread
from tests.fakes import (
    WordCountEncoder,
    ingest,
    settings,
)

STORM = "Storm in the harbour\n\nA storm came to the harbour. Three boats sank."
FERRY = "Ferry is late\n\nThe ferry left late. The mayor was on board."


@pytest.fixture
def given(tmp_path):
    """Settings of a folder with two articles, a file without any, and a folder; all read."""
    made = settings(tmp_path, storm=STORM, ferry=FERRY, empty="")
    (made.seeds / "m").mkdir()
    (made.seeds / "m" / "goal.txt").write_text("Late goal wins\n\nThe goal came late.")
    ingest(made, encoder=WordCountEncoder())
    return made


def add(seeds):
    """A file that came."""
    (seeds / "new.txt").write_text(STORM)


def add_deep(seeds):
    """A folder that came with a file."""
    (seeds / "x" / "y").mkdir(parents=True)
    (seeds / "x" / "y" / "new.md").write_text(STORM)


def add_old(seeds):
    """A copy that kept the time of its original."""
    shutil.copy2(seeds / "storm.txt", seeds / "copy.txt")


def change(seeds):
    """A file that grew."""
    (seeds / "storm.txt").write_text(STORM + " Nobody was hurt.")


def change_alike(seeds):
    """A file of the same size."""
    (seeds / "storm.txt").write_text(STORM.replace("Three", "Seven"))


def change_back(seeds):
    """A file replaced by one that is older than the library."""
    (seeds / "storm.txt").write_text(STORM.replace("Three", "Five"))
    os.utime(seeds / "storm.txt", (1, 1))


def fill(seeds):
    """A file that had no article."""
    (seeds / "empty.txt").write_text(FERRY)


def remove(seeds):
    """A file that went."""
    (seeds / "storm.txt").unlink()


def remove_folder(seeds):
    """A folder that went."""
    shutil.rmtree(seeds / "m")


def rename(seeds):
    """A file with another name."""
    (seeds / "storm.txt").rename(seeds / "gale.txt")


NOTICED = {
    add: Unread(1, 0, 0, ("new.txt",)),
    add_deep: Unread(1, 0, 0, ("x/y/new.md",)),
    add_old: Unread(1, 0, 0, ("copy.txt",)),
    change: Unread(0, 1, 0, ("storm.txt",)),
    change_alike: Unread(0, 1, 0, ("storm.txt",)),
    change_back: Unread(0, 1, 0, ("storm.txt",)),
    fill: Unread(0, 1, 0, ("empty.txt",)),
    remove: Unread(0, 0, 1, ("storm.txt",)),
    remove_folder: Unread(0, 0, 1, ("m/goal.txt",)),
    rename: Unread(1, 0, 1, ("gale.txt", "storm.txt")),
}


@pytest.mark.parametrize("what", NOTICED, ids=lambda one: one.__name__)
def test_what_happened_to_a_file_is_noticed_until_it_is_read(given, what):
    """By path, size and time alone."""
    assert not unread(given)
    what(given.seeds)
    assert unread(given) == NOTICED[what]
    ingest(given, encoder=WordCountEncoder(), allow_shrink=True)
    assert unread(given) == Unread()


def test_a_file_that_can_have_no_article_is_not_told(given):
    """Neither a hidden one nor a link, nor one that went and had none."""
    (given.seeds / ".new.txt").write_text(STORM)
    (given.seeds / "link.txt").symlink_to(given.seeds / "storm.txt")
    (given.seeds / "empty.txt").unlink()
    assert not unread(given)


def test_a_touched_file_is_told_until_it_was_looked_at(given):
    """Its text is the same; the ingest has nothing to do and remembers its time."""
    os.utime(given.seeds / "storm.txt", (7, 7))
    assert unread(given).changed == 1
    assert ingest(given, encoder=WordCountEncoder()).encoded == 0
    assert not unread(given)


class Interrupted(WordCountEncoder):
    """Encodes once, then somebody presses Ctrl-C."""

    def encode(self, texts, progress=silent):
        """The vectors of the first texts alone."""
        if self.encoded:
            raise KeyboardInterrupt
        return super().encode(texts, progress)


def test_what_an_interrupted_ingest_has_read_is_still_new(given):
    """No question finds it before all of it is published."""
    (given.seeds / "new.txt").write_text("Museum opens\n\nThe museum opened.")
    (given.seeds / "newer.txt").write_text("Museum closes\n\nThe museum closed.")
    with pytest.raises(KeyboardInterrupt):
        ingest(replace(given, commit_passages=1), encoder=Interrupted())
    assert unread(given) == Unread(2, 0, 0, ("new.txt", "newer.txt"))


class Slow(WordCountEncoder):
    """While it encodes, somebody changes a file."""

    def __init__(self, seeds):
        super().__init__()
        self.seeds = seeds

    def encode(self, texts, progress=silent):
        """The vectors, after the change."""
        change_back(self.seeds)
        return super().encode(texts, progress)


def test_a_file_that_changes_during_the_ingest_is_told_afterwards(given):
    """What was read may be the old text."""
    (given.seeds / "new.txt").write_text("Museum opens\n\nThe museum opened.")
    ingest(given, encoder=Slow(given.seeds))
    assert unread(given) == Unread(0, 1, 0, ("storm.txt",))


def test_without_a_library_every_file_is_new(tmp_path):
    """The first three are named."""
    made = settings(tmp_path, **dict.fromkeys("abcd", STORM))
    assert unread(made) == Unread(4, 0, 0, ("a.txt", "b.txt", "c.txt"))


def test_without_a_folder_nothing_is_told(given):
    """The articles are in the library; the folder may be on a disk that is not there today."""
    assert not unread(replace(given, seeds=given.seeds / "nowhere"))


@pytest.mark.parametrize(
    ("files", "line"),
    [
        (Unread(), ""),
        (Unread(1, 0, 0, ("a.md",)), "Files since the folder was last read: 1 new (a.md)."),
        (
            Unread(1_200, 1, 2, ("a.md", "b.md", "c.md")),
            "Files since the folder was last read: 1,200 new, 1 changed, 2 gone"
            " (a.md, b.md, c.md and 1,200 more).",
        ),
    ],
)
def test_unread_files_are_one_line(files, line):
    """With the first names."""
    assert (str(files), bool(files)) == (line, bool(line))


def test_a_library_of_the_version_before_tells_what_it_has_read(given):
    """Before its times are known, files that are in it are not new."""
    with writing(given.index) as library:
        library.db.rows("DELETE FROM seen")
    assert unread(given) == Unread(1, 0, 0, ("empty.txt",))
