"""A real Milvus of eight processes, two shards and two replicas: what is lost when some of them die.

It is too old for full text (tests/cluster/eight.py), so collections are made without it here, and vectors and
filters alone are asked. Everything else is our own push and our own reads.
"""

from __future__ import annotations

import hashlib
import json
import time
from datetime import date, timedelta

import numpy as np
import pytest

from rag.cluster import push as pushing
from rag.cluster.address import Address
from rag.cluster.milvus import Cluster
from rag.cluster.push import push
from rag.cluster.server import LONGEST, Server
from rag.errors import LibraryError
from rag.filters import Filters
from rag.store.library import Library
from rag.store.versions import BITS
from rag.stories.ingest import ingest
from tests.cluster import servers
from tests.cluster.eight import eight
from tests.fakes import WordCountEncoder, settings

pytestmark = pytest.mark.cluster

ARTICLES, QUESTIONS, BEST = 1_000, 50, 10
SOON = 240.0  # seconds in which processes find one another
FIRST = date(2020, 1, 1)
FILTERS = Filters(source="Outlet 1", since=FIRST + timedelta(days=200))


class Scattered(WordCountEncoder):
    """The vector of a text follows from its digest: no two are alike."""

    fingerprint, dimension = "scattered", 384

    def encode(self, texts, progress=None):
        """One row of unit length for each text."""
        seeds = (hashlib.sha256(text.encode()).digest() for text in texts)
        rows = [np.random.default_rng(list(seed)).normal(size=self.dimension) for seed in seeds]
        found = np.array(rows, dtype=np.float32).reshape(len(rows), self.dimension)
        return found / np.linalg.norm(found, axis=1, keepdims=True)


class Wordless(Server):
    """A server whose collections have no full text."""

    def _see_version(self):
        """An old one will do."""

    def _plan_words(self, schema, indexes):
        """Stems are kept, and not searched."""
        from pymilvus import DataType

        schema.add_field("words", DataType.VARCHAR, max_length=LONGEST)

    def _planned(self, kind, dimension):
        from pymilvus import DataType

        schema, indexes = super()._planned(kind, dimension)
        if kind == "articles":
            schema.add_field("vector", DataType.FLOAT_VECTOR, dim=2)
            indexes.add_index("vector", index_type="FLAT", metric_type="IP")
        return schema, indexes

    def put(self, kind, rows):
        """With a vector, which an old Milvus wants in every collection."""
        more = {"vector": [1.0, 0.0]} if kind == "articles" else {}
        super().put(kind, [row | more for row in rows])


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The settings of a library of short articles, each with an outlet and a day."""
    made = settings(tmp_path_factory.mktemp("scattered"))
    articles = (
        {
            "title": f"Report {n}",
            "text": f"Report {n} of day {n}. " + " ".join(f"w{n}x{k}" for k in range(20)),
            "source": f"Outlet {n % 4}",
            "published": str(FIRST + timedelta(days=n)),
        }
        for n in range(ARTICLES)
    )
    made.seeds.joinpath("all.jsonl").write_text("\n".join(map(json.dumps, articles)))
    ingest(made, encoder=Scattered())
    return made


@pytest.fixture(scope="module")
def milvus(tmp_path_factory):
    """The processes, and the address of a library of two shards and two replicas."""
    servers.needed("pymilvus")
    with eight(tmp_path_factory.mktemp("eight")) as (processes, port):
        yield processes, f"milvus://127.0.0.1:{port}/t?shards=2&replicas=2"


@pytest.fixture(scope="module")
def copied(library, milvus):
    """The address, when the library is on it."""
    with pytest.MonkeyPatch.context() as patched, Library.open(library.index) as opened:
        patched.setattr(pushing, "Server", Wordless)
        push(opened, milvus[1])
    return milvus[1]


@pytest.fixture
def nearest(copied):
    """Asks for the best of a vector among what the filters leave, by the reads of every question."""
    cluster = Cluster(copied)
    among = cluster.generation("scattered").among(FILTERS, None)
    return lambda vector: [number >> BITS for number, _ in among.nearest(vector, BEST)]


@pytest.fixture(scope="module")
def questions():
    """Vectors of unit length."""
    return Scattered().encode([f"Question {n}" for n in range(QUESTIONS)])


@pytest.fixture(scope="module")
def expected(library, questions):
    """The numbers of the best for each question, by brute force over the library here."""
    with Library.open(library.index) as opened:
        ids = opened.passage_numbers()
        vectors = opened.vectors(ids)
        there = opened.passages(ids)
    keep = [
        place
        for place, number in enumerate(ids)
        if there[number].article.source == FILTERS.source
        and there[number].article.published >= FILTERS.since
    ]
    assert len(keep) == 200
    scores = questions @ vectors[keep].T
    return [[ids[keep[one]] for one in row] for row in np.argsort(-scores)[:, :BEST]]


def replicas(address):
    """Which nodes have the passages, for each replica of them."""
    from pymilvus import MilvusClient

    client = MilvusClient(Address.read(address).uri("127.0.0.1"))
    found = [{*one.group_nodes} for one in client.describe_replica("t_passages")]
    client.close()
    return found


def test_an_old_milvus_is_named(library, milvus):
    """With its version, and the one that is needed; nothing is made there."""
    with Library.open(library.index) as opened, pytest.raises(LibraryError) as told:
        push(opened, milvus[1].replace("/t?", "/old?"))
    assert "is v2.3.5" in str(told.value) and "needs 2.5 or later" in str(told.value)


def test_a_killed_query_node_costs_no_answer(nearest, questions, expected, milvus):
    """All are those of brute force, before it and after it."""
    processes, address = milvus
    one, other = replicas(address)
    assert one and other and not one & other
    found, slowest = [], 0.0
    for number, vector in enumerate(questions):
        if number == QUESTIONS // 3:
            processes.kill("query node 2")
        began = time.monotonic()
        found.append(nearest(vector))
        slowest = max(slowest, time.monotonic() - began)
        time.sleep(0.2)
    assert "query node 2" not in processes.processes
    right = sum(one == other for one, other in zip(found, expected, strict=True))
    print(f"\n{right} of {QUESTIONS} right; the slowest took {slowest:.1f} s")
    assert found == expected


def test_when_all_are_killed_it_is_said_and_after_their_start_all_are_right(
    copied, nearest, questions, expected, milvus
):
    """All but the broker, which keeps what was written in its memory, where another has a disk."""
    processes, _ = milvus
    processes.kill(*({*processes.processes} - {"network", "broker"}))
    with pytest.raises(LibraryError, match="does not answer"):
        nearest(questions[0])
    processes.start()
    began = time.monotonic()
    while (found := again(nearest, questions[0])) != expected[0]:
        assert time.monotonic() < began + SOON, found
        time.sleep(1.0)
    print(f"\nright again after {time.monotonic() - began:.0f} s")
    assert [nearest(vector) for vector in questions] == expected


def again(nearest, vector):
    """What is found, or what is said instead."""
    try:
        return nearest(vector)
    except LibraryError as error:
        return str(error)
