"""The walls between the network and the page: who may ask, from where, for what, and how much.

    Host → Origin → login → size → route → kind → room → Gradio, and headers on every answer

Gradio believes every Host header, answers routes that this page never uses, takes bodies of any
size and sends no header that protects its reader. So everything passes here first, and the
unexpected is refused. The walls are an ASGI application around another one; `rag.web.walls.allowed`
says what they let in.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, MutableMapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, NamedTuple

from rag.web.walls import dropped
from rag.web.walls.allowed import JSON, STARTED, UPLOAD, Refusal, Rules, bracketed, too_large
from rag.web.walls.body import Body, Receive
from rag.web.walls.headers import PAGE, Send, protecting

Scope = MutableMapping[str, Any]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

READING = ("GET", "HEAD", "DELETE")  # methods without a body
PATIENCE = 60.0  # seconds until the next piece of a body


class Request(NamedTuple):
    """The parts of a request that the walls look at."""

    method: str
    path: str
    headers: Mapping[str, tuple[str, ...]]
    client: str  # the address it comes from
    server: str  # the address and port it came to

    @classmethod
    def of(cls, scope: Scope) -> Request:
        """Return the request of an ASGI scope."""
        headers: dict[str, tuple[str, ...]] = {}
        for name, value in scope["headers"]:
            key = name.decode("latin-1").lower()
            headers[key] = (*headers.get(key, ()), value.decode("latin-1").strip())
        client, _ = scope.get("client") or ("", 0)
        host, port = scope.get("server") or ("", 0)
        return cls(scope["method"], scope["path"], headers, client, f"{bracketed(host)}:{port}")

    def header(self, name: str) -> tuple[str, ...]:
        """Return every value of a header."""
        return self.headers.get(name, ())


class Walls:
    """An ASGI application around another one."""

    def __init__(self, app: App, rules: Rules, patience: float = PATIENCE) -> None:
        self._app = app
        self._patience = patience
        self._rules = rules
        self._authorities = rules.authorities
        self._routes = [
            (re.compile(path, re.ASCII), methods) for path, methods in rules.routes.items()
        ]
        self._started = False
        self._arriving = 0  # bytes of uploads on their way

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer in place of the page."""
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request.of(scope)
        send = protecting(send, request.path)
        if refusal := self._refusal(request):
            await _refuse(send, refusal)
            return
        body = Body(receive, send, self._rules.limit(request.path))
        if request.method not in READING:
            body.expect(self._patience, read=self._rules.kind(request.path) == JSON)
        coming = self._coming(request)
        self._arriving += coming
        try:
            await self._app(_plain(scope), body.receive, body.send)
        except Exception:
            if not body.refusal:
                raise
        finally:
            self._arriving -= coming
        if body.refusal and not body.answered:
            await _refuse(send, body.refusal)

    def _refusal(self, request: Request) -> Refusal | None:
        """Return the refusal of the first wall that stops a request."""
        walls = (
            self._host,
            self._origin,
            self._login,
            self._size,
            self._route,
            self._kind,
            self._room,
        )
        return next((refusal for wall in walls if (refusal := wall(request))), None)

    def _host(self, request: Request) -> Refusal | None:
        """Refuse a Host that is not the page's own name: another name was rebound."""
        hosts = request.header("host")
        if len(hosts) == 1 and self._own(hosts[0], request):
            return None
        return Refusal(403, "This page is not known by that name.")

    def _own(self, authority: str, request: Request) -> bool:
        """Return whether a host with its port is this page: by name, or by the address it came to."""
        authority = authority.lower()
        return authority in self._authorities or (
            self._rules.login is not None and authority == request.server
        )

    def _origin(self, request: Request) -> Refusal | None:
        """Refuse requests from other pages, except links; programs name no origin."""
        own = all(
            origin.startswith("http://") and self._own(origin.removeprefix("http://"), request)
            for origin in request.header("origin")
        )
        # what the browser says, if it says anything: the page or its reader asks
        from_itself = set(request.header("sec-fetch-site")) <= {"same-origin", "none"}
        if own and (from_itself or _followed_link(request)):
            return None
        return Refusal(403, "Other pages may not ask here.")

    def _login(self, request: Request) -> Refusal | None:
        """Ask for the password, where other computers reach the page."""
        login = self._rules.login
        if login is None:
            return None
        if request.path == STARTED and not self._started:
            self._started = True  # Gradio itself asks for it once, before it says the page is open
            return None
        headers = request.header("authorization")
        verdict = login.check(request.client, headers[0] if len(headers) == 1 else None)
        if verdict == "welcome":
            return None
        if verdict == "locked":
            return Refusal(429, "Too many wrong passwords.", (("retry-after", "60"),))
        ask = ("www-authenticate", 'Basic realm="Clippings", charset="UTF-8"')
        return Refusal(401, "This page asks for its password.", (ask,))

    def _size(self, request: Request) -> Refusal | None:
        """Refuse a body that declares itself too large."""
        limit, lengths = self._rules.limit(request.path), request.header("content-length")
        if all(length.isdecimal() and int(length) <= limit for length in lengths):
            return None
        return too_large(limit)

    def _route(self, request: Request) -> Refusal | None:
        """Refuse paths that the page never asks for."""
        for pattern, methods in self._routes:
            if request.method in methods and pattern.fullmatch(request.path):
                return None
        return Refusal(404, "There is nothing here.")

    def _kind(self, request: Request) -> Refusal | None:
        """Refuse bodies that another page's form could send, or that Gradio does not understand."""
        wanted = self._rules.kind(request.path)
        kinds = [kind.partition(";")[0].strip().lower() for kind in request.header("content-type")]
        if request.method in READING or kinds == [wanted]:
            return None
        return Refusal(415, f"Only {wanted} is understood.")

    def _coming(self, request: Request) -> int:
        """Return how many bytes an upload may bring; 0 of anything else."""
        if request.method != "POST" or request.path != UPLOAD:
            return 0
        lengths = request.header("content-length")
        return int(lengths[0]) if lengths else self._rules.limit(request.path)

    def _room(self, request: Request) -> Refusal | None:
        """Refuse an upload while too much waits that was dropped before."""
        coming, place = self._coming(request), self._rules.dropped
        if not (coming and place):
            return None
        if dropped.waiting(place) + self._arriving + coming <= dropped.WAITING_BYTES:
            return None
        text = "Too many dropped files wait to be read. Drop these again in a few minutes."
        return Refusal(503, text, (("retry-after", "60"),))


