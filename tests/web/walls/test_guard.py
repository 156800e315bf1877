"""The walls: other names, other pages, unknown routes, large bodies and wrong passwords get nothing,
and every answer carries its headers.
"""

import asyncio
import base64
import hashlib
import json
import os
import re
import socket
import subprocess
import sys
from contextlib import ExitStack, closing

import httpx
import pytest

import app
from rag.errors import UsageError
from rag.settings import ROOT
from rag.web.walls.allowed import BODY, UPLOAD, UPLOADED, Rules, forget, login_for, loopback
from rag.web.walls.body import Body, names_an_address
from rag.web.walls.guard import Walls
from rag.web.walls.headers import content_policy, inline_scripts
from rag.web.walls.login import CLIENTS, MINUTE, TRIES, Login, read_password
from tests.served import SOON, run, serving, small_engine

PASSWORD = "correct horse battery"
CANARY = "canary-7f3e"
JSON = "Content-Type: application/json"
JOIN = "/gradio_api/queue/join"
POSTED = (JOIN, "/gradio_api/run/predict", "/gradio_api/cancel", "/gradio_api/reset", UPLOAD)

# Of all that Gradio answers, this much is open.
OPEN = {
    ("GET", "/"),
    ("HEAD", "/"),
    ("GET", "/assets/{path:path}"),
    ("GET", "/static/{path:path}"),
    ("GET", "/config"),
    ("GET", "/favicon.ico"),
    ("GET", "/theme.css"),
    ("GET", "/gradio_api/call/{api_name}/{event_id}"),
    ("GET", "/gradio_api/call/v2/{api_name}/{event_id}"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"),
    ("GET", "/gradio_api/info"),
    ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/startup-events"),
    ("GET", "/gradio_api/upload_progress"),
    ("POST", "/gradio_api/call/{api_name}"),
    ("POST", "/gradio_api/call/v2/{api_name}"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/reset"),
    ("POST", "/gradio_api/run/{api_name}"),
    ("POST", "/gradio_api/upload"),
}
FILLED = {
    "{api_name}": "ask",
    "/run/{api_name}": "/run/predict",
    "{path:path}": "some.js",
    "{event_id}": "abc",
    "{session_hash}": "abc",
}
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "x-frame-options": "DENY",
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A page that is open for this computer, its article a secret."""
    folder = tmp_path_factory.mktemp("walls")
    with serving(small_engine(folder, canary=f"The storm sank a ferry. {CANARY}")) as page:
        yield page


@pytest.fixture(scope="module")
def locked(tmp_path_factory):
    """A page with a password."""
    folder = tmp_path_factory.mktemp("locked")
    with serving(small_engine(folder), login=Login(PASSWORD)) as page:
        yield page


def own(port: int) -> tuple[str, ...]:
    """The names of a page."""
    return (f"127.0.0.1:{port}", f"localhost:{port}", f"LocalHost:{port}", f"[::1]:{port}")


def basic(password: str, user: str = "anybody") -> str:
    """The value of an Authorization header."""
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


# ── names ──


def test_the_page_answers_to_its_own_names(served):
    """127.0.0.1, localhost and [::1] with the page's own port, in any case."""
    for host in own(served.port):
        assert served.get("/config", f"Host: {host}").status == 200


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "evil.example:PORT", "127.0.0.1", "localhost", "127.0.0.1:1",
        "localhost.:PORT", "localhost.evil.example:PORT", "127.0.0.1.nip.io:PORT", "127.1:PORT",
        "2130706433:PORT", "0x7f000001:PORT", "0177.0.0.1:PORT", "0.0.0.0:PORT", "[::]:PORT",
        "[::ffff:127.0.0.1]:PORT", "me@127.0.0.1:PORT", "127.0.0.1:PORT, evil.example",
        "127.0.0.1:PORT/", "127.0.0.1:PORT:PORT", "xn--lcalhost-54a:PORT", "127.0.0.2:PORT",
    ],
)  # fmt: skip
def test_another_name_gets_nothing(served, host):
    """A name that was made to lead here, as in DNS rebinding, is refused for every route."""
    for path in ("/", "/config", "/gradio_api/info", "/nothing"):
        said = served.get(path, f"Host: {host.replace('PORT', str(served.port))}")
        assert said.status in (400, 403)  # 400: no Host header at all, says the server itself
        assert b"gradio" not in said.body.lower()


def test_two_names_or_none_get_nothing(served):
    """A request names the page once."""
    hosts = [f"Host: 127.0.0.1:{served.port}", "Host: evil.example"]
    assert served.get("/config", *hosts).status == 400
    assert served.raw(b"GET /config HTTP/1.1\r\nConnection: close\r\n\r\n").status == 400
    assert served.raw(b"GET /config HTTP/1.0\r\n\r\n").status == 403


