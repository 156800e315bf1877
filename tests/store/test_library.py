"""The library: one truth that changes in transactions."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import textwrap
import zlib
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from rag.errors import (
    AlteredError,
    DamagedError,
    IngestRunningError,
    LibraryError,
    NoLibraryError,
    UsageError,
)
from rag.filters import Filters
from rag.store.database import Database
from rag.store.fulltext import FullText
from rag.store.library import FILE, Library
from rag.store.passages import passages
from rag.store.records import RECORD, checksum
from rag.store.summary import holdings, problems
from rag.store.writer import LOCK, Writer, writing
from rag.types.articles import digest
from rag.types.days import Window
from rag.types.files import Skipped
from tests.fakes import TODAY, WordCountEncoder, article

ENCODER = WordCountEncoder()


def put(library, *articles, path="a.txt"):
    """Commit articles of one file."""
    spans = [passages(one, 10) for one in articles]
    texts = [span.encoded_text for of_one in spans for span in of_one]
    with library.transaction():
        library.put_vectors(texts, ENCODER.encode(texts), ENCODER.fingerprint)
        library.put_encoder(ENCODER.fingerprint)
        library.put_file(path, f"sha of {path}", "recipe", spans)


@pytest.fixture
def library(tmp_path):
    """A library with a storm in one file and a ferry in another."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour. Nobody was hurt.", "Storm", source="Post"))
        ferry = article(
            "The ferry ran late.", "Ferry", "b.txt", source="Coastal Radio", published=TODAY
        )
        put(library, ferry, path="b.txt")
        yield library


def test_an_article_comes_back_as_it_was_put(library):
    """Text, metadata and spans survive the round trip."""
    found = list(library.articles())
    assert [one.title for one in found] == ["Storm", "Ferry"]
    assert found[1] == article(
        "The ferry ran late.", "Ferry", "b.txt", source="Coastal Radio", published=TODAY
    )


def test_durability_settings_are_on(library):
    """WAL, full sync and foreign keys, as the durability protocol asks."""
    assert library.db.rows("PRAGMA journal_mode")[0][0] == "wal"
    assert library.db.rows("PRAGMA synchronous")[0][0] == 2
    assert library.db.rows("PRAGMA foreign_keys")[0][0] == 1


def test_every_transaction_is_a_generation_and_a_failed_one_is_none(library):
    """The number grows by one with a commit; an error leaves text and number as they were."""
    assert library.generation == 2
    with pytest.raises(RuntimeError), library.transaction():
        library.remove_file("a.txt")
        raise RuntimeError("in the middle")
    assert library.generation == 2
    assert library.count_articles() == 2
    assert problems(library) == []


def test_passage_ids_are_never_used_again(library):
    """What is put after a removal gets new numbers."""
    before = library.passage_numbers()
    with library.transaction():
        library.remove_file("b.txt")
    put(library, article("The ferry ran late.", "Ferry", "b.txt"), path="b.txt")
    after = library.passage_numbers()
    assert max(after) > max(before)
    assert library.passages([int(max(before))]) == {}


def test_removed_text_is_gone_from_full_text_too(library):
    """The external-content index follows deletions."""
    with library.transaction():
        library.remove_file("a.txt")
    assert FullText(library.db).search_text("storm", 5) == []
    assert FullText(library.db).search_articles("storm", 5) == []
    assert problems(library) == []


def test_filters_reach_keys_and_undated_articles(library):
    """A user's date leaves undated articles out; a window that was only read keeps them."""
    dated = library.article_keys(Filters(since=TODAY), None)
    ids = library.passage_ids(dated)
    assert [library.passages(ids)[n].article.title for n in ids] == ["Ferry"]
    assert len(library.article_keys(Filters(), Window(TODAY, TODAY))) == 2
    assert library.article_keys(Filters(), None) is None
    assert library.article_keys(Filters(source="coastal"), None) == dated
    left = library.passage_ids(library.article_keys(Filters(without=("a.txt",)), None))
    assert {library.passages([n])[n].article.path for n in left} == {"b.txt"}