def around(rules: Rules) -> Callable[[Any], AbstractAsyncContextManager[None]]:
    """Return a lifespan that puts the walls around a Starlette application before it answers.

    Gradio adds two middlewares outside of those it is given, and errors are answered outside of all.
    """

    @asynccontextmanager
    async def lifespan(app: Any) -> AsyncIterator[None]:
        app.middleware_stack = Walls(app.middleware_stack, rules)
        yield

    return lifespan


def _followed_link(request: Request) -> bool:
    """Return whether somebody follows a link from another page to this one."""
    return (
        request.method == "GET"
        and request.path == PAGE
        and request.header("sec-fetch-mode") == ("navigate",)
        and request.header("sec-fetch-dest") == ("document",)
    )


def _plain(scope: Scope) -> Scope:
    """Return a request without proxy headers that Gradio would believe."""
    headers = [
        (name, value)
        for name, value in scope["headers"]
        if not name.lower().startswith((b"x-forwarded-", b"x-gradio-", b"forwarded"))
        # the page is asked for uncompressed, because its scripts are read from it
        and not (scope["path"] == PAGE and name.lower() == b"accept-encoding")
    ]
    return {**scope, "headers": headers}


async def _refuse(send: Send, refusal: Refusal) -> None:
    """Answer in one line; the rest of the request is not read."""
    text = f"{refusal.text}\n".encode()
    headers = (
        ("content-type", "text/plain; charset=utf-8"),
        ("content-length", str(len(text))),
        ("connection", "close"),
        *refusal.headers,
    )
    sent = [(name.encode(), value.encode()) for name, value in headers]
    await send({"type": "http.response.start", "status": refusal.status, "headers": sent})
    await send({"type": "http.response.body", "body": text})
