"""What every vector index and every text index does, compared with sums by brute force. Another
implementation is one more line in VECTOR_INDEXES or TEXT_INDEXES.
"""

from __future__ import annotations

import math
import random
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import pytest

from rag.filters import Filters
from rag.language.sought import read
from rag.language.words import STOP_WORDS, words
from rag.store import vectors
from rag.store.fulltext import FullText
from rag.store.passages import passages
from rag.store.writer import writing
from tests.fakes import article
from tests.store.test_copies import WORDS
from tests.store.test_vectors import DIMENSION, Given, brute_force

# ── vectors ──


def loaded_again(given, folder):
    """The index as it comes from its cache."""
    vectors.load(given, folder)
    return vectors.load(given, folder)


VECTOR_INDEXES = {"faiss, built": vectors.build, "faiss, from its cache": loaded_again}


@pytest.fixture(params=VECTOR_INDEXES)
def vector_index(request, tmp_path):
    """Makes an index of given ids and vectors."""
    return lambda given: VECTOR_INDEXES[request.param](given, tmp_path)


@pytest.mark.parametrize("limit", [1, 10, 500])
@pytest.mark.parametrize("filtered", [False, True])
def test_search_equals_a_brute_force_product(vector_index, limit, filtered):
    """Same passages in the same order with the same scores, with and without a filter."""
    given = Given(200)
    among = [int(n) for n in given.ids[::7]] if filtered else None
    searched = vector_index(given)
    for question in Given(20, seed=8).rows:
        found = searched.search(question, limit, among)
        expected = brute_force(given, question, limit, among)
        assert [number for number, _ in found] == [number for number, _ in expected]
        assert np.allclose(
            [score for _, score in found], [score for _, score in expected], atol=1e-5
        )


def test_ids_without_a_vector_are_not_found(vector_index):
    """A filter may name passages that the index does not have."""
    given = Given(5)
    assert vector_index(given).search(given.rows[0], 3, [1, 2]) == []
    assert vector_index(given).search(given.rows[0], 3, []) == []
    assert [n for n, _ in vector_index(given).search(given.rows[0], 3, [1, 8])] == [8]


def test_a_vector_index_knows_its_generation(vector_index):
    """So that one of another state of the library is never asked."""
    assert vector_index(Given(5, generation=4)).generation == 4


def test_a_vector_of_another_size_is_refused_in_words(vector_index):
    """FAISS itself fails with an empty message, or answers nonsense."""
    searched = vector_index(Given(5))
    with pytest.raises(ValueError, match="8 finite numbers"):
        searched.search(np.ones(9, dtype=np.float32), 3)
    with pytest.raises(ValueError, match="8 finite numbers"):
        searched.search(np.full(DIMENSION, np.nan, dtype=np.float32), 3)


# ── words ──


@contextmanager
def sqlite(folder, articles):
    """Full text of a library with these articles, and the library, by whose numbers it answers."""
    with writing(folder) as library:
        with library.transaction():
            for one in articles:
                library.put_file(one.path, "sha", "recipe", [passages(one, 10)])
        yield FullText(library.db), library


TEXT_INDEXES = {"sqlite": sqlite}


@pytest.fixture(params=TEXT_INDEXES)
def text_index(request, tmp_path):
    """Opens a text index of given articles."""
    return lambda articles: TEXT_INDEXES[request.param](tmp_path, articles)


SIMPLE = [word for word in WORDS if word not in STOP_WORDS][:60]


def archive(seed=3):
    """Sixty articles of invented words, some of them often and some seldom, under one headline."""
    draw = random.Random(seed)
    weights = [1 / (rank + 3) for rank in range(len(SIMPLE))]
    texts = [draw.choices(SIMPLE, weights, k=draw.randrange(5, 90)) for _ in range(60)]
    return [article(sentences(text), "x", f"{n}.txt") for n, text in enumerate(texts)]


def sentences(found):
    """Six words to a sentence."""
    parts = [" ".join(found[at : at + 6]) for at in range(0, len(found), 6)]
    return " ".join(f"{part.capitalize()}." for part in parts)


QUESTIONS = [" ".join(random.Random(seed).sample(SIMPLE, 1 + seed % 4)) for seed in range(12)]