def test_articles_and_days_of_passages_are_told_without_their_texts(library):
    """By id; what is gone is left out."""
    keys = library.article_keys(Filters(without=("none",)), None)
    ids = library.passage_ids(keys)
    origins = library.origins([*ids, 999])
    assert set(origins) == set(ids)
    for number, (key, day) in origins.items():
        assert key in keys
        assert library.passages([number])[number].article.published == day


def test_an_unknown_outlet_names_the_known_ones(library):
    """The error is a help."""
    with pytest.raises(UsageError, match="Coastal Radio, Post"):
        library.article_keys(Filters(source="Herald"), None)
    with pytest.raises(UsageError, match="No author 'Nobody'"):
        library.article_keys(Filters(author="Nobody"), None)


def test_nothing_is_encoded_twice(library):
    """A text with a vector is not asked for again, by this encoder."""
    text = passages(next(library.articles()), 10)[0].encoded_text
    assert library.without_vector([text, "new", "new"], ENCODER.fingerprint) == ["new"]
    assert library.without_vector([text], "another encoder") == [text]


@pytest.mark.parametrize(
    "vectors",
    [np.full((1, 13), np.nan), np.zeros((1, 13)), np.ones((1, 13)), np.eye(2, 13)],
    ids=["not a number", "zero", "not unit", "too many"],
)
def test_what_is_no_unit_vector_is_refused(library, vectors):
    """FAISS would take it without a word and never find it."""
    with pytest.raises(ValueError, match="unit vectors"):
        library.put_vectors(["text"], vectors.astype(np.float32), ENCODER.fingerprint)


def test_altered_text_is_never_returned(library):
    """An article whose text no longer has its digest is an error, not a quotation."""
    library.db.connection.execute("UPDATE articles SET text = replace(text, 'Nobody', 'Everybody')")
    ids = library.passage_numbers()
    with pytest.raises(AlteredError, match=r"“Storm” \(a.txt\).*altered"):
        library.passages([int(ids[0])])


def test_an_altered_article_with_full_in_its_title_is_no_full_disk(library):
    """The words of an article decide nothing about the disk."""
    put(library, article("Nobody left early.", "Stadium is full again", "f.txt"), path="f.txt")
    library.db.connection.execute("UPDATE articles SET text = 'All left.' WHERE file = 'f.txt'")
    with not_damaged(r"Stadium is full again.*was altered.*Read the articles again"):
        list(library.articles())


def test_a_damaged_vector_is_found(library):
    """Each vector has a checksum."""
    library.db.connection.execute("UPDATE vectors SET vector = zeroblob(52)")
    with pytest.raises(LibraryError, match="damaged"):
        library.vectors(library.passage_numbers())
    assert any("vector" in problem for problem in problems(library))


def test_what_was_skipped_is_remembered(library):
    """The page and the doctor can tell later."""
    with library.transaction():
        library.put_skipped([Skipped("x.bin", "binary")])
    assert holdings(library).skipped == (Skipped("x.bin", "binary"),)
    assert holdings(library).outlets == {"Coastal Radio": 1, "Post": 1}
    assert holdings(library).undated == 1


def test_a_second_writer_is_told_who_is_first(tmp_path):
    """The lock belongs to another process, whose number the error gives."""
    program = f"""
        import sys, time
        from pathlib import Path
        from rag.store.writer import writing
        with writing(Path({str(tmp_path)!r})):
            print("writing", flush=True)
            sys.stdin.readline()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(program)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout.readline() == "writing\n"
        with pytest.raises(IngestRunningError, match=f"pid {other.pid}"), writing(tmp_path):
            pass
        other.communicate("done\n")
    with writing(tmp_path) as library:
        assert library.count_articles() == 0


# ── what is met where nothing is damaged ──


@contextmanager
def not_damaged(words):
    """What the block raises has these words, and never the advice to remove the library."""
    with pytest.raises(LibraryError, match=words) as caught:
        yield
    assert not isinstance(caught.value, DamagedError)
    assert not re.search("damaged|remove", str(caught.value), re.IGNORECASE)


@contextmanager
def another(folder, *statements):
    """Another program's connection to the library, in the middle of these statements."""
    db = sqlite3.connect(folder / FILE, isolation_level=None)
    try:
        for statement in statements:
            db.execute(statement)
        yield
    finally:
        db.close()


