"""The process of the language model is killed while many ask: the page stays, and a kill costs one
answer at most.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import threading
import time

import pytest

from rag.models.apart import ModelApart
from tests.fakes import QUESTION, STORM, WRITTEN, engine_of, wait
from tests.models.stand_in import SLOW
from tests.served import run, serving
from tests.web.test_load import Clients, Outcome

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
CLIENTS = 3
LOST = "The language model stopped; "
LONG = 120.0  # seconds; no child starts later


class Killer(threading.Thread):
    """Kills the process of a model so many times, each at some moment of its life, and looks whether
    the page is there afterwards.
    """

    def __init__(self, model: ModelApart, served, times: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self.model, self.served, self.times, self.seconds = model, served, times, seconds
        self.killed: set[int] = set()
        self.seen: list[int] = []

    @property
    def done(self) -> bool:
        """Whether there is nothing left to kill."""
        return not self.is_alive()

    def run(self) -> None:
        """Wait, kill, look."""
        moments = random.Random(17)
        while len(self.killed) < self.times:
            wait_long(lambda: self.model.pid not in (None, *self.killed))
            time.sleep(moments.uniform(0, self.seconds))
            pid = self.model.pid
            if pid is not None:
                self.killed.add(pid)
                os.kill(pid, signal.SIGKILL)
                self.seen.append(self.served.get("/").status)


def wait_long(condition) -> None:
    """Wait for what takes as long as loading a model."""
    end = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def asked(served, killer) -> list[Outcome]:
    """What some clients get who ask one question after the other until the killing is over."""

    async def one(clients) -> list[Outcome]:
        outcomes = []
        while not killer.done:
            outcomes.append(await clients.ask(QUESTION))
        return outcomes

    async def everybody() -> list[Outcome]:
        async with Clients(served, "asks") as clients:
            got = await asyncio.gather(*(one(clients) for _ in range(CLIENTS)))
            return [outcome for some in got for outcome in some]

    return run(everybody())


def stays(folder, model, times, seconds) -> list[Outcome]:
    """Kill a model under load; return what was answered, once what must hold was looked at."""
    with serving(engine_of(folder, model, storm=STORM)) as served:
        killer = Killer(model, served, times, seconds)
        killer.start()
        outcomes = asked(served, killer)
        assert killer.seen == [200] * times
        assert {outcome.ended for outcome in outcomes} == {"answered"}
        assert all("Done in" in outcome.shown and "ferry" in outcome.shown for outcome in outcomes)
        lost = sum(LOST in outcome.shown for outcome in outcomes)
        print(f"killed {times} times, {lost} answers of {len(outcomes)} lost")
        assert lost <= times
        [last] = asked(served, Once())
        assert LOST not in last.shown
        return [*outcomes, last]


class Once:
    """Is done after the clients have begun; the others of them ask nothing."""

    looked = 0

    @property
    def done(self) -> bool:
        """Whether it was looked at before."""
        self.looked += 1
        return self.looked > 1


@pytest.mark.slow
def test_a_kill_costs_one_answer(tmp_path):
    """A stand-in, which writes for half a second; whatever is not lost is written."""
    model = ModelApart("stand-in", SLOW, {})
    outcomes = stays(tmp_path, model, 20 if FULL else 5, 1.5)
    assert all(WRITTEN in outcome.shown for outcome in outcomes if LOST not in outcome.shown)
    model.close()
    wait(lambda: model.pid is None)


@pytest.mark.models
def test_a_kill_of_the_real_model_costs_one_answer(tmp_path, llama):
    """While it loads, reads or writes."""
    stays(tmp_path, llama, 20 if FULL else 2, 6.0)
