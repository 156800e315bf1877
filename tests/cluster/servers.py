"""A Milvus for tests: milvus-lite's server on loopback, or one of the user's own."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

OWN = "CLIPPINGS_TEST_MILVUS"  # milvus://host:port of a cluster on which the tests make libraries
MARKS = [pytest.mark.slow, pytest.mark.xdist_group("milvus")]  # one server, in one worker
START = 60.0  # seconds


@dataclass
class Lite:
    """A server of milvus-lite in a process of its own, over a folder."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        """A new library on it."""
        return f"milvus://127.0.0.1:{self.port}/t{uuid.uuid4().hex[:12]}"

    def start(self) -> None:
        """Start it, and wait until it listens."""
        program = Path(sys.executable).with_name("milvus-lite")
        given = ["--data-dir", self.folder, "--host", "127.0.0.1", "--port", str(self.port)]
        with (self.folder.parent / "milvus-lite.log").open("a") as log:
            self.process = subprocess.Popen([program, "server", *given], stdout=log, stderr=log)
        end = time.monotonic() + START
        while time.monotonic() < end:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
                return
            time.sleep(0.1)
        raise AssertionError(f"milvus-lite does not listen: {log.name}")

    def kill(self) -> None:
        """End it as a power cut does."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def started(folder: Path) -> Lite:
    """A server with nothing in it; skipped aloud where milvus-lite is not installed."""
    needed("pymilvus", "milvus_lite")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    made = Lite(folder / "milvus", port)
    made.folder.mkdir()
    made.start()
    return made


def needed(*names: str) -> None:
    """Skip aloud where a package is not installed."""
    for name in names:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"no {name} here: python3 scripts/install.py milvus")


def own_url() -> str | None:
    """A new library on the user's cluster, or None."""
    base = os.environ.get(OWN)
    return f"{base.rstrip('/')}/t{uuid.uuid4().hex[:12]}" if base else None
