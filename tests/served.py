"""Pages that are really open: on a free port, for the length of a test."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import NamedTuple, TypeVar

from rag.engine import Engine
from rag.web import server
from tests.fakes import SOON, STORM, engine_of

T = TypeVar("T")


class Said(NamedTuple):
    """What a server answered: the number, the headers by small name, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Served(NamedTuple):
    """An open page."""

    page: object
    address: str
    port: int

    def raw(self, request: bytes) -> Said:
        """Send these very bytes; status 0 where the connection just ends."""
        with closing(socket.create_connection(("127.0.0.1", self.port), SOON)) as wire:
            try:
                wire.sendall(request)
                answer = b"".join(iter(lambda: wire.recv(65536), b""))
            except ConnectionError:
                answer = b""
        return parsed(answer)

    def get(self, path: str, *headers: str, method: str = "GET", body: bytes = b"") -> Said:
        """Ask for a path as it is written here, with these header lines."""
        lines = [f"{method} {path} HTTP/1.1", *headers, "Connection: close"]
        if not any(header.lower().startswith("host:") for header in headers):
            lines.insert(1, f"Host: 127.0.0.1:{self.port}")
        if body and not any("-encoding:" in header.lower() for header in headers):
            lines.append(f"Content-Length: {len(body)}")
        return self.raw("\r\n".join([*lines, "", ""]).encode() + body)


def parsed(answer: bytes) -> Said:
    """The parts of an HTTP answer."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    return Said(int(first.split(" ")[1]) if first else 0, headers, body)


def small_engine(folder, generator=None, **articles) -> Engine:
    """An engine with small parts over these articles, ingested."""
    return engine_of(folder, generator, **(articles or {"storm": STORM}))


@contextmanager
def serving(engine: Engine, **options: object) -> Iterator[Served]:
    """The page of an engine, opened with these options."""
    port = free_port()

    async def opened() -> tuple[object, str]:
        page = server.build_app(engine)
        return page, server.open_page(page, engine, port, **options)

    with server.gradio_environment():
        # Where no event loop runs, gradio makes some and leaves them open.
        page, address = run(opened())
        try:
            yield Served(page, address, port)
        finally:
            page.close(verbose=False)


def run(work: Coroutine[object, object, T]) -> T:
    """What a coroutine gives. It has a thread of its own, for this one may have the event loop of a browser."""
    with ThreadPoolExecutor(1) as beside:
        return beside.submit(asyncio.run, work).result()


def free_port() -> int:
    """A port that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
