"""The program of a child process: it does one task after the other, within limits.

`rag.children` starts it and says on its standard input which task and which limits, then what to
work on; the values go to its standard output. A message is two lengths of eight bytes, JSON, bytes.
Once it is ready it opens no connection, starts no process and changes no file.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import IO, Any

LENGTHS = struct.Struct(">QQ")
OUT_OF_MEMORY = 77  # the exit code where memory is watched and not limited
# what a child has taken it may not give back: after so much a new one takes its place
RETIRED_BYTES = 400_000_000
LOOK_SECONDS = 0.1  # between two looks at the memory

Task = Callable[[Any, bytes], Iterator[Any]]

_REFUSED = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.spawn", "os.posix_spawn", "os.startfile",
    "os.fork", "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink",
    "os.truncate", "os.chmod", "os.chown", "os.utime", "os.putenv", "shutil.", "tempfile.",
    "ftplib.", "http.client.", "smtplib.", "urllib.", "webbrowser.", "sqlite3.", "winreg.",
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> int:
    """Do what comes until nothing does; return the exit code."""
    calls, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # what a library prints is no message
    # Ctrl-C is for the parent, which ends its children
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if (first := received(calls)) is None:
        return 0
    start = first[0]
    sys.path[:] = start["path"]
    module, name = start["task"].split(":")
    for needed in start["modules"]:
        import_module(needed)
    task: Task = getattr(import_module(module), name)
    limit_memory(start["memory"])
    sys.addaudithook(refuse)
    send(answers, {"ready": True})
    while call := received(calls):
        _work(task, *call, answers, start["seconds"])
    return 0


def _work(task: Task, given: Any, data: bytes, answers: IO[bytes], seconds: int) -> None:
    """Send each value of a task, then how it ended."""
    lost = ""
    try:
        limit_time(seconds)
        for value in task(given, data):
            send(answers, {"value": value})
            limit_time(seconds)
    except (MemoryError, RecursionError):
        lost = "memory"
    except Exception as error:
        lost = " ".join(f"{type(error).__name__}: {error}".split())[:200]
    send(answers, {"end": lost, "retired": lost == "memory" or peak_bytes() > RETIRED_BYTES})


# ── messages ──


def send(stream: IO[bytes], value: Any, data: bytes = b"") -> None:
    """Write a message."""
    text = json.dumps(value).encode()
    stream.write(LENGTHS.pack(len(text), len(data)))
    stream.write(text)
    stream.write(data)
    stream.flush()


def received(stream: IO[bytes], most: int = sys.maxsize) -> tuple[Any, bytes] | None:
    """Read a message; None at the end, or where it would have more than `most` bytes."""
    head = stream.read(LENGTHS.size)
    if len(head) < LENGTHS.size:
        return None
    length, more = LENGTHS.unpack(head)
    if length + more > most:
        return None
    text, data = stream.read(length), stream.read(more)
    return (json.loads(text), data) if len(text) + len(data) == length + more else None


# ── limits ──


def limit_time(seconds: int) -> None:
    """Let the system end this process after so many more seconds of its processor's time."""
    try:
        import resource
    except ImportError:  # Windows; the parent's clock holds
        return
    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    used = int(time.process_time()) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (used + seconds, most))


def limit_memory(more: int) -> None:
    """Bound this process to so many bytes more than it has now, where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 - pathlib costs more than the file
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + more, used + more))
    except OSError:  # macOS has neither, so somebody has to look
        most = peak_bytes() + more
        threading.Thread(target=watch_memory, args=(most,), daemon=True).start()


def watch_memory(most: int) -> None:
    """End this process once it has had more than so many bytes."""
    while peak_bytes() <= most:
        time.sleep(LOOK_SECONDS)
    os._exit(OUT_OF_MEMORY)


def peak_bytes() -> int:
    """Return the most memory that this process ever had; 0 where the system does not tell.

    On Linux `getrusage` counts what the parent had when it started this process, too.
    """
    try:
        with open("/proc/self/status") as file:  # noqa: PTH123 - pathlib costs more than the file
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
    except (OSError, StopIteration):  # another system
        pass
    try:
        import resource
    except ImportError:
        return 0
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Forbid connections, processes and changes, even if a file tricks a reader."""
    if event.startswith(_REFUSED) or (event == "open" and _is_writing(*arguments[1:3])):
        raise PermissionError(event)


def _is_writing(mode: Any, flags: Any) -> bool:
    """Return whether a file is opened for more than reading; `open` has a mode, `os.open` flags."""
    if isinstance(mode, str):
        return not set(mode) <= set("rbtU")
    return bool(isinstance(flags, int) and flags & _WRITING)


if __name__ == "__main__":
    sys.exit(main())
