"""The box for a draft, its endpoint and its tool: over HTTP, with stand-ins for the models."""

from __future__ import annotations

import json
import threading

import pytest

from rag.show.json import draft_json
from rag.web import drafts, server
from rag.web.sessions import BUG
from tests.drafted import DRAFT, VERDICTS, checking_engine
from tests.fakes import OverlapReader, wait
from tests.served import free_port, run, serving
from tests.web.test_page import Visitor

BOTH = "Three boats sank in the harbour. A judge opened the election."


class Patient(OverlapReader):
    """Reads when it is told to."""

    def __init__(self) -> None:
        self.told = threading.Event()

    def read(self, question, texts):
        """The same readings."""
        wait(self.told.is_set)
        return super().read(question, texts)


# ── screens ──


def last_of(engine, text):
    """The last state, and the sentences that are shown with it."""
    *_, last = drafts.screens(engine, text, threading.Event())
    return last


def test_sentences_are_shown_as_they_are_checked(tmp_path):
    """With the counts so far; at the end the counts of all."""
    grown = list(drafts.screens(checking_engine(tmp_path), BOTH, threading.Event()))
    shown = [(state, found) for state, found in grown if found]
    assert "Checking" in grown[0][0] and grown[0][1] == ""
    assert [found.count("<li") for _, found in shown] == [1, 2, 2]
    assert "1 supported, 1 not checked" in shown[0][0]
    assert "busy" in shown[0][0] and "busy" not in shown[-1][0]
    assert "2 sentences: 1 supported, 1 not in the archive" in shown[-1][0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Give whole sentences"),
        ("\0\x1b", "Give whole sentences"),
        ("# <b>Storm</b>", "Give whole sentences"),
        ("A boat sank. " * 80_000, "more than 20,000 characters"),
    ],
)
def test_a_draft_that_cannot_be_used_is_one_line(tmp_path, text, told):
    """In words, where the sentences would be."""
    _, found = last_of(checking_engine(tmp_path), text)
    assert 'class="problem"' in found and told in found


def test_without_a_library_the_next_step_is_told(tmp_path):
    """In one line."""
    assert "No index in" in last_of(checking_engine(tmp_path, ingested=False), BOTH)[1]


def test_a_bug_is_one_line_and_keeps_its_traceback(tmp_path):
    """As with questions."""
    seen = []
    with pytest.raises(AttributeError):
        for one in drafts.screens(
            checking_engine(tmp_path, reader=object()), BOTH, threading.Event()
        ):
            seen.append(one)
    assert BUG in seen[-1][1]


def test_a_stop_is_said_at_once_and_keeps_what_is_there(tmp_path):
    """Even while a sentence is being checked."""
    reader, stop = Patient(), threading.Event()
    growing = drafts.screens(checking_engine(tmp_path, reader=reader), BOTH, stop)
    next(growing)
    stop.set()
    *_, (state, found) = growing
    reader.told.set()
    assert "Stopped." in state and found == ""


# ── over HTTP ──


def test_the_page_checks_a_draft(tmp_path):
    """Its box has a label, and what is pressed checks it."""
    with serving(checking_engine(tmp_path)) as page, Visitor(page.address, "one") as visitor:
        labels = [one["props"].get("label") for one in visitor.config["components"]]
        assert "Your draft: each sentence is compared with the articles" in labels
        assert visitor.send(visitor.dependency("Check", "click"), DRAFT).is_success
        said = json.dumps(list(visitor.heard()), ensure_ascii=False)
    assert "Quotation altered" in said and "4 sentences: 1 supported" in said


def test_the_stop_of_the_box_ends_the_check(tmp_path):
    """Of its own visitor."""
    reader = Patient()
    engine = checking_engine(tmp_path, reader=reader)
    with serving(engine) as page, Visitor(page.address, "one") as visitor:
        visitor.send(visitor.dependency("Check", "click"), BOTH)
        heard = visitor.heard()
        assert any("Checking" in json.dumps(message) for message in heard)
        assert visitor.call(visitor.dependency("Stop checking", "click")).is_success
        assert any("Stopped." in json.dumps(message) for message in heard)
        reader.told.set()


def test_programs_can_check(tmp_path):
    """The endpoint gives the JSON of the shell, and errors in words."""
    from gradio_client import Client
    from gradio_client.exceptions import AppError

    engine = checking_engine(tmp_path)
    with serving(engine) as page:
        client = Client(page.address, verbose=False)
        found = json.loads(client.predict(DRAFT, api_name="/check"))
        with pytest.raises(AppError, match="Give whole sentences"):
            client.predict("# Storm", api_name="/check")
        client.close()
    *_, last = engine.check(DRAFT)
    assert found == json.loads(json.dumps(draft_json(last)))
    assert [one["verdict"] for one in found["sentences"]] == VERDICTS


def test_assistants_can_check(tmp_path):
    """With MCP it is a tool with its description."""
    from mcp import ClientSession
    from mcp.client.streamable_http import streamable_http_client

    async def round_trip():
        engine = checking_engine(tmp_path)
        with server.gradio_environment():
            page = server.build_app(engine)
            address = server.open_page(page, engine, free_port(), mcp=True)
            try:
                async with (
                    streamable_http_client(f"{address}gradio_api/mcp/") as (read, write, _),
                    ClientSession(read, write) as session,
                ):
                    await session.initialize()
                    tools = {
                        one.name: one.description for one in (await session.list_tools()).tools
                    }
                    said = await session.call_tool("check", {"draft": DRAFT})
                    return tools, said.content[0].text
            finally:
                page.close(verbose=False)

    tools, said = run(round_trip())
    assert "sentence of a draft" in tools["check"]
    assert [one["verdict"] for one in json.loads(said)["sentences"]] == VERDICTS