def bm25(asked, texts):
    """The published formula, k1 = 1.2 and b = 0.75, for the texts that have a word of the question."""
    lists = {number: words(text) for number, text in texts.items()}
    average = sum(map(len, lists.values())) / len(lists)
    scores = {}
    for word in asked.split():
        having = [number for number, found in lists.items() if word in found]
        rare = max(math.log((len(lists) - len(having) + 0.5) / (len(having) + 0.5)), 1e-6)
        for number in having:
            count, length = lists[number].count(word), len(lists[number]) / average
            worth = rare * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * length))
            scores[number] = scores.get(number, 0.0) + worth
    return scores


def stored(library):
    """The words under each article key and under each passage id."""
    keys = library.article_keys(Filters(without=("none",)), None)
    found = {key: library.passages(library.passage_ids([key])) for key in keys}
    of_articles = {
        key: f"x {next(iter(of_one.values())).article.text}" for key, of_one in found.items()
    }
    of_passages = {n: f"x {one.text}" for of_one in found.values() for n, one in of_one.items()}
    return of_articles, of_passages


def best_first(found, expected):
    """Whether exactly what is expected was found, in an order that the formula allows."""
    scores = [expected[number] for number, _ in found]
    in_order = all(one >= other * 0.999 for one, other in pairwise(scores))
    told = [score for _, score in found]
    return in_order and told == sorted(told, reverse=True) and {n for n, _ in found} == {*expected}


def test_text_search_equals_bm25_by_brute_force(text_index):
    """Every article and every passage with a word of the question, the best ones first."""
    with text_index(archive()) as (text, library):
        of_articles, of_passages = stored(library)
        assert len(of_passages) > len(of_articles) == 60
        for asked in QUESTIONS:
            assert best_first(text.search_articles(asked, 999), bm25(asked, of_articles))
            assert best_first(text.search_text(asked, 999), bm25(asked, of_passages))


def test_a_limit_keeps_the_best_and_keys_keep_theirs(text_index):
    """What is asked for in part is that part of the whole, with the same scores."""
    with text_index(archive()) as (text, library):
        some = library.article_keys(Filters(without=("none",)), None)[::3]
        theirs = library.passage_ids(some)
        for asked in QUESTIONS:
            articles, spans = text.search_articles(asked, 999), text.search_text(asked, 999)
            assert text.search_articles(asked, 3) == articles[:3]
            assert text.search_text(asked, 3) == spans[:3]
            assert text.search_articles(asked, 999, some) == [x for x in articles if x[0] in some]
            assert text.search_text(asked, 999, some) == [x for x in spans if x[0] in theirs]
            assert text.search_articles(asked, 9, []) == text.search_text(asked, 9, []) == []


def test_full_text_finds_stems_and_weighs_the_headline(text_index):
    """ "storms" finds "storm"; the article with the word in headline and text comes first."""
    storm = article("The storm hit the harbour. Nobody was hurt.", "Storm")
    with text_index([storm, *NEWS]) as (text, library):
        found = text.search_text("Where were the storms?", 10)
        titles = [library.passages([number])[number].article.title for number, _ in found]
    assert titles == ["Storm", "Weather"]
    assert found[0][1] > found[1][1]


def test_the_words_of_a_question_may_be_spread_over_an_article(text_index):
    """The article that has both words, in two passages, is first; only its passages are looked at
    where it is named.
    """
    with text_index(NEWS) as (text, library):
        [(first, _), (second, _)] = text.search_articles("Are bridge and pier closed?", 10)
        ids = [number for number, _ in text.search_text("bridge pier", 10, [first])]
        assert {library.passages([n])[n].article.path for n in ids} == {"d.txt"}
        assert len(ids) == 2
        assert text.search_articles("bridge pier", 10, [second])[0][0] == second
        assert text.search_articles("bridge pier", 10, []) == []


@pytest.mark.parametrize(
    "question",
    ['"', "'; DROP TABLE meta; --", "NEAR(", "a AND OR", "*", "()", "%", "é ü 日本", "^x:", "-"],
)
def test_no_punctuation_breaks_full_text(text_index, question):
    """Whatever a person types is a search for its words, or for nothing."""
    with text_index(NEWS) as (text, _):
        assert text.search_text(question, 5) == text.search_text(question, 5)


