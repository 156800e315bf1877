"""What every engine does that a question is asked of: SQLite with FAISS, and Milvus. Expected are the
articles themselves, and sums by brute force.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from rag.cluster.milvus import Cluster
from rag.cluster.push import push
from rag.engine import Engine
from rag.errors import LibraryError, UsageError
from rag.filters import Filters
from rag.store import generation, vectors
from rag.store.library import Library
from rag.types.days import Window
from rag.types.evidence import Evidence
from rag.types.questions import Ask
from tests.cluster import servers
from tests.fakes import (
    OverlapReader,
    PlainClassifier,
    ScriptedGenerator,
    WordCountEncoder,
    settings,
)

FIRST = date(2025, 1, 1)
TOPICS = ["ferry", "museum", "mayor", "judge", "boat", "harbour"]
ODD = 'The "Daily" \\ Post'
FOREVER = Filters()


def milvus(test):
    """Marks a test that needs the copy on a Milvus."""
    for mark in servers.MARKS:
        test = mark(test)
    return test


def told():
    """Thirty articles, one a day, every fifth without a date; one in two versions; one in two papers."""
    for n in range(30):
        own = " ".join(f"w{n}x{k}" for k in range(40))  # so that none is a copy
        yield {
            "title": f"The {TOPICS[n % 6]}, number {n}",
            "text": f"{own}. The {TOPICS[n % 6]} was seen in report {n}. A storm passed: café number {n}.",
            "source": ODD if n % 3 else f"Outlet {n // 10}",
            "author": f"Ada Holm {n % 2}",
            **({"published": str(FIRST + timedelta(days=n))} if n % 5 else {}),
        }
    for day, boats in ((date(2025, 2, 1), "Twelve"), (date(2025, 3, 1), "Fourteen")):
        yield {
            "title": "Boats lost",
            "text": f"{boats} boats were lost in the quota storm. The president said so to the quota office.",
            "source": "Outlet 0",
            "url": "https://news.example/boats",
            "published": str(day),
        }
    for outlet in ("Outlet 1", "Outlet 2"):
        yield {
            "title": "The election",
            "text": "An election is held in spring. " + " ".join(f"e{k}" for k in range(40)) + ".",
            "source": outlet,
            "published": "2025-01-20",
        }


def filled(folder, articles):
    """Settings of a library with these articles, ingested."""
    made = settings(folder)
    made.seeds.joinpath("all.jsonl").write_text("\n".join(map(json.dumps, articles)))
    Engine(made, encoder=WordCountEncoder()).ingest()
    return made


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The settings of the library that all engines have."""
    return filled(tmp_path_factory.mktemp("contract"), told())


@contextmanager
def embedded(made, _, as_of=None):
    """The library on this computer."""
    with Library.open(made.index, as_of) as opened:
        index = vectors.load(opened, made.index)
        with opened.snapshot():
            yield generation.of(opened, index)


@contextmanager
def on_milvus(_, url, as_of=None):
    """Its copy on a Milvus."""
    yield Cluster(url).generation("word-count", as_of)


ENGINES = {"embedded": embedded, "milvus": on_milvus}
MARKED = [pytest.param(name, marks=servers.MARKS if name == "milvus" else []) for name in ENGINES]


@pytest.fixture(scope="module")
def copied(request, library):
    """The address of the copy."""
    url = servers.own_url() or request.getfixturevalue("lite").url
    with Library.open(library.index) as opened:
        push(opened, url, wait=lambda _: None)
    return url


@pytest.fixture(params=MARKED)
def opened(request, library):
    """Opens a generation, as it is or as of a day."""
    url = request.getfixturevalue("copied") if request.param == "milvus" else ""
    return lambda as_of=None: ENGINES[request.param](library, url, as_of)


def titles(found, ids):
    """The titles of the articles of passages, each once."""
    return {one.article.title for one in found.articles.passages(ids).values()}


def all_ids(among):
    """The ids of all passages that filters leave."""
    return [number for number, _ in among.nearest(WordCountEncoder().encode(["storm"])[0], 500)]


