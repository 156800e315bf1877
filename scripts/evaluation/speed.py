"""Measure speed and memory on this computer.

Nothing is asserted: timings on shared machines are noisy, so medians over several runs are given
with their range.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, product
from pathlib import Path
from statistics import median

import numpy as np

from rag.engine import Engine
from rag.parts import passage_encoder, question_encoder, torch_encoder
from rag.settings import ROOT, Settings
from rag.store.library import Library
from rag.store.passages import passages
from rag.types.models import Vectors
from scripts.evaluation import collections, costs, finding, isolation, machine
from scripts.evaluation.collections import CACHE
from scripts.evaluation.seeds import GOLD

RUNS = 5
PASSAGES = 256  # for encoding: enough for a rate, a minute at worst
STAGES = ("search", "rerank", "first_evidence", "first_token", "total")


def table(
    settings: Settings,
    articles: Path | None = None,
    listed: int | None = None,
    children: bool = False,
    passages: int | None = None,
) -> Iterator[str]:
    """Yield the lines of a table in Markdown: of ingesting a file, of pages of a list of so many
    articles, of reading in children, of a library of so many passages, or of asking a library.
    """
    yield f"{machine.processor()}, {settings.threads} cores, commit {machine.commit()}\n"
    yield "| what | figure |\n|---|---|"
    questions = [gold["question"] for gold in collections.records(GOLD) if gold["answers"]]
    rows = chain(_cold(questions[:RUNS]), _warm(settings, questions), _encoding(settings))
    if articles or listed or children or passages:
        rows = chain(
            _ingesting(articles) if articles else (),
            finding.of_list(settings, listed) if listed else (),
            isolation.of_children() if children else (),
            (
                (cost.name, str(cost))
                for cost in costs.costs(settings, passages, CACHE / f"large-{passages}")
            )
            if passages
            else (),
        )
    for name, figure in rows:
        yield f"| {name} | {figure} |"


def _cold(few: Sequence[str]) -> Iterator[tuple[str, str]]:
    yield "`--help`", _spread([_timed(_shell, "--help") for _ in few])
    evidence = [_timed(_shell, one, until="[1]") for one in few]
    yield "shell, cold: Enter to evidence on screen", _spread(evidence)
    whole = [_timed(_shell, "--quiet", one) for one in few]
    yield "shell, cold: Enter to the end of the answer", _spread(whole)


def _warm(settings: Settings, questions: Sequence[str]) -> Iterator[tuple[str, str]]:
    engine = Engine(settings)
    engine.warm()
    told = [one.timings for one in map(engine.answer, questions) if one.statements]
    for stage in STAGES:
        name = f"warm: {stage.replace('_', ' ')}"
        yield name, _spread([timings[stage] for timings in told if stage in timings])
    yield from finding.of_library(engine)
    held = engine.holdings().articles
    yield f"memory, all models, {held:,} articles", f"{machine.peak_memory():.2f} GB at most"


def _encoding(settings: Settings) -> Iterator[tuple[str, str]]:
    """Encode the passages of a few articles in three ways, in turns."""
    few: list[list[str]] = []
    with Library.open(settings.index) as library:
        for article in library.articles():
            few.append([one.encoded_text for one in passages(article, settings.passage_words)])
            if sum(map(len, few)) >= PASSAGES:
                break
    texts = [text for several in few for text in several]
    plain, quick, bulk = (
        torch_encoder(settings),
        question_encoder(settings),
        passage_encoder(settings),
    )
    ways: dict[str, Callable[[], Vectors]] = {
        "sentence-transformers, article by article": lambda: np.concatenate(
            [plain.encode(several) for several in few]
        ),
        "as a question": lambda: quick.encode(texts),
        "in bulk": lambda: bulk.encode(texts),
    }
    found = {name: way() for name, way in ways.items()}
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _, (name, way) in product(range(RUNS), ways.items()):
        taken[name].append(_timed(way))
    (first, expected), *_ = found.items()
    for name, vectors in found.items():
        rate, faster = len(texts) / median(taken[name]), median(taken[first]) / median(taken[name])
        cosines = np.einsum("nd,nd->n", vectors, expected)
        near = f"cosine {cosines.mean():.4f}, at least {cosines.min():.4f}"
        told = f"{rate:.0f} a second, {faster:.2f} times the first; {near}"
        yield f"encoding {len(texts)} passages: {name}", told


def _shell(*arguments: str, until: str = "") -> None:
    """Run the shell command to its end, or to the first line of its messages that begins so."""
    with subprocess.Popen(
        [sys.executable, "-m", "rag.ask", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as asking:
        for line in asking.stderr or ():
            if until and line.startswith(until):
                asking.kill()


def _timed(work: Callable[..., object], *given: object, **options: object) -> float:
    began = time.monotonic()
    work(*given, **options)
    return time.monotonic() - began


def _spread(values: list[float]) -> str:
    bounds = f"{min(values):.2f} to {max(values):.2f}"
    return f"{median(values):.2f} s (median of {len(values)}; {bounds})"


def _ingesting(articles: Path) -> Iterator[tuple[str, str]]:
    """Ingest a file in a folder that is removed afterwards; yield figures by name."""
    with tempfile.TemporaryDirectory() as folder:
        seeds, index = Path(folder) / "seeds", Path(folder) / "index"
        collections.write_files(collections.seeds(collections.records(articles)), seeds)
        first = _ingest(seeds, index)
        yield "articles, passages", f"{first['articles']:,}, {first['encoded']:,}"
        yield "passages per second, with reading", f"{first['encoded'] / first['seconds']:.0f}"
        yield "peak memory", f"{machine.peak_memory(children=True):.2f} GB"
        size = sum(file.stat().st_size for file in index.iterdir())
        yield "index bytes per article", f"{size / first['articles']:,.0f}"
        yield "again, unchanged", f"{_timed(_ingest, seeds, index):.1f} s"
        (seeds / "one-more.txt").write_text("One more\n\nOne more article came. It is short.")
        again = _timed(_ingest, seeds, index)
        yield "one more article, from a cold start", f"{again:.1f} s"


def _ingest(seeds: Path, index: Path) -> dict[str, float]:
    """Run the ingest command; return its report."""
    places = {"CLIPPINGS_SEEDS": str(seeds), "CLIPPINGS_INDEX": str(index)}
    command = [sys.executable, str(ROOT / "scripts" / "ingest.py"), "--json", "--no-questions"]
    done = subprocess.run(command, env={**os.environ, **places}, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))
