"""The library: one truth that changes in transactions."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from rag.errors import IngestRunningError, LibraryError, UsageError
from rag.store.library import FILE, Library
from rag.store.passages import passages
from rag.types import Filters, Skipped, Window
from tests.fakes import TODAY, WordCountEncoder, article

ENCODER = WordCountEncoder()


def put(library, *articles, path="a.txt"):
    """Commit articles of one file."""
    spans = [passages(one, 10) for one in articles]
    texts = [span.encoded_text for of_one in spans for span in of_one]
    with library.transaction():
        library.put_vectors(texts, ENCODER.encode(texts), ENCODER.fingerprint)
        library.put_file(path, f"sha of {path}", "recipe", spans)


@pytest.fixture
def library(tmp_path):
    """A library with a storm in one file and a ferry in another."""
    with Library.writing(tmp_path) as library:
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
    assert library._rows("PRAGMA journal_mode")[0][0] == "wal"
    assert library._rows("PRAGMA synchronous")[0][0] == 2
    assert library._rows("PRAGMA foreign_keys")[0][0] == 1


def test_every_transaction_is_a_generation_and_a_failed_one_is_none(library):
    """The number grows by one with a commit; an error leaves text and number as they were."""
    assert library.generation == 2
    with pytest.raises(RuntimeError), library.transaction():
        library.remove_file("a.txt")
        raise RuntimeError("in the middle")
    assert library.generation == 2
    assert library.count_articles() == 2
    assert library.problems() == []


def test_passage_ids_are_never_used_again(library):
    """What is put after a removal gets new numbers."""
    before, _ = library.vectors()
    with library.transaction():
        library.remove_file("b.txt")
    put(library, article("The ferry ran late.", "Ferry", "b.txt"), path="b.txt")
    after, _ = library.vectors()
    assert max(after) > max(before)
    assert library.passages([int(max(before))]) == {}


def test_full_text_finds_stems_and_weighs_the_headline(library):
    """ "storms" finds "storm"; the article with the word in headline and text comes first."""
    put(library, article("A storm was far away.", "Weather", "c.txt"), path="c.txt")
    found = library.search_text("Where were the storms?", 10)
    titles = [library.passages([number])[number].article.title for number, _ in found]
    assert titles == ["Storm", "Weather"]
    assert found[0][1] > found[1][1]


def test_the_words_of_a_question_may_be_spread_over_an_article(library):
    """The article that has both words, in two passages, is first; only its passages are looked at
    where it is named.
    """
    text = (
        "The bridge is closed, and nobody in the town knows until when. The pier is open all day."
    )
    put(library, article(text, "Traffic", "d.txt"), path="d.txt")
    put(library, article("A bridge was painted.", "Paint", "e.txt"), path="e.txt")
    [(first, _), (second, _)] = library.search_articles("Are bridge and pier closed?", 10)
    ids = [number for number, _ in library.search_text("bridge pier", 10, [first])]
    assert {library.passages([n])[n].article.path for n in ids} == {"d.txt"}
    assert len(ids) == 2
    assert library.search_articles("bridge pier", 10, [second])[0][0] == second
    assert library.search_articles("bridge pier", 10, []) == []


@pytest.mark.parametrize(
    "question",
    ['"', "'; DROP TABLE meta; --", "NEAR(", "a AND OR", "*", "()", "%", "é ü 日本", "^x:", "-"],
)
def test_no_punctuation_breaks_full_text(library, question):
    """Whatever a person types is a search for its words, or for nothing."""
    assert library.search_text(question, 5) == library.search_text(question, 5)


def test_removed_text_is_gone_from_full_text_too(library):
    """The external-content index follows deletions."""
    with library.transaction():
        library.remove_file("a.txt")
    assert library.search_text("storm", 5) == []
    assert library.search_articles("storm", 5) == []
    assert library.problems() == []


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
    library._db.execute("UPDATE articles SET text = replace(text, 'Nobody', 'Everybody')")
    ids, _ = library.vectors()
    with pytest.raises(LibraryError, match="altered"):
        library.passages([int(ids[0])])


def test_a_damaged_vector_is_found(library):
    """Each vector has a checksum."""
    library._db.execute("UPDATE vectors SET vector = zeroblob(52)")
    with pytest.raises(LibraryError, match="damaged"):
        library.vectors()
    assert any("vector" in problem for problem in library.problems())


def test_what_was_skipped_is_remembered(library):
    """The page and the doctor can tell later."""
    with library.transaction():
        library.put_skipped([Skipped("x.bin", "binary")])
    assert library.holdings().skipped == (Skipped("x.bin", "binary"),)
    assert library.holdings().outlets == {"Coastal Radio": 1, "Post": 1}
    assert library.holdings().undated == 1


def test_a_second_writer_is_told_who_is_first(tmp_path):
    """The lock belongs to another process, whose number the error gives."""
    program = f"""
        import sys, time
        from pathlib import Path
        from rag.store.library import Library
        with Library.writing(Path({str(tmp_path)!r})):
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
        with pytest.raises(IngestRunningError, match=f"pid {other.pid}"), Library.writing(tmp_path):
            pass
        other.communicate("done\n")
    with Library.writing(tmp_path) as library:
        assert library.count_articles() == 0


def test_no_library_says_how_to_build_one(tmp_path):
    """The next step is in the message."""
    with pytest.raises(LibraryError, match=r"scripts/ingest\.py"):
        Library.open(tmp_path)


@pytest.mark.parametrize("data", [b"not a database at all" * 50, b""], ids=["text", "empty"])
def test_a_foreign_file_is_no_library(tmp_path, data):
    """It is named, left alone, and the remedy is given."""
    (tmp_path / FILE).write_bytes(data)
    with pytest.raises(LibraryError, match="remove it"):
        Library.open(tmp_path)
    assert (tmp_path / FILE).read_bytes() == data


def test_a_library_of_the_version_before_is_brought_up_to_date_by_the_next_ingest(tmp_path):
    """A reader says so; the writer keeps every article and vector."""
    with Library.writing(tmp_path) as library:
        put(library, article("The storm hit the harbour.", "Storm"))
        before = library.vectors()[1]
    with sqlite3.connect(tmp_path / FILE) as db:
        db.executescript(
            "DROP TABLE articles_fts; ALTER TABLE vectors RENAME TO kept;"
            "CREATE TABLE vectors (digest TEXT NOT NULL, encoder TEXT NOT NULL, vector BLOB NOT NULL,"
            " checksum INTEGER NOT NULL, PRIMARY KEY (digest, encoder)) WITHOUT ROWID;"
            "INSERT INTO vectors SELECT * FROM kept; DROP TABLE kept;"
            "UPDATE meta SET value = '2' WHERE name = 'schema';"
        )
    db.close()
    with pytest.raises(LibraryError, match=r"earlier version.*scripts/ingest.py"):
        Library.open(tmp_path)
    with Library.writing(tmp_path) as library:
        assert np.array_equal(library.vectors()[1], before)
        assert len(library.search_articles("storm", 5)) == 1
        assert library.problems() == []
    with Library.open(tmp_path) as library:
        assert library.count_articles() == 1


def test_a_foreign_database_is_no_library(tmp_path):
    """Also when it is a sound one of something else, or of another version."""
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("CREATE TABLE meta (name, value)")
        db.execute("INSERT INTO meta VALUES ('schema', '99')")
    db.close()
    with pytest.raises(LibraryError, match="another version"):
        Library.open(tmp_path)
