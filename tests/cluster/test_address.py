"""The address of a library on a Milvus."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.cluster.address import Address
from rag.errors import UsageError
from rag.settings import Settings


def test_an_address_is_read():
    """The port and all amounts may be left out; a password is not printed."""
    assert Address.read("milvus://here/news") == Address("here", 19530, "news")
    full = Address.read("milvus://ada:p%40ss@10.0.0.7:99/news_2?shards=2&replicas=3")
    assert full == Address("10.0.0.7", 99, "news_2", "ada:p@ss", 2, 3)
    assert str(full) == "milvus://10.0.0.7:99/news_2"
    assert full.uri("10.0.0.7") == "http://10.0.0.7:99"
    assert str(Address.read("milvus://[::1]:9/news")) == "milvus://[::1]:9/news"
    assert Address.read("milvus://[::1]:9/news").uri("::1") == "http://[::1]:9"


def test_an_address_with_tls_is_read():
    """It is the https address of Milvus behind a word; a key takes the place of user and password."""
    there = Address.read("milvus+https://key@in01.example/news?ca=~/own.pem")
    assert there == Address("in01.example", 443, "news", "key", encrypted=True, ca="~/own.pem")
    assert there.uri(there.host) == "https://in01.example:443"
    assert str(there) == "milvus+https://in01.example:443/news"


@pytest.mark.parametrize(
    "url",
    [
        "milvus://",
        "milvus://here",
        "milvus:///news",
        "milvus://here/a-b",
        "milvus://here/a/b",
        "milvus://here:port/news",
        "milvus://here/news?shards=0",
        "milvus://here/news?shard=2",
        "milvus://here/news?shards",
        "milvus://ada:secret@here/",
        "milvus+https://secret@here/",
        "milvus://here/news?ca=own.pem",
    ],
)
def test_any_other_address_is_refused_with_an_example(url):
    """And without its password."""
    with pytest.raises(UsageError, match="milvus://localhost:19530/news") as told:
        Address.read(url)
    assert "secret" not in str(told.value)


def test_the_index_may_be_a_milvus():
    """What is ingested is then kept in a folder of its own, named after it, or where one says."""
    found = Settings.from_env({"CLIPPINGS_INDEX": "milvus://ada:secret@here:1/news?shards=2"})
    assert found.engine == "milvus://ada:secret@here:1/news?shards=2"
    assert found.index == Path.home() / ".cache/clippings/staging/here_1_news"
    found = Settings.from_env({"CLIPPINGS_INDEX": "milvus+https://key@here/news"})
    assert found.engine == "milvus+https://key@here/news"
    assert found.index == Path.home() / ".cache/clippings/staging/here_news"
    chosen = {"CLIPPINGS_INDEX": "milvus://here/news", "CLIPPINGS_STAGING": "~/kept"}
    assert Settings.from_env(chosen).index == Path.home() / "kept"
