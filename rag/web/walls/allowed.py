"""What the page lets in: its host names, its routes, its sizes.

Of Gradio this knows only the routes that its page asks for.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple

from rag.errors import UsageError
from rag.web.walls.login import Login, read_password

BODY = 64_000  # bytes of a request: a question has 2,000 characters, a draft 20,000
UPLOADED = 100_000_000  # bytes of all files of one drop; Gradio itself counts those of one file
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
UPLOAD = "/gradio_api/upload"
STARTED = "/gradio_api/startup-events"
JSON, FILES = "application/json", "multipart/form-data"

# What the page of Gradio 6.31 asks for. A name never begins with a dot: no path climbs.
_NAME = r"[\w-][\w.-]*"
PAGE_ROUTES = {
    r"/": ("GET", "HEAD"),
    r"/config|/theme\.css|/favicon\.ico": ("GET",),
    rf"/(?:assets|static)(?:/{_NAME})+": ("GET",),
    r"/gradio_api/(?:info|startup-events|queue/data|heartbeat/[\w-]+)": ("GET",),
    r"/gradio_api/(?:queue/join|run/predict|cancel|reset)": ("POST",),
}
UPLOAD_ROUTES = {UPLOAD: ("POST",), r"/gradio_api/upload_progress": ("GET",)}
MCP_ROUTES = {r"/gradio_api/mcp(?:/|/schema|/sse|/messages/)?": ("GET", "POST", "DELETE")}


class Refusal(NamedTuple):
    """The answer to a request that goes no further."""

    status: int
    text: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Rules:
    """The names, routes and sizes to let in."""

    host: str  # where the page listens: an address, or a name
    port: int
    login: Login | None = None  # None where only this computer can ask
    uploads: bool = False  # the page has a place to drop files on
    endpoints: tuple[str, ...] = ()  # named calls for programs
    mcp: bool = False
    dropped: Path | None = None  # the folder where uploads arrive

    @property
    def authorities(self) -> frozenset[str]:
        """The Host headers that name this page; any other name was rebound to it."""
        names = {*LOOPBACK, *_names(self.host)}
        ported = {f"{name.lower()}:{self.port}" for name in names}
        return frozenset(ported | names if self.port == 80 else ported)

    @property
    def routes(self) -> Mapping[str, tuple[str, ...]]:
        """Patterns of the existing paths with the methods they take."""
        calls = {
            rf"/gradio_api/call(?:/v2)?/{re.escape(name)}{rest}": (method,)
            for name in self.endpoints
            for rest, method in (("", "POST"), (r"/[\w-]+", "GET"))
        }
        uploads = UPLOAD_ROUTES if self.uploads else {}
        return PAGE_ROUTES | calls | uploads | (MCP_ROUTES if self.mcp else {})

    def kind(self, path: str) -> str:
        """Return the content type that a request's body must have."""
        return FILES if path == UPLOAD else JSON

    def limit(self, path: str) -> int:
        """Return how many bytes a request's body may have."""
        return UPLOADED if self.uploads and path == UPLOAD else BODY


def too_large(limit: int) -> Refusal:
    """Return the answer to a body of more than `limit` bytes."""
    return Refusal(413, f"More than {limit:,} bytes are not taken.")


def login_for(host: str, password_file: Path | None, *, mcp: bool = False) -> Login | None:
    """Return the login a page needs, if any; raise UsageError where it needs one and has none."""
    if mcp and password_file:
        # Gradio's MCP server asks the page over HTTP, and knows no password
        raise UsageError("--mcp serves this computer alone. Leave out --password-file and --host.")
    if password_file:
        return Login(read_password(password_file))
    if loopback(host):
        return None
    raise UsageError(
        f"Other computers may reach {host}, so the page needs a password there. Write one into a"
        f" file that only you may read, and add: --password-file FILE"
    )


def forget(environment: MutableMapping[str, str]) -> None:
    """Remove variables that would expose the page or redirect its requests; before gradio's import."""
    for name in [name for name in environment if name.startswith("GRADIO_")]:
        del environment[name]
    environment.pop("SPACE_ID", None)
    environment["GRADIO_ANALYTICS_ENABLED"] = "False"
    environment["HF_HUB_OFFLINE"] = "1"  # gradio imports its client
    environment["FORWARDED_ALLOW_IPS"] = "none"  # a client is who it is, not who it says it is
    environment["NO_PROXY"] = environment["no_proxy"] = "*"


def loopback(host: str) -> bool:
    """Return whether only this computer reaches a page on this host."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def bracketed(host: str) -> str:
    """Return a host as in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host


def _names(host: str) -> set[str]:
    """Return the names of a page on this host; of one that listens everywhere, this computer's."""
    try:
        everywhere = ip_address(host.strip("[]")).is_unspecified
    except ValueError:
        everywhere = False
    name = socket.gethostname().lower()
    return {name, f"{name}.local"} if everywhere else {bracketed(host).lower()}
