"""Two real servers on this computer, one of them killed while it writes."""

from __future__ import annotations

import importlib.util
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field, replace
from urllib.request import urlopen

import pytest

from rag.engine import Engine
from rag.models.apart import Patience
from rag.models.catalogue import CATALOGUE
from rag.models.files import is_here, language_model
from rag.models.served import ServedModel
from rag.models.servers import servers
from tests.fakes import QUESTION, STORM, engine_of, wait
from tests.models.speaking import free_port

pytestmark = pytest.mark.models

NEEDED = ("fastapi", "uvicorn", "sse_starlette", "starlette_context", "pydantic_settings")


@dataclass
class Running:
    """A server in a process of its own."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def model(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/v1#small"

    @property
    def answers(self) -> bool:
        """Whether it is ready."""
        assert self.process.poll() is None, "the server has ended"
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/v1/models", timeout=5):
            return True
        return False


@pytest.fixture(scope="module")
def running(real_settings):
    """Two servers of the smallest language model that is installed."""
    if lost := [name for name in NEEDED if not importlib.util.find_spec(name)]:
        pytest.skip(f"needs {', '.join(lost)}: pip install --no-deps -r requirements.txt")
    jobs = [one for one in CATALOGUE.values() if one.job == "language model"]
    here = [one for one in jobs if is_here(one, real_settings.models)]
    smallest = min(here, key=lambda one: one.size)
    file = language_model(smallest.name, real_settings.models)
    with ExitStack() as around:
        threads = real_settings.threads
        yield [around.enter_context(_serving(file, threads)) for _ in range(2)]


@contextmanager
def _serving(file, threads) -> Iterator[Running]:
    """A server at work, ready to answer."""
    port = free_port()
    options = {"model": file, "host": "127.0.0.1", "port": port, "n_ctx": 2048}
    options |= {"n_threads": threads, "n_threads_batch": threads}
    told = [f"--{name}={value}" for name, value in options.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "llama_cpp.server", *told],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        made = Running(port, process)
        wait(lambda: made.answers)
        yield made
    finally:
        process.kill()
        process.wait()


@dataclass
class Between:
    """Hands on what a server and its client say, and kills the server after so many pieces of an answer."""

    server: Running
    pieces: int
    passed: int = 0
    listener: socket.socket = field(default_factory=lambda: socket.create_server(("127.0.0.1", 0)))

    @property
    def model(self) -> str:
        """Its address, in place of the server's."""
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/v1#small"

    def run(self) -> None:
        """One connection after the other, until the server is gone."""
        with self.listener, suppress(OSError):
            while self.server.process.poll() is None:
                self._hand_on(self.listener.accept()[0])

    def _hand_on(self, client: socket.socket) -> None:
        address = ("127.0.0.1", self.server.port)
        with client, closing(socket.create_connection(address)) as there:
            threading.Thread(target=_copied, args=(client, there), daemon=True).start()
            with suppress(OSError):  # the server is gone
                while data := there.recv(4096):
                    client.sendall(data)
                    self.passed += data.count(b'"content"')
                    if self.passed >= self.pieces:
                        self.server.process.kill()
            client.shutdown(
                socket.SHUT_RDWR
            )  # to close is not enough: the other thread still reads


def _copied(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(4096):
            other.sendall(data)


class Brief(ServedModel):
    """Leaves the examples out of a chat: a server of this size takes minutes to read them on a busy computer."""

    def write(self, messages, stop):
        """Only the rules and the question."""
        return super().write([messages[0], messages[-1]], stop)


@pytest.fixture
def asked(tmp_path):
    """Asks the stand-ins' small archive a question, whose answer these servers write."""
    small = engine_of(tmp_path, storm=STORM)
    jobs = ("encoder", "reader", "checker", "classifier", "namer")
    parts = {job: getattr(small.models, job) for job in jobs}

    def ask(*addresses):
        patient = Patience(silent=300.0)  # on a busy computer reading takes minutes, without a sign
        writer = Brief(servers(",".join(addresses)), tokens=40, patience=patient)
        settings = replace(small.settings, answer_seconds=600.0)
        found = Engine(settings, generator=writer, **parts).answer(QUESTION)
        print(f"\n{found.status}: {found.text}", found.rejected, found.timings)
        return found

    return ask


def test_a_server_killed_while_it_writes_costs_nothing(running, asked):
    """The second begins the line anew; killed alone, the answer fails and its evidence stays."""
    between = Between(running[0], 2)
    threading.Thread(target=between.run, daemon=True).start()
    found = asked(between.model, running[1].model)
    assert between.passed >= 2 and running[0].process.wait(10)
    assert found.status in (
        "answered",
        "not_found",
    )  # gate and checks are at work: it is a small model
    assert found.models["language model"] == "small"
    assert all(one.citations for one in found.statements)
    assert not any("cannot write" in note for note in found.notes)
    alone = asked(running[0].model)
    assert (alone.status, alone.exit_code) == ("failed", 6)
    assert alone.evidence and "cannot be reached" in alone.notes[-1]
