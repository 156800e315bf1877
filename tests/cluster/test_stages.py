"""The two stages of an ingest on a cluster, called in this process as a cluster calls them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rag.cluster.ray_ingest import Ray, ray
from rag.cluster.stages import Encode, Read, plain, prepared
from rag.errors import ClusterError, UsageError
from rag.isolated import Readers
from rag.job import Job, read, recipe
from rag.reading.folder import read as read_file
from rag.shell.ingest import main
from rag.types.files import Skipped
from tests.doors import run
from tests.fakes import WordCountEncoder, settings

STORM = "Storm in the harbour\n\nA storm came to the harbour. Three boats sank."
FERRY = "Ferry is late\n\nThe ferry left late. The mayor was on board."


@pytest.fixture
def job(tmp_path):
    """A job over two articles and a file without one."""
    given = settings(tmp_path, ferry=FERRY, storm=STORM)
    (given.seeds / "a.exe").write_bytes(b"MZ")
    way = recipe(140, WordCountEncoder.fingerprint)
    return Job(given.seeds, way, 10_000, 140, 512, date(2025, 6, 5))


def through(job, paths, encoder="noting", **other):
    """What the two stages make of the files, on a computer where the job has `other` values."""
    told = json.loads(json.dumps(plain(replace(job, **other))))
    notes = job.seeds.parent / "notes"
    notes.mkdir(exist_ok=True)
    encode = Encode(told, f"tests.cluster.parts:{encoder}", str(notes))
    with Readers(1) as readers:
        made = encode(Read(told, readers)({"item": np.array(paths)}))
    return prepared(job, list(map(json.loads, made["row"])), b"".join(made["vectors"]))


def test_a_file_comes_back_as_it_is_read_here(job):
    """Articles, digest and vectors; what has no article with its reason."""
    made = through(job, ["storm.txt", "a.exe", "ferry.txt"])
    with Readers(1) as readers:
        here = [
            read(job, read_file(job.seeds, path, job.file_bytes), readers)
            for path in ("storm.txt", "a.exe", "ferry.txt")
        ]
    assert made.files == (here[0][0], here[2][0])
    assert made.skipped == tuple(here[1][1])
    texts = [text for file in made.files for text in file.texts]
    assert np.array_equal(made.vectors, WordCountEncoder().encode(texts))
    assert made.vectors[0, -1] == WordCountEncoder().encode(texts)[0, -1]


def test_a_block_without_an_article_has_no_vectors(job):
    """Only what was left out."""
    made = through(job, ["a.exe"])
    assert (made.files, len(made.vectors)) == ((), 0)
    assert [one.path for one in made.skipped] == ["a.exe"]


def test_a_computer_without_the_folder_is_named(job, tmp_path):
    """Its files are not taken for gone."""
    with pytest.raises(ClusterError, match=r"cannot read storm\.txt.*needs the folder .*seeds"):
        through(job, ["storm.txt"], seeds=tmp_path / "elsewhere")


def test_a_file_that_went_away_meanwhile_is_left_out(job):
    """As where no cluster helps."""
    made = through(job, ["gone.txt"])
    assert made.skipped == (
        Skipped("gone.txt", "cannot be read: No such file or directory; check its permissions"),
    )


def test_a_computer_that_encodes_in_another_way_is_named(job):
    """Its vectors are not mixed with ours."""
    with pytest.raises(ClusterError, match="another version"):
        through(job, ["storm.txt"], encoder="other")


def test_without_ray_the_next_step_is_told(tmp_path, monkeypatch):
    """The command that installs it."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install"):
        ray(settings(tmp_path))


def test_an_address_where_nothing_listens_is_told_at_once(job):
    """With the next step; Ray itself would try for long."""
    cluster = Ray(job.seeds, "127.0.0.1:1")
    with pytest.raises(ClusterError, match=r"127\.0\.0\.1:1: .*ray start --head"):
        list(cluster(job, ["storm.txt"]))


def test_what_is_no_address_is_refused(tmp_path, monkeypatch):
    """A port is missing."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name)
    with pytest.raises(UsageError, match="HOST:PORT"):
        ray(settings(tmp_path), "somewhere")


def test_a_program_that_dies_is_told(job, monkeypatch):
    """Here it has no Python that starts."""
    monkeypatch.setattr("sys.executable", "/bin/false")
    with pytest.raises(ClusterError, match=r"is gone.*run again"):
        list(Ray(job.seeds)(job, ["storm.txt"]))


def test_an_address_alone_is_refused(tmp_path):
    """It may be a slip: nothing else of ingest has one."""
    given = settings(tmp_path)
    done = run(main, "127.0.0.1:6379", seeds=given.seeds, index=given.index)
    assert (done.code, done.out) == (2, "")
    assert "--ray 127.0.0.1:6379" in done.err
