"""One server for all tests of a Milvus."""

from __future__ import annotations

import os

import pytest

from rag.cluster.address import Address
from tests.cluster import servers


@pytest.fixture(scope="session", autouse=True)
def own_may_be_elsewhere():
    """Who names a cluster for the tests lets made-up articles go there."""
    here = Address.here
    with pytest.MonkeyPatch.context() as patched:
        if os.environ.get(servers.OWN):
            patched.setattr(Address, "here", lambda address, leaves=False: here(address, True))
        yield


@pytest.fixture(scope="session")
def lite(tmp_path_factory):
    """A server of milvus-lite, which tests may kill and start again."""
    made = servers.started(tmp_path_factory.mktemp("lite"))
    yield made
    made.kill()


@pytest.fixture
def url(request):
    """An empty library: on the user's cluster, else on milvus-lite."""
    return servers.own_url() or request.getfixturevalue("lite").url