def test_a_proxy_is_not_believed(served):
    """Headers that a proxy would set do not change where the page says it is."""
    forged = ("X-Forwarded-Host: evil.example", "X-Gradio-Server: http://evil.example")
    said = served.get("/config", *forged, "X-Forwarded-Proto: https")
    assert json.loads(said.body)["root"] == served.address.rstrip("/")
    assert b"evil.example" not in served.get("/", *forged).body


# ── origins ──


@pytest.mark.parametrize(
    "origin",
    [
        "null", "", "https://127.0.0.1:PORT", "http://127.0.0.1", "http://127.0.0.1:1",
        "http://localhost:3000", "http://evil.example", "http://evil.example:PORT",
        "http://127.0.0.1:PORT.evil.example", "http://127.0.0.1.evil.example:PORT",
        "http://evil.example/127.0.0.1:PORT", "http://localhost.evil.example:PORT",
        "http://me@127.0.0.1:PORT", "http://[::ffff:127.0.0.1]:PORT", "http://[::1]", "file://",
        "chrome-extension://abc", "http://127.0.0.1:PORT http://evil.example", "127.0.0.1:PORT",
        "http://0.0.0.0:PORT", "HTTP//127.0.0.1:PORT",
    ],
)  # fmt: skip
def test_another_origin_gets_nothing(served, origin):
    """What another page sends is refused before Gradio reads it, and told to no other page."""
    origin = f"Origin: {origin.replace('PORT', str(served.port))}"
    for path in POSTED:
        said = served.get(path, origin, JSON, method="POST", body=b"{}")
        assert said.status == 403
        assert not [name for name in said.headers if name.startswith("access-control")]
    assert served.get("/config", origin).status == 403


def test_two_origins_get_nothing(served):
    """One good origin does not excuse another."""
    origins = (f"Origin: http://127.0.0.1:{served.port}", "Origin: http://evil.example")
    assert served.get(JOIN, *origins, JSON, method="POST", body=b"{}").status == 403


def test_the_page_and_programs_may_ask(served):
    """The page's own origin in each of its forms, and no origin at all, come through."""
    body = b'{"session_hash": "abc"}'
    for host in own(served.port):
        said = served.get("/gradio_api/reset", f"Origin: http://{host}", JSON, method="POST")
        assert said.status == 422  # what Gradio says to an empty body
        assert not [name for name in said.headers if name.startswith("access-control")]
    assert served.get("/gradio_api/reset", JSON, method="POST", body=body).status in (200, 422)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "nonsense"])