def test_a_library_locked_by_another_writer_is_in_use(tmp_path):
    """Writing and the doctor's checks say so; the library is as it was afterwards."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
    with another(tmp_path, "BEGIN IMMEDIATE"):
        with not_damaged("in use by another program"), writing(tmp_path) as library:
            library.db.connection.execute("PRAGMA busy_timeout = 0")
            put(library, article("The ferry ran late.", "Ferry"))
        with Library.open(tmp_path) as library:
            library.db.connection.execute("PRAGMA busy_timeout = 0")
            with not_damaged("in use by another program"):
                problems(library)
    with Library.open(tmp_path) as library:
        assert (library.count_articles(), problems(library)) == (1, [])


def test_a_library_that_another_program_has_alone_is_in_use(tmp_path):
    """Reading says so."""
    with writing(tmp_path):
        pass
    with another(tmp_path, "PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE"):
        impatient = sqlite3.connect(tmp_path / FILE, timeout=0)
        with (
            Library(Database(impatient, tmp_path / FILE)) as library,
            not_damaged("in use by another program"),
        ):
            _ = library.generation


def test_a_read_only_library_asks_for_permission_to_write(tmp_path):
    """Whether the file is read-only or the connection."""
    with writing(tmp_path):
        pass
    with not_damaged(r"cannot be written.*permissions"), writing(tmp_path) as library:
        library.db.connection.execute("PRAGMA query_only = ON")
        put(library, article("The ferry ran late.", "Ferry"))
    db = sqlite3.connect(f"file:{tmp_path / FILE}?mode=ro", uri=True)
    with (
        Writer(Database(db, tmp_path / FILE)) as library,
        not_damaged(r"cannot be written.*permissions"),
    ):
        library.put_suggestions({}, {})


def test_a_library_that_cannot_be_opened_asks_for_permissions(tmp_path):
    """A folder lies where SQLite wants a file."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
    (tmp_path / f"{FILE}-wal").mkdir()
    with not_damaged(r"cannot be opened.*permissions"):
        Library.open(tmp_path)
    (tmp_path / "other" / FILE).mkdir(parents=True)
    with not_damaged(r"cannot be opened.*permissions"), writing(tmp_path / "other"):
        pass


def test_a_full_library_asks_for_room(tmp_path):
    """And keeps what was committed."""
    with not_damaged("No space left for"), writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
        pages = library.db.rows("PRAGMA page_count")[0][0]
        library.db.connection.execute(f"PRAGMA max_page_count = {pages}")
        put(library, article("The ferry ran late. " * 4000, "Ferry", "b.txt"), path="b.txt")
    with Library.open(tmp_path) as library:
        assert (library.count_articles(), problems(library)) == (1, [])


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_lock_on_a_full_disk_asks_for_room(tmp_path):
    """The permissions are not to blame."""
    (tmp_path / f"{LOCK}.pid").symlink_to("/dev/full")
    with not_damaged("No space left for"), writing(tmp_path):
        pass


@pytest.mark.skipif(os.name == "nt", reason="no limit of file size on Windows")
def test_a_failing_disk_is_named(tmp_path):
    """The system refuses to write more: an I/O error for SQLite."""
    program = f"""
        import resource
        from pathlib import Path
        from rag.errors import LibraryError
        from rag.store.writer import writing
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))
        try:
            with writing(Path({str(tmp_path)!r})):
                pass
        except LibraryError as error:
            print(type(error).__name__, error)
    """
    said = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True
    )
    assert said.stdout.startswith("LibraryError The disk cannot read or write")
    assert "remove" not in said.stdout


