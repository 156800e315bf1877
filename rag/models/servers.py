"""Addresses -> the servers that may write, each name looked up.

Another computer is asked only where that is allowed: the one rule, also for a library on a Milvus. A name is
looked up once: unless every address it has is of this computer, it is elsewhere; and what is asked then is one
of these addresses, whatever the name means later.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from rag.errors import UsageError
from rag.types.models import Server

KEY = "CLIPPINGS_MODEL_KEY"


@dataclass(frozen=True, slots=True)
class Place:
    """A server and the name of its model; `local` are its addresses, empty where it is elsewhere."""

    url: str
    name: str
    local: tuple[str, ...] = ()


def is_address(model: str) -> bool:
    """Return whether a model's name is the address of a server."""
    return "://" in model


def servers(model: str, *, leaves: bool = False) -> tuple[Place, ...]:
    """Return the servers of `URL#NAME,URL#NAME`, each name looked up.

    Raises UsageError for an address that cannot be used, and for another computer unless it `leaves`.
    """
    found = tuple(_place(one.strip()) for one in model.split(",") if one.strip())
    away = [one.url for one in found if not one.local]
    if away and not leaves:
        raise refusal(", ".join(away), "question and excerpts")
    return found


def refusal(where: str, what: str) -> UsageError:
    """Return what is said of an address that is not known to be this computer, where nothing may leave it."""
    return UsageError(
        f"{where} is not known to be this computer: {what} would leave it."
        " To allow that: --leaves-this-computer, or CLIPPINGS_LEAVES_THIS_COMPUTER=1."
    )


def server(asked: Sequence[Place]) -> Server:
    """Return what people are told of the servers."""
    urls = tuple(one.url for one in asked)
    away = tuple(one.url for one in asked if not one.local)
    return Server(" or ".join(dict.fromkeys(one.name for one in asked)), urls, away)


def _place(text: str) -> Place:
    url, _, name = text.partition("#")
    url = url.rstrip("/")
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = False
    # what is between // and @, or behind ?, may be a secret: it is not repeated
    if not sound or parts.username is not None or parts.password is not None:
        raise UsageError(
            "A server is named http://HOST:PORT/v1#NAME, in --model or CLIPPINGS_MODEL, without user and"
            f" password: a key goes into {KEY}."
        )
    if parts.query or "?" in url or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError(
            f"The address of the model at {parts.hostname} has a ? or characters that no address has."
            f" Leave them out; a key goes into {KEY}."
        )
    if not name.strip():
        raise UsageError(f"{url} says no model. Put its name behind: {url}#NAME")
    return Place(url, name.strip(), local(parts.hostname or "", parts.port or 80))


def local(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of a host, IPv4 first, if all are of this computer; else none."""
    try:
        known = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        found = [str(where[0]) for *_, where in sorted(known, key=lambda one: one[0])]
        if all(ipaddress.ip_address(one).is_loopback for one in found):
            return tuple(dict.fromkeys(found))
    except (OSError, ValueError):  # no such name, or one that no name can be
        pass
    return ()


def key_from(environment: Mapping[str, str] = os.environ) -> str:
    """Return the key for servers, or "". Raises UsageError for what no key can be, without repeating it."""
    key = environment.get(KEY, "").strip()
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise UsageError(f"{KEY} has spaces or characters that a key cannot have. Set it anew.")
    return key
