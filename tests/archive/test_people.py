"""Who is named in an article: in full once, then by surname."""

from __future__ import annotations

import pytest

from rag.archive.people import counted, mentions, people
from rag.reading.readers.text import read_markdown
from rag.settings import ROOT

ARCHIVE = ROOT / "tests" / "gold" / "archive"
# What else the rule takes for a person in the archive of invented news: a club and a storm.
WRONG = {"Hallowick Rovers", "Storm Orsola"}
PRECISION = 0.85  # measured: 14 of 16 names


def found(text, title=""):
    """The names, as people write them."""
    return {" ".join(name) for name in people(title, text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Ruben Tasker was found guilty. Mr Tasker will appeal.", {"Ruben Tasker"}),
        ("President Ilse Varga spoke. Then Varga’s car left.", {"Ilse Varga"}),
        ("In Port Sevrin it rained. Port Sevrin is wet.", set()),
        ("The White House declined. The House voted.", set()),
        ("Ruben Tasker was found guilty.", set()),
        ("Lee Jae-myung won. Jae-myung is 61.", {"Lee Jae-myung"}),
        ("", set()),
    ],
)
def test_a_full_name_whose_surname_stands_alone_is_a_person(text, names):
    """Places are not, nor what has a “the” before it."""
    assert found(text) == names


def test_a_surname_alone_belongs_to_the_last_full_name_with_it():
    """In the headline to the first one; "the Lie" belongs to nobody."""
    text = "Jon Lie sat. Lie slept. Ada Lie sang. Mr Lie ran. The Lie of the land."
    told = [(" ".join(words), " ".join(whole)) for words, whole in mentions("Lie wins", text)]
    assert told == [
        ("Lie", "Jon Lie"),
        ("Jon Lie", "Jon Lie"),
        ("Lie", "Jon Lie"),
        ("Ada Lie", "Ada Lie"),
        ("Lie", "Ada Lie"),
    ]


def test_names_are_counted_once_an_article_in_their_usual_form():
    """The most frequent comes first, then by letters."""
    one, other = (
        "Ada Holm spoke. Holm left.",
        "Dovre's Ada Holm sang. Holm ran. Jon Lie sat; Lie slept.",
    )
    assert counted([("", one), ("", one), ("", other)]) == [("Ada Holm", 3), ("Jon Lie", 1)]


def test_the_rule_is_right_about_most_names_of_an_archive():
    """At least PRECISION of the different names it finds are people's."""
    pages = [read_markdown(file.name, file.read_bytes())[0] for file in ARCHIVE.iterdir()]
    names = {name for page in pages for name in found(page.text, page.fields["title"])}
    print(sorted(names))
    assert names >= WRONG
    assert 1 - len(WRONG) / len(names) >= PRECISION