def test_an_error_of_another_kind_is_not_called_damage(library):
    """The doctor is to look at it first."""
    with not_damaged(r"cannot be used.*python -m rag\.doctor"):
        library.db.rows("SELECT nothing FROM nowhere")


def test_broken_pages_and_bytes_are_damage(tmp_path):
    """Pages that SQLite cannot read, and text that is not UTF-8."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
        library.db.connection.execute("UPDATE articles SET title = CAST(x'ff41' AS TEXT)")
        with pytest.raises(DamagedError, match="remove it"):
            list(library.articles())
        library.db.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    sound = (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).write_bytes(sound[:4096] + b"\xff" * (len(sound) - 4096))
    with pytest.raises(DamagedError, match="remove it"), Library.open(tmp_path) as library:
        holdings(library)


def test_no_library_says_how_to_build_one(tmp_path):
    """The next step is in the message."""
    with pytest.raises(LibraryError, match=r"scripts/ingest\.py"):
        Library.open(tmp_path)


def test_a_foreign_file_is_no_library(tmp_path):
    """It is named, left alone, and the remedy is given."""
    data = b"not a database at all" * 50
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(LibraryError, match="remove it"):
        Library.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == data


def test_a_library_of_version_2_is_brought_up_to_date_by_the_next_ingest(tmp_path):
    """A reader says so; the writer keeps every article and vector."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
        before = library.vectors(library.passage_numbers())
    with sqlite3.connect(tmp_path / FILE) as db:
        db.executescript(
            "DROP TABLE names; DROP TABLE seen; DELETE FROM meta WHERE name = 'names';"
            "DROP TABLE staged; DROP TABLE articles_fts; ALTER TABLE vectors RENAME TO kept;"
            "CREATE TABLE vectors (digest TEXT NOT NULL, encoder TEXT NOT NULL, vector BLOB NOT NULL,"
            " checksum INTEGER NOT NULL, PRIMARY KEY (digest, encoder)) WITHOUT ROWID;"
            "INSERT INTO vectors SELECT * FROM kept; DROP TABLE kept;"
            "ALTER TABLE articles DROP COLUMN correction;"
            "UPDATE meta SET value = '2' WHERE name = 'schema';"
        )
    db.close()
    with pytest.raises(LibraryError, match=r"earlier version.*scripts/ingest.py"):
        Library.open(tmp_path)
    with writing(tmp_path) as library:
        assert np.array_equal(library.vectors(library.passage_numbers()), before)
        assert len(FullText(library.db).search_articles("storm", 5)) == 1
        assert problems(library) == []
    with Library.open(tmp_path) as library:
        assert library.count_articles() == 1


