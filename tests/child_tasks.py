"""Tasks for the children of `tests/test_children.py`: what a reader does when a file is made for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path


def told(given, data):
    """Yield the length of the data, or do what is asked for by its name."""
    for name in given:
        yield ACTS[name](data)


def _spin(data):
    while True:
        pass


def _write(data):
    Path(data.decode()).write_text("here I was")


def _rename(data):
    Path(data.decode()).rename(data.decode() + "2")


def _connect(data):
    socket.create_connection(("127.0.0.1", int(data)))


def _print(data):
    print("hello " * 1_000)
    os.write(1, b"\0" * 100)
    sys.stdout.flush()
    return "printed"


ACTS = {
    "count": len,
    "pid": lambda data: os.getpid(),
    "spin": _spin,
    "sleep": lambda data: time.sleep(600),
    "nap": lambda data: time.sleep(0.1),
    "grow": lambda data: len([bytes(1_000_000) for _ in range(5_000)]),
    "deepen": lambda data: _deepen(),
    "leave": lambda data: os._exit(3),
    "fail": lambda data: {}["no such\nname"],
    "write": _write,
    "rename": _rename,
    "read": lambda data: len(Path(data.decode()).read_bytes()),
    "connect": _connect,
    "start": lambda data: subprocess.run(["true"], check=False),
    "print": _print,
}


def _deepen():
    return _deepen()
