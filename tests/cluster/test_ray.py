"""Ingest on two nodes of Ray: what is killed in mid-run loses nothing and brings nothing twice."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from rag.cluster.ray_ingest import LOCAL, Ray
from rag.errors import ClusterError
from rag.store.library import Library
from rag.store.summary import problems
from rag.store.writer import writing
from rag.stories.ingest import ingest
from tests.cluster.nodes import nodes
from tests.fakes import WordCountEncoder, settings

pytest.importorskip("ray", reason="needs Ray: make test-cluster")
pytestmark = pytest.mark.cluster

FILES, MIDDLE = 200, 32
TABLES = ("files", "articles", "passages", "names")


@pytest.fixture
def cluster(monkeypatch):
    """Two nodes; the paths of Ray's sockets must be short."""
    folder = Path(tempfile.mkdtemp(prefix="ray"))
    with nodes(folder, monkeypatch) as started:
        yield started
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def given(tmp_path):
    """Settings over many small files, and two that are none."""
    topics = ("ferry", "judge", "museum", "storm")
    articles = {
        f"a{n:03}": f"Headline {n}\n\nThe {topics[n % 4]} met the mayor on day {n}. {n} people came."
        for n in range(FILES)
    }
    made = settings(tmp_path, **articles)
    (made.seeds / "b.exe").write_bytes(b"MZ")
    (made.seeds / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    return made


@pytest.fixture
def plainly(given, tmp_path):
    """The library of the same files without Ray."""
    index = tmp_path / "plainly"
    ingest(replace(given, index=index), encoder=WordCountEncoder())
    return contents(index)


def contents(index):
    """All rows of a library that stand for what was read, and its vectors."""
    with Library.open(index) as library:
        assert problems(library) == []
        rows = {table: library.db.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES}
        vectors = library.db.rows("SELECT digest, vector FROM vectors ORDER BY 1")
        return {**rows, "vectors": vectors, "skipped": library.skipped()}


class Run:
    """An ingest on the cluster, in whose middle something happens."""

    def __init__(self, given, address, notes):
        self.given, self.notes = given, notes
        self.notes.mkdir()
        self.ray = Ray(notes, address, "tests.cluster.parts:noting")

    def ingest(self, happens=None):
        """Ingest; once a part is done, `happens`."""
        ahead = [happens] if happens else []

        def tell(stage, done, total):
            if stage == "encoding" and done >= MIDDLE and ahead:
                ahead.pop()()

        report = ingest(self.given, tell, WordCountEncoder(), elsewhere=self.ray)
        assert not ahead
        return report

    def encoders(self):
        """The numbers of the processes that encode."""
        return [int(path.name) for path in self.notes.iterdir()]

    def encoded(self):
        """The headlines of what was encoded, as often as it was."""
        return [line for path in self.notes.iterdir() for line in path.read_text().splitlines()]


def test_a_killed_process_loses_nothing_and_brings_nothing_twice(given, plainly, cluster, tmp_path):
    """Articles, passages and vectors are those of an ingest without Ray."""
    run = Run(given, cluster.address, tmp_path / "notes")
    report = run.ingest(lambda: os.kill(run.encoders()[0], signal.SIGKILL))
    assert (report.new, report.encoded, report.articles) == (FILES, FILES, FILES)
    assert contents(given.index) == plainly
    print(f"\n{len(run.encoders())} encoders, {len(run.encoded()) - FILES} texts encoded twice")


def test_a_killed_node_loses_nothing_and_brings_nothing_twice(given, plainly, cluster, tmp_path):
    """The other one does its work."""
    run = Run(given, cluster.address, tmp_path / "notes")
    report = run.ingest(lambda: cluster.kill(1))
    assert (report.new, report.encoded, report.articles) == (FILES, FILES, FILES)
    assert contents(given.index) == plainly
    print(f"\n{len(run.encoders())} encoders, {len(run.encoded()) - FILES} texts encoded twice")


def test_after_a_killed_head_the_next_run_goes_on(given, plainly, cluster, tmp_path):
    """The error says so; only what had not come back is read again."""
    first = Run(given, cluster.address, tmp_path / "first")
    killed = []
    with pytest.raises(ClusterError, match=r"kept.*run again"):
        first.ingest(lambda: (cluster.kill(0), killed.append(time.monotonic())))
    noticed = time.monotonic() - killed[0]
    kept = staged(given.index)
    assert MIDDLE <= len(kept) < FILES
    cluster.end()
    cluster.start(2)
    second = Run(given, cluster.address, tmp_path / "second")
    report = second.ingest()
    assert (report.new, report.articles) == (FILES, FILES)
    assert report.encoded == len(second.encoded()) == FILES - len(kept)
    assert contents(given.index) == plainly
    again = set(first.encoded()) & set(second.encoded())
    print(f"\nnoticed after {noticed:.0f} s: {len(kept)} files were kept, {len(again)} read again")


def test_ray_on_this_computer_alone(given, plainly, tmp_path):
    """Without an address there is no cluster to start."""
    run = Run(given, LOCAL, tmp_path / "notes")
    assert run.ingest().articles == FILES
    assert contents(given.index) == plainly


def staged(index):
    """The paths of files that were read and are not published."""
    with writing(index) as library:
        return [path for (path,) in library.db.rows("SELECT path FROM staged")]
