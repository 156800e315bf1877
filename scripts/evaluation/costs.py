"""What a large library costs: time, memory, disk, and how many of the nearest passages its index finds."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median

import numpy as np

from rag.engine import Engine
from rag.filters import Filters
from rag.protocols import VectorIndex
from rag.retrieval import question
from rag.settings import ROOT, Settings
from rag.store import postings, vectors
from rag.store.library import FILE as LIBRARY
from rag.store.library import Library
from rag.store.nearest import Ids
from rag.stories import hits
from rag.types.models import Vectors
from rag.types.questions import Ask
from scripts.evaluation.large import make, said
from scripts.evaluation.measures import SEED

RUNS = 5  # of a command
QUERIES = 200  # headlines that are searched
TEN = 10  # passages, of which recall tells how many are found


@dataclass(frozen=True, slots=True)
class Cost:
    """What a library costs in one respect: a value, or what half and 95 % of `n` are within."""

    name: str
    unit: str  # of UNITS
    values: tuple[float, ...]
    n: int = 1

    def __str__(self) -> str:
        told = " · ".join(UNITS[self.unit].format(value) for value in self.values)
        return told + ("" if self.n == 1 else f", n {self.n}")


UNITS = {
    "ms": "{:.0f} ms",
    "s": "{:.1f} s",
    "GB": "{:.2f} GB",
    "count": "{:,.0f}",
    "share": "{:.4f}",
}


def costs(settings: Settings, passages: int, folder: Path) -> Iterator[Cost]:
    """Yield what a library of so many passages costs, made of the one of `settings` in a folder unless it is
    there.
    """
    big = replace(settings, seeds=folder / "seeds", index=folder / "index")
    if not (folder / "index" / LIBRARY).exists():
        make(settings.index, big, passages, said)
    engine = Engine(big)
    with Library.open(big.index) as library:
        yield Cost("articles", "count", (library.count_articles(),))
        yield Cost("passages", "count", (library.count_passages(),))
        for name, build in (("vectors", vectors.build), ("words of the articles", postings.build)):
            began = time.monotonic()
            made = build(library, big.index)
            yield Cost(f"index of the {name}, built anew", "s", (time.monotonic() - began,))
            del made
        told = random.Random(SEED).sample(library.passage_numbers(), QUERIES)
        asked = [one.article.title for one in library.passages(told).values()]
        index = vectors.load(library, big.index)
        found = recall(library, index, engine, asked)
        yield Cost(f"recall@{TEN} against the exact product", "share", (found,), len(asked))
    for name, change in (("", Filters()), (", of one year", Filters(since=date(2025, 1, 1)))):
        took = [_timed(_both_legs, engine, Ask(one, change)) for one in asked][QUERIES // 10 :]
        middle, high = np.percentile(took, [50, 95]) * 1_000
        yield Cost(f"both legs, fused, warm{name}", "ms", (middle, high), len(took))
    disk = sum(one.stat().st_size for one in big.index.iterdir()) / 1e9
    yield Cost("on the disk", "GB", (disk,))
    yield from _commands(big, asked)


def _both_legs(engine: Engine, ask: Ask) -> None:
    """Search as for an answer, as far as its hits: both legs, fused, passages read and copies cut."""
    with engine._opened.generation(ask.filters.as_of) as library:
        hits.fused(question.read(ask, library.articles).query, library, engine._opened)


def recall(library: Library, index: VectorIndex, engine: Engine, asked: Sequence[str]) -> float:
    """Return the share of the ten nearest passages that an index finds."""
    ids = np.array(library.passage_numbers())
    parts = (ids[first : first + vectors.BATCH] for first in range(0, len(ids), vectors.BATCH))
    questions = engine.models.encoder.encode(asked)
    right = nearest_of(((some, library.vectors(some.tolist())) for some in parts), questions)
    found = [{number for number, _ in index.search(one, TEN)} for one in questions]
    shares = [len(one & {*other}) for one, other in zip(found, right.tolist(), strict=True)]
    return sum(shares) / right.size


def nearest_of(blocks: Iterable[tuple[Ids, Vectors]], questions: Vectors) -> Ids:
    """Return the numbers of the ten nearest to each question (q x 10), by the exact product with all."""
    scores = np.empty((len(questions), 0), np.float32)
    numbers = np.empty((len(questions), 0), np.int64)
    for ids, near in blocks:
        scores = np.hstack([scores, questions @ near.T])
        numbers = np.hstack([numbers, np.broadcast_to(ids, (len(questions), len(ids)))])
        kept = np.argsort(-scores, axis=1)[:, :TEN]
        scores = np.take_along_axis(scores, kept, axis=1)
        numbers = np.take_along_axis(numbers, kept, axis=1)
    return numbers


def _commands(big: Settings, asked: Sequence[str]) -> Iterator[Cost]:
    """Yield what the shell takes from a cold start: the first evidence, and one more article."""
    places = {"CLIPPINGS_SEEDS": str(big.seeds), "CLIPPINGS_INDEX": str(big.index)}
    ask = [sys.executable, "-m", "rag.ask", "--prose", "off", "--own"]
    cold = [_run([*ask, one], places) for one in asked[:RUNS]]
    yield Cost("shell, cold: Enter to the quotations", "s", (_middle(cold),), RUNS)
    yield Cost("memory of it, at most", "GB", (max(peak for _, peak in cold),), RUNS)
    ingest_ = [sys.executable, str(ROOT / "scripts" / "ingest.py"), "--no-questions", "--quiet"]
    more = []
    for number in range(RUNS):
        now = time.time_ns()  # of an earlier run the vector would be kept
        text = f"One more {number}\n\nOne more article came, number {now}. It is short."
        (big.seeds / f"more-{now}.txt").write_text(text)
        more.append(_run(ingest_, places))
    yield Cost("one more article, from a cold start", "s", (_middle(more),), RUNS)
    yield Cost("memory of that, at most", "GB", (max(peak for _, peak in more),), RUNS)


def _middle(runs: Sequence[tuple[float, float]]) -> float:
    return median(seconds for seconds, _ in runs)


# A child begins with the memory at most of the process that it is forked from: this one has held an index.
_RUN = """
import resource, subprocess, sys, time
began, quiet = time.monotonic(), subprocess.DEVNULL
subprocess.run(sys.argv[1:], stdout=quiet, stderr=quiet)
print(time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _run(command: Sequence[str], places: Mapping[str, str]) -> tuple[float, float]:
    """Run a command to its end; return its seconds and its memory at most, in GB."""
    apart = [sys.executable, "-c", _RUN, *command]
    env = {**os.environ, **places}
    done = subprocess.run(apart, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True, check=True)
    seconds, kilobytes = map(float, done.stdout.split())
    return seconds, kilobytes / 1e6


def _timed(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began
