"""Make a large library out of a small one, to measure what a large one costs.

    library of Settings -> its articles again and again, with other words and vectors -> library of N passages

Of each article most of the longer words are others, drawn as often as the small library has them, so
that the words are as common and as rare as in news; headlines and dates vary, too. A vector is moved by
noise of a third of its length. Nothing is encoded, and no file is read: the writer of the library is the
program's own, and its copies, names and full text are made as at an ingest.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from rag.engine import Engine
from rag.filters import Filters
from rag.job import recipe
from rag.protocols import Progress, VectorIndex
from rag.reading.folder import stamps
from rag.settings import ROOT, Settings
from rag.shell.terminal import say
from rag.store import vectors
from rag.store.library import FILE as LIBRARY
from rag.store.library import Library
from rag.store.writer import writing
from rag.types import Article, Ask, Passage, Vectors
from scripts.evaluation.measures import SEED

RUNS = 5  # of a command
SHARE = 0.7  # of the words with at least LETTERS letters
LETTERS = 4
NOISE = 0.33  # the length of what is added to a unit vector: a cosine of .95 to it
DAYS = 3_650  # over which the dates are spread
FILE_ARTICLES = 500  # of a file of the folder, as of a yearbook
QUERIES = 200  # headlines that are searched
TEN = 10  # passages, of which recall tells how many are found
_WORD = re.compile(rf"[A-Za-z]{{{LETTERS},}}")


@dataclass(frozen=True, slots=True)
class Source:
    """The articles of a small library, each with its passages and their vectors, and its words."""

    articles: Sequence[tuple[Sequence[Passage], Vectors]]
    encoder: str
    words: Sequence[str]
    often: Sequence[int]  # how often each word is there, summed up


def source(folder: Path) -> Source:
    """Read a small library."""
    with Library.open(folder) as library:
        ids = library.passage_numbers()
        known, rows = library.vectors(ids), {number: row for row, number in enumerate(ids)}
        passages: dict[int, list[Passage]] = {}
        found = library.passages(ids)
        for number, (key, _) in library.origins(ids).items():
            passages.setdefault(key, []).append(found[number])
        encoder = library.encoder or ""
    counted = Counter(
        word for spans in passages.values() for word in _WORD.findall(spans[0].article.text)
    )
    return Source(
        [(spans, known[[rows[span.id] for span in spans]]) for spans in passages.values()],
        encoder,
        list(counted),
        list(accumulate(counted.values())),
    )


def make(small: Path, settings: Settings, passages: int, progress: Progress) -> None:
    """Write a library of at least so many passages into the index folder of `settings`, and its articles
    into the seeds folder: the next ingest finds them unchanged.
    """
    given, chance = source(small), random.Random(SEED)
    noise, way = np.random.default_rng(SEED), recipe(settings.passage_words, given.encoder)
    settings.seeds.mkdir(parents=True, exist_ok=True)
    done = files = 0
    with writing(settings.index) as library:
        while done < passages:
            path = f"{files:05}.jsonl"
            batch, near = _file(path, given, chance, noise)
            texts = [span.encoded_text for spans in batch for span in spans]
            data = b"".join(_line(spans[0].article) for spans in batch)
            (settings.seeds / path).write_bytes(data)
            with library.noting():
                library.put_vectors(texts, near, given.encoder)
                library.put_file(path, hashlib.sha256(data).hexdigest(), way, batch)
            done, files = done + len(texts), files + 1
            progress("writing passages", min(done, passages), passages)
        with library.transaction():
            library.put_reports()
            library.put_encoder(given.encoder)
            library.put_skipped([])
            library.put_ingested(datetime.now(), stamps(settings.seeds))


def _line(article: Article) -> bytes:
    record = {"title": article.title, "text": article.text, "date": str(article.published)}
    return json.dumps(record).encode() + b"\n"


def _file(
    path: str, given: Source, chance: random.Random, noise: np.random.Generator
) -> tuple[list[list[Passage]], Vectors]:
    """Return the articles of one file, as passages, and their vectors."""
    batch, rows = [], []
    for position in range(FILE_ARTICLES):
        spans, own = chance.choice(given.articles)
        there = {"path": path, "position": position}
        batch.append(list(_varied(spans, there, given, chance)))
        rows.append(own)
    near = np.concatenate(rows)
    moved = noise.standard_normal(near.shape, np.float32)
    moved *= NOISE / np.linalg.norm(moved, axis=1, keepdims=True)
    near = near + moved
    return batch, near / np.linalg.norm(near, axis=1, keepdims=True)


def _varied(
    spans: Sequence[Passage], there: Mapping[str, Any], given: Source, chance: random.Random
) -> Iterator[Passage]:
    """Yield the passages of an article whose words are others, at their new places."""
    old = spans[0].article
    pieces, places, last, at = list[str](), list[tuple[int, int]](), 0, 0
    for span in spans:
        for start, end in ((last, span.start), (span.start, span.end)):
            piece = _other(old.text[start:end], given, chance)
            pieces.append(piece)
            at += len(piece)
        places.append((at - len(pieces[-1]), at))
        last = span.end
    day = date(2025, 12, 31) - timedelta(days=chance.randrange(DAYS))
    article: Article = replace(
        old,
        title=_other(old.title, given, chance),
        text="".join(pieces),
        published=day,
        url=None,
        report=0,
        **there,
    )
    for start, end in places:
        yield Passage(article, start, end)


def _other(text: str, given: Source, chance: random.Random) -> str:
    """Put other words in the place of a share of a text's."""

    def drawn(word: re.Match[str]) -> str:
        if chance.random() >= SHARE:
            return word[0]
        [other] = chance.choices(given.words, cum_weights=given.often)
        return other.capitalize() if word[0][0].isupper() else other

    return _WORD.sub(drawn, text)


