"""What processes of a cluster import by name for the tests."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

from rag.protocols import Progress, silent
from rag.settings import Settings
from rag.types.models import Vectors
from tests.fakes import WordCountEncoder

SECONDS = 0.5  # of a call, so that there is a middle of the run


class NotingEncoder(WordCountEncoder):
    """Takes its time, and notes the headlines of what it encodes in a file named by its process."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._notes = folder / str(os.getpid())
        self._notes.touch()

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """One row for each text."""
        time.sleep(SECONDS)
        with self._notes.open("a") as notes:
            notes.writelines(f"{text.splitlines()[0]}\n" for text in texts)
        return super().encode(texts, progress)


def noting(settings: Settings) -> NotingEncoder:
    """An encoder that notes in the folder of models."""
    return NotingEncoder(settings.models)


class OtherEncoder(WordCountEncoder):
    """An encoder of another space."""

    fingerprint = "another"


def other(settings: Settings) -> OtherEncoder:
    """An encoder of another version."""
    return OtherEncoder()
