"""Clippings side by side with what somebody would put together instead: what each step costs.

The same articles, questions, encoder and language model for all, two threads. Each step is a process
of its own, from its start: to index the articles, to add one to the index, to show the passages for
a question, to answer it. All take turns (A B C A B C), so that whatever else the computer does hits
all alike. Files have been read before, so they are in the system's memory.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from rag.atomic import replace_bytes
from rag.models.catalogue import ENCODER
from rag.models.files import language_model, model_files
from rag.settings import Settings
from scripts.evaluation import collections, machine
from scripts.evaluation.collections import Question
from scripts.evaluation.peers import SURROUNDINGS, THREADS, Place, pins
from scripts.evaluation.peers.drawn import Sample
from scripts.evaluation.peers.processes import Broken, watched
from scripts.evaluation.peers.sides import Peer
from scripts.evaluation.runs import PEERS

SHOWN = "[1]"  # how the line of the first passage begins, ours and theirs

EVIDENCE = "cold start to evidence, seconds"
ANSWER = "cold start to the end of the answer, seconds"
INGESTED = "articles ingested a second"
ADDED = "one more article, from a cold start, seconds"
INGEST_MEMORY = "memory at most while ingesting, GB"
ANSWER_MEMORY = "memory at most while answering, GB"
DISK = "index on disk, MB"
MEASURES = (EVIDENCE, ANSWER, INGESTED, ADDED, INGEST_MEMORY, ANSWER_MEMORY, DISK)


@dataclass(frozen=True, slots=True)
class Taken:
    """What was measured of one peer, in order; what broke, by step, with why."""

    name: str
    figures: dict[str, list[float]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)

    def add(self, figures: Mapping[str, float]) -> None:
        """Keep the figures of one process."""
        for name, value in figures.items():
            self.figures.setdefault(name, []).append(value)


@dataclass(frozen=True, slots=True)
class Beside:
    """One comparison with what decided about it; no question, no text."""

    commit: str
    when: str  # ISO 8601
    machine: Mapping[str, Any]
    articles: int
    data: Mapping[str, str]
    options: Mapping[str, Any]
    peers: Sequence[Taken]

    def save(self, path: Path = PEERS) -> None:
        """Write it as JSON."""
        replace_bytes(path, f"{json.dumps(asdict(self), indent=2)}\n".encode())

    @classmethod
    def load(cls, path: Path = PEERS) -> Beside:
        """Read a saved comparison."""
        return TypeAdapter(cls).validate_json(path.read_bytes())


def place(settings: Settings) -> Place:
    """Return a place with the models of Clippings; its folders are chosen for each peer."""
    encoder = model_files(ENCODER, settings.models)["model.safetensors"].parent
    model = language_model(settings.model, settings.models)
    return Place(Path(), encoder, Path(), model, THREADS)


def measured(
    peers: Sequence[Peer],
    drawn: Sample,
    models: Place,
    times: int = 1,
    tell: Callable[[str], None] = lambda line: None,
) -> Beside:
    """Measure every step of every peer in turns; articles are ingested so many times, all else once for
    each question. What was written is removed afterwards.
    """
    commit, _ = machine.code()
    taken = {peer.name: Taken(peer.name) for peer in peers}
    with tempfile.TemporaryDirectory() as folder:
        places = {peer.name: _place(peer, Path(folder), models, drawn) for peer in peers}
        for turn in _turns(drawn, times):
            for peer in peers:
                _take(turn, peer, places[peer.name], taken[peer.name], tell)
    return Beside(
        commit=commit,
        when=datetime.now().astimezone().isoformat(timespec="seconds"),
        machine=machine.described(),
        articles=len(drawn.articles),
        data=drawn.data,
        options={
            "threads": models.threads,
            "encoder": ENCODER,
            "model": models.model.name,
            "versions": pins(),
        },
        peers=list(taken.values()),
    )


def _place(peer: Peer, folder: Path, models: Place, drawn: Sample) -> Place:
    """Give a peer a folder of its own, with the articles."""
    own = folder / str(len(list(folder.iterdir())))
    collections.write_files(collections.seeds(drawn.articles), own / "seeds")
    return replace(models, seeds=own / "seeds", folder=own / "index")


@dataclass(frozen=True, slots=True)
class _Turn:
    """A step that everybody does once; what it is about; whether it counts."""

    step: str
    about: Any = None
    counts: bool = True


def _turns(drawn: Sample, times: int) -> Iterator[_Turn]:
    """Yield all steps; the first question is answered once before it counts, to warm up."""
    for _ in range(times):
        yield _Turn("index")
    files = list(collections.seeds([*drawn.articles, *drawn.more]))
    for file in files[len(drawn.articles) :]:
        yield _Turn("add", file)
    yield _Turn("answer", drawn.questions[0], counts=False)
    for step in ("evidence", "answer"):
        for question in drawn.questions:
            yield _Turn(step, question)


def _take(turn: _Turn, peer: Peer, place: Place, taken: Taken, tell: Callable[[str], None]) -> None:
    """Measure one step of a peer, unless it or the index broke before."""
    if taken.broken.keys() & {turn.step, "index"}:
        return
    try:
        figures = STEPS[turn.step](peer, place, turn.about)
    except Broken as error:
        taken.broken[turn.step] = str(error)
        tell(f"{peer.name} · {turn.step} broke: {error}")
        return
    if turn.counts:
        taken.add(figures)
        told = (f"{name}: {value:.2f}" for name, value in figures.items())
        tell(f"{peer.name} · {' · '.join(told)}")


def _index(peer: Peer, place: Place, about: None) -> dict[str, float]:
    shutil.rmtree(place.folder, ignore_errors=True)
    cost = watched(peer.index(place), _surroundings(peer, place))
    files = [path for path in place.folder.rglob("*") if path.is_file()]
    return {
        INGESTED: len(list(place.seeds.iterdir())) / cost.seconds,
        INGEST_MEMORY: cost.memory,
        DISK: sum(path.stat().st_size for path in files) / 1e6,
    }


def _add(peer: Peer, place: Place, about: tuple[str, str]) -> dict[str, float]:
    collections.write_files([about], place.seeds)
    cost = watched(peer.add(place, about[0]), _surroundings(peer, place))
    return {ADDED: cost.seconds}


def _evidence(peer: Peer, place: Place, about: Question) -> dict[str, float]:
    around = _surroundings(peer, place)
    cost = watched(peer.evidence(place, about), around, until=SHOWN, codes=peer.codes)
    return {EVIDENCE: cost.seconds}


def _answer(peer: Peer, place: Place, about: Question) -> dict[str, float]:
    cost = watched(peer.answer(place, about), _surroundings(peer, place), codes=peer.codes)
    return {ANSWER: cost.seconds, ANSWER_MEMORY: cost.memory}


STEPS: Mapping[str, Callable[[Peer, Place, Any], dict[str, float]]] = {
    "index": _index,
    "add": _add,
    "evidence": _evidence,
    "answer": _answer,
}


def _surroundings(peer: Peer, place: Place) -> dict[str, str]:
    return {**SURROUNDINGS, **peer.surroundings(place)}
