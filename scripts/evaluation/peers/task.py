"""Measure a peer as a task like any other: its run is in the table and can be compared."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from rag.errors import UsageError
from rag.models.catalogue import ENCODER
from rag.models.files import model_files
from rag.types.articles import digest
from scripts.evaluation import machine, retrieval
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.library import WAYS, drawn
from scripts.evaluation.outcomes import MEMORY, Outcome
from scripts.evaluation.peers import REQUIREMENTS, SURROUNDINGS, THREADS, Place, Search, pins
from scripts.evaluation.runner import Means, Ready, Task

NAMES = ("peer-bm25", "peer-langchain", "peer-txtai")


def task(name: str, articles: Path, asked: Path) -> Task:
    """Return the task of a peer."""
    whole = f"{name}-{asked.resolve().parent.name}-{asked.stem}"
    return Task(whole, (articles, asked), partial(_ready, name, articles, asked))


def _ready(name: str, articles: Path, asked: Path, means: Means) -> Ready[Question]:
    """Index the articles, unless the index is kept."""
    os.environ.update(SURROUNDINGS)  # before the peer's libraries are loaded
    found, chosen = drawn(articles, asked, WAYS["retrieval"].counts, means)
    peer = _module(name)
    encoder = model_files(ENCODER, means.settings.models)["model.safetensors"].parent
    folder = found.folder / "peers" / f"{name}-{digest(REQUIREMENTS.read_text())[:8]}"
    place = Place(found.folder / "seeds", encoder, folder)
    indexed(peer.index, place)
    search = peer.opened(place)
    return Ready(
        means.settings,
        {"encoder": ENCODER},
        chosen,
        lambda question: outcome(search, found, question),
        options={"threads": THREADS, "versions": pins()},
    )


def _module(name: str) -> Any:
    try:
        return import_module(f"scripts.evaluation.peers.{name.removeprefix('peer-')}")
    except ModuleNotFoundError as error:
        remedy = f"Install it: pip install -r {REQUIREMENTS}"
        raise UsageError(f"{name} needs {error.name}. {remedy}") from error


def indexed(index: Callable[[Place], None], place: Place) -> None:
    """Index the articles, unless that is done; the folder appears when the index is whole."""
    if not place.folder.is_dir():
        draft = place.folder.with_name(f"{place.folder.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
        index(replace(place, folder=draft))
        draft.rename(place.folder)


def outcome(search: Search, found: Collection, question: Question) -> Outcome:
    """Ask, and score the different records, each at its best passage."""
    began = time.perf_counter()
    names = search(question.text)
    seconds = {"search": time.perf_counter() - began}
    ranked = retrieval.different(map(found.record, names))
    scored = retrieval.scored(question, ranked, found.present(question))
    return replace(scored, seconds=seconds, facts={MEMORY: machine.peak_memory()})
