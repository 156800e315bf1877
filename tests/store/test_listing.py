"""The listing: all articles by day, each report once."""

from __future__ import annotations

from datetime import date

import pytest

from rag.store import listing
from rag.store.passages import passages
from rag.store.writer import writing
from tests.fakes import article

SAME = "The storm hit the harbour on Monday, and nobody of the town was hurt by any of the waves at all."


@pytest.fixture
def library(tmp_path):
    """Files a to e: of 3 June, undated, of 5 June, a copy of the first of 4 June, a new version of c."""
    articles = {
        "a.txt": article(SAME, "Storm", source="Post", published=date(2025, 6, 3)),
        "b.txt": article("The ferry ran late.", "Ferry"),
        "c.txt": article("The vote is open.", "Vote", published=date(2025, 6, 5), url="https://v"),
        "d.txt": article(SAME, "Storm", source="Radio", published=date(2025, 6, 4)),
        "e.txt": article("The vote is over.", "Vote", published=date(2025, 6, 6), url="https://v"),
    }
    with writing(tmp_path) as library:
        with library.transaction():
            for path, one in articles.items():
                library.put_file(path, path, "recipe", [passages(one, 10)])
            library.put_reports()
        yield library


def files(library, keys):
    """The files of articles, a letter each."""
    rows = dict(library.db.rows("SELECT key, file FROM articles"))
    return "".join(rows[key][0] for key in keys)


def test_articles_are_listed_newest_first(library):
    """Undated ones come last; an older version of a page is not in sight."""
    found = listing.load(library)
    assert files(library, found.newest()) == "edab"
    assert found.generation == library.generation


def test_some_of_the_articles_keep_that_order(library):
    """Keys that are not in sight are left out."""
    found = listing.load(library)
    assert files(library, found.newest([1, 2, 3, 4])) == "dab"
    assert found.newest([]) == []
    assert files(library, found.in_sight([2, 3, 1])) == "ba"


def test_a_report_is_listed_once(library):
    """By the first of its articles in the order that is given."""
    found = listing.load(library)
    assert files(library, found.once(found.newest())) == "edb"
    assert files(library, found.once([1, 2, 4])) == "ab"
    assert found.once([]) == []


def test_others_are_those_of_other_reports(library):
    """Neither the copies of report 1, nor what is not in sight."""
    assert files(library, listing.load(library).others([1, 2, 3, 4, 5], 1)) == "be"


def test_articles_whose_reports_are_not_known_yet_are_listed(tmp_path):
    """Each as one of its own: an ingest is under way, or was killed."""
    with writing(tmp_path) as library, library.transaction():
        for path in ("a.txt", "b.txt"):
            library.put_file(path, path, "recipe", [passages(article(SAME), 10)])
        found = listing.load(library)
    assert len(found.once(found.newest())) == 2


def test_an_empty_library_has_an_empty_listing(tmp_path):
    """Every question to it has an answer."""
    with writing(tmp_path) as library:
        found = listing.load(library)
    assert found.newest() == found.newest([]) == found.once([]) == found.in_sight([]) == []


def test_a_list_reads_nothing_but_its_index(library):
    """Not the table, where the days lie behind the texts: 100,000 articles would take 0.3 s."""
    plan = library.db.rows(
        "EXPLAIN QUERY PLAN SELECT key, report FROM articles WHERE NOT superseded"
        " ORDER BY published DESC, report DESC, key DESC"
    )
    assert "COVERING INDEX articles_listed" in plan[0][3]


def test_indexes_that_are_missing_are_made_by_the_next_ingest(tmp_path):
    """A library of before keeps its version and can be read without them."""
    with writing(tmp_path) as library:
        library.db.script(
            "DROP INDEX articles_listed; CREATE INDEX articles_published ON articles (published);"
        )
        assert listing.load(library).newest() == []
    with writing(tmp_path) as library:
        rows = library.db.rows("SELECT name FROM sqlite_master WHERE type = 'index'")
        names = {name for (name,) in rows}
    assert {
        "articles_listed",
        "articles_source",
        "articles_id",
    } <= names and "articles_published" not in names
