"""Enforce size, timeout and content of a request's body on its way to Gradio."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable

from rag.web.walls.allowed import Refusal, too_large
from rag.web.walls.headers import Message, Send

Receive = Callable[[], Awaitable[Message]]

NOT_UNDERSTOOD = Refusal(400, "This is no call that the page understands.")


class Body:
    """A request's body, counted as it comes; after a refusal Gradio's own answer is dropped."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self.refusal: Refusal | None = None
        self.answered = False
        self._receive, self._send = receive, send
        self._limit, self._length = limit, 0
        self._patience: float | None = None
        self._pieces: list[bytes] | None = None
        self._is_json = False

    def expect(self, patience: float, *, read: bool) -> None:
        """Wait so many seconds for each piece, until the body is whole; then perhaps read it."""
        self._patience, self._pieces, self._is_json = patience, [] if read else None, read

    async def receive(self) -> Message:
        """Return the next piece; after the body only the end of the connection comes, at any time."""
        if self.refusal:
            raise BrokenBody
        if self._patience is None:
            message = await self._receive()  # and nothing between: the server looks without waiting
        else:
            message = await self._awaited(self._patience)
        self._add(message.get("body", b""))
        if not message.get("more_body", False):
            self._finish()
        if self._length > self._limit:
            self.refusal = too_large(self._limit)
        if self.refusal:
            raise BrokenBody
        return message

    async def _awaited(self, patience: float) -> Message:
        """Return the next piece, if it comes in time."""
        try:
            return await asyncio.wait_for(self._receive(), patience)
        except TimeoutError:
            self.refusal = Refusal(408, "The rest did not come.")
            raise BrokenBody from None

    def _finish(self) -> None:
        """Look at the whole body."""
        if self._pieces and names_an_address(b"".join(self._pieces)):
            self.refusal = Refusal(400, "Files come from the drop zone alone.")
        self._patience = self._pieces = None

    def _add(self, piece: bytes) -> None:
        """Count a piece, and keep it where the body is read."""
        self._length += len(piece)
        if self._pieces is not None:
            self._pieces.append(piece)

    async def send(self, message: Message) -> None:
        """Send the next piece of the answer, unless it was refused.

        What Gradio fails on is a call that the page never makes: its author is told so in words. That
        its queue is full (503) it says itself.
        """
        if self._is_json and not self.answered and message.get("status") == 500:
            self.refusal = NOT_UNDERSTOOD
        if self.answered or not self.refusal:
            self.answered = True
            await self._send(message)


class BrokenBody(Exception):
    """Reading a request's body was given up."""


def names_an_address(body: bytes) -> bool:
    """Return whether a JSON body gives a file by an address, which Gradio would fetch."""
    try:
        waiting = [json.loads(body)]
    except (ValueError, RecursionError):
        return False  # Gradio reads it in the same way, and refuses it
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "://" in str(value.get("path", "")):
                return True
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return False
