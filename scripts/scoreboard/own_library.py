"""A few articles -> an engine over a library of them alone, with the models of another engine."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from rag.engine import Engine
from rag.protocols import Generator

UNHURRIED = (
    3600.0  # seconds that writing may take: what is measured is quality, on a busy machine, too
)


@contextmanager
def own_library(
    parts: Engine, fill: Callable[[Path], object], generator: Generator | None = None
) -> Iterator[Engine]:
    """An engine whose seeds folder is what `fill` writes into it; gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder) / "seeds"
        seeds.mkdir()
        fill(seeds)
        engine = Engine(
            replace(
                parts.settings,
                seeds=seeds,
                index=Path(folder) / "index",
                answer_seconds=UNHURRIED,
            ),
            encoder=parts.models.encoder,
            reranker=parts.models.reranker,
            generator=generator or parts.models.generator,
        )
        engine.ingest()
        yield engine
