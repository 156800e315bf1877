"""A port of loopback whose connections are passed on: out of TLS, or into another network of this computer."""

from __future__ import annotations

import asyncio
import ctypes
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

CLONE_NEWNET = 0x40000000
BYTES = 65_536


@contextmanager
def relay(
    port: int, tls: ssl.SSLContext | None = None, network: Path | None = None
) -> Iterator[int]:
    """The port of a relay to another one on loopback: of this network, or of that in a file of /proc."""
    listening = socket.create_server(
        ("127.0.0.1", 0)
    )  # of this network, whatever the thread enters
    open_ones = selectors.DefaultSelector()
    loop, ended = asyncio.SelectorEventLoop(open_ones), asyncio.Event()

    def work() -> None:
        if network:
            enter(network)
        loop.run_until_complete(_serve(listening, port, tls, ended))
        loop.run_until_complete(_all_closed(open_ones))
        loop.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join()


def enter(network: Path) -> None:
    """Let this thread be in another network; the sockets that it has made stay in theirs."""
    with network.open() as opened:
        if ctypes.CDLL(None, use_errno=True).setns(opened.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


async def _serve(
    listening: socket.socket, port: int, tls: ssl.SSLContext | None, ended: asyncio.Event
) -> None:
    passing: set[asyncio.Task[None]] = set()

    async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        passing.add(asyncio.current_task())
        with suppress(OSError, asyncio.CancelledError):
            there = await asyncio.open_connection("127.0.0.1", port)
            ways = (_pump(reader, there[1]), _pump(there[0], writer))
            await asyncio.gather(*ways)
        writer.close()
        passing.discard(asyncio.current_task())

    patience = {"ssl_shutdown_timeout": 0.5, "ssl_handshake_timeout": 5.0} if tls else {}
    async with await asyncio.start_server(passed, sock=listening, ssl=tls, **patience):
        await ended.wait()
    for task in passing:
        task.cancel()
    await asyncio.gather(*passing, return_exceptions=True)


async def _all_closed(open_ones: selectors.BaseSelector) -> None:
    """Wait for the last of those that are closing, or are refusing a certificate."""
    end = time.monotonic() + 10.0
    while len(open_ones.get_map()) > 1 and time.monotonic() < end:  # one is the loop's own
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.01)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while some := await reader.read(BYTES):
            writer.write(some)
            await writer.drain()
    finally:
        writer.close()
