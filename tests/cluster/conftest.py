"""One server for all tests of a Milvus."""

from __future__ import annotations

import pytest

from tests.cluster import servers


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
