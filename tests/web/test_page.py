"""The page over HTTP: what its parts do, what it offers to programs, and nothing from elsewhere."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace

import httpx
import pytest

import app
from rag.filters import FILTERS
from rag.settings import ROOT
from rag.show.json import to_json
from rag.show.timeline import to_json as timeline_json
from rag.web import server
from rag.web.sessions import TICK
from tests.fakes import (
    QUESTION,
    SOON,
    STORM,
    WRITTEN,
    MissingGenerator,
    PatientGenerator,
    engine_of,
    wait,
)
from tests.served import free_port, run, serving

ASKED = (
    QUESTION,
    None,
    None,
    True,
    *("" for _ in FILTERS),
)  # with no filter, as the first of its visitor; sentences are written


FILTERED = [row.name for row in FILTERS]

# ── the page, over HTTP ──


class Visitor:
    """A browser's conversation with an open page."""

    def __init__(self, address: str, session: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=SOON, trust_env=False)
        self.session = session
        self.config = self.http.get("config").json()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def dependency(self, target: str, event: str) -> int:
        """The number of the listener on a button (by its text) or the box (by its placeholder)."""
        ids = {
            component["id"]
            for component in self.config["components"]
            if target in (component["props"].get("value"), component["props"].get("placeholder"))
        }
        return next(
            item["id"]
            for item in self.config["dependencies"]
            if item["backend_fn"]
            and any(block in ids and name == event for block, name in item["targets"])
        )

    def send(self, number: int, *data: object) -> httpx.Response:
        """Trigger a listener."""
        body = {"data": data, "fn_index": number, "session_hash": self.session}
        return self.http.post("gradio_api/queue/join", json=body)

    def call(self, number: int) -> httpx.Response:
        """Trigger a listener that does not queue."""
        body = {"data": [], "fn_index": number, "session_hash": self.session}
        return self.http.post("gradio_api/run/predict", json=body)

    def heard(self) -> Iterator[dict]:
        """Messages of the server until all is done."""
        address = f"gradio_api/queue/data?session_hash={self.session}"
        with self.http.stream("GET", address) as lines:
            for line in lines.iter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    if message["msg"] == "close_stream":
                        return
                    yield message


@pytest.fixture
def opened():
    """Opens pages on free ports and closes them afterwards."""
    with ExitStack() as pages:
        yield lambda engine: pages.enter_context(serving(engine)).address


def test_the_page_answers_over_http(tmp_path, opened):
    """Ask, wait, and the answer with its evidence arrives piece by piece."""
    with Visitor(opened(engine_of(tmp_path)), "one") as visitor:
        assert visitor.send(visitor.dependency("Ask", "click"), *ASKED).is_success
        said = [json.dumps(message, ensure_ascii=False) for message in visitor.heard()]
    parts = ("Searching", "Reading the best of 2 excerpts", WRITTEN, "Done in")
    first = [next(n for n, text in enumerate(said) if part in text) for part in parts]
    assert first[0] < first[1] < first[2] <= first[3]


def test_the_page_has_a_field_for_each_filter(tmp_path, opened):
    """Every filter has a field with its label, and what is typed there reaches the search."""
    engine = engine_of(tmp_path)
    nobody = [{"author": "Nobody"}.get(row.name, "") for row in FILTERS]
    with Visitor(opened(engine), "one") as visitor:
        labels = [component["props"].get("label") for component in visitor.config["components"]]
        assert [label for label in labels if label in {row.label for row in FILTERS}] == [
            row.label for row in FILTERS
        ]
        visitor.send(visitor.dependency("Ask", "click"), QUESTION, None, None, True, *nobody)
        assert any("No author" in json.dumps(message) for message in visitor.heard())


def test_the_page_answers_without_prose(tmp_path, opened):
    """Where the box is not ticked the model is not asked; the setting says how it begins."""
    made = engine_of(tmp_path, MissingGenerator())
    made.settings = replace(made.settings, prose=False)
    with Visitor(opened(made), "one") as visitor:
        label = {one["props"].get("label"): one["props"] for one in visitor.config["components"]}
        assert (
            label["Write sentences (else the articles’ own words answer, at once)"]["value"]
            is False
        )
        without = (QUESTION, None, None, False, *("" for _ in FILTERS))
        visitor.send(visitor.dependency("Ask", "click"), *without)
        said = json.dumps(list(visitor.heard()), ensure_ascii=False)
    assert "In the article’s own words" in said and "none.gguf" not in said


