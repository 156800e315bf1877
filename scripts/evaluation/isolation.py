"""Measure what it costs that children read the files: the same files read with and without them, alone and
in a whole ingest.

    python -m scripts.evaluation.isolation inside|children    one ingest, of the folders of Settings

Both ways take turns, so that what else the computer does weighs on both. Seconds of the processor, of
all processes together, tell what is paid; those of the clock, how long somebody waits.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeVar

from rag.isolated import Cutting, CutUp, Readers
from rag.reading import folder, formats
from rag.reading.newspage.articles import articles
from rag.settings import ROOT, Settings
from rag.store.passages import passages
from rag.stories import ingest
from rag.types.files import Skipped, SourceFile
from scripts.evaluation.measures import SEED

RUNS = 5  # of each way
TEXTS, LINES, LINE_WORDS = 300, 8, 15  # made up: shorter than news, so that reading weighs more
VOCABULARY = 5_000
ARCHIVE = ROOT / "tests" / "gold" / "archive"
HOW = Cutting(date(2026, 1, 1), Settings().passage_words)

T = TypeVar("T")
R = TypeVar("R")


class Inside(Readers):
    """Reads in this process, one file after the other, without limits."""

    def articles(self, file: SourceFile, how: Cutting, left_out: list[Skipped]) -> CutUp | Skipped:
        """Return the articles of a file, or why it has none."""
        pages = formats.read_pages(file, left_out)
        if isinstance(pages, Skipped):
            return pages
        found = [
            list(passages(one, how.words)) for page in pages for one in articles(page, how.today)
        ]
        return CutUp(found, 0) if found else Skipped(file.path, "no article text in it")

    def ahead(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield what `work` makes of each item."""
        return map(work, items)


WAYS: Mapping[str, Callable[[], Readers]] = {"inside": Inside, "children": Readers}


@dataclass(frozen=True, slots=True)
class Took:
    """What a piece of work took, in seconds; the processor's are of all processes together."""

    clock: float
    processor: float


def of_children(runs: int = RUNS, texts: int = TEXTS) -> Iterator[tuple[str, str]]:
    """Yield the figures of reading and of whole ingests, by name."""
    with tempfile.TemporaryDirectory() as made:
        write_texts(Path(made), texts)
        for name, seeds in (
            (f"{ARCHIVE.name} of the tests", ARCHIVE),
            ("made-up texts", Path(made)),
        ):
            files = files_of(seeds)
            some = f"{len(files):,} files, {name}"
            yield f"{some}: reading", of_reading(files, runs)
            yield f"{some}: whole ingest", _compared(partial(_ingest, seeds), runs)


def of_reading(files: Sequence[SourceFile], runs: int = RUNS) -> str:
    """Return what reading files takes in both ways."""
    return _compared(partial(_read, files), runs)


def write_texts(seeds: Path, count: int) -> None:
    """Write so many different texts with headline, day and paragraphs."""
    chance = random.Random(SEED)
    for number in range(count):
        lines = [_sentence(chance) for _ in range(LINES)]
        head = f"{_sentence(chance)[:40]} {number}\n\nMarch {number % 28 + 1}, 2025\n\n"
        (seeds / f"{number:04}.txt").write_text(head + "\n\n".join(lines))


def _sentence(chance: random.Random) -> str:
    words = (_syllables(chance.randrange(VOCABULARY)) for _ in range(LINE_WORDS))
    return f"{' '.join(words).capitalize()}."


def _syllables(number: int) -> str:
    """Return a word of a number, as pronounceable as needed."""
    told = ""
    while number or not told:
        number, rest = divmod(number, 70)
        told += "bcdfghklmnprst"[rest // 5] + "aeiou"[rest % 5]
    return told


def files_of(seeds: Path) -> list[SourceFile]:
    """Return the files of a folder that can be read."""
    found = (
        folder.read(seeds, path, Settings().file_bytes)
        for path in folder.walk(seeds)
        if isinstance(path, str)
    )
    return [file for file in found if isinstance(file, SourceFile)]


def _read(files: Sequence[SourceFile], way: str) -> None:
    with WAYS[way]() as readers:
        for read in readers.ahead(lambda file: readers.articles(file, HOW, []), files):
            assert isinstance(read, CutUp), read


def _ingest(seeds: Path, way: str) -> None:
    """Ingest a folder in a process that begins with nothing, as the command does."""
    with tempfile.TemporaryDirectory() as index:
        places = {"CLIPPINGS_SEEDS": str(seeds), "CLIPPINGS_INDEX": index}
        command = [sys.executable, "-m", __spec__.name, way]
        subprocess.run(
            command, cwd=ROOT, env={**os.environ, **places}, stdout=subprocess.DEVNULL, check=True
        )


def _compared(work: Callable[[str], None], runs: int) -> str:
    """Do the work in both ways by turns; return the medians and what children add."""
    took: dict[str, list[Took]] = {way: [] for way in WAYS}
    for _ in range(runs):
        for way in WAYS:
            took[way].append(_measured(work, way))
    clock = {way: median(one.clock for one in took[way]) for way in WAYS}
    processor = {way: median(one.processor for one in took[way]) for way in WAYS}
    return f"processor {_added(processor)} · clock {_added(clock)} (medians of {runs})"


def _added(seconds: Mapping[str, float]) -> str:
    before, after = seconds["inside"], seconds["children"]
    return f"{before:.2f} s in one process, {after:.2f} s with children: {after / before - 1:+.0%}"


def _measured(work: Callable[[str], None], way: str) -> Took:
    began, before = time.monotonic(), _processor()
    work(way)
    return Took(time.monotonic() - began, _processor() - before)


def _processor() -> float:
    """Return the seconds of the processor that this process and its ended children took."""
    used = [resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    report = ingest.ingest(Settings.from_env(), readers=WAYS[sys.argv[1]])
    print(json.dumps({"articles": report.articles, "encoded": report.encoded}))