def test_a_browser_that_tells_of_another_page_is_refused(served, site):
    """Sec-Fetch-Site closes what Origin leaves open: frames, pictures and scripts of other pages."""
    fetched = (f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Dest: script")
    for path in ("/", "/config", "/theme.css"):
        assert served.get(path, *fetched).status == 403
    framed = (f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe")
    assert served.get("/", *framed).status == 403
    form = (f"Sec-Fetch-Site: {site}", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert served.get(JOIN, *form, method="POST").status == 403


def test_a_link_from_elsewhere_may_be_followed(served):
    """A link to a question opens the page, and only the page."""
    link = ("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
    assert served.get("/?q=ferry", *link).status == 200
    assert served.get("/config", *link).status == 403


def test_no_preflight_is_answered(served):
    """Not even for the page's own origin: it never asks for one."""
    for origin in (f"http://127.0.0.1:{served.port}", "http://evil.example"):
        asked = (f"Origin: {origin}", "Access-Control-Request-Method: POST")
        said = served.get(JOIN, *asked, method="OPTIONS")
        assert said.status in (403, 404)
        assert not [name for name in said.headers if name.startswith("access-control")]


# ── routes ──


def every_route(page) -> set[tuple[str, str]]:
    """Each method and path that Gradio registers."""
    routers = [
        page.app,
        *(part.original_router for part in page.app.routes if hasattr(part, "original_router")),
    ]
    return {
        (method, route.path)
        for router in routers
        for route in router.routes
        for method in getattr(route, "methods", None) or ()
    }


def filled(path: str) -> str:
    """A path that fits a route."""
    for name, value in sorted(FILLED.items(), key=lambda item: -len(item[0])):
        path = path.replace(name, value)
    return re.sub(r"\{[^}]*\}", "x", path)


def test_only_what_the_page_needs_is_open(served):
    """Of Gradio's routes, each with its methods, all others are closed, also those to come."""
    routes = every_route(served.page)
    assert len(routes) > 80 and routes >= OPEN
    for method, path in sorted(routes - OPEN):
        said = served.get(filled(path), method=method)
        assert said.status == 404 and (
            method == "HEAD" or said.body == b"There is nothing here.\n"
        ), path


@pytest.mark.parametrize(("method", "path"), sorted(OPEN))
def test_other_methods_do_not_exist(served, method, path):
    """An open route takes its own methods only."""
    allowed = {m for m, p in OPEN if p == path}
    for other in {
        "GET",
        "HEAD",
        "POST",
        "PUT",
        "PATCH",
        "DELETE",
        "OPTIONS",
        "TRACE",
        "BREW",
    } - allowed:
        assert served.get(filled(path), method=other).status == 404


@pytest.mark.parametrize(
    "path",
    [
        "/file=/etc/passwd", "/gradio_api/file=/etc/passwd", "/gradio_api/file//etc/passwd",
        "/gradio_api/file=http://evil.example", "/proxy=http://evil.example",
        "/gradio_api/proxy=http://evil.example", "/monitoring", "/monitoring/summary", "/login",
        "/gradio_api/component_server", "/gradio_api/app_id", "/gradio_api/openapi.json", "/docs",
        "/openapi.json", "/redoc", "/gradio_api/mcp", "/gradio_api/mcp/sse", "/gradio_api/runs",
        "/gradio_api/dev/reload", "/gradio_api/vibe-code", "/gradio_api/token", "/gradio_api/user",
        "/gradio_api/queue/status", "/gradio_api/call/lambda", "/gradio_api/run/lambda",
        "/gradio_api/custom_component/x/client/y/z.js", "/svelte/svelte.js", "/manifest.json",
        "/robots.txt", "/pwa_icon", "/gradio_api/deep_link", "//", "/config/", "/index.html", "*",
        "http://evil.example/config", "/gradio_api/startup-events/",
    ],
)  # fmt: skip
def test_routes_that_were_attacked_do_not_exist(served, path):
    """Files, proxies, monitoring, logins of Gradio's own, documentation: nothing there."""
    for method in ("GET", "POST", "HEAD"):
        assert served.get(path, method=method).status in (400, 404)


def climbing():
    """Paths that try to leave the folders of static files."""
    ups = [
        "..",
        "%2e%2e",
        ".%2e",
        "%252e%252e",
        "..;",
        "....",
        "%c0%ae%c0%ae",
        "..%00",
        "%2e%2e%5c..",
    ]
    for base in ("/assets/", "/static/", "/static/js/", "/assets//"):
        for up in ups:
            for slash in ("/", "%2f", "\\", "%5c"):
                yield f"{base}{(up + slash) * 8}etc/passwd"
    for base in ("/assets/", "/static/"):
        for absolute in ("/etc/passwd", "%2fetc%2fpasswd", "file:///etc/passwd", "C:\\win.ini"):
            yield base + absolute


def test_no_path_climbs(served, tmp_path):
    """None of over a hundred ways out of a folder shows a file."""
    paths = list(climbing())
    assert len(paths) > 100
    for path in paths:
        said = served.get(path)
        assert said.status in (400, 403, 404), path
        assert b"root:" not in said.body


def test_no_answer_holds_the_secret(served):
    """No route shows an article to somebody who did not ask a question."""
    assert served.get("/").status == 200
    for path in ("/", "/config", "/gradio_api/info", "/theme.css"):
        assert CANARY.encode() not in served.get(path).body
    file = "seeds/canary.txt"
    for path in (f"/gradio_api/file={file}", f"/file/{file}", f"/static/../../{file}"):
        assert CANARY.encode() not in served.get(path).body


def test_what_is_switched_off_is_closed():
    """Uploads, calls for programs and MCP exist only where they are switched on."""
    off, on = (
        Rules("127.0.0.1", 1),
        Rules("127.0.0.1", 1, uploads=True, endpoints=("ask",), mcp=True),
    )
    json, form = [
        [("content-type", f"{kind}; x=1")] for kind in ("application/json", "multipart/form-data")
    ]
    for method, path, kind in [
        ("POST", UPLOAD, form),
        ("GET", "/gradio_api/upload_progress", json),
        ("POST", "/gradio_api/call/ask", json),
        ("POST", "/gradio_api/mcp/", json),
    ]:
        assert asked(off, method=method, path=path, headers=kind)[0] == 404
        assert asked(on, method=method, path=path, headers=kind)[0] == 200
    assert asked(on, method="POST", path="/gradio_api/call/asks", headers=json)[0] == 404


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "*/*"]
)  # fmt: skip
def test_what_a_form_could_send_is_not_read(served, kind):
    """A body has the type that the page sends: no form of another page can, and no garbage does."""
    lines = [f"Content-Type: {kind}"] if kind else []
    for path in POSTED[:-1]:
        assert served.get(path, *lines, method="POST", body=b'{"session_hash": "a"}').status == 415
    assert served.get(UPLOAD, JSON, method="POST", body=b"{}").status == 415
    assert served.get(JOIN, JSON, JSON, method="POST", body=b"{}").status == 415


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff" * 99, b"[]", b'{"data":' + b"[" * 20_000, b"\0"]
)
def test_garbage_is_answered_and_the_page_lives(served, body):
    """What is no question is refused, and nothing is lost."""
    for path in POSTED[:-1]:
        assert served.get(path, JSON, method="POST", body=body).status in (400, 422)
    assert served.get("/config").status == 200


def dropped(served, path: str) -> list[dict]:
    """What the page says when a file of this path is said to have been dropped on it."""
    with httpx.Client(base_url=served.address, trust_env=False, timeout=SOON) as http:
        config = http.get("config").json()
        zone = next(part["id"] for part in config["components"] if part["type"] == "file")
        listener = next(
            one["id"]
            for one in config["dependencies"]
            if [zone, "upload"] in map(list, one["targets"])
        )
        file = {"path": path, "orig_name": "x.txt", "meta": {"_type": "gradio.FileData"}}
        body = {"data": [[file], None, None], "fn_index": listener, "session_hash": "dropper"}
        if (joined := http.post("gradio_api/queue/join", json=body)).status_code != 200:
            return [{"msg": "refused", "text": joined.text}]
        said = http.get("gradio_api/queue/data?session_hash=dropper").text
        return [json.loads(line[5:]) for line in said.splitlines() if line.startswith("data:")]


def test_only_an_uploaded_file_can_be_added(tmp_path):
    """The path of any other file of this computer, or an address, brings nothing into the folder."""
    engine = small_engine(tmp_path)
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    with serving(engine) as page:
        taken = page.get(
            UPLOAD, "Content-Type: multipart/form-data; boundary=x", method="POST",
            body=b'--x\r\nContent-Disposition: form-data; name="files"; filename="new.txt"\r\n\r\n'
            b"The judge sank a boat.\r\n--x--\r\n",
        )  # fmt: skip
        uploaded = json.loads(taken.body)[0]
        for path in (str(secret), "/etc/passwd", f"{uploaded}{'/..' * 9}/etc/passwd", "secret.txt"):
            assert not any(message.get("success") for message in dropped(page, path))
        for address in (
            "http://evil.example/a.txt",
            "HTTPS://evil.example/a.txt",
            "file:///etc/passwd",
        ):
            assert dropped(page, address)[0]["msg"] == "refused"
        assert {file.name for file in engine.settings.seeds.iterdir()} == {"storm.txt"}
        assert any(message.get("success") for message in dropped(page, uploaded))
    assert {file.name for file in engine.settings.seeds.iterdir()} == {"storm.txt", "new.txt"}


def test_an_address_is_found_wherever_it_hides():
    """However deep, and however written; a question may name one."""
    hidden = [
        b'{"a": [[{"path": "x://y"}]]}',
        b'[{"path": "\\u0068ttp:\\u002f/y"}]',
        b'{"path": ["http://y"]}',
    ]
    assert all(names_an_address(body) for body in hidden)
    assert names_an_address('{"path": "http://y"}'.encode("utf-16"))
    plain = [b'{"data": ["What says http://y?"]}', b'{"path": "/tmp/x"}', b"[" * 9999, b"\xff", b""]
    assert not any(names_an_address(body) for body in plain)


# ── the walls by themselves ──


def asked(rules, *pieces, method="GET", path="/config", headers=(), client="10.0.0.9", **options):
    """Status and headers that a small application behind the walls answers with."""
    return run(_asked(rules, pieces, method, path, headers, client, options))


async def _asked(rules, pieces, method, path, headers, client, options):
    messages = [{"type": "http.request", "body": b"", "more_body": True}]
    messages += [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages += [{"type": "http.request", "body": b""}]
    sent = []

    async def receive():
        if not messages:
            await asyncio.sleep(SOON)
        return messages.pop(0)

    async def send(message):
        sent.append(message)

    async def small(scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-small", b"1")]})
        await send({"type": "http.response.body", "body": b"read"})

    host = [(b"host", f"127.0.0.1:{rules.port}".encode())]
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "client": (client, 9),
        "server": ("127.0.0.1", 1),
    }
    scope["headers"] = [*host, *((n.encode(), v.encode()) for n, v in headers)]
    await Walls(small, rules, **options)(scope, receive, send)
    return sent[0]["status"], {n.decode(): v.decode() for n, v in sent[0]["headers"]}


def test_a_page_is_found_at_the_address_it_listens_on():
    """A host given on the command line is a name of the page; everywhere is this computer's name."""
    given = Rules("clippings.lan", 7860).authorities
    assert "clippings.lan:7860" in given and "127.0.0.1:7860" in given
    assert "[fe80::1]:80" in Rules("fe80::1", 80).authorities
    assert "clippings.lan" in Rules("clippings.lan", 80).authorities
    everywhere = Rules("0.0.0.0", 7860).authorities
    assert f"{socket.gethostname().lower()}:7860" in everywhere and "0.0.0.0:7860" not in everywhere


def test_only_this_computer_reaches_a_loopback_address():
    """Every other address, also one that only looks like it, asks for a password."""
    assert all(loopback(host) for host in ("127.0.0.1", "127.0.0.9", "::1", "[::1]", "localhost"))
    others = (
        "0.0.0.0",
        "::",
        "192.168.1.5",
        "localhost.evil.example",
        "127.0.0.1.nip.io",
        "",
        "127.1",
    )
    assert not any(loopback(host) for host in others)


def test_one_good_name_does_not_excuse_another():
    """Also where the server would let two Host headers through."""
    rules = Rules("127.0.0.1", 1)
    assert asked(rules)[0] == 200
    assert asked(rules, headers=[("host", "evil.example")])[0] == 403
    assert asked(rules, headers=[("host", "127.0.0.1:1")])[0] == 403


def test_a_websocket_is_closed():
    """The page has none."""
    sent = []

    async def send(message):
        sent.append(message)

    run(Walls(None, Rules("127.0.0.1", 1))({"type": "websocket"}, None, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_a_slow_body_is_not_waited_for():
    """A body whose rest does not come ends the request."""
    rules = Rules("127.0.0.1", 1)

    async def receive():
        await asyncio.sleep(SOON)

    async def reading(scope, receive, send):
        await receive()

    sent = []

    async def send(message):
        sent.append(message)

    headers = [(b"host", b"127.0.0.1:1"), (b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": JOIN, "headers": headers}
    run(Walls(reading, rules, patience=0.01)(scope, receive, send))
    assert sent[0]["status"] == 408


def test_a_stream_notices_at_once_that_its_reader_left():
    """A server looks for the end of the connection without waiting; the walls do not make it wait."""

    async def receive():
        return {"type": "http.disconnect"}

    looking = Body(receive, None, BODY).receive()
    with pytest.raises(StopIteration) as end:
        looking.send(None)
    assert end.value.value == {"type": "http.disconnect"}


def test_a_bug_behind_the_walls_stays_one():
    """An error of the application is not mistaken for a broken body."""

    async def broken(scope, receive, send):
        raise ZeroDivisionError

    scope = {"type": "http", "method": "GET", "path": "/", "headers": [(b"host", b"127.0.0.1:1")]}
    with pytest.raises(ZeroDivisionError):
        run(Walls(broken, Rules("127.0.0.1", 1))(scope, None, None))


# ── sizes ──


def chunked(size: int, piece: int = 8192) -> bytes:
    """A body of zeros in chunks."""
    whole, rest = divmod(size, piece)
    pieces = [piece] * whole + [rest] * bool(rest)
    return b"".join(b"%x\r\n%b\r\n" % (n, b"0" * n) for n in pieces) + b"0\r\n\r\n"


def test_a_large_body_is_refused(served):
    """By the length it states, and by the length it has."""
    assert served.get(JOIN, JSON, f"Content-Length: {BODY + 1}", method="POST").status == 413
    assert served.get(JOIN, JSON, "Content-Length: 10000000000", method="POST").status == 413
    split = "Transfer-Encoding: chunked"
    assert served.get(JOIN, JSON, split, method="POST", body=chunked(BODY + 1)).status == 413
    # one that fits reaches Gradio, which does not understand it
    assert served.get(JOIN, JSON, split, method="POST", body=chunked(BODY)).status in (400, 422)
    assert served.get("/config").status == 200


@pytest.mark.parametrize("length", ["-1", "1e3", "abc", "0x10", " ", "1, 2"])
def test_a_length_that_is_none_is_refused(served, length):
    """A length is a number."""
    said = served.get(JOIN, JSON, f"Content-Length: {length}", method="POST")
    assert said.status in (400, 413)


def test_all_files_of_a_drop_together_have_a_size():
    """Gradio counts one file; the walls count all, as they come."""
    rules = Rules("127.0.0.1", 1, uploads=True)
    million = b"0" * 1_000_000
    drop = {"method": "POST", "path": UPLOAD, "headers": [("content-type", "multipart/form-data")]}
    assert asked(rules, *[million] * 100, **drop)[0] == 200
    assert asked(rules, *[million] * 100, b"0", **drop)[0] == 413
    drop["headers"].append(("content-length", str(UPLOADED + 1)))
    assert asked(rules, **drop)[0] == 413


def test_an_upload_is_taken_and_a_large_one_is_not(served, tmp_path):
    """The drop zone's route takes a file, refuses one over the limit, and keeps nothing of it."""
    with httpx.Client(base_url=served.address, trust_env=False, timeout=SOON) as http:
        small = http.post(UPLOAD.lstrip("/"), files={"files": ("a.txt", b"A storm.")})
        assert small.status_code == 200
        large = http.post(UPLOAD.lstrip("/"), files={"files": ("b.txt", b"0" * 20_000_001)})
        assert large.status_code == 413


def test_a_large_header_is_refused(served):
    """A megabyte of header ends the connection, and the page lives."""
    assert served.get("/config", f"X-Long: {'a' * 1_000_000}").status in (0, 400, 413, 431)
    assert served.get(f"/{'a' * 200_000}").status in (0, 400, 404, 414)
    assert served.get("/config").status == 200


def test_slow_clients_do_not_hold_up_others(served):
    """Requests that never end leave the page open for others."""
    with ExitStack() as wires:
        for _ in range(50):
            wire = closing(socket.create_connection(("127.0.0.1", served.port), SOON))
            wires.enter_context(wire).sendall(b"POST /gradio_api/queue/join HTTP/1.1\r\nHost: ")
        assert served.get("/config").status == 200


# ── the password ──


def test_without_the_password_nothing_answers(locked):
    """Every open route asks for it, also those that Gradio leaves open beside its own login."""
    for method, path in sorted(OPEN):
        said = locked.get(filled(path), method=method)
        assert said.status == 401 and "basic" in said.headers["www-authenticate"].lower(), path
        assert b"gradio" not in said.body.lower()
    assert locked.get("/nothing").status == 401


def test_with_the_password_the_page_answers(locked):
    """Under any name of a user."""
    for user in ("", "me", "größe"):
        assert locked.get("/config", f"Authorization: {basic(PASSWORD, user)}").status == 200
    assert locked.get("/nothing", f"Authorization: {basic(PASSWORD)}").status == 404


def test_names_and_origins_come_before_the_password(locked):
    """Another page cannot use the password that a browser keeps."""
    key = f"Authorization: {basic(PASSWORD)}"
    assert locked.get("/config", key, "Host: evil.example").status == 403
    assert locked.get("/config", key, "Origin: http://evil.example").status == 403


@pytest.mark.parametrize(
    "header",
    [
        "", "Basic", "Basic ", "Basic !!!", "Bearer x", PASSWORD, f"Basic {PASSWORD}",
        basic(""), basic(PASSWORD[:-1]), basic(PASSWORD + " "), basic(PASSWORD.upper()),
        basic("\0" + PASSWORD), "Basic " + base64.b64encode(PASSWORD.encode()).decode(),
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(), "Basic " + "A" * 10_000,
    ],
)  # fmt: skip
def test_a_wrong_password_is_wrong(header):
    """Whatever its form."""
    assert Login(PASSWORD).check("client", header) == "wrong"


def test_guessing_is_slowed_down():
    """After ten wrong tries in a minute that client waits, with whatever it sends; others do not."""
    now = [0.0]
    login = Login(PASSWORD, clock=lambda: now[0])
    said = [login.check("guesser", basic(str(n))) for n in range(1000)]
    assert said == ["wrong"] * TRIES + ["locked"] * (1000 - TRIES)
    assert login.check("guesser", basic(PASSWORD)) == "locked"
    assert login.check("other", basic(PASSWORD)) == "welcome"
    now[0] = MINUTE
    assert login.check("guesser", basic(PASSWORD)) == "welcome"


def test_asking_without_a_password_is_no_try():
    """A browser asks first, then knows that it must send one."""
    login = Login(PASSWORD)
    assert {login.check("browser", None) for _ in range(100)} == {"wrong"}
    assert login.check("browser", basic(PASSWORD)) == "welcome"


def test_many_guessers_do_not_fill_the_memory():
    """The longest unseen is forgotten."""
    login = Login(PASSWORD)
    for n in range(CLIENTS + 100):
        login.check(f"client {n}", basic("no"))
    assert len(login._wrong) == CLIENTS


@pytest.mark.slow
def test_guessing_over_http_is_slowed_down(tmp_path_factory):
    """The eleventh wrong password gets 429, and so does the right one then."""
    with serving(small_engine(tmp_path_factory.mktemp("guessed")), login=Login(PASSWORD)) as page:
        tried = [page.get("/config", f"Authorization: {basic(str(n))}").status for n in range(30)]
        assert tried == [401] * TRIES + [429] * (30 - TRIES)
        said = page.get("/config", f"Authorization: {basic(PASSWORD)}")
        assert said.status == 429 and said.headers["retry-after"] == "60"


# ── opening it to others ──


def password_file(folder, text=PASSWORD + "\n", mode=0o600):
    """A file with a password."""
    path = folder / "password"
    path.write_text(text)
    path.chmod(mode)
    return path


def test_a_password_is_the_first_line_of_its_file(tmp_path):
    """Whatever ends the line."""
    for text in (PASSWORD, PASSWORD + "\n", PASSWORD + "\r\nmore"):
        assert read_password(password_file(tmp_path, text)) == PASSWORD


@pytest.mark.parametrize(
    ("text", "mode", "told"),
    [
        (PASSWORD, 0o644, "chmod 600"),
        (PASSWORD, 0o640, "chmod 600"),
        (PASSWORD, 0o602, "chmod 600"),
        ("", 0o600, "0 characters"),
        ("\n" + PASSWORD, 0o600, "0 characters"),
        ("short", 0o600, "5 characters"),
    ],
)
def test_a_password_file_that_protects_nothing_is_refused(tmp_path, text, mode, told):
    """Readable by others, empty or short; the line says what to do."""
    with pytest.raises(UsageError, match=told):
        read_password(password_file(tmp_path, text, mode))


def test_a_password_file_that_is_not_there_is_told(tmp_path):
    """A missing file, a folder and bytes that are no text."""
    (tmp_path / "password").write_bytes(b"\xff\xfe")
    (tmp_path / "password").chmod(0o600)
    for path in (tmp_path / "none", tmp_path, tmp_path / "password"):
        with pytest.raises(UsageError, match="cannot be read"):
            read_password(path)


def test_only_this_computer_needs_no_password(tmp_path):
    """Any other place to listen does."""
    assert login_for("127.0.0.1", None) is None and login_for("localhost", None) is None
    for host in ("0.0.0.0", "192.168.1.5", "clippings.lan"):
        with pytest.raises(UsageError, match="--password-file"):
            login_for(host, None)
        assert login_for(host, password_file(tmp_path))
    assert login_for("127.0.0.1", password_file(tmp_path))


def test_assistants_are_served_on_this_computer_alone(tmp_path):
    """MCP and a password do not go together, and without one nobody else is let in."""
    assert login_for("127.0.0.1", None, mcp=True) is None
    for host, file in (("127.0.0.1", password_file(tmp_path)), ("0.0.0.0", None)):
        with pytest.raises(UsageError):
            login_for(host, file, mcp=True)


def test_mcp_stands_behind_the_same_walls(tmp_path):
    """Another page reaches no tool, nor does another name."""
    hello = {
        "protocolVersion": "2025-06-18",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}).encode()
    lines = (JSON, "Accept: application/json, text/event-stream")
    with serving(small_engine(tmp_path), mcp=True) as page:

        def said(*more: str) -> int:
            return page.get("/gradio_api/mcp/", *lines, *more, method="POST", body=body).status

        assert said() == said(f"Origin: http://127.0.0.1:{page.port}") == 200
        assert said("Origin: http://evil.example") == said("Origin: null") == 403
        assert said("Host: evil.example") == 403
        assert page.get("/gradio_api/mcp/other").status == 404


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "clippings.lan", "::"])
def test_the_command_refuses_to_open_the_page_to_all(capsys, host):
    """Without a password file it ends with one line that says what to do."""
    assert app.main(["--host", host, "--no-browser"]) == 2
    told = capsys.readouterr().err.strip()
    assert "--password-file" in told and "\n" not in told


def test_the_command_refuses_an_open_password_file(capsys, tmp_path):
    """One line names the file and the command that closes it."""
    file = password_file(tmp_path, mode=0o644)
    assert app.main(["--host", "0.0.0.0", "--password-file", str(file), "--no-browser"]) == 2
    assert f"chmod 600 {file}" in capsys.readouterr().err


def test_a_host_that_is_not_ours_is_one_line(capsys, tmp_path):
    """An address of another computer, or of none, cannot be listened on."""
    file = str(password_file(tmp_path))
    for host in ("198.51.100.9", "no.such.name.invalid"):
        assert app.main(["--host", host, "--password-file", file, "--no-browser"]) == 2
        told = capsys.readouterr().err.strip()
        assert host in told and "\n" not in told


def test_the_environment_opens_nothing():
    """What Gradio would read from it is forgotten before Gradio is there to read."""
    environment = {"GRADIO_SHARE": "True", "GRADIO_SERVER_NAME": "0.0.0.0", "SPACE_ID": "a/b"}
    environment |= {"FORWARDED_ALLOW_IPS": "*", "HTTP_PROXY": "http://evil.example", "HOME": "/"}
    forget(environment)
    assert environment["HOME"] == "/" and environment["NO_PROXY"] == "*"
    assert environment["FORWARDED_ALLOW_IPS"] == "none" and "SPACE_ID" not in environment
    assert {n for n in environment if n.startswith("GRADIO_")} == {"GRADIO_ANALYTICS_ENABLED"}


HOSTILE = {
    "GRADIO_SHARE": "True",
    "GRADIO_SERVER_NAME": "0.0.0.0",
    "GRADIO_ROOT_PATH": "http://evil.example",
    "GRADIO_NUM_WORKERS": "2",  # would serve files at ports of their own
    "GRADIO_ALLOWED_PATHS": "/",
    "GRADIO_MCP_SERVER": "True",
    "GRADIO_LOCAL_DEV_MODE": "1",
    "GRADIO_DEBUG": "1",
    "GRADIO_ANALYTICS_ENABLED": "True",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
}
OPENED = """
import pathlib, sys, asyncio
from tests.served import serving, small_engine
with serving(small_engine(pathlib.Path(sys.argv[1]))) as served:
    page = served.page
    server = page.server.servers[0].sockets[0].getsockname()[0]
    print(server, page.share, page.share_url, page.config.get("root"), page.allowed_paths)
    print(getattr(page, "_static_worker_pool", None), served.get("/gradio_api/mcp/").status)
"""


@pytest.mark.slow
def test_a_hostile_environment_changes_nothing(tmp_path):
    """With everything set, the page is at 127.0.0.1, shared with nobody, without helpers."""
    found = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", OPENED, str(tmp_path)],
        cwd=ROOT, env={**os.environ, **HOSTILE}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert found.stdout.split("\n")[:2] == ["127.0.0.1 False None None []", "None 404"], found


# ── headers ──


def kinds(page):
    """One answer of every kind: page, asset, JSON, style, refusals, errors, a stream."""
    asset = re.search(rb'src="\./(assets/[^"]+)"', page.get("/").body)
    assert asset
    yield "page", page.get("/")
    yield "page, head only", page.get("/", method="HEAD")
    yield "asset", page.get(f"/{asset[1].decode()}")
    yield "missing asset", page.get("/assets/none.js")
    yield "json", page.get("/config")
    yield "style", page.get("/theme.css")
    yield "no such route", page.get("/nothing")
    yield "another name", page.get("/", "Host: evil.example")
    yield "another origin", page.get("/", "Origin: http://evil.example")
    yield "too large", page.get(JOIN, "Content-Length: 100000000", method="POST")
    yield "not understood", page.get(JOIN, JSON, method="POST", body=b"{")
    yield (
        "failed",
        page.get(
            "/gradio_api/run/predict", JSON, method="POST", body=b'{"data": [], "fn_index": 99}'
        ),
    )
    yield "stream", page.get("/gradio_api/queue/data?session_hash=nobody")


def test_every_answer_carries_the_headers(served):
    """Whatever it is, a browser is told what it may do with it."""
    seen = {}
    for kind, said in kinds(served):
        seen[kind] = said.status
        assert HEADERS.items() <= said.headers.items(), kind
        assert "default-src 'self'" in said.headers["content-security-policy"], kind
        assert "camera=()" in said.headers["permissions-policy"], kind
        assert not [name for name in said.headers if name.startswith("access-control")], kind
        if kind != "asset":
            assert "asset" in kind or said.headers["cache-control"] == "no-store", kind
    assert seen["failed"] == 400  # in the words of the walls: Gradio itself fails on it
    assert seen["page"] == seen["asset"] == seen["stream"] == 200 and seen["missing asset"] == 404


def directives(policy: str) -> dict[str, list[str]]:
    """A content security policy by directive."""
    return {name: values for name, *values in (part.split() for part in policy.split("; "))}


def test_the_policy_allows_only_the_page_itself(served):
    """Nothing from elsewhere, nothing inline but the page's own scripts by their digest."""
    said = served.get("/")
    policy = directives(said.headers["content-security-policy"])
    scripts = inline_scripts(said.body)
    assert len(scripts) == said.body.count(b"<script") - said.body.count(b'src="./assets') > 2
    digests = {f"'sha256-{base64.b64encode(hashlib.sha256(s).digest()).decode()}'" for s in scripts}
    assert set(policy["script-src"]) == {"'self'", "'unsafe-eval'"} | digests
    assert policy["default-src"] == policy["connect-src"] == policy["form-action"] == ["'self'"]
    none = ("media-src", "object-src", "frame-src", "worker-src", "base-uri", "frame-ancestors")
    assert all(policy[name] == ["'none'"] for name in none)
    assert policy["img-src"] == policy["font-src"] == ["'self'", "data:"]
    assert not [
        value for values in policy.values() for value in values if "://" in value or value == "*"
    ]


def test_no_script_of_an_article_is_allowed():
    """A policy names the scripts of the page as it was sent; what comes later has no digest."""
    policy = content_policy([b"ours()"])
    assert "'unsafe-inline'" not in directives(policy)["script-src"]
    assert len(directives(policy)["script-src"]) == 3
    assert inline_scripts(b"<script src='a.js'></script><SCRIPT type=module>x</SCRIPT>") == [b"x"]


def test_the_page_is_whole(served):
    """Its length is what its header says, and it needs no base."""
    said = served.get("/", "Accept-Encoding: br, gzip")
    assert int(said.headers["content-length"]) == len(said.body)
    assert said.body.rstrip().endswith(b"</html>") and b"<base" not in said.body
