"""The names of all articles, as they are put and removed."""

from __future__ import annotations

import sqlite3
from collections import Counter

import pytest

from rag.errors import LibraryError
from rag.store.library import FILE, Library
from rag.store.names import Names, count_missing, of_article
from rag.store.writer import writing
from tests.fakes import article
from tests.store.test_library import put

BRIDGE = article("HALLOWIN - The bridge is closed, said Sigrid Pellerin.", "Bridge closed", "b.txt")
STORM = article(
    "A storm came to Hallowin. In the morning Sigrid Pellerin slept in Zürich.",
    "Storm Orsola Hits Bridges In Hallowin",
    source="The Coastal Post",
    author="Ada Holm",
)


@pytest.fixture
def library(tmp_path):
    """A library of two articles, each in its own file."""
    with writing(tmp_path) as library:
        put(library, STORM)
        put(library, BRIDGE, path="b.txt")
        yield library


def counted(library):
    """The table: number of articles and spelling by name."""
    rows = library.db.rows("SELECT word, articles, spelled FROM names")
    return {word: (articles, spelled) for word, articles, spelled in rows}


def test_names_of_an_article():
    """Capitalised words in its sentences, of its headline what is not in small letters in the text,
    and its outlet, author and place.
    """
    text = "The ferry of Kestrel Bay sank in a storm."
    found = of_article("Storm Hits Ferry", text, "Post", None, "Ada Holm")
    assert set(found) == {"hits", "kestrel", "bay", "post", "ada", "holm"}


def test_every_name_is_counted_once_for_each_article(library):
    """However often the article has it, spelled in small letters if one article spells it so."""
    found = counted(library)
    assert found["hallowin"] == (2, "Hallowin")
    assert (found["pellerin"], found["orsola"]) == ((2, "Pellerin"), (1, "Orsola"))
    assert "storm" not in found  # it is a word of the text


def test_a_removed_article_takes_its_names_along(library):
    """Those of others stay; a file that is put again counts once."""
    put(library, BRIDGE, path="b.txt")
    assert counted(library)["hallowin"][0] == 2
    with library.transaction():
        library.remove_file("a.txt")
    found = counted(library)
    assert found["hallowin"][0] == 1 and "orsola" not in found and "coastal" not in found


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM names; DELETE FROM meta WHERE name = 'names';",
        "UPDATE names SET articles = 9; UPDATE meta SET value = '0' WHERE name = 'names';",
    ],
    ids=["never counted", "counted by another rule"],
)
def test_names_are_counted_again_where_it_is_due(library, damage):
    """As if every article had been put anew; the generation stays."""
    before, generation = counted(library), library.generation
    oracle = Counter(
        name
        for one in (STORM, BRIDGE)
        for name in of_article(one.title, one.text, one.source, one.agency, one.author, one.place)
    )
    library.db.script(damage)
    count_missing(library.db)
    assert counted(library) == before and library.generation == generation
    assert {name: number for name, (number, _) in counted(library).items()} == oracle


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("hallowin", True),
        ("bridge", True),  # no name
        ("coastal", True),  # an outlet
        ("zurich", True),  # accents make no difference
        ("pellerins", False),  # the same stem, but no article has it
        ("orsolla", False),
        ("", False),
    ],
)
def test_a_word_is_known_if_an_article_has_it(library, word, known):
    """As a name, as any word, or of its outlet."""
    assert Names(library.db).knows(word) is known


def test_names_near_a_word_come_with_their_spelling(library):
    """And nothing for a word that is near none."""
    names = Names(library.db)
    assert names.near("halowin") == [("hallowin", "Hallowin")]
    assert names.near("pelerin") == [("pellerin", "Pellerin")]
    assert names.near("vandermeulen") == names.near("oda") == []


def test_a_library_without_names_gets_them_from_the_next_writer(tmp_path):
    """It was made by version 3; a reader says that it is to be brought up to date."""
    with writing(tmp_path) as library:
        put(library, STORM)
        before = counted(library)
    with sqlite3.connect(tmp_path / FILE) as db:
        db.executescript(
            "DROP TABLE names; DROP TABLE seen; DROP TABLE staged; DELETE FROM meta WHERE name = 'names';"
            "ALTER TABLE articles DROP COLUMN correction;"
            "UPDATE meta SET value = '3' WHERE name = 'schema';"
        )
    db.close()
    with pytest.raises(LibraryError, match=r"earlier version.*scripts/ingest.py"):
        Library.open(tmp_path)
    with writing(tmp_path) as library:
        assert counted(library) == before and library.seen() == {}
