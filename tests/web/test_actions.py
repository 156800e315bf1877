"""What the page does with engine and files: adds, indexes, reads days, lifts restrictions, hands out."""

import base64
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import date

import pytest

from rag.ask import write_report
from rag.engine import Engine
from rag.filters import Filters
from rag.show.files import FILES
from rag.types.questions import Turn
from rag.web import actions
from tests.fakes import QUESTION, STORM, WRITTEN, empty_engine, engine_of

# ── the archive ──


def test_the_archive_is_shown(tmp_path):
    """The page says how many articles there are, and which outlets can be chosen."""
    dateline, _, outlets = actions.holdings(engine_of(tmp_path))
    assert "2 articles" in dateline and "2 without a date" in dateline and outlets == []


def test_no_archive_names_the_button(tmp_path):
    """Before the first ingest the page says that nothing is indexed and what to press."""
    dateline, detail, _ = actions.holdings(empty_engine(tmp_path))
    assert "Nothing is indexed" in dateline and "Index the folder" in detail


def test_the_button_builds_the_index(tmp_path):
    """Indexing tells its progress and its report, and the archive is there afterwards."""
    stages = []
    engine = empty_engine(tmp_path, storm=STORM)
    report = actions.index_folder(
        engine, lambda stage, done, total: stages.append((stage, done, total))
    )
    assert "1 article new" in report and "1 article" in actions.holdings(engine)[0]
    assert {"looking", "encoding"} <= {stage for stage, _, _ in stages}


def test_an_empty_folder_is_one_line(tmp_path):
    """Indexing a folder without articles says so instead of failing."""
    report = actions.index_folder(empty_engine(tmp_path), lambda *_: None)
    assert "No articles in" in report and "Traceback" not in report


def test_a_running_ingest_is_one_line(tmp_path):
    """While another ingest holds the library the button says so."""
    from rag.store.writer import writing

    engine = engine_of(tmp_path)
    with writing(engine.settings.index):
        report = actions.index_folder(engine, lambda *_: None)
    assert 'class="problem"' in report and "ingest" in report


def test_dropped_files_are_added_and_indexed(tmp_path):
    """A good file is in the folder and in the library, a bad one is refused with its reason."""
    engine = engine_of(tmp_path)
    (tmp_path / "goal.txt").write_text("The goal of the season fell in the last minute on Sunday.")
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    given = [str(tmp_path / name) for name in ("goal.txt", "tool.exe")]
    told = actions.add_files(engine, given, lambda *_: None)
    assert "Added: goal.txt." in told and "1 article new" in told and ".exe is not read" in told
    assert (engine.settings.seeds / "goal.txt").is_file()
    assert "3 articles" in actions.holdings(engine)[0]


def test_nothing_is_indexed_where_nothing_was_added(tmp_path):
    """Where every file is refused the folder is left alone."""
    engine = empty_engine(tmp_path)
    (tmp_path / "tool.exe").write_bytes(b"MZ")
    told = actions.add_files(engine, [str(tmp_path / "tool.exe")], lambda *_: None)
    assert ".exe is not read" in told and not engine.has_library


# ── what the page does ──


def answered_turn(folder) -> tuple[Engine, Turn]:
    """An answered question."""
    engine = engine_of(folder)
    return engine, Turn(QUESTION, answer=engine.answer(QUESTION))


@pytest.mark.parametrize(
    ("what", "changed"),
    [
        ("window", {"read_dates": False}),
        ("before", {"before": None}),
        ("source", {"filters": Filters(None, "Ann", date(2025, 6, 1), date(2025, 6, 5))}),
        ("since", {"filters": Filters("Post", "Ann", None, date(2025, 6, 5))}),
        ("nonsense", {}),
    ],
)
def test_one_restriction_less(what, changed):
    """Removing a pill asks the same question without what it stands for, and nothing else."""
    filters = Filters("Post", "Ann", date(2025, 6, 1), date(2025, 6, 5))
    turn = Turn(QUESTION, filters, before=Turn("Before?"))
    assert actions.without(turn, what) == replace(turn, **changed)


