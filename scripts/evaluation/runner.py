"""Measure a task: every case asked once -> a run. A run that was stopped goes on where it was."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Generic

from rag.engine import Engine
from rag.models.catalogue import CATALOGUE, READER
from rag.models.files import file_sha256, language_model
from rag.models.reader import CrossEncoder
from rag.protocols import Generator, Progress, silent
from rag.settings import Settings
from scripts.evaluation import machine
from scripts.evaluation.collections import CACHE, Files, file_digest, write_files
from scripts.evaluation.measures import SEED
from scripts.evaluation.outcomes import C, Figures, Outcome, collected, summed
from scripts.evaluation.runs import OUTCOMES, Run

UNHURRIED = 3600.0  # seconds that writing may take: quality is measured, on a busy machine, too
_PLACES = ("seeds", "index", "models")  # settings that say where, not how


@dataclass(frozen=True, slots=True)
class Means:
    """What a task is measured with."""

    settings: Settings
    limit: int | None = None  # so many of the questions, always the same
    make_engine: Callable[[Settings], Engine] = Engine
    progress: Progress = silent
    cache: Path = CACHE  # of libraries
    outcomes: Path = OUTCOMES

    def engine(self, **changes: Any) -> Engine:
        """Make an engine that may take its time, with some settings changed."""
        return self.make_engine(replace(self.settings, answer_seconds=UNHURRIED, **changes))


@dataclass(frozen=True, slots=True)
class Drawn(Generic[C]):
    """The cases that are asked, by the id of the question, and the data they are of."""

    cases: Mapping[str, C]
    data: Mapping[str, str]  # digests of the articles and of the questions
    limited: bool
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Ready(Generic[C]):
    """What is asked, how, and what decides about the figures."""

    settings: Settings
    models: Mapping[str, str]  # names and digests of those that take part
    drawn: Drawn[C]
    ask: Callable[[C], Outcome]  # raises ModelError where no model could write
    options: Mapping[str, Any] = field(default_factory=dict)  # others than the limit
    figures: Callable[[Sequence[Outcome]], Figures] = summed


@dataclass(frozen=True, slots=True)
class Task:
    """A measurement by name, the files it cannot do without, and how it is made ready."""

    name: str
    files: tuple[Path, ...]
    ready: Callable[[Means], Ready[Any]]


def first(cases: Mapping[str, C], limit: int | None, data: Mapping[str, str]) -> Drawn[C]:
    """Draw the first cases."""
    drawn = dict(list(cases.items())[:limit])
    return Drawn(drawn, data, limited=len(drawn) < len(cases))


def sampled(
    cases: Mapping[str, C], limit: int | None, data: Mapping[str, str], left_out: int = 0
) -> Drawn[C]:
    """Draw cases by chance, the same every time, and keep their order."""
    numbers = list(cases)
    count = min(limit or len(numbers), len(numbers))
    places = sorted(random.Random(SEED).sample(range(len(numbers)), count))
    drawn = {numbers[place]: cases[numbers[place]] for place in places}
    return Drawn(drawn, data, limited=count < len(numbers), left_out=left_out)


def task_of_file(
    name: str,
    path: Path,
    cases: Callable[[], Mapping[str, C]],
    asking: Callable[[Engine, Means], Callable[[C], Outcome]],
    figures: Callable[[Sequence[Outcome]], Figures] = summed,
) -> Task:
    """Return the task on cases of one file, articles and questions in one; no language model writes."""

    def ready(means: Means) -> Ready[C]:
        engine, mark = means.engine(), file_digest(path)
        drawn = sampled(cases(), means.limit, {"articles": mark, "questions": mark})
        taking_part = models(engine, writes=False)
        return Ready(engine.settings, taking_part, drawn, asking(engine, means), figures=figures)

    return Task(name, (path,), ready)


def measured(task: Task, means: Means) -> Run:
    """Ask every case that was not asked before, and sum up."""
    ready = task.ready(means)
    drawn, (commit, code) = ready.drawn, machine.code()
    settings = {key: kept for key, kept in asdict(ready.settings).items() if key not in _PLACES}
    settings["model"] = Path(ready.settings.model).name
    run = Run(
        name=f"{task.name}{suffix(ready.settings)}",
        commit=commit,
        code=code,
        when=datetime.now().astimezone().isoformat(timespec="seconds"),
        machine=machine.described(),
        models=ready.models,
        settings=settings,
        seed=SEED,
        options={"limit": means.limit, **ready.options},
        data=drawn.data,
        left_out=drawn.left_out,
        limited=drawn.limited,
        figures={},
    )
    outcomes = collected(drawn.cases, ready.ask, means.outcomes / run.key, means.progress)
    return replace(run, figures=ready.figures(outcomes))


def suffix(settings: Settings) -> str:
    """Return what a run's name ends with where another language model than the default is asked."""
    return "" if settings.model == Settings().model else f"-{_model_name(settings)}"


def _model_name(settings: Settings) -> str:
    return Path(settings.model).name.removesuffix(".gguf")


def models(engine: Engine, writes: bool) -> dict[str, str]:
    """Return the models that take part; load those that write, so that no question waits."""
    reader = type(engine.models.reader).__name__
    if isinstance(engine.models.reader, CrossEncoder):
        largest = max(CATALOGUE[READER].files, key=lambda file: file.size)
        reader = f"{READER} {largest.sha256[:16]}"
    found = {"encoder": engine.models.encoder.fingerprint, "reader": reader}
    if not writes:
        return found
    engine.warm()
    name, settings = engine.models.generator.name, engine.settings
    if name == _model_name(settings):  # else a generator that has no file
        path = language_model(settings.model, settings.models)
        name += f" {file_sha256(path, settings.models)[:16]}"
    return found | {"language model": name}


@contextmanager
def own_library(parts: Engine, files: Files, writer: Generator | None = None) -> Iterator[Engine]:
    """Give an engine with the models of another one, over a seeds folder of these files."""
    with tempfile.TemporaryDirectory() as folder:
        yield library_of(parts, files, Path(folder), writer or parts.models.generator)


def library_of(
    parts: Engine, files: Files, folder: Path, writer: Generator | None = None
) -> Engine:
    """Return an engine with the models of another one over these files, which a folder keeps.

    Without a writer it loads the one of its settings when it writes.
    """
    seeds, models = folder / "seeds", parts.models
    write_files(files, seeds)
    engine = Engine(
        replace(parts.settings, seeds=seeds, index=folder / "index"),
        encoder=models.encoder,
        reader=models.reader,
        generator=writer,
        checker=models.checker,
        classifier=models.classifier,
    )
    engine.ingest()
    return engine
