"""Measure speed and memory on this computer; prints a table in Markdown.

    python scripts/benchmark.py                       with the library of index/
    CLIPPINGS_INDEX=… python scripts/benchmark.py     with another one

Nothing is asserted: timings on shared machines are noisy, so medians over several runs are printed with their range.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from rag.engine import Engine
from rag.parts import bulk_encoder, quick_encoder
from rag.settings import Settings
from rag.store.library import Library
from scripts.evaluation import machine

RUNS = 5
PASSAGES = 256  # for encoding: enough for a rate, half a minute at worst


def main() -> int:
    """Print the figures."""
    settings = Settings.from_env()
    questions = _questions()
    print(f"{machine.processor()}, {settings.threads} cores, commit {machine.commit()}\n")
    print("| what | figure |\n|---|---|")
    row("`--help`", seconds(partial(shell, "--help")))
    cold = [_first_evidence(question) for question in questions[:RUNS]]
    row("shell, cold: Enter to evidence on screen", spread(cold))
    whole = [timed(partial(shell, question, quiet=True)) for question in questions[:RUNS]]
    row("shell, cold: Enter to the end of the answer", spread(whole))
    engine = Engine(settings)
    engine.warm()
    answers = [engine.answer(question) for question in questions]
    for name, stage in (
        ("warm: search (both legs, fusion)", "search"),
        ("warm: reranking and evidence", "rerank"),
        ("warm: evidence", "first_evidence"),
        ("warm: first statement", "first_token"),
        ("warm: whole answer", "total"),
    ):
        row(
            name, spread([a.timings[stage] for a in answers if stage in a.timings and a.statements])
        )
    holdings = engine.holdings()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    row(f"memory, all models, {holdings.articles:,} articles", f"{memory:.2f} GB at most")
    with Library.open(settings.index) as library:
        texts = [text for article in library.articles() for text in _cut(article.text)][:PASSAGES]
    texts = (texts * (PASSAGES // max(1, len(texts)) + 1))[:PASSAGES]
    for name, encoder in (
        ("encoding, question-time path (onnxruntime)", quick_encoder(settings)),
        ("encoding, bulk path (sentence-transformers)", bulk_encoder(settings)),
    ):
        encoder.encode(texts[:16])
        rates = [len(texts) / timed(partial(encoder.encode, texts)) for _ in range(3)]
        row(name, f"{statistics.median(rates):.0f} passages of 140 words per second")
    return 0


def _cut(text: str) -> list[str]:
    words = text.split()
    return [" ".join(words[at : at + 140]) for at in range(0, len(words) - 139, 140)]


def _questions() -> list[str]:
    lines = (ROOT / "tests" / "gold" / "seeds.jsonl").read_text().splitlines()
    return [gold["question"] for gold in map(json.loads, lines) if gold["answers"]]


def shell(*arguments: str, quiet: bool = False) -> None:
    """Run the shell command to its end."""
    command = [sys.executable, "-m", "rag.ask", *(["--quiet"] if quiet else []), *arguments]
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _first_evidence(question: str) -> float:
    """Seconds from starting the command to the first evidence on the screen; then it is stopped."""
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "rag.ask", question],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as asking:
        assert asking.stderr is not None
        for line in asking.stderr:
            if line.startswith("[1]"):
                break
        taken = time.monotonic() - began
        asking.kill()
    return taken


def timed(work: Callable[[], object]) -> float:
    """Seconds that work takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def seconds(work: Callable[[], object]) -> str:
    """The spread of several runs."""
    return spread([timed(work) for _ in range(RUNS)])


def spread(values: Sequence[float]) -> str:
    """Median, range and n."""
    middle = statistics.median(values)
    return f"{middle:.2f} s (median of {len(values)}; {min(values):.2f} to {max(values):.2f})"


def row(name: str, figure: str) -> None:
    """One line of the table."""
    print(f"| {name} | {figure} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
