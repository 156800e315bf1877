"""Paths of files -> files that were read -> the same with vectors: the two stages of an ingest on a cluster.

A stage is made once for a process of some computer, from values that are JSON, and called for one batch
after the other. A batch is columns: `row` holds JSON texts, `vectors` bytes. What goes wrong with the
computer itself becomes a row with a `problem`; `prepared`, where the ingest runs, says it in words.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from rag.errors import ClippingsError, ClusterError, ModelError
from rag.isolated import Readers
from rag.job import Job, Prepared, read, recipe
from rag.protocols import Encoder
from rag.reading import folder
from rag.settings import Settings
from rag.store.staged import Staged, content, restored
from rag.types.files import Skipped

_UNSEEN = (
    "{unseen} cannot read {path}, and this computer can. Every computer of the cluster needs the folder"
    " {seeds} in the same place; then run again."
)

Columns: TypeAlias = Mapping[str, Sequence[Any]]


def plain(job: Job) -> dict[str, Any]:
    """Return a job as JSON; its folder has the same place on every computer."""
    seeds, today = str(job.seeds.resolve()), job.today.isoformat()
    return {**asdict(job), "seeds": seeds, "today": today}


def _job(told: Mapping[str, Any]) -> Job:
    seeds, today = Path(told["seeds"]), date.fromisoformat(told["today"])
    return Job(**{**told, "seeds": seeds, "today": today})


def prepared(job: Job, rows: Sequence[Mapping[str, Any]], vectors: bytes) -> Prepared:
    """Return the files of rows that both stages have made. Raises ClusterError for a problem of a computer."""
    for row in rows:
        if "problem" in row:
            raise ClusterError(f"{row['problem']} Then run again: what was done is kept.")
        # a file that went away meanwhile is left out
        if "unseen" in row and os.access(job.seeds / row["path"], os.R_OK):
            raise ClusterError(_UNSEEN.format(**row, seeds=job.seeds.resolve()))
    files = tuple(_staged(job, row) for row in rows if "content" in row)
    skipped = tuple(Skipped(*item) for row in rows for item in row.get("skipped", ()))
    texts = sum(len(file.texts) for file in files)
    numbers = np.frombuffer(vectors, dtype="<f4").reshape(texts, -1 if texts else 0)
    return Prepared(files, skipped, numbers)


def _staged(job: Job, row: Mapping[str, Any]) -> Staged:
    return restored(row["path"], row["sha256"], job.recipe, row["content"])


class Read:
    """Read files: `item`, their paths, becomes `row`."""

    def __init__(self, job: Mapping[str, Any], readers: Readers | None = None) -> None:
        self._job, self._readers = _job(job), readers or Readers(1)  # they end with this process

    def __call__(self, batch: Columns) -> dict[str, Any]:
        """Return a row for each file."""
        return {"row": _column([json.dumps(self._row(str(path))) for path in batch["item"]])}

    def _row(self, path: str) -> dict[str, Any]:
        file = folder.read(self._job.seeds, path, self._job.file_bytes)
        if isinstance(file, Skipped):
            there = os.access(self._job.seeds / path, os.R_OK)
            told = {"path": path, "skipped": [(path, file.reason)]}
            return told if there else {**told, "unseen": socket.gethostname()}
        try:
            staged, skipped = read(self._job, file, self._readers)
        except ClippingsError as error:
            return {"path": path, "problem": _here(error)}
        told = {"path": path, "skipped": [(item.path, item.reason) for item in skipped]}
        return {**told, "sha256": file.sha256, "content": content(staged)} if staged else told


class Encode:
    """Encode the texts of files that were read: `row` gets its `vectors`, n x d, by the encoder that
    `made` ("module:name") makes of settings with this folder of models.
    """

    def __init__(self, job: Mapping[str, Any], made: str, models: str) -> None:
        self._job, self._made = _job(job), made
        # one process for each core does more than one with as many threads
        self._settings = Settings(models=Path(models), threads=1)
        self._encoder: Encoder | None = None

    def __call__(self, batch: Columns) -> dict[str, Any]:
        """Return the rows with their vectors; where none can be made, with the problem."""
        rows = [str(row) for row in batch["row"]]
        texts = [self._texts(json.loads(row)) for row in rows]
        try:
            vectors = self._vectors([text for some in texts for text in some])
        except ClippingsError as error:
            rows, vectors = [json.dumps({"problem": _here(error)})] * len(rows), []
            texts = [[]] * len(rows)
        ends = np.cumsum([0, *map(len, texts)])
        spans = [vectors[begin:end] for begin, end in pairwise(ends)]
        kept = [np.asarray(span, dtype="<f4").tobytes() for span in spans]
        return {"row": _column(rows), "vectors": _column(kept)}

    def _texts(self, row: Mapping[str, Any]) -> list[str]:
        return _staged(self._job, row).texts if "content" in row else []

    def _vectors(self, texts: list[str]) -> Any:
        if not texts:
            return []
        self._encoder = self._encoder or self._fit()
        return self._encoder.encode(texts)

    def _fit(self) -> Encoder:
        """Make the encoder. Raises ModelError where this computer reads or encodes in another way."""
        module, name = self._made.split(":")
        encoder: Encoder = getattr(import_module(module), name)(self._settings)
        if recipe(self._job.passage_words, encoder.fingerprint) != self._job.recipe:
            raise ModelError(
                "Its Clippings is another version. Install the same one on every computer."
            )
        return encoder


def _here(error: ClippingsError) -> str:
    return f"{socket.gethostname()}: {error}"


def _column(values: Sequence[str | bytes]) -> Any:
    """Objects as they are: numpy's own texts and bytes lose zeros at their ends."""
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column
