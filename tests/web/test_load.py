"""Fifty at once: every question is answered or refused at once, nobody sees another's answer, and
nothing is left behind.
"""

import asyncio
import gc
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import httpx
import pytest

from rag.web.server import SESSIONS
from tests.served import SOON, run, serving, small_engine

pytestmark = pytest.mark.slow

CLIENTS = 50
ROUNDS = 2
BREATH = 0.03  # seconds of the fake model for one answer
LONG = 60.0  # seconds; whoever waits this long hangs
GROWTH = 20  # MB that the rounds after the first may leave: the noise of the allocator
ARTICLE = "The storm {} sank a ferry in the harbour on Monday. The mayor closed the harbour."
GARBAGE = (
    b"",
    b"{",
    b"[]",
    b'{"data": null}',
    b'{"data": [], "fn_index": 9999, "session_hash": "g"}',
    b'{"data": [], "fn_index": -1, "session_hash": "g"}',
    b'{"data": [1, 2, 3], "fn_index": 0, "session_hash": "g"}',
    b"\xff" * 1000,
    b'{"data": ' + b"[" * 20_000,
)


def ship(number: int) -> str:
    """A word of its own for each client, none a part of another."""
    return f"ship{number:03d}x"


def question(number: int) -> str:
    """What a client asks."""
    return f"What sank the ferry in the harbour, the {ship(number)}?"


def sentence(number: int) -> str:
    """What the model writes about a ship, and no article says so."""
    return f"The storm {ship(number)} sank a ferry on Monday."


class SlowReader:
    """A language model that takes a breath and repeats the ship that its question names, while it is
    open; like a real one it reads one question at a time.
    """

    name = "slow"

    def __init__(self) -> None:
        self.owner = threading.Lock()
        self.open = threading.Event()
        self.open.set()
        self.most = 0
        self._inside = 0

    def load(self):
        """Nothing to get ready."""

    def fits(self, messages):
        """Everything fits."""
        return True

    def write(self, messages, stop):
        """The sentence of the article that names the ship."""
        with self.owner:
            self._inside += 1
            self.most = max(self.most, self._inside)
            self.open.wait(LONG)
            time.sleep(BREATH)
            if not stop.is_set():
                asked = messages[-1].text.rsplit("Question:", 1)[-1]
                name = next(word for word in asked.replace("?", " ").split() if "ship" in word)
                yield f"The storm {name} sank a ferry on Monday. [1]"
            self._inside -= 1


class Outcome(NamedTuple):
    """What a client got: how it ended, and everything it was shown."""

    ended: str
    shown: str


class Clients:
    """Browsers in one event loop."""

    def __init__(self, served, name: str) -> None:
        self.name, self.numbers = name, itertools.count()
        limits = httpx.Limits(max_connections=None)
        self.http = httpx.AsyncClient(
            base_url=served.address, timeout=LONG, trust_env=False, limits=limits
        )

    async def __aenter__(self):
        self.config = (await self.http.get("config")).json()
        return self

    async def __aexit__(self, *_):
        await self.http.aclose()

    def pressing(self, label: str) -> tuple[int, list[object]]:
        """The number of a button's listener, and what the fields hold that it reads."""
        parts = {part["id"]: part for part in self.config["components"]}
        button = next(n for n, part in parts.items() if part["props"].get("value") == label)
        listener = next(
            one
            for one in self.config["dependencies"]
            if [button, "click"] in map(list, one["targets"])
        )
        held = [parts[part]["props"].get("value") for part in listener["inputs"]]
        return listener["id"], held

    async def join(self, asked: str) -> tuple[httpx.Response, str]:
        """Press Ask."""
        session = f"{self.name}{next(self.numbers)}"
        number, held = self.pressing("Ask")
        body = {"data": [asked, *held[1:]], "fn_index": number, "session_hash": session}
        return await self.http.post("gradio_api/queue/join", json=body), session

    async def ask(
        self, asked: str, leave: str | None = None, told: Callable[[], object] = lambda: None
    ) -> Outcome:
        """Ask and wait for all that is said, or leave when a line has the words of `leave`; `told` is
        called when the question is taken or refused.
        """
        joined, session = await self.join(asked)
        told()
        if joined.status_code != 200:
            return Outcome(str(joined.status_code), joined.text)
        said: list[str] = []
        address = f"gradio_api/queue/data?session_hash={session}"
        async with self.http.stream("GET", address) as lines:
            async for line in lines.aiter_lines():
                said.append(line)
                if leave is not None and leave in line:
                    return Outcome("left", "")
                if '"close_stream"' in line:
                    return Outcome("answered", "\n".join(said))
        return Outcome("cut off", "\n".join(said))


@pytest.fixture(scope="module")
def reader():
    """The language model."""
    return SlowReader()