def test_stop_over_http_stops_only_its_own(tmp_path, opened):
    """The Stop button ends the question of its own visitor, and of no other."""
    generator = PatientGenerator()
    address = opened(engine_of(tmp_path, generator))
    with Visitor(address, "other") as other, Visitor(address, "one") as visitor:
        stop = visitor.dependency("Stop", "click")
        visitor.send(visitor.dependency("Ask", "click"), *ASKED)
        heard = visitor.heard()
        assert any(WRITTEN in json.dumps(message) for message in heard)
        assert other.call(stop).is_success
        time.sleep(2 * TICK)
        assert generator.owner.locked()
        assert visitor.call(stop).is_success
        assert any("Stopped." in json.dumps(message) for message in heard)
    wait(lambda: not generator.owner.locked())


def test_a_visitor_who_leaves_frees_the_model(tmp_path, opened):
    """When the connection ends, the question ends."""
    generator = PatientGenerator()
    with Visitor(opened(engine_of(tmp_path, generator)), "one") as visitor:
        visitor.send(visitor.dependency("Ask", "click"), *ASKED)
        with closing(visitor.heard()) as heard:
            assert any(WRITTEN in json.dumps(message) for message in heard)
            assert generator.owner.locked()
    wait(lambda: not generator.owner.locked())


def test_the_page_loads_nothing_from_elsewhere(tmp_path, opened):
    """No script, style, font, picture or frame of the page comes from another host."""
    address = opened(engine_of(tmp_path))
    with Visitor(address, "one") as visitor:
        source, styles = visitor.http.get("").text, visitor.http.get("theme.css").text
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*?(?:src|href)=[\"']([^\"']+)", source)
    loaded += re.findall(r"url\(\s*[\"']?([^\"')]+)", source + styles)
    loaded += re.findall(r"@import\s+[\"']([^\"']+)", source + styles)
    assert loaded
    assert not [u for u in loaded if re.match(r"(?:https?:)?//", u) and not u.startswith(address)]
    assert "fonts.googleapis" not in source + styles


def test_the_page_is_private(tmp_path, opened):
    """Only asking, searching, timelines, checking and what is kept are offered, nothing is measured, no file
    is served.
    """
    engine = engine_of(tmp_path)
    with Visitor(opened(engine), "one") as visitor:
        assert not visitor.config["analytics_enabled"] and not visitor.config["run_history"]
        offered = visitor.http.get("gradio_api/info").json()["named_endpoints"]
        assert set(offered) == {"/ask", "/search", "/timeline", "/check", "/standing"}
        file = engine.settings.seeds / "storm.txt"
        assert visitor.http.get(f"gradio_api/file={file}").status_code == 404
        assert not visitor.http.get("monitoring/summary").is_success


def test_programs_can_ask_and_search(tmp_path, opened):
    """The named endpoints give the JSON of the shell, and errors in words; a filter reaches them."""
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    engine = engine_of(tmp_path)
    client = Client(opened(engine), verbose=False)
    answer = json.loads(client.predict(QUESTION, api_name="/ask"))
    assert answer["statements"][0]["text"] == WRITTEN
    assert answer.keys() == to_json(engine.answer(QUESTION)).keys() | {"turn"}
    hits = json.loads(client.predict(QUESTION, limit=1, api_name="/search"))
    assert [hit["article"]["path"] for hit in hits] == ["storm.txt"]
    assert hits[0]["text"] == STORM[hits[0]["start"] : hits[0]["end"]]
    with pytest.raises(AppError, match="no day"):
        client.predict(QUESTION, since="June", api_name="/ask")
    client.close()


def test_programs_can_have_a_timeline(tmp_path, opened):
    """The JSON of the shell; what is no topic is an error in words."""
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    engine = engine_of(tmp_path)
    client = Client(opened(engine), verbose=False)
    found = json.loads(client.predict("storm", api_name="/timeline"))
    assert found == timeline_json(engine.timeline("storm"))
    assert found["dated"] or found["undated"]
    with pytest.raises(AppError, match="empty"):
        client.predict("?", api_name="/timeline")
    client.close()