@pytest.mark.parametrize("kind", FILES)
def test_an_answer_becomes_a_file(tmp_path, kind):
    """The browser gets a name and the bytes that the shell writes, of each kind of file; of no other kind,
    nothing.
    """
    engine, turn = answered_turn(tmp_path)
    sent = actions.parcel(engine, turn, kind)
    assert sent["do"] == "save" and sent["name"].endswith(f".{kind}")
    data = base64.b64decode(sent["data"])
    write_report(turn.answer, tmp_path / f"a.{kind}", engine.pack(turn.answer))
    told = "storm.txt" if kind in ("bib", "csl.json") else WRITTEN
    assert told in data.decode() and data == (tmp_path / f"a.{kind}").read_bytes()
    assert not actions.parcel(engine, turn, "exe") and not actions.parcel(engine, None, kind)


def test_the_original_is_the_file(tmp_path):
    """The file behind an article comes byte for byte, by the article's id; nothing else gives any."""
    engine, turn = answered_turn(tmp_path)
    storm = next(item.article for item in turn.answer.evidence if item.article.path == "storm.txt")
    sent = actions.original(engine, storm.id)
    assert base64.b64decode(sent["data"]) == STORM.encode() and sent["name"] == "storm.txt"
    for other in ("../index/library.sqlite", "storm.txt", "/etc/passwd", ""):
        assert not actions.original(engine, other)


def nowhere(folder) -> Engine:
    """An engine without a library."""
    (folder / "other").mkdir()
    return empty_engine(folder / "other")


def test_an_article_opens_by_its_id(tmp_path):
    """Whole, from wherever it was named; what the library does not have opens nothing."""
    engine = engine_of(tmp_path)
    found = engine.find("storm -museum")
    [storm] = found.reports
    assert "Article 1 of 1" in actions.whole(engine, storm.article.id, found)
    assert "The storm sank" in actions.whole(engine, storm.article.id, None)
    assert actions.whole(engine, "none", None) == ""
    assert actions.whole(nowhere(tmp_path), storm.article.id, None) == ""


def test_a_list_becomes_a_table(tmp_path):
    """All of it, whichever page was seen; an address that says nothing gives none."""
    engine = engine_of(tmp_path)
    sent = actions.table(engine, "find=&after=20")
    assert sent["name"] == "articles.csv"
    rows = base64.b64decode(sent["data"]).decode().splitlines()
    assert rows[0].startswith("published,outlet") and len(rows) == 3
    assert actions.table(engine, "find=storm")["name"] == "storm.csv"
    for address in ("find=OR", "find=&since=June", "find=storm&sort=new"):
        assert actions.table(engine, address) == {}


def test_a_timeline_becomes_a_table(tmp_path):
    """An address of nothing gives none."""
    sent = actions.table(engine_of(tmp_path), "find=storm&as=timeline")
    assert sent["name"] == "timeline-storm.csv"
    assert base64.b64decode(sent["data"]).startswith(b"happened,precision,words,told,printed")
    assert actions.table(engine_of(tmp_path), "find=&as=timeline") == {}


def test_people_are_named_with_their_lists(tmp_path):
    """Who stands in most articles; nobody where there is no library."""
    told = "Ilse Varga won the vote. Varga thanked her voters in Lindholm and went home."
    engine = engine_of(tmp_path, vote=told)
    assert 'data-value="find=%22Ilse+Varga%22&amp;sort=day"' in actions.named(engine)
    assert actions.named(nowhere(tmp_path)) == ""


def test_a_foreign_library_delivers_no_file_of_its_reader(tmp_path):
    """Its articles may name any path; the original is a file of seeds or none."""
    engine, turn = answered_turn(tmp_path)
    (tmp_path / "outside.txt").write_text("secret")
    storm = next(item.article for item in turn.answer.evidence if item.article.path == "storm.txt")
    for path in ("../outside.txt", str(tmp_path / "outside.txt"), "../../../../../etc/passwd"):
        with closing(sqlite3.connect(engine.settings.index / "library.sqlite")) as library:
            library.execute("UPDATE articles SET path = ?", (path,))
            library.commit()
        assert not actions.original(engine, storm.id)
