"""Measure how fast an articles file is ingested, with what memory."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rag.settings import ROOT
from scripts.evaluation.collections import records, write_seeds


def figures(path: Path) -> Iterator[tuple[str, str]]:
    """Ingest the file in a folder and a process of their own; yield figures by name.

    The folder is removed afterwards: evaluation texts are kept nowhere.
    """
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        count = write_seeds(records(path), seeds)
        first = _ingest(folder)
        yield "articles, passages", f"{first['articles']:,}, {first['encoded']:,}"
        yield "passages per second, with reading", f"{first['encoded'] / first['seconds']:.0f}"
        yield "peak memory", f"{first['memory']:.2f} GB"
        size = sum(file.stat().st_size for file in (Path(folder) / "index").iterdir())
        yield "index bytes per article", f"{size / count:,.0f}"
        yield "again, unchanged", f"{_ingest(folder)['wall']:.1f} s"
        (seeds / "one-more.txt").write_text("One more\n\nOne more article came. It is short.")
        yield "one more article, from a cold start", f"{_ingest(folder)['wall']:.1f} s"


def _ingest(folder: str) -> dict[str, float]:
    """Run the ingest command; return its report, wall seconds and peak memory in GB."""
    places = {"CLIPPINGS_SEEDS": f"{folder}/seeds", "CLIPPINGS_INDEX": f"{folder}/index"}
    command = [sys.executable, str(ROOT / "scripts" / "ingest.py"), "--json", "--no-questions"]
    began = time.monotonic()
    done = subprocess.run(command, env={**os.environ, **places}, stdout=subprocess.PIPE, check=True)
    report: dict[str, float] = json.loads(done.stdout)
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6
    return {**report, "wall": time.monotonic() - began, "memory": memory}