def test_programs_can_do_without_prose(tmp_path, opened):
    """Without it the sentence of the article answers; with it, what is missing is noted."""
    from gradio_client import Client

    client = Client(opened(engine_of(tmp_path, MissingGenerator())), verbose=False)
    without, noted = (
        json.loads(client.predict(QUESTION, prose=prose, api_name="/ask"))
        for prose in (False, True)
    )
    client.close()
    assert [one["kind"] for one in without["statements"]] == ["quote"]
    assert without["short"] == noted["short"] and len(without["short"]) == 1
    assert without["notes"] == [] and "none.gguf" in noted["notes"][0]


def test_programs_can_narrow_by_each_filter(tmp_path, opened):
    """Every endpoint that searches takes an argument for each filter, which reaches the search."""
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(opened(engine_of(tmp_path)), verbose=False)
    offered = client.view_api(return_format="dict")["named_endpoints"]
    for name in ("/ask", "/search", "/timeline"):
        arguments = [one["parameter_name"] for one in offered[name]["parameters"]]
        assert [one for one in arguments if one in FILTERED] == FILTERED
        with pytest.raises(AppError, match="No author"):
            client.predict(QUESTION, author="Nobody", api_name=name)
    client.close()


def test_programs_can_search_by_operators_and_by_day(tmp_path, opened):
    """The items have the fields of every search, with the places of the words; errors are words."""
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    client = Client(opened(engine_of(tmp_path)), verbose=False)

    def found(question, **options):
        return json.loads(client.predict(question, api_name="/search", **options))

    hit, *_ = found("storm")
    [item] = found('"a ferry" -nobody')
    assert hit.keys() <= item.keys()
    [(start, end)] = item["marks"]
    assert STORM[start:end] == "a ferry"
    assert len(found("storm", sort="day")) == len(found("")) == 2
    assert len(found("", limit=1)) == 1
    for typed, sort, told in (("storm", "new", "no order"), ("OR -", "fit", "Type a word")):
        with pytest.raises(AppError, match=told):
            found(typed, sort=sort)
    client.close()


def test_assistants_can_ask_where_that_is_switched_on(tmp_path):
    """With MCP the same are tools, each with its description, and return the same JSON."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def talk(address: str):
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            said = await session.call_tool("ask", {"question": QUESTION})
            return {tool.name: tool.description for tool in tools}, said.content[0].text

    async def round_trip():
        engine = engine_of(tmp_path)
        with server.gradio_environment():
            page = server.build_app(engine)
            address = server.open_page(page, engine, free_port(), mcp=True)
            try:
                return await talk(address)
            finally:
                page.close(verbose=False)

    tools, said = run(round_trip())
    assert (
        tools.keys() == {"ask", "search", "timeline", "check", "standing"}
        and "exact words" in tools["ask"]
    )
    assert json.loads(said)["statements"][0]["text"] == WRITTEN


def test_the_page_has_no_markdown(tmp_path, opened):
    """What draws text is our own HTML and Gradio's plain controls; none of them reads Markdown."""
    with Visitor(opened(engine_of(tmp_path)), "one") as visitor:
        kinds = {component["type"] for component in visitor.config["components"]}
    drawn = {"textbox", "button", "html", "dropdown", "file", "checkbox"}
    assert kinds == drawn | {"row", "column", "form", "accordion", "state", "timer", "api"}


# ── the command ──


def test_importing_app_changes_nothing():
    """Neither the environment of the process nor what others import: gradio comes with the page."""
    program = (
        "import os, sys; before = dict(os.environ); import app; "
        "print(os.environ == before, 'gradio' in sys.modules)"
    )
    environment = {**os.environ, "GRADIO_SERVER_NAME": "0.0.0.0", "NO_PROXY": "localhost"}
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert found.stdout.split() == ["True", "False"], found.stderr


def test_a_busy_port_is_one_line(capsys):
    """A port in use ends the command with the next step and an exit code."""
    with closing(socket.socket()) as other:
        other.bind((server.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        assert app.main(["--port", str(port), "--no-browser"]) == 1
    told = capsys.readouterr().err.strip()
    assert f"Port {port} is in use" in told and "--port" in told and "\n" not in told


def test_a_wrong_option_is_refused(capsys):
    """An option that does not exist ends with exit code 2."""
    assert app.main(["--nonsense"]) == 2
    capsys.readouterr()


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("2", 2),
        ("007", 7),
        ("", None),
        ("-1", None),
        ("2.5", None),
        ("²", None),
        ("9" * 5_000, None),
    ],
)
def test_a_click_sends_a_number_or_none(sent, found):
    """Whatever a browser sends; Python itself refuses more than 4,300 digits."""
    from rag.web.handlers import number

    assert number(sent) == found