# ── figures ──


def figures(settings: Settings, passages: int, folder: Path) -> Iterator[tuple[str, str]]:
    """Yield what a library of so many passages costs, made of the one of `settings` in a folder unless it is
    there.
    """
    big = replace(settings, seeds=folder / "seeds", index=folder / "index")
    if not (folder / "index" / LIBRARY).exists():
        make(settings.index, big, passages, said)
    engine = Engine(big)
    with Library.open(big.index) as library:
        yield "articles, passages", f"{library.count_articles():,}, {library.count_passages():,}"
        began = time.monotonic()
        (big.index / vectors.FILE).unlink(missing_ok=True)
        index = vectors.build(library, big.index)
        yield "the index of the vectors, built anew", f"{time.monotonic() - began:.0f} s"
        told = random.Random(SEED).sample(library.passage_numbers(), QUERIES)
        asked = [one.article.title for one in library.passages(told).values()]
        yield (
            f"recall@{TEN} against the exact product",
            f"{recall(library, index, engine, asked):.4f}",
        )
    del index
    for name, change in (("", Filters()), (", of one year", Filters(since=date(2025, 1, 1)))):
        took = [_timed(engine.glance, Ask(one, change)) for one in asked]
        yield f"both legs, fused, warm{name}", _percentiles(took[QUERIES // 10 :])
    yield "on the disk", f"{sum(one.stat().st_size for one in big.index.iterdir()) / 1e9:.2f} GB"
    yield from _commands(big, asked)


def recall(library: Library, index: VectorIndex, engine: Engine, asked: Sequence[str]) -> float:
    """Return the share of the ten nearest passages that an index finds."""
    questions = engine.models.encoder.encode(asked)
    ids, best = np.array(library.passage_numbers()), []
    scores = np.empty((len(asked), 0), np.float32)
    numbers = np.empty((len(asked), 0), np.int64)
    for first in range(0, len(ids), vectors.BATCH):
        some = ids[first : first + vectors.BATCH]
        scores = np.hstack([scores, questions @ library.vectors(some.tolist()).T])
        numbers = np.hstack([numbers, np.broadcast_to(some, (len(asked), len(some)))])
        kept = np.argsort(-scores, axis=1)[:, :TEN]
        scores = np.take_along_axis(scores, kept, axis=1)
        numbers = np.take_along_axis(numbers, kept, axis=1)
    for question, right in zip(questions, numbers, strict=True):
        found = {number for number, _ in index.search(question, TEN)}
        best.append(len(found & set(right.tolist())) / TEN)
    return float(np.mean(best))


def _commands(big: Settings, asked: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield what the shell takes from a cold start: the first evidence, and one more article."""
    places = {"CLIPPINGS_SEEDS": str(big.seeds), "CLIPPINGS_INDEX": str(big.index)}
    ask = [sys.executable, "-m", "rag.ask", "--prose", "off", "--own"]
    cold = [_run([*ask, one], places) for one in asked[:RUNS]]
    yield "shell, cold: Enter to the quotations", f"{median(seconds for seconds, _ in cold):.1f} s"
    yield "memory of it, at most", f"{max(peak for _, peak in cold):.2f} GB"
    ingest_ = [sys.executable, str(ROOT / "scripts" / "ingest.py"), "--no-questions", "--quiet"]
    more = []
    for number in range(RUNS):
        text = f"One more {number}\n\nOne more article came, number {number}. It is short."
        (big.seeds / f"more-{time.time_ns()}.txt").write_text(text)
        more.append(_run(ingest_, places))
    yield "one more article, from a cold start", f"{median(seconds for seconds, _ in more):.1f} s"
    yield "memory of that, at most", f"{max(peak for _, peak in more):.2f} GB"


def _run(command: Sequence[str], places: Mapping[str, str]) -> tuple[float, float]:
    """Run a command to its end; return its seconds and its memory at most, in GB."""
    began = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **places},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, _, used = os.wait4(process.pid, 0)
    return time.monotonic() - began, used.ru_maxrss / 1e6


def _timed(work: Callable[..., object], *given: object) -> float:
    began = time.perf_counter()
    work(*given)
    return time.perf_counter() - began


def _percentiles(seconds: Sequence[float]) -> str:
    middle, high = np.percentile(seconds, [50, 95]) * 1_000
    return f"{middle:.0f} ms (p50), {high:.0f} ms (p95), n {len(seconds)}"


def said(stage: str, done: int, total: int) -> None:
    """Say a progress, now and then."""
    if done * 20 // total != (done - 5_000) * 20 // total:
        say(f"{stage}: {done:,} of {total:,}")
