"""Seconds of the stages of one question."""

from __future__ import annotations

import time
from dataclasses import replace

from rag.types.answers import Answer


class Clock:
    """Begins when it is made."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._seconds: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        """Note the time since the last mark."""
        now = time.monotonic()
        self._seconds[stage], self._last = now - self._last, now

    def total(self, moment: str) -> None:
        """Note the time since the beginning, once."""
        self._seconds.setdefault(moment, time.monotonic() - self._began)

    def stamped(self, grown: Answer) -> Answer:
        """Return the answer with the seconds of all that has happened."""
        if grown.statements:
            self.total("first_token")
        if grown.done:
            self.total("total")
        return replace(grown, timings=dict(self._seconds))
