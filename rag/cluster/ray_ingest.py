"""Paths of files -> files read and encoded by a Ray cluster, for the one ingest that holds the library.

    rag.stories.ingest -> Ray -> its program (rag.cluster.ray_child) -> readers and encoders (rag.cluster.stages)

The cluster keeps nothing and knows no library. What comes back is JSON and numbers, so that nothing
of it can run code here. A process or computer that the cluster loses it replaces; where the cluster
itself is lost, what came back is kept, and the next ingest goes on with the rest.
"""

from __future__ import annotations

import importlib.util
import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from rag.child import received, send
from rag.cluster.stages import plain, prepared
from rag.errors import ClusterError, UsageError
from rag.job import Job, Prepared
from rag.settings import Settings

LOCAL = "local"
ENCODER = "rag.parts:passage_encoder"
INSTALL = f'{sys.executable} -m pip install "ray[data]"'
REACH_SECONDS = 10.0  # until a computer answers
END_SECONDS = 10.0  # until its processes are gone that were asked to end

_ABOVE = Path(__file__).resolve().parent.parent.parent  # where the package lies, on every computer
_AGAIN = "What it had done is kept: see that the cluster runs, and run again."


@dataclass(frozen=True, slots=True)
class Ray:
    """A cluster at an address, or Ray on this computer alone; `encoder` ("module:name") makes what encodes."""

    models: Path
    address: str = LOCAL
    encoder: str = ENCODER

    def __call__(self, job: Job, paths: Sequence[str]) -> Generator[Prepared, None, None]:
        """Yield what became of the files, some at a time. Raises ClusterError."""
        given = {"address": self.address, "job": plain(job), "paths": list(paths)}
        given |= {"encoder": self.encoder, "models": str(self.models.expanduser().resolve())}
        waiting = set(paths)
        if self.address != LOCAL:
            _reach(self.address)
        with _program(self._environment()) as (calls, answers):
            with suppress(OSError):  # it has ended; what it said is read below
                send(calls, given)
            for rows, vectors in _heard(answers):
                yield prepared(job, rows, vectors)
                waiting -= {row["path"] for row in rows}
        if waiting:
            raise ClusterError(f"{len(waiting)} files did not come back from Ray. Run again.")

    def _environment(self) -> dict[str, str]:
        """The variables of the program: Ray tells its makers nothing, and one of our own listens to us
        alone, since who may ask Ray for something may run anything.
        """
        ours = {"RAY_USAGE_STATS_ENABLED": "0"}
        ours["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
        if self.address == LOCAL:
            ours |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
        return {**os.environ, **ours}


def ray(settings: Settings, address: str = "") -> Ray:
    """Return the cluster at an address, or on this computer.

    Raises UsageError where Ray is not installed or the address is none.
    """
    if importlib.util.find_spec("ray") is None:
        raise UsageError(f"Ray is not installed here. Run: {INSTALL}")
    if address and not address.rpartition(":")[2].isdecimal():
        raise UsageError(f"{address!r} is no address of a Ray cluster; give HOST:PORT.")
    return Ray(settings.models, address or LOCAL)


def _reach(address: str) -> None:
    """Raise ClusterError where nothing listens: Ray would try for a quarter of an hour."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), REACH_SECONDS).close()
    except (OSError, OverflowError, UnicodeError) as error:
        raise ClusterError(
            f"No Ray cluster answers at {address}: {error}. Start one there (ray start --head), and this"
            " computer as one of its nodes, or leave the address out to use this computer alone."
        ) from error


@contextmanager
def _program(environment: Mapping[str, str]) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Start the program; end it, and with it what it has begun, with the block."""
    pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
    process = subprocess.Popen(
        [sys.executable, "-m", "rag.cluster.ray_child"],
        stdin=pipe,
        stdout=pipe,
        stderr=nothing,
        cwd=_ABOVE,  # where the cluster's processes import from
        env=environment,
    )
    assert process.stdin and process.stdout
    try:
        yield process.stdin, process.stdout
    finally:
        process.terminate()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):
                stream.close()
        try:
            process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _heard(answers: IO[bytes]) -> Iterator[tuple[list[dict[str, Any]], bytes]]:
    """Yield rows and their vectors until the program says that it ends."""
    while message := received(answers):
        told, vectors = message
        if "end" not in told:
            yield [json.loads(row) for row in told["rows"]], vectors
        elif told["end"]:
            raise ClusterError(f"Ray gave up: {told['end']} {_AGAIN}")
        else:
            return
    raise ClusterError(f"The Ray cluster is gone. {_AGAIN}")
