"""The words of all articles as columns: the same hits and scores as SQLite's full text, also after changes."""

from __future__ import annotations

import math
import random

import pytest

from rag.language.words import search_words
from rag.store import cached, postings
from rag.store.fulltext import FullText, Often
from rag.store.postings import ArticleWords, LargeText
from rag.store.writer import writing
from tests.fakes import article
from tests.store.test_large import put

WORDS = ["harbour", "harbours", "mayor", "ferry", "ferries", "storm", "café", "9", "s"]
ASKED = [
    "Which harbours did the ferry leave?",
    "mayor",
    "The café of the mayor, 9 p.m.",
    "walrus 3",
    "nothing of this kind",
    "the",
    "HARBOUR harbour harbours",
]


def told(number, seed=5):
    """An article of common words, with a rare one."""
    draw = random.Random(seed * 1_000 + number)
    text = " ".join(draw.choices(WORDS, weights=range(1, 10), k=draw.randrange(5, 60)))
    title = " ".join(draw.choices(WORDS, k=4))
    return article(f"The {text} walrus{number % 7}.", title, f"{number}.txt")


def filled(library, numbers):
    """Put articles by their numbers, each of its own file."""
    with library.transaction():
        for number in numbers:
            put(library, f"{number}.txt", told(number))


@pytest.fixture
def large(tmp_path, monkeypatch):
    """A library of 120 articles, that counts as large."""
    monkeypatch.setattr(postings, "MANY", 0)
    with writing(tmp_path) as library:
        filled(library, range(120))
        yield library


def by_sqlite(library, question, keys=None):
    """Keys and scores by FTS5's own BM25, all of them."""
    return FullText(library.db).search_articles(question, -1, keys)


def same(found, expected):
    """Whether both have the same articles with the same scores; equal scores may be in any order."""
    near = {key: pytest.approx(score, rel=1e-9) for key, score in expected}
    ordered = [score for _, score in found]
    return dict(found) == near and ordered == sorted(ordered, reverse=True)


@pytest.mark.parametrize("question", ASKED)
def test_articles_and_scores_are_those_of_sqlite(large, tmp_path, question):
    """With all words, from the counts just made and from their cache; also among some articles."""
    some = [3, 5, 8, 90, 900]
    for _ in range(2):
        words = postings.load(large, tmp_path)
        assert same(words.search(question, 1_000), by_sqlite(large, question))
        assert same(words.search(question, 1_000, some), by_sqlite(large, question, some))
    assert (tmp_path / postings.FILE).is_file()


def test_the_best_are_as_many_as_wanted(large, tmp_path):
    """The first ten of all; of equal scores the lower key comes first."""
    words = postings.load(large, tmp_path)
    everything = words.search("ferry storm", 1_000)
    assert words.search("ferry storm", 10) == everything[:10]
    assert everything == sorted(everything, key=lambda hit: (-hit[1], hit[0]))
    assert words.search("ferry", 10, []) == []


def test_a_score_by_hand(tmp_path):
    """One of two articles has the word, once in three words of five on average, and in no headline."""
    with writing(tmp_path) as library:
        with library.transaction():
            put(library, "1.txt", article("A walrus.", "One", "1.txt"))
            put(library, "2.txt", article("Two boats sank there today.", "Two boats", "2.txt"))
            put(library, "3.txt", article("The mayor slept.", "Mayor asleep", "3.txt"))
        [(key, score)] = postings.build(library, tmp_path).search("walrus", 5)
    mean = (3 + 7 + 5) / 3
    assert key == 1
    assert score == pytest.approx(
        math.log(2.5 / 1.5) * 2.2 / (1 + 1.2 * (1 - 0.75 + 0.75 * 3 / mean))
    )


def test_what_came_is_counted_when_the_words_are_loaded(large, tmp_path, monkeypatch):
    """The cache stays as it was, and the scores are those of all."""
    postings.load(large, tmp_path)
    written = (tmp_path / postings.FILE).read_bytes()
    monkeypatch.setattr(postings, "CHANGED", 0.1)
    filled(large, range(200, 206))
    postings.refresh(large, tmp_path)
    words = postings.load(large, tmp_path)
    assert (tmp_path / postings.FILE).read_bytes() == written
    assert words.generation == large.generation
    for question in ASKED:
        assert same(words.search(question, 1_000), by_sqlite(large, question))


