"""CLIPPINGS_INDEX=milvus://host:port/name -> where a Milvus is and what its collections are called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from rag.errors import UsageError
from rag.models.servers import local, refusal

PORT, TLS_PORT = 19530, 443  # where none is named, as in an address of pymilvus
_TLS = "milvus+https"
_NAME = re.compile(
    r"[A-Za-z_]\w{0,199}", re.ASCII
)  # what Milvus takes, with room for ours behind it
_AMOUNTS = ("shards", "replicas")


@dataclass(frozen=True, slots=True)
class Address:
    """Where a Milvus is, and the name of one library there; it prints without the password."""

    host: str
    port: int
    name: str
    token: str = ""  # user:password, or a key
    shards: int = 1  # of collections that are made
    replicas: int = 1  # of collections that are loaded
    encrypted: bool = False
    ca: str = ""  # a file of certificates in place of those that are known everywhere

    @classmethod
    def read(cls, url: str) -> Self:
        """Read milvus://[user:password@]host[:port]/name[?shards=2&replicas=2], or milvus+https://… with TLS and
        then [?ca=file]. Raises UsageError for anything else.
        """
        try:
            parts = urlsplit(url)
            encrypted = parts.scheme == _TLS
            host, port = parts.hostname, parts.port or (TLS_PORT if encrypted else PORT)
            given = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
            amounts = {name: int(given.pop(name)) for name in _AMOUNTS if name in given}
        except ValueError:
            host, port, given, amounts, encrypted = None, PORT, {}, {}, False
        ca = given.pop("ca", "") if encrypted else ""
        name = parts.path.strip("/") if host else ""
        if not (host and _NAME.fullmatch(name)) or given or min(amounts.values(), default=1) < 1:
            start, _, rest = url.partition("://")
            shown = f"{start}://…@{rest.rpartition('@')[2]}" if "@" in url else url
            raise UsageError(
                f"CLIPPINGS_INDEX is {shown!r}. Write it like milvus://localhost:{PORT}/news, with TLS"
                f" {_TLS}://host/news; the name has letters, digits and _ (docs/scale-milvus.md)."
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        token = f"{user}:{password}" if password else user
        return cls(host, port, name, token, **amounts, encrypted=encrypted, ca=ca)

    def here(self, leaves: bool = False) -> tuple[str, ...]:
        """Return the addresses that its host has now, if all are of this computer; else none.

        Raises UsageError for another computer unless articles and questions may go there.
        """
        found = local(self.host, self.port)
        if not (found or leaves):
            raise refusal(str(self), "articles and questions")
        return found

    def uri(self, host: str) -> str:
        """Return what a client of Milvus is given to ask this host."""
        shown = f"[{host}]" if ":" in host else host
        return f"{'https' if self.encrypted else 'http'}://{shown}:{self.port}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{_TLS if self.encrypted else 'milvus'}://{host}:{self.port}/{self.name}"