def files(library, keys):
    """The file of each article."""
    of_each = [library.passages(library.passage_ids([key])) for key in keys]
    return [next(iter(passages.values())).article.path for passages in of_each]


def test_what_is_sought_is_found_as_by_brute_force(text_index):
    """The articles that have all words, both words of a pair in a row, or one of two: no more."""
    with text_index(archive()) as (text, library):
        of_articles, _ = stored(library)
        lists = {key: words(found) for key, found in of_articles.items()}
        for asked in QUESTIONS:
            one, *others = asked.split()
            other = others[-1] if others else one
            rows = {key: {*pairwise(found)} for key, found in lists.items()}
            expected = {
                f"{one} {other}": {key for key, has in lists.items() if {one, other} <= {*has}},
                f"{one} OR {other}": {key for key, has in lists.items() if {one, other} & {*has}},
                f'"{one} {other}"': {key for key, pairs in rows.items() if (one, other) in pairs},
            }
            for typed, keys in expected.items():
                wanted = read(typed).wanted
                found = text.find_articles(wanted)
                assert {key for key, _ in found} == keys
                assert best_first(found, dict(found))
                assert {key for key, _ in text.find_articles(wanted, ranked=False)} == keys


def test_passages_are_found_by_any_of_the_terms(text_index):
    """Of the articles that are named."""
    with text_index(NEWS) as (text, library):
        wanted = read('"in the town" painted').wanted
        keys = library.article_keys(Filters(without=("none",)), None)
        ids = [number for number, _ in text.find_text(wanted, 9, keys)]
        assert sorted(library.passages([n])[n].article.path for n in ids) == ["d.txt", "e.txt"]
        assert text.find_text(wanted, 9, []) == []


def test_other_spellings_are_found_in_the_place_of_a_word(text_index):
    """Of a phrase as well; what is between its words is not read over."""
    with text_index(NEWS) as (text, library):

        def found(typed):
            spelled = read(typed).spelled({"bridge": ["pier"], "open": ["closed"]}.__getitem__)
            return files(library, [key for key, _ in text.find_articles(spelled.wanted)])

        assert found("bridge~") == ["d.txt", "e.txt"]
        assert found('is "open"~') == ["d.txt"]
        assert found('"bridge open"~') == []


def test_what_was_sought_is_marked_in_headline_and_text(text_index):
    """In any form; a phrase is one place, and the places count characters of the article."""
    told = article(
        "Ice: the “ferries” stopped, as a ferry\nboat — 🛳 — sank. Ferry!", "Ferry, late", "f.txt"
    )
    with text_index([told, *NEWS]) as (text, library):
        keys = library.article_keys(Filters(without=("none",)), None)
        marks = text.marks(read('ferry "a ferry boat"').wanted, keys)
        by_file = dict(zip(files(library, keys), keys, strict=True))
        assert {*marks} == {by_file["f.txt"], by_file["b.txt"]}
        title, places = marks[by_file["f.txt"]]
        assert [told.title[start:end] for start, end in title] == ["Ferry"]
        assert [told.text[start:end] for start, end in places] == [
            "ferries",
            "a ferry\nboat",
            "Ferry",
        ]
        assert text.marks((), keys) == text.marks(read("ferry").wanted, []) == {}


@pytest.mark.parametrize("place", ["\ufdd0 a ferry", "a \ufdd1 ferry"])
def test_a_text_with_the_marks_characters_in_it_is_not_marked(text_index, place):
    """No mark is better than one in a wrong place."""
    with text_index([article(place, "x", "f.txt")]) as (text, _):
        [(key, _)] = text.find_articles(read("ferry").wanted)
        assert text.marks(read("ferry").wanted, [key]) == {}


NEWS = [
    article("A storm was far away.", "Weather", "c.txt"),
    article("The ferry ran late.", "Ferry", "b.txt"),
    article(
        "The bridge is closed, and nobody in the town knows until when. The pier is open all day.",
        "Traffic",
        "d.txt",
    ),
    article("A bridge was painted.", "Paint", "e.txt"),
]