def test_what_went_is_not_found(large, tmp_path, monkeypatch):
    """Though the cache has it; the best that are left come up to the number that is wanted."""
    monkeypatch.setattr(postings, "CHANGED", 0.1)
    postings.load(large, tmp_path)
    with large.transaction():
        for number in range(6):
            large.remove_file(f"{number}.txt")
        put(large, "300.txt", told(300))
    words = postings.load(large, tmp_path)
    assert not {key for key, _ in words.search("ferry", 1_000)} & set(range(1, 7))
    assert len(words.search("ferry", 20)) == 20
    assert {key for key, _ in words.search("walrus6", 1_000)} == {
        key for key, _ in by_sqlite(large, "walrus6")
    }


@pytest.mark.parametrize("change", ["more", "fewer"])
def test_much_that_changed_is_counted_anew(large, tmp_path, change):
    """More than a hundredth: the cache is written again by the ingest."""
    postings.load(large, tmp_path)
    if change == "more":
        filled(large, range(200, 206))
    else:
        with large.transaction():
            for number in range(6):
                large.remove_file(f"{number}.txt")
    written = (tmp_path / postings.FILE).read_bytes()
    postings.refresh(large, tmp_path)
    assert (tmp_path / postings.FILE).read_bytes() != written
    for question in ASKED:
        assert same(
            postings.load(large, tmp_path).search(question, 1_000), by_sqlite(large, question)
        )


def test_a_damaged_cache_is_counted_anew(large, tmp_path):
    """Flipped, cut or emptied: the same articles as before, and it is said."""
    expected = postings.load(large, tmp_path).search("ferry", 10)
    path = tmp_path / postings.FILE
    sound = path.read_bytes()
    flipped = sound[:500] + bytes([sound[500] ^ 1]) + sound[501:]
    for damaged in (sound[:-9], b"", flipped, b"\n\n", _foreign(sound)):
        path.write_bytes(damaged)
        said = []
        assert postings.load(large, tmp_path, said.append).search("ferry", 10) == expected
        assert "counting the words" in said[0]


def _foreign(sound):
    """A cache with a right checksum and stamp whose columns are none of ours."""
    body = b"[[]]\n" + sound[sound.rindex(b"\n{") : -64]
    return body + cached.checksum(memoryview(body))


def test_a_cache_of_another_library_is_not_believed(large, tmp_path):
    """Its mark is another one."""
    postings.load(large, tmp_path)
    with writing(tmp_path / "other") as other:
        filled(other, range(50, 60))
        (tmp_path / "other" / postings.FILE).write_bytes((tmp_path / postings.FILE).read_bytes())
        said = []
        found = postings.load(other, tmp_path / "other", said.append)
        assert "stale" in said[0]
        assert same(found.search("ferry", 99), by_sqlite(other, "ferry"))


def test_a_small_library_has_none(tmp_path):
    """SQLite is quick enough, and no file is written."""
    with writing(tmp_path) as library:
        filled(library, range(3))
        assert postings.load(library, tmp_path) is None
        postings.refresh(library, tmp_path)
        assert not (tmp_path / postings.FILE).exists()
        assert isinstance(postings.text_of(library, None, Often()), FullText)


def test_the_text_of_a_large_library_has_both_searches(large, tmp_path):
    """Articles by the counts, passages by SQLite among them."""
    words = postings.load(large, tmp_path)
    text = postings.text_of(large, words, Often())
    assert isinstance(text, LargeText)
    best = [key for key, _ in text.search_articles("ferry", 5)]
    assert [key for key, _ in by_sqlite(large, "ferry")[:5]] == best
    found = text.search_text("ferry", 50, best)
    assert found == FullText(large.db).search_text("ferry", 50, best)


def test_words_in_nearly_every_article_count_nearly_nothing(large, tmp_path):
    """As in SQLite: 'the' is in all of them, and the score is above 0."""
    assert isinstance(postings.load(large, tmp_path), ArticleWords)
    assert search_words("the") == ["the"]
    found = postings.load(large, tmp_path).search("the", 1_000)
    assert len(found) == 120
    assert all(0 < score < 1e-5 for _, score in found)
