"""Nodes of a Ray cluster on this computer, each ended by its own number."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CORES = 2  # of a node: with one, Ray may wait forever
STORE_BYTES = 200_000_000
ENVIRONMENT = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token"}


class Nodes:
    """A head and more nodes; the first is the head."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._started = folder, []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"127.0.0.1:{free.getsockname()[1]}"

    def start(self, count: int) -> None:
        """Start so many; the first becomes the head where none runs."""
        for number in range(count):
            port = self.address.partition(":")[2]
            place = [f"--address={self.address}"]
            if not number:
                place = ["--head", f"--port={port}", "--include-dashboard=false"]
                place += [f"--temp-dir={self._folder}"]
            options = ["--block", "--disable-usage-stats", "--node-ip-address=127.0.0.1"]
            options += [f"--num-cpus={CORES}", f"--object-store-memory={STORE_BYTES}"]
            process = subprocess.Popen(
                [Path(sys.executable).with_name("ray"), "start", *place, *options],
                cwd=self._folder,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
            self._started.append(process)
            told = []
            for line in process.stdout:
                told.append(line)
                if "--block" in line:  # the last thing it says: that it blocks
                    break
            else:
                raise RuntimeError("".join(told))

    def kill(self, number: int) -> None:
        """Kill a node with all that it started."""
        with suppress(ProcessLookupError):
            os.killpg(self._started[number].pid, signal.SIGKILL)
        self._started[number].wait()

    def end(self) -> None:
        """Kill what runs."""
        while self._started:
            self.kill(-1)
            self._started.pop().stdout.close()


@contextmanager
def nodes(folder: Path, monkeypatch) -> Iterator[Nodes]:
    """Two nodes, which only who knows a secret may ask."""
    for name, value in {**ENVIRONMENT, "RAY_AUTH_TOKEN": secrets.token_hex(32)}.items():
        monkeypatch.setenv(name, value)
    started = Nodes(folder)
    try:
        started.start(2)
        yield started
    finally:
        started.end()
