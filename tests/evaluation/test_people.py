"""The names of people on pages that were marked by hand."""

from __future__ import annotations

import re

import pytest

from rag.archive.people import Mention
from rag.language.words import plain
from rag.settings import Settings
from scripts.evaluation import people
from scripts.evaluation.people import Page
from scripts.evaluation.runner import Means, measured

MARKED = (
    ("Ada Holm", "Ada Holm"),
    ("Holm", "Ada Holm"),
    ("Jon Lie", "Jon Lie"),
)


def said(found, kind="person"):
    """Mentions of these words and whole names."""
    return [Mention(tuple(words.split()), tuple(whole.split()), kind) for words, whole in found]


@pytest.mark.parametrize(
    ("found", "precision", "recall", "joined"),
    [
        (MARKED, (3, 3), (3, 3), (0, 1)),
        ((), (0, 0), (0, 3), (0, 0)),
        (MARKED[:1], (1, 1), (1, 3), (0, 0)),
        ((("Ada Holm", "Ada Holm"), ("Holm", "Jon Holm")), (1, 2), (1, 3), (1, 1)),
        ((("Storm Vera", "Storm Vera"), ("Vera", "Storm Vera")), (0, 2), (0, 3), (1, 1)),
        ((*MARKED[:2], MARKED[1]), (2, 3), (2, 3), (1, 2)),
    ],
)
def test_mentions_are_compared_by_words_and_person(found, precision, recall, joined):
    """As often as they are marked; a surname may be joined with the wrong full name or with none."""
    page = Page("archive/a.md", "", "", MARKED)
    parts = people.outcome(page, lambda *_: said(found)).parts
    assert (parts[people.PRECISION], parts[people.RECALL]) == (precision, recall)
    assert parts[people.JOINED] == joined


def test_people_of_a_page_count_once():
    """However often they are mentioned."""
    page = Page("archive/a.md", "", "", MARKED)
    parts = people.outcome(page, lambda *_: said([*MARKED[:2], ("Bo Ek", "Bo Ek")])).parts
    assert parts[people.PEOPLE_PRECISION] == (1, 2)
    assert parts[people.PEOPLE_RECALL] == (1, 2)


def test_organisations_are_compared_by_their_words():
    """Where they were marked; a person's name is none."""
    page = Page(
        "names/1", "", "", (), (("Rogaland Nett", "Rogaland Nett"), ("RN", "Rogaland Nett"))
    )
    told = [*said([("RN", "RN"), ("Dovre", "Dovre")], "organisation"), *said([("Ada", "Ada")])]
    parts = people.outcome(page, lambda *_: told).parts
    assert (parts[people.BODIES_PRECISION], parts[people.BODIES_RECALL]) == ((1, 2), (1, 2))
    assert (
        people.BODIES_RECALL
        not in people.outcome(Page("archive/a", "", "", ()), lambda *_: []).parts
    )


def test_the_marks_stand_on_their_pages():
    """Those of a person in the order of the page; no other name is among those of twenty pages."""
    pages = people.pages()
    assert [page.kind for page in pages] == ["archive"] * 10 + ["nearmiss"] * 10
    for page in pages:
        text = " ".join(f"{plain(page.title)}. {plain(page.text)}".split())
        at = dict.fromkeys((person for _, person in page.people), 0)
        for words, person in page.people:
            found = re.compile(rf"(?<!\w){re.escape(words)}(?!\w)").search(text, at[person])
            assert found, (page.id, words)
            at[person] = found.end()


def test_every_place_of_a_marked_name_is_marked():
    """A full name is not on the page once more."""
    for page in people.pages():
        text = " ".join(f"{plain(page.title)}. {plain(page.text)}".split())
        for person in {person for _, person in page.people}:
            wholes = [words for words, one in page.people if words == one == person]
            assert len(re.findall(rf"(?<!\w){person}(?!\w)", text)) == len(wholes), person


@pytest.mark.models
def test_a_whole_run(tmp_path):
    """The program on all pages of the archive and of others."""
    folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}
    done = measured(people.task(), Means(Settings(threads=1), **folders))
    assert list(done.figures) == ["all", "archive", "nearmiss"]
    assert done.figures["all"][people.RECALL].n == 66
    assert done.figures["nearmiss"][people.RECALL].n == 41
