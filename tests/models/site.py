"""A server of one file on this computer, with the faults of networks: cuts, wrong bytes, wrong words."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What is served, how it goes wrong, and what was asked; faults happen in turn, then no more."""

    data: bytes
    cuts: list[int] = field(default_factory=list)  # bytes of an answer after which it breaks
    statuses: list[int] = field(default_factory=list)  # answers before the file comes
    wrong: list[int] = field(default_factory=list)  # a place of the file whose byte is turned
    etag: str = '"one"'
    ranges: bool = True
    length: int | None = None  # what is told instead of the true one
    linked: bool = True  # whether a redirect tells size and sha256, as Hugging Face does
    moved: str = ""  # where /moved leads to
    head: bool = True
    retry_after: str = ""
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, Range, If-Range
    hold: int = 0  # bytes after which an answer waits for `go`
    go: threading.Event = field(default_factory=threading.Event)
    url: str = ""

    @property
    def sha256(self) -> str:
        """Of the file."""
        return hashlib.sha256(self.data).hexdigest()


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve it at `site.url`; the same at /moved/… after a redirect."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            got = self.headers
            site.asked.append((self.command, got.get("Range", ""), got.get("If-Range", "")))
            self.close_connection = True
            if self.command == "HEAD" and not site.head:
                self.end(405)
            elif self.command == "GET" and site.statuses:
                self.end(site.statuses.pop(0))
            elif self.path.startswith("/moved/"):
                told = {"Location": site.moved or self.path.removeprefix("/moved")}
                if site.linked:
                    told |= {"X-Linked-Size": str(len(site.data))}
                    told |= {"X-Linked-ETag": f'"{site.sha256}"'}
                self.end(302, told)
            elif not self.path.endswith(".gguf"):
                self.end(404)
            else:
                self.file()

        def end(self, status: int, told: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (told or {}).items():
                self.send_header(name, value)
            if site.retry_after:
                self.send_header("Retry-After", site.retry_after)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def file(self) -> None:
            asked, condition = self.headers.get("Range", ""), self.headers.get("If-Range")
            start = int(asked[6:-1]) if asked and site.ranges else 0
            if condition and condition != site.etag:
                start = 0
            if start >= len(site.data):
                return self.end(416)
            data = bytearray(site.data)
            if site.wrong and self.command == "GET":
                data[site.wrong.pop(0)] ^= 1
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            if site.etag:
                self.send_header("ETag", site.etag)
            length = len(data) - start if site.length is None else site.length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            if self.command == "GET":
                part = bytes(data[start:])
                with suppress(OSError):  # who asked has gone
                    if site.hold:
                        self.wfile.write(part[: site.hold])
                        site.go.wait(60)
                        part = part[site.hold :]
                    self.wfile.write(part[: site.cuts.pop(0)] if site.cuts else part)
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
