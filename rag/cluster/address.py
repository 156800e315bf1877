"""CLIPPINGS_INDEX=milvus://host:port/name -> where a Milvus is and what its collections are called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import parse_qsl, unquote, urlsplit

from rag.errors import UsageError
from rag.settings import MILVUS

PORT = 19530
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
    token: str = ""  # user:password
    shards: int = 1  # of collections that are made
    replicas: int = 1  # of collections that are loaded

    @classmethod
    def read(cls, url: str) -> Self:
        """Read milvus://[user:password@]host[:port]/name[?shards=2&replicas=2].

        Raises UsageError for anything else.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port or PORT
            given = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
            amounts = {name: int(given.pop(name)) for name in _AMOUNTS if name in given}
        except ValueError:
            host, port, given, amounts = None, PORT, {}, {}
        name = parts.path.strip("/") if host else ""
        if not (host and _NAME.fullmatch(name)) or given or min(amounts.values(), default=1) < 1:
            shown = f"{MILVUS}…@{url.rpartition('@')[2]}" if "@" in url else url
            raise UsageError(
                f"CLIPPINGS_INDEX is {shown!r}. Write it like milvus://localhost:{PORT}/news; the name has"
                " letters, digits and _ (docs/scale-milvus.md)."
            )
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, port, name, f"{user}:{password}" if user else "", **amounts)

    @property
    def uri(self) -> str:
        """What a client of Milvus is given."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    def __str__(self) -> str:
        return f"{MILVUS}{self.host}:{self.port}/{self.name}"