def left(filters=FOREVER, window=None):
    """The titles that filters by hand leave of those in sight."""
    for n, one in enumerate(told()):
        day = date.fromisoformat(one["published"]) if "published" in one else None
        if n == 30:
            continue  # replaced
        if filters.source and filters.source.lower() not in one["source"].lower():
            continue
        if filters.author and filters.author.lower() not in one.get("author", "").lower():
            continue
        if (filters.since or filters.until) and day is None:
            continue
        if (filters.since and day < filters.since) or (filters.until and day > filters.until):
            continue
        if window and day and not window.since <= day <= window.until:
            continue
        yield one["title"]


def test_vectors_are_found_as_by_brute_force(opened):
    """The same cosines, best first; replaced versions may be among them, which have no origin."""
    encoder = WordCountEncoder()
    with opened() as found:
        among = found.among(FOREVER, None)
        every = found.articles.passages(all_ids(among))
        rows = encoder.encode([one.encoded_text for one in every.values()])
        for words in ("storm", "ferry boat", "mayor in the museum"):
            question = encoder.encode([words])[0]
            near = [score for number, score in among.nearest(question, 9) if number in every]
            best = np.sort(rows @ question)[::-1][:7]
            assert np.allclose(near[:7], best, atol=1e-4)


@pytest.mark.parametrize(
    ("filters", "window"),
    [
        (Filters(), None),
        (Filters(source="outlet"), None),
        (Filters(source='"daily" \\'), None),
        (Filters(author="holm 1"), None),
        (Filters(since=date(2025, 1, 12)), None),
        (Filters(until=date(2025, 1, 12), source="Outlet 1"), None),
        (Filters(), Window(date(2025, 1, 5), date(2025, 1, 9))),
        (Filters(author="Ada", since=date(2025, 1, 4)), Window(date(2025, 1, 1), date(2025, 1, 6))),
    ],
)
def test_filters_leave_what_they_name(opened, filters, window):
    """All legs obey: an outlet or author by a part of its name, whatever signs it has; days, of which
    only those read from a question keep undated articles.
    """
    expected = {*left(filters, window)}
    with opened() as found:
        among = found.among(filters, window)
        assert titles(found, all_ids(among)) == expected
        keys = [key for key, _ in among.articles("storm election", 200)]
        ids = [number for number, _ in among.passages("storm election", 500, keys)]
        assert titles(found, ids) == expected
        origins = found.articles.origins(ids)
        assert {key for key, _ in origins.values()} <= {*keys}  # all but what was replaced


def test_files_can_be_left_out(opened):
    """By the paths of their articles."""
    with opened() as found:
        first, *_ = found.articles.passages(all_ids(found.among(FOREVER, None))).values()
        assert all_ids(found.among(Filters(without=(first.article.path,)), None)) == []
        assert all_ids(found.among(Filters(without=('no "such" \\ file',)), None))


@pytest.mark.parametrize("filters", [Filters(source="Herald"), Filters(author="Nobody")])
def test_an_outlet_or_author_that_none_has_is_said(opened, filters):
    """In the same words, with those there are."""
    with opened() as found, pytest.raises(UsageError, match=r"in the library\. It has: "):
        found.among(filters, None)


def test_words_find_by_stems_and_the_best_come_first(opened):
    """Of articles and passages; a headline counts twice; a limit keeps the best."""
    with opened() as found:
        among = found.among(FOREVER, None)
        best = [key for key, _ in among.articles("Where were the ferries?", 50)]
        named = [one["title"] for one in told() if "ferry" in one["title"]]
        ids = [number for number, _ in among.passages("ferries", 50, best)]
        assert titles(found, ids) == {*named} and len(best) == len(named)
        scores = [score for _, score in among.articles("ferry number report", 50)]
        assert scores == sorted(scores, reverse=True) and min(scores) > 0
        assert len(among.articles("storm", 3)) == 3
        (rare, _), *_ = among.articles("storm w7x3", 9)
        ids = [number for number, _ in among.passages("w7x3 w8x3", 9, [rare])]
        assert titles(found, ids) == {"The museum, number 7"}
        assert among.passages("storm", 9, []) == [] == among.articles("zebra", 9)


@pytest.mark.parametrize(
    "question",
    ['"', "'; DROP TABLE meta; --", "NEAR(", "%", "é ü 日本", "\\", "] or id > 0 or [", "-"],
)
def test_nothing_that_is_typed_is_an_operator(opened, question):
    """It is a search for its words, or for nothing; as a filter it is a name that none has."""
    with opened() as found:
        among = found.among(FOREVER, None)
        assert among.articles(question, 5) == among.articles(question, 5)
        assert found.articles.article(question) is None


