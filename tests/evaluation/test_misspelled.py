"""Names with a wrong letter, and names that nobody has."""

from __future__ import annotations

import json
import random

import pytest

from rag.engine import Engine
from rag.language.spelling import edits
from rag.settings import Settings
from rag.store.library import Library
from scripts.evaluation import misspelled
from scripts.evaluation.collections import records
from scripts.evaluation.misspelled import Case
from scripts.evaluation.runner import Means, measured
from tests.fakes import WordCountEncoder

TEXT = "On Monday the mayor Ilse Vargalund met Bo Ek and the NATO of Lindholm."


@pytest.fixture
def means(tmp_path):
    """An engine with small parts, caches in the test's folder."""
    folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}
    return Means(
        Settings(threads=1), None, lambda one: Engine(one, encoder=WordCountEncoder()), **folders
    )


@pytest.fixture
def archive(tmp_path):
    """A folder of one article."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text(f"Mayor travels\n\n{TEXT}")
    return tmp_path / "archive"


@pytest.fixture
def absent(tmp_path):
    """Two made-up names, one of which the article has after all."""
    path = tmp_path / "absent.jsonl"
    path.write_text("\n".join(json.dumps({"name": name}) for name in ("Vargalund", "Zelk")))
    return path


@pytest.fixture
def library(means, archive):
    """The library of the article."""
    engine = misspelled.kept_archive(means, archive)
    with Library.open(engine.settings.index) as library:
        yield library


def test_an_edit_changes_one_letter():
    """Or swaps two neighbours; sometimes it changes nothing, which is drawn again."""
    chance = random.Random(1)
    found = {misspelled.edited("Lindholm", chance) for _ in range(200)}
    assert len(found) > 100
    assert {edits(one.lower(), "lindholm", 2) for one in found} <= {0, 1}
    assert all(one == one.capitalize() for one in found)


def test_names_of_the_articles_are_misspelled(library):
    """Not days of the week, abbreviations and names of fewer than four letters; always the same."""
    pairs = list(misspelled.misspelled(library, 30))
    assert {name for _, name in pairs} == {"Ilse", "Vargalund", "Lindholm"}
    assert len({typed for typed, _ in pairs}) == 30
    assert all(typed.lower() != name.lower() for typed, name in pairs)
    assert pairs == list(misspelled.misspelled(library, 30))


def test_a_made_up_name_that_an_article_has_is_not_asked(library, absent):
    """It is not absent."""
    found = misspelled.cases(library, absent, drawn=3)
    assert [case.meant == "" for case in found] == [False, False, False, True]
    assert (found[3].typed, found[3].question) == ("Zelk", "What did Zelk say about it?")


@pytest.mark.parametrize(
    ("typed", "meant", "rates"),
    [
        ("Lindhlom", "Lindholm", {misspelled.RIGHT: True, misspelled.FIRST: True}),
        ("Lindhlom", "Vargalund", {misspelled.RIGHT: False, misspelled.FIRST: False}),
        ("Lindhlom", "", {misspelled.OFFERED: True}),
        ("Zelk", "", {misspelled.OFFERED: False}),
    ],
)
def test_what_is_offered_for_a_name(library, means, typed, meant, rates):
    """Of one that nobody has, anything is too much."""
    case = Case("1", f"Who is {typed}?", typed, meant)
    assert misspelled.outcome(case, means.cache / "archive").rates == rates


def test_a_whole_run(means, archive, absent):
    """A hundred misspelled names; one made-up name was left out."""
    done = measured(misspelled.task(archive, absent), means)
    found = {name: figure.n for name, figure in done.figures["all"].items()}
    assert found == {misspelled.RIGHT: 100, misspelled.FIRST: 100, misspelled.OFFERED: 1}
    assert done.figures["all"][misspelled.OFFERED].value == 0


def test_names_of_an_articles_file(means, absent, tmp_path):
    """The task is named by its folder."""
    articles = tmp_path / "news" / "articles.jsonl"
    articles.parent.mkdir()
    articles.write_text(json.dumps({"id": "1", "title": "Mayor travels", "text": TEXT}))
    task = misspelled.news_task(articles, absent)
    assert (task.name, task.files) == ("archive-misspelled-news", (articles, absent))
    assert measured(task, means).figures["all"][misspelled.RIGHT].n == 100


def test_a_hundred_names_were_made_up():
    """All different."""
    assert len({one["name"] for one in records(misspelled.ABSENT)}) == 100
