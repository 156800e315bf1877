"""What an ingest is to do, how it reads a file, and what others give it who read files in its place."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias

from rag.isolated import Cutting, Readers
from rag.store.staged import Staged
from rag.types.files import Skipped, SourceFile
from rag.types.models import Vectors

# raise it when reading, cleaning or cutting changes: the next ingest then reads every file again
READING = 3


@dataclass(frozen=True, slots=True)
class Job:
    """What to ingest and how; files read by another `recipe` are read again."""

    seeds: Path
    recipe: str
    file_bytes: int
    passage_words: int
    commit_passages: int
    today: date
    allow_shrink: bool = False  # whether a large part of the library may go at once
    check: bool = False  # whether all of a large library is looked at again


@dataclass(frozen=True, slots=True)
class Prepared:
    """Some files that were read and encoded elsewhere, and what was left out."""

    files: tuple[Staged, ...]
    skipped: tuple[Skipped, ...]
    vectors: Vectors  # n x d, of all texts of the files in their order


Elsewhere: TypeAlias = Callable[[Job, Sequence[str]], Generator[Prepared, None, None]]
"""Reads and encodes files of a job, by their paths; each comes back once, in any order."""


def recipe(passage_words: int, mark: str) -> str:
    """Return how files are read: cut into so many words, for the encoder with this fingerprint."""
    return f"{READING} {passage_words} {mark}"


def read(job: Job, file: SourceFile, readers: Readers) -> tuple[Staged | None, list[Skipped]]:
    """Return a file that was read, or none and why; what is left out of a read one stands in it."""
    left_out: list[Skipped] = []
    cut = readers.articles(file, Cutting(job.today, job.passage_words), left_out)
    if isinstance(cut, Skipped):
        return None, [cut, *left_out]
    articles = tuple(map(tuple, cut.articles))
    return Staged(file.path, file.sha256, job.recipe, articles, cut.left_out, tuple(left_out)), []
