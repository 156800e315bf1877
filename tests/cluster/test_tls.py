"""A library on a Milvus is reached through TLS, by one whose certificate is known and nobody else."""

from __future__ import annotations

import pytest

from rag.cluster.milvus import Cluster
from rag.cluster.push import push
from rag.errors import LibraryError, UsageError
from rag.store.library import Library
from rag.stories.ingest import ingest
from tests.cluster import certificates, servers
from tests.cluster.relay import relay
from tests.fakes import WordCountEncoder, settings

pytestmark = servers.MARKS


@pytest.fixture
def certificate(tmp_path):
    """One for this computer."""
    return certificates.made(tmp_path, "localhost")


@pytest.fixture
def url(lite, certificate):
    """A library behind TLS, without the file of its certificate."""
    with relay(lite.port, tls=certificates.context(certificate)) as port:
        yield f"milvus+https://localhost:{port}/{lite.url.rpartition('/')[2]}"


def test_a_library_is_filled_and_read_through_tls(url, certificate, tmp_path):
    """Where the file of its certificate is named."""
    made = settings(tmp_path, ferry="A ferry sank.")
    ingest(made, encoder=WordCountEncoder())
    with Library.open(made.index) as library:
        push(library, f"{url}?ca={certificate}", wait=lambda _: None)
    assert Cluster(f"{url}?ca={certificate}").holdings().articles == 1


@pytest.mark.parametrize("other", ["", "localhost", "elsewhere"])
def test_whose_certificate_is_not_known_is_not_asked(url, other, tmp_path):
    """It is none of those known everywhere, or another one of the same name, or of another name."""
    folder = tmp_path / "other"
    folder.mkdir()
    ca = f"?ca={certificates.made(folder, other)}" if other else ""
    with pytest.raises(LibraryError, match="its certificate one that is known here"):
        Cluster(f"{url}{ca}", patience=2.0).state()


def test_a_certificate_of_another_name_is_refused(lite, tmp_path):
    """Although it is known."""
    file = certificates.made(tmp_path, "elsewhere")
    with relay(lite.port, tls=certificates.context(file)) as port:
        cluster = Cluster(f"milvus+https://localhost:{port}/news?ca={file}", patience=2.0)
        with pytest.raises(LibraryError, match="its certificate one that is known here"):
            cluster.state()


def test_a_missing_file_is_named(url):
    """Before anything is sent."""
    with pytest.raises(UsageError, match=r"no file /no/such\.pem, named as ca in CLIPPINGS_INDEX"):
        Cluster(f"{url}?ca=/no/such.pem").state()


def test_without_tls_nothing_is_understood(url):
    """The same port, asked in clear text."""
    with pytest.raises(LibraryError, match="does not answer"):
        Cluster(url.replace("+https", ""), patience=2.0).state()
