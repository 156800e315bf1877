"""A library is copied to a Milvus: what changed, all at once, through kills; and what goes wrong is said."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from rag.cluster import push as pushing
from rag.cluster.address import Address
from rag.cluster.milvus import Cluster
from rag.cluster.push import push
from rag.cluster.server import Server
from rag.engine import Engine
from rag.errors import LibraryError, NoLibraryError, UsageError
from rag.filters import Filters
from rag.store.library import Library
from rag.stories.ingest import ingest
from rag.types.questions import Ask
from tests.cluster import servers
from tests.fakes import OverlapReader, PlainClassifier, WordCountEncoder, settings

pytestmark = servers.MARKS


class Killed(Exception):
    """Stands for a kill -9 of the ingest."""


@pytest.fixture
def made(tmp_path):
    """Settings of a library of three articles."""
    return written(settings(tmp_path), ferry="A ferry sank.", museum="A museum.", mayor="A mayor.")


def written(made, **texts):
    """The settings, after the files have these texts and were ingested; None removes one."""
    for name, text in texts.items():
        path = made.seeds / f"{name}.txt"
        path.unlink() if text is None else path.write_text(text)
    ingest(made, encoder=WordCountEncoder(), allow_shrink=True)
    return made


def copied(made, url, **options):
    """The generation that is published."""
    with Library.open(made.index) as library:
        return push(library, url, wait=lambda _: None, **options)


def seen(url):
    """The texts that a reader sees now."""
    found = Cluster(url).generation("word-count")
    near = found.among(Filters(), None).nearest(WordCountEncoder().encode(["storm"])[0], 99)
    return sorted(one.text for one in found.articles.passages([n for n, _ in near]).values())


def rows(url, kind="articles"):
    """How many rows there are, seen or not."""
    return Server(Address.read(url)).count(kind, "id >= 0", fresh=True)


def test_only_what_changed_is_copied(made, url):
    """And nothing is published where nothing did; what is gone is swept one generation later."""
    assert copied(made, url) == 1 == copied(made, url)
    written(made, ferry="A ferry was raised.", museum=None)
    assert copied(made, url) == 2
    assert seen(url) == ["A ferry was raised.", "A mayor."]
    assert rows(url) == 4
    assert copied(written(made, mayor="The mayor again."), url) == 3
    assert seen(url) == ["A ferry was raised.", "The mayor again."]
    assert rows(url) == 3 == rows(url, "passages")
    assert rows(url, "generations") == 2


@pytest.mark.parametrize("writes", range(1, 9))
def test_a_killed_push_is_not_half_seen_and_the_next_one_ends_it(made, url, monkeypatch, writes):
    """At whichever write it is killed; also where the folder has changed again meanwhile."""
    copied(made, url)
    before = seen(url)
    written(made, ferry="A ferry was raised.", museum=None, judge="A judge.")
    left, put, drop = [writes], Server.put, Server.drop

    def counted(do):
        def done(server, *given):
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            do(server, *given)

        return done

    with monkeypatch.context() as patched:
        patched.setattr(Server, "put", counted(put))
        patched.setattr(Server, "drop", counted(drop))
        try:
            copied(made, url)
            assert writes > 5, "nothing was killed"
        except Killed:
            assert seen(url) in (before, ["A ferry was raised.", "A judge.", "A mayor."])
    written(made, ferry="A ferry sank.", judge=None, boat="A boat.")
    copied(made, url)
    assert seen(url) == ["A boat.", "A ferry sank.", "A mayor."]


def test_what_comes_back_is_seen_again(made, url):
    """As soon as it is published, whether its old row is swept or not."""
    for text in ("Another mayor.", "A mayor.", "Another mayor.", "A mayor."):
        copied(written(made, mayor=text), url)
        assert text in seen(url)
        assert len(seen(url)) == 3


@pytest.mark.parametrize("half_swept", [False, True])
def test_an_article_is_back_where_its_next_version_is_withdrawn(made, url, monkeypatch, half_swept):
    """The very row that was gone is seen again; also where a kill has left half of it."""
    story = {"url": "https://news.example/quota", "title": "The quota"}
    for name, day, text in (("one", 1, "The old quota."), ("two", 2, "The new quota.")):
        told = {**story, "published": f"2025-01-0{day}", "text": text}
        (made.seeds / f"{name}.jsonl").write_text(json.dumps(told))
        copied(written(made), url)
    assert "The old quota." not in seen(url)
    if half_swept:
        drop = Server.drop

        def killed(server, kind, condition):
            if kind == "passages":
                raise Killed
            drop(server, kind, condition)

        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(Server, "drop", killed)
            copied(written(made, ferry="Another ferry."), url)
    (made.seeds / "two.jsonl").unlink()
    copied(written(made), url)
    assert "The old quota." in seen(url) and "The new quota." not in seen(url)


def test_a_reader_keeps_its_generation(made, url):
    """A question that began before an ingest ends with what it began with."""
    copied(made, url)
    found = Cluster(url).generation("word-count")
    copied(written(made, ferry=None, mayor="Another mayor."), url)
    among = found.among(Filters(), None)
    ids = [n for n, _ in among.nearest(WordCountEncoder().encode(["storm"])[0], 99)]
    texts = sorted(one.text for one in found.articles.passages(ids).values())
    assert texts == ["A ferry sank.", "A mayor.", "A museum."]


def test_an_article_longer_than_a_text_of_milvus_comes_back_whole(made, url):
    """Milvus takes 65,535 bytes; no sign of any alphabet is lost."""
    long = " ".join(f"Ein Öl-Fährschiff № {n} – 日本 “sank”." for n in range(4_000))
    (made.seeds / "long.jsonl").write_text(json.dumps({"title": "Long", "text": long}))
    written(made)
    copied(made, url)
    with Library.open(made.index) as library:
        (there,) = [one for one in library.articles() if one.title == "Long"]
    assert len(there.text) > 100_000
    assert Cluster(url).articles().article(there.id) == there


def test_another_library_does_not_replace_it_unasked(made, url, tmp_path):
    """Two computers that feed one name would take turns in emptying it."""
    copied(made, url)
    (tmp_path / "other").mkdir()
    other = written(settings(tmp_path / "other"), judge="A judge.")
    with pytest.raises(UsageError, match="fed from another computer"):
        copied(other, url)
    assert len(seen(url)) == 3
    copied(other, url, replacing=True)
    assert seen(url) == ["A judge."]


def test_an_ingest_copies_to_the_engine_of_its_settings(made, url, monkeypatch):
    """What the folder has is seen when it ends."""
    monkeypatch.setattr(pushing, "SETTLED", 0.0)
    written(replace(made, engine=url), judge="A judge.")
    assert "A judge." in seen(url)


def test_nothing_there_yet_is_said(url):
    """With the command that fills it."""
    with pytest.raises(NoLibraryError, match=r"No library at milvus://.*ingest"):
        Cluster(url).state()


class Killing(OverlapReader):
    """The server is gone as soon as something is read."""

    def __init__(self, lite):
        self.lite, self.asked = lite, False

    def read(self, question, texts):
        """Kills the server first."""
        if not self.asked:
            self.lite.kill()
        self.asked = True
        return super().read(question, texts)


def test_a_server_that_is_gone_is_said(made, tmp_path):
    """In words that name it, within the time that it has; after its restart the same engine answers."""
    lite = servers.started(tmp_path)
    url = lite.url
    try:
        copied(made, url)
        cluster = Cluster(url, patience=6.0)
        among = cluster.generation("word-count").among(Filters(), None)
        lite.kill()
        with pytest.raises(LibraryError, match="does not answer") as told:
            among.articles("ferry", 5)
        assert url in str(told.value) and told.value.exit_code == 5
        lite.start()
        reader = Killing(lite)
        parts = {"encoder": WordCountEncoder(), "classifier": PlainClassifier()}
        engine = Engine(replace(made, engine=url), reader=reader, **parts)
        with pytest.raises(LibraryError, match="does not answer"):
            engine.answer(Ask("Did the ferry sink?", write=False))
        assert reader.asked
        lite.start()
        assert among.articles("ferry", 5)
        assert len(seen(url)) == 3
    finally:
        lite.kill()


def test_what_was_altered_there_is_not_shown(made, url):
    """A record that is not as it was put is noticed before it is shown."""
    copied(made, url)
    server = Server(Address.read(url))
    (row, *_) = server.all_rows("articles", "id >= 0", pushing.KEPT["articles"])
    kept, text = row["record"]
    server.put("articles", [row | {"record": [kept, text.replace("A ", "B ")]}])
    with pytest.raises(LibraryError, match="not as it was put"):
        seen(url)
