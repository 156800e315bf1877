"""Changes of a folder that the program should notice."""

from __future__ import annotations

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.types.files import Unread
from scripts.evaluation import unread
from scripts.evaluation.archive import kept_archive
from scripts.evaluation.runner import Means, measured
from tests.fakes import WordCountEncoder


@pytest.fixture
def archive(tmp_path):
    """A folder of three articles."""
    (tmp_path / "archive").mkdir()
    for name in "abc":
        text = f"Ferry {name}\n\nThe ferry {name} left late. The mayor was on board.\n"
        (tmp_path / "archive" / f"{name}.md").write_text(text)
    return tmp_path / "archive"


@pytest.fixture
def means(tmp_path):
    """An engine with small parts, caches in the test's folder."""
    folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}
    return Means(
        Settings(threads=1), None, lambda one: Engine(one, encoder=WordCountEncoder()), **folders
    )


def test_ten_changes_are_made_of_every_kind():
    """Each has a name of its own."""
    assert len({change.id for change in unread.CHANGES}) == 10
    assert {change.told for change in unread.CHANGES} == {
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
        (1, 0, 1),
        (1, 1, 1),
    }


def test_the_folder_itself_stays_as_it_is(archive, means):
    """Every change is made to a copy."""
    engine = kept_archive(means, archive)
    before = {path.name: path.read_text() for path in archive.iterdir()}
    for change in unread.CHANGES:
        unread.outcome(change, engine)
    assert {path.name: path.read_text() for path in archive.iterdir()} == before
    assert engine.unread() == Unread()


def test_a_change_that_is_told_as_another_is_not_noticed(archive, means):
    """A new file is no change of one."""
    change = unread.Change(
        "new", lambda folder, *_: (folder / "d.txt").write_text(unread.NEW), (0, 1, 0)
    )
    found = unread.outcome(change, kept_archive(means, archive))
    assert found.rates == {unread.NOTICED: False, unread.READ: True}


def test_a_whole_run(archive, means):
    """All ten are noticed by paths, sizes and times."""
    done = measured(unread.task(archive), means)
    found = {name: (figure.value, figure.n) for name, figure in done.figures["all"].items()}
    assert (done.name, found) == (
        "archive-unread",
        {unread.NOTICED: (1, 10), unread.READ: (1, 10)},
    )