def test_an_article_comes_back_as_it_was_put(opened, library):
    """All of its fields; with its copies, keys and the passages at a place."""
    with embedded(library, "") as ours, opened() as found:
        for passage in ours.articles.passages(all_ids(ours.among(FOREVER, None))).values():
            article = passage.article
            assert found.articles.article(article.id) == article
            assert found.articles.keys_of(article) == ours.articles.keys_of(article)
            assert found.articles.copies(article) == ours.articles.copies(article)
            item = Evidence(1, article, passage.start, passage.end, 1.0)
            (there,) = found.among(FOREVER, None).at(item)
            same = found.articles.passages([there])[there]
            assert (same.article, same.start, same.end) == (article, passage.start, passage.end)
            assert found.among(Filters(since=date(2026, 1, 1)), None).at(item) == []
    assert sum(one["title"] == "The election" for one in told()) == 2


@pytest.mark.parametrize(
    "as_of", [None, date(2025, 1, 1), date(2025, 1, 8), date(2025, 2, 10), date(2025, 3, 1)]
)
def test_the_archive_is_the_same_on_every_day(opened, library, as_of):
    """First and last day, counts, names and what is in sight; a version until another took its place."""
    with embedded(library, "", as_of) as ours, opened(as_of) as found:
        mine, theirs = ours.articles, found.articles
        assert (theirs.oldest(), theirs.newest()) == (mine.oldest(), mine.newest())
        assert theirs.count_undated() == mine.count_undated() == 6
        week = Window(date(2025, 1, 3), date(2025, 1, 9))
        assert theirs.count_dated(week) == mine.count_dated(week)
        assert theirs.skipped() == mine.skipped()
        sights = [
            {(one.article.title, one.text) for one in each.articles.passages(ids).values()}
            for each in (ours, found)
            for ids in [all_ids(each.among(FOREVER, None))]
        ]
        assert sights[0] == sights[1]
        if as_of is None:
            assert theirs.last_key() == mine.last_key()
            assert sorted(theirs.values("source")) == sorted(mine.values("source"))
            assert sorted(theirs.values("author")) == sorted(mine.values("author"))
        for word in ("storm", "storms", "cafe", "quota", "zebra", "fourteen"):
            assert found.names.knows(word) == ours.names.knows(word), word


def best(items):
    """What the reader likes best, in whichever paper; of others, as good as one another, any may follow."""
    most = max(item.answers for item in items)
    return {(item.article.title, item.start) for item in items if item.answers == most}


@milvus
def test_both_engines_answer_alike(library, copied):
    """The same evidence with the same notes, and the same is told of the whole."""
    parts = {
        "encoder": WordCountEncoder(),
        "reader": OverlapReader(),
        "generator": ScriptedGenerator("Nothing."),
        "classifier": PlainClassifier(),
    }
    here, there = (Engine(one, **parts) for one in (library, replace(library, engine=copied)))
    for question in (
        "What of the ferry?",
        "How many boats were lost?",
        "Who saw the museum last week?",
    ):
        for filters in (FOREVER, Filters(as_of=date(2025, 2, 10)), Filters(source="Outlet")):
            ask = Ask(question, filters, write=False)
            mine, theirs = here.answer(ask), there.answer(ask)
            assert best(theirs.evidence) == best(mine.evidence)
            assert (theirs.status, theirs.notes) == (mine.status, mine.notes)
            assert theirs.coverage.newest == mine.coverage.newest
    assert replace(there.holdings(), generation=1) == here.holdings()


@milvus
def test_what_needs_sql_is_said(library, copied):
    """With where the library is, and the next step."""
    engine = Engine(
        replace(library, engine=copied), encoder=WordCountEncoder(), classifier=PlainClassifier()
    )
    with pytest.raises(UsageError, match="counts, lists and timelines"):
        engine.find("ferry")
    with pytest.raises(UsageError, match=copied):
        engine.answer("How many articles mention the ferry?")


@milvus
def test_a_library_of_another_encoder_is_refused(copied):
    """Both are named."""
    with pytest.raises(LibraryError, match=r"another model .word-count; here is other"):
        Cluster(copied).generation("other")
