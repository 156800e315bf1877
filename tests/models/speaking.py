"""A small HTTP server that speaks OpenAI's chat protocol as a test wants it, well or badly."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.fakes import wait

Reply = Callable[["Asked"], None]


def event(text: str | None = None, end: str | None = None, **delta: Any) -> bytes:
    """An event of a chat: a piece of text, or the reason of the end."""
    told = {"choices": [{"delta": {"content": text, **delta}, "finish_reason": end}]}
    return b"data: " + json.dumps(told).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"


def said(*pieces: str, end: str = "stop") -> list[bytes]:
    """The events of a chat that ends well."""
    return [event("", role="assistant"), *map(event, pieces), event(end=end), DONE]


class Asked(BaseHTTPRequestHandler):
    """A request, which a reply answers through `send` and its like."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """A chat."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.heard.asked.append((self.path, dict(self.headers), json.loads(body)))
        self.server.heard.reply(self)

    def do_GET(self) -> None:
        """A question about the server."""
        self.server.heard.gets.append(self.path)
        found = self.server.heard.facts.get(self.path)
        self.whole(200 if found else 404, json.dumps(found or {}).encode())

    def whole(self, code: int, body: bytes, **headers: str) -> None:
        """An answer in one piece."""
        self.send_response(code)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def stream(self, chunks: Sequence[bytes], *, whole: bool = True) -> None:
        """An answer in chunks; not `whole`, its connection is cut after them."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for chunk in chunks:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if whole:
            self.wfile.write(b"0\r\n\r\n")
        else:
            self.cut()

    def cut(self) -> None:
        """End the connection in the middle."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def until_closed(self) -> None:
        """Wait until the other side ends the connection, and note that it did."""
        while self.connection.recv(1024):
            pass
        self.server.heard.closed.set()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@dataclass
class Heard:
    """A server at work: how it replies, and what it was asked."""

    reply: Reply
    port: int = 0
    facts: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    gets: list[str] = field(default_factory=list)
    closed: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def model(self) -> str:
        """The address with the name of a model."""
        return f"{self.url}#small"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    heard: Heard

    def handle_error(self, *_: object) -> None:
        """Connections that break are what is tested."""


@contextmanager
def speaking(reply: Reply | Sequence[bytes]) -> Iterator[Heard]:
    """A server that replies like this: a function, or the chunks of a stream."""
    heard = Heard(reply if callable(reply) else lambda asked: asked.stream(reply))
    server = _Server(("127.0.0.1", 0), Asked)
    server.heard, heard.port = heard, server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    wait(thread.is_alive)
    try:
        yield heard
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
