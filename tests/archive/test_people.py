"""Who is named in articles: kinds by a network that reads a few sentences, the rest by rules."""

from __future__ import annotations

import pytest

from rag.archive.people import READ, counted, mentions
from rag.reading.readers.text import read_markdown
from rag.settings import ROOT
from tests.fakes import PlainNamer

ARCHIVE = ROOT / "tests" / "gold" / "archive"
PEOPLE = ["Ruben Tasker", "Tasker", "Jon Lie", "Ada Lie", "Lie", "Ada Holm", "Dirk van der Berg"]
NAMER = PlainNamer(
    {
        **dict.fromkeys([*PEOPLE, "van der Berg", "Philippa"], "person"),
        **dict.fromkeys(["Bank of England", "ICE", "Holm Motors"], "organisation"),
        **dict.fromkeys(["Lake Lie", "London"], "place"),
    }
)


def named(text, title="", kind="person", namer=NAMER):
    """Words and whole names of a kind, as people write them."""
    found = mentions(title, text, namer)
    return [(" ".join(one.words), " ".join(one.whole)) for one in found if one.kind == kind]


def test_a_surname_alone_belongs_to_the_last_full_name_with_it():
    """In the headline to the first one."""
    text = "Jon Lie sat. Lie slept. Ada Lie sang. Mr Lie ran."
    assert named(text, "Lie wins") == [
        ("Lie", "Jon Lie"),
        ("Jon Lie", "Jon Lie"),
        ("Lie", "Jon Lie"),
        ("Ada Lie", "Ada Lie"),
        ("Lie", "Ada Lie"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ruben Tasker’s car left. Then Tasker spoke.", ["Ruben Tasker", "Tasker"]),
        ("British President Jon Lie spoke.", ["Jon Lie"]),
        ("Dirk van der Berg won. Then van der Berg slept.", ["Dirk van der Berg", "van der Berg"]),
        ("Philippa sang.", ["Philippa"]),
        ("The Lake Lie froze.", []),
        ("it rained.", []),
        ("", []),
    ],
)
def test_people_are_told_by_the_network(text, found):
    """Without titles and without 's; a place with the same word is nobody."""
    told = named(text)
    assert [words for words, _ in told] == found
    assert {whole for _, whole in told} == set(found[:1])


def test_organisations_are_told_apart():
    """With the small words inside their names."""
    text = "Ada Holm left Holm Motors for the Bank of England, ICE said in London."
    bodies = ["Holm Motors", "Bank of England", "ICE"]
    assert named(text, kind="organisation") == [(one, one) for one in bodies]
    assert named(text) == [("Ada Holm", "Ada Holm")]


def test_names_are_counted_once_an_article():
    """The most frequent comes first, then by letters; a surname is no name of its own."""
    articles = [
        ("", "Ada Holm spoke. Ada Holm left."),
        ("Ada Holm", "Lie came."),
        ("", "Jon Lie ran; ICE knew."),
    ]
    found = counted(articles, NAMER)
    assert found["person"] == [("Ada Holm", 2), ("Jon Lie", 1)]
    assert found["organisation"] == [("ICE", 1)]


def test_a_name_is_of_the_kind_that_most_of_its_sentences_tell():
    """Of a few sentences, each of another article where there are some."""
    namer = Sang({"Philippa": "person"})
    sang = [("", f"Philippa sang {number} songs. Philippa sank.") for number in range(2 * READ)]
    assert counted(sang, namer)["person"] == [("Philippa", 2 * READ)]
    assert len(namer.read) == READ
    sank = [("", f"Philippa sank {number} times. Philippa sang.") for number in range(2 * READ)]
    assert counted(sank, namer).get("person", []) == []


class Sang(PlainNamer):
    """Finds names only where somebody sang; remembers what it read."""

    def names(self, texts):
        """The names of each text."""
        self.read = texts
        found = zip(super().names(texts), texts, strict=True)
        return [names if "sang" in text else [] for names, text in found]


def test_any_text_has_names_or_none():
    """Signs, only capitals, a run of hundreds of words."""
    for text in ("…", "A", "Ada " * 999, "LONDON " * 999, "’s 's", "Ada\n\n\nAda", "Ⅷ ǅ ª"):
        counted([(text, text)], NAMER)


@pytest.mark.models
def test_the_network_knows_the_people_of_an_archive(judges):
    """Of invented news; a storm and a club are nobody."""
    pages = [read_markdown(file.name, file.read_bytes())[0] for file in sorted(ARCHIVE.iterdir())]
    found = counted([(page.fields["title"], page.text) for page in pages], judges.namer)
    people = {name for name, _ in found["person"]}
    bodies = {name for name, _ in found["organisation"]}
    assert {"Tobias Renwick", "Marit Osgood"} <= people
    assert "Hallowick Rovers" in bodies
    assert not people & {"Hallowick Rovers", "Storm Orsola"}