def test_a_library_of_version_4_gets_checksums_of_whole_records(tmp_path):
    """What version 4 could tell to be altered stays so; the rest is sound."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
        put(library, article("The ferry ran late.", "Ferry", "b.txt"), path="b.txt")
        before = library.vectors(library.passage_numbers())
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        for key, text in db.execute("SELECT key, text FROM articles").fetchall():
            db.execute("UPDATE articles SET sha256 = ? WHERE key = ?", (digest(text), key))
        for row, vector in db.execute("SELECT rowid, vector FROM vectors").fetchall():
            db.execute("UPDATE vectors SET checksum = ? WHERE rowid = ?", (zlib.crc32(vector), row))
        db.execute("UPDATE articles SET text = 'The ferry ran away.' WHERE file = 'b.txt'")
        db.execute("DROP TABLE staged")
        db.execute("ALTER TABLE articles DROP COLUMN correction")
        db.execute("UPDATE meta SET value = '4' WHERE name = 'schema'")
    with writing(tmp_path) as library:
        assert np.array_equal(library.vectors(library.passage_numbers()), before)
        (said,) = (one for one in problems(library) if "full text" not in one)
        assert "“Ferry” (b.txt)" in said


def test_a_first_ingest_that_was_killed_left_no_library(tmp_path):
    """A file that only has its first page is for readers as none, and the next writer fills it."""
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute("PRAGMA journal_mode = WAL")
    assert (tmp_path / FILE).stat().st_size > 0
    with pytest.raises(NoLibraryError, match="Build it"):
        Library.open(tmp_path)
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
    with Library.open(tmp_path) as library:
        assert (library.count_articles(), problems(library)) == (1, [])


def _open_files() -> int:
    """How many files this process has open; 0 where that cannot be told."""
    listed = Path("/proc/self/fd")
    return len(list(listed.iterdir())) if listed.exists() else 0


def test_opening_that_fails_keeps_no_file_open(tmp_path):
    """A disk could not be unmounted otherwise."""
    (tmp_path / FILE).write_bytes(b"not a database at all" * 50)
    before = _open_files()
    kept = []
    for _ in range(20):
        with pytest.raises(DamagedError) as caught:
            Library.open(tmp_path)
        kept.append(caught)
    assert _open_files() <= before + 1


def test_a_surprise_in_a_damaged_library_is_told_as_damage(tmp_path):
    """And in a sound one it stays what it is: a bug."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
    with pytest.raises(KeyError), Library.open(tmp_path):
        raise KeyError("a bug")
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.execute("UPDATE articles SET author = 'Nobody'")
    with pytest.raises(AlteredError, match="Storm"), Library.open(tmp_path):
        raise KeyError("what the damage led to")


def test_a_library_of_version_5_gets_corrections(tmp_path):
    """None, until its files are read again; what was sound stays so, and what was altered too."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
        put(library, article("The ferry ran late.", "Ferry", "b.txt"), path="b.txt")
    earlier = RECORD.replace(", a.correction", "")
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.execute("ALTER TABLE articles DROP COLUMN correction")
        for key, _, *record in db.execute(f"SELECT a.key, {earlier} FROM articles a").fetchall():
            db.execute("UPDATE articles SET sha256 = ? WHERE key = ?", (checksum(record), key))
        db.execute("UPDATE articles SET text = 'The ferry ran away.' WHERE file = 'b.txt'")
        db.execute("UPDATE meta SET value = '5' WHERE name = 'schema'")
    with writing(tmp_path) as library:
        (said,) = (one for one in problems(library) if "full text" not in one)
        assert "“Ferry” (b.txt)" in said
        sound = library.article(article("The storm hit the harbour.", "Storm").id)
        assert sound and sound.correction is None


def test_an_altered_correction_is_noticed(tmp_path):
    """As any other altered field."""
    with writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
    with closing(sqlite3.connect(tmp_path / FILE)) as db, db:
        db.execute("UPDATE articles SET correction = 'It did not.'")
    with Library.open(tmp_path) as library, pytest.raises(AlteredError, match="Storm"):
        list(library.articles())


def test_a_version_that_is_superseded_later_is_whole_as_of_its_day(tmp_path):
    """The view of a day shows it; its checksum is that of the record itself."""
    address = "https://post.example/storm"
    older = article("The storm hit the harbour.", "Storm")
    newer = article("The storm hit the harbour and the pier.", "Storm", "b.txt")
    with writing(tmp_path) as library:
        put(library, replace(older, url=address, published=date(2025, 3, 1)))
        put(library, replace(newer, url=address, published=date(2025, 3, 9)), path="b.txt")
        with library.transaction():
            library.put_reports()
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        assert db.execute("SELECT superseded FROM articles ORDER BY key").fetchall() == [(1,), (0,)]
    with Library.open(tmp_path, date(2025, 3, 5)) as library:
        assert [one.text for one in library.articles()] == [older.text]
        assert library.passages(library.passage_ids(library.keys_of(older)))


def test_a_foreign_database_is_no_library(tmp_path):
    """Also when it is a sound one of something else, or of another version."""
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("CREATE TABLE meta (name, value)")
        db.execute("INSERT INTO meta VALUES ('schema', 'first')")
    db.close()
    with pytest.raises(LibraryError, match="another version"):
        Library.open(tmp_path)