@pytest.fixture(scope="module")
def served(tmp_path_factory, reader):
    """A page over as many articles as there are clients."""
    articles = {ship(n): ARTICLE.format(ship(n)) for n in range(CLIENTS)}
    with serving(small_engine(tmp_path_factory.mktemp("load"), reader, **articles)) as page:
        yield page


def everybody(served, reader) -> list[Outcome]:
    """Fifty clients at once, each with a question of its own; the model begins when the last of them
    was told whether it may wait.
    """
    told = itertools.count(1)
    reader.open.clear()

    def one_more() -> None:
        if next(told) == CLIENTS:
            reader.open.set()

    async def ask() -> list[Outcome]:
        async with Clients(served, "regular") as clients:
            asking = (clients.ask(question(n), told=one_more) for n in range(CLIENTS))
            return await asyncio.gather(*asking)

    return run(ask())


def resident() -> float:
    """Memory of this process in MB."""
    gc.collect()
    with open("/proc/self/statm") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * 4096 / 1e6


def threads() -> int:
    """Threads of ours; the server's own come from a pool of 40."""
    return sum(not thread.name.startswith("AnyIO") for thread in threading.enumerate())


def settled(count: int) -> bool:
    """Whether the threads come back to a number."""
    end = time.monotonic() + SOON
    while threads() > count and time.monotonic() < end:
        time.sleep(0.05)
    return threads() <= count


def test_fifty_at_once(served, reader):
    """As many as may be read and wait are answered, each about its own ship; the others are told
    before the model has written a word. Rounds later memory and threads are what they were.
    """
    from rag.web.page import (
        READERS_AT_ONCE,
        WAITING,
    )  # brings gradio, which the page must bring first

    everybody(served, reader)  # the first round fills pools and caches
    before, ours = resident(), threads()
    for _ in range(ROUNDS):
        outcomes = everybody(served, reader)
        counted = Counter(outcome.ended for outcome in outcomes)
        assert set(counted) == {"answered", "503"} and sum(counted.values()) == CLIENTS
        assert WAITING <= counted["answered"] <= READERS_AT_ONCE + WAITING
        for number, outcome in enumerate(outcomes):
            written = {n for n in range(CLIENTS) if sentence(n) in outcome.shown}
            assert written == ({number} if outcome.ended == "answered" else set())
            assert ("Done in" if outcome.ended == "answered" else "full") in outcome.shown
    assert reader.most == 1 and settled(ours)
    assert resident() - before < GROWTH


def test_those_who_misbehave_hold_up_nobody(served, reader):
    """Some leave while the model reads, some never listen, some send garbage: others are answered,
    and the model is free afterwards.
    """

    async def mixed() -> list[Outcome]:
        async with Clients(served, "mixed") as clients:
            garbage = [clients.http.post("gradio_api/queue/join", content=one) for one in GARBAGE]
            leaving = [clients.ask(question(n), leave="Reading") for n in range(5)]
            silent = [clients.join(question(n)) for n in range(5, 8)]
            staying = [clients.ask(question(n)) for n in range(8, 16)]
            *others, _ = await asyncio.gather(*staying, asyncio.gather(*garbage, *leaving, *silent))
            return others

    outcomes = run(mixed())
    assert [outcome.ended for outcome in outcomes] == ["answered"] * 8
    for number, outcome in enumerate(outcomes, start=8):
        assert sentence(number) in outcome.shown
    end = time.monotonic() + SOON
    while reader.owner.locked() or len(served.page._queue):
        assert time.monotonic() < end
        time.sleep(0.05)


def test_visitors_who_come_and_go_are_forgotten(served):
    """A page keeps something for each session; there is an end to it."""

    async def come_and_go() -> None:
        async with Clients(served, "passer-by") as clients:
            number, held = clients.pressing("Stop")
            for n in range(SESSIONS + 20):
                body = {"data": held, "fn_index": number, "session_hash": f"passer-by{n}"}
                assert (await clients.http.post("gradio_api/run/predict", json=body)).is_success

    run(come_and_go())
    assert len(served.page.app.state_holder.session_data) == SESSIONS


@pytest.mark.parametrize(
    ("length", "ended"), [(2_000, "answered"), (2_001, "answered"), (64_000, "413")]
)
def test_a_question_has_a_length(served, length, ended):
    """What is longer than 2,000 characters is told so; what is longer than a request is refused."""

    async def ask() -> Outcome:
        async with Clients(served, f"long{length}-") as clients:
            return await clients.ask(question(7).ljust(length, "?"))

    outcome = run(ask())
    assert outcome.ended == ended
    assert ("at most 2,000" in outcome.shown) == (length == 2_001)
    assert (sentence(7) in outcome.shown) == (length == 2_000)
