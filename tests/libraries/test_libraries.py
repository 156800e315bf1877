"""Libraries of every version are opened by this one, and one of a later version says what is needed."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.errors import DamagedError, LibraryError
from rag.settings import Settings
from rag.store.library import FILE, Library
from rag.store.schema import SCHEMA_VERSION
from rag.store.summary import problems
from rag.store.writer import writing
from rag.stories.ingest import ingest
from rag.types.questions import Ask
from tests.fakes import OverlapChecker, OverlapReader, PlainClassifier, WordCountEncoder

HERE = Path(__file__).parent
KEPT = sorted(HERE.glob("version-*.sqlite"))
TOLD = (
    "SELECT file, title, text, source, author, published, url FROM articles ORDER BY file, position"
)
kept = pytest.mark.parametrize("made", KEPT, ids=lambda path: path.stem)


def given(index: Path) -> Settings:
    """The settings that the kept libraries were made with."""
    return Settings(seeds=HERE / "seeds", index=index, threads=1, passage_words=30)


def put(made: Path, index: Path) -> Path:
    """Copy a kept library into an index; return its file."""
    index.mkdir()
    return Path(shutil.copyfile(made, index / FILE))


def articles(path: Path) -> list[tuple[object, ...]]:
    """What a file has of its articles, read without the program."""
    with closing(sqlite3.connect(path)) as db:
        return db.execute(TOLD).fetchall()


def reports(index: Path) -> list[tuple[str, set[str], bool]]:
    """Each file with those of the same report, and whether it is superseded."""
    with Library.open(index) as library:
        rows = library.db.rows("SELECT file, report, superseded FROM articles ORDER BY file")
    return [(file, {o for o, n, _ in rows if n == number}, bool(old)) for file, number, old in rows]


def quotes(index: Path) -> list[str]:
    """What is quoted for a question."""
    parts = {"encoder": WordCountEncoder(), "reader": OverlapReader()}
    parts |= {"checker": OverlapChecker(), "classifier": PlainClassifier()}
    answer = Engine(given(index), **parts).answer(Ask("Who saw the boat of town 4?", write=False))
    assert answer.evidence
    return [item.quote for item in answer.evidence]


def test_a_library_of_this_version_is_kept():
    """A new version of the tables keeps one, too: python -m tests.libraries"""
    assert f"version-{SCHEMA_VERSION}.sqlite" in {path.name for path in KEPT}


@kept
def test_a_kept_library_is_brought_up_to_date_with_all_its_articles(made, tmp_path):
    """By the next writer, every word as it was; a reader of an earlier one is told to ingest."""
    path = put(made, tmp_path / "index")
    if made.stem != f"version-{SCHEMA_VERSION}":
        with pytest.raises(LibraryError, match=r"earlier version.*ingest\.py") as caught:
            Library.open(path.parent)
        assert "emove" not in str(caught.value)
    with writing(path.parent) as library:
        assert problems(library) == []
    assert articles(path) == articles(made)
    with Library.open(path.parent) as library:
        assert len([*library.articles()]) == len(articles(made)) == 8


@kept
def test_an_ingest_into_a_kept_library_encodes_nothing_again(made, tmp_path):
    """Afterwards it is as one that is made today, and answers."""
    path = put(made, tmp_path / "index")
    report = ingest(given(path.parent), encoder=WordCountEncoder())
    assert (report.articles, report.encoded, report.removed) == (8, 0, 0)
    ingest(given(tmp_path / "today"), encoder=WordCountEncoder())
    assert articles(path) == articles(tmp_path / "today" / FILE)
    assert reports(path.parent) == reports(tmp_path / "today")
    assert quotes(path.parent) == quotes(tmp_path / "today")


def test_a_library_of_a_later_version_says_what_is_needed_and_is_left_alone(tmp_path):
    """Both versions are named; it is not called damaged, and not a byte of it changes."""
    path = put(HERE / f"version-{SCHEMA_VERSION}.sqlite", tmp_path / "index")
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE meta SET value = '99' WHERE name = 'schema'")
    before = path.read_bytes()
    for use in (Library.open, lambda _: ingest(given(path.parent), encoder=WordCountEncoder())):
        with pytest.raises(LibraryError, match=f"version 99.*up to {SCHEMA_VERSION}") as caught:
            use(path.parent)
        assert not isinstance(caught.value, DamagedError)
        assert "emove" not in str(caught.value)
    assert path.read_bytes() == before
