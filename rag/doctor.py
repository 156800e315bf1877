"""Is everything sound, and what to do if not.

python -m rag.doctor             the library, its index, the folder of seeds, the model files
python -m rag.doctor --models    also run every model, on two tokens (the set-up ends with this)
"""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Annotated, Literal

import typer

from rag.errors import ClippingsError, ModelError, NoLibraryError, UsageError
from rag.settings import SETUP, Settings, command
from rag.shell.terminal import door, run

Severity = Literal["ok", "warning", "error"]
LOW_SPACE = 500_000_000  # bytes: an ingest of 5,000 articles needs about a third of it


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, and the command that repairs it."""

    name: str
    severity: Severity
    message: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.severity:8}{self.name:16}{self.message}{f' → {self.remedy}' if self.remedy else ''}"


def examine(settings: Settings, run_models: bool = False) -> Iterator[Finding]:
    """Yield the findings of every check; none of them changes anything but caches."""
    yield from _seeds(settings)
    yield from library(settings)
    yield from _model_files(settings)
    if run_models:
        yield from _models_run(settings)
    free = shutil.disk_usage(settings.index.parent).free
    if free < LOW_SPACE:
        yield Finding(
            "disk", "warning", f"{free / 1e6:.0f} MB free beside {settings.index}", "make room"
        )


def _seeds(settings: Settings) -> Iterator[Finding]:
    from rag.reading.folder import walk

    try:
        found = sum(isinstance(entry, str) for entry in walk(settings.seeds))
    except ClippingsError as error:
        yield Finding("seeds", "error", str(error))
        return
    remedy = "" if found else "put articles there"
    yield Finding(
        "seeds", "ok" if found else "warning", f"{found} files in {settings.seeds}", remedy
    )


def library(settings: Settings) -> Iterator[Finding]:
    """Look at the library, on this computer or elsewhere."""
    yield from _elsewhere(settings) if settings.engine else _library(settings)


def _library(settings: Settings) -> Iterator[Finding]:
    from rag.parts import encoder_fingerprint
    from rag.store import postings, summary, vectors
    from rag.store.database import refusal
    from rag.store.library import Library

    try:
        with Library.open(settings.index) as library:
            problems = summary.problems(library)
            said: list[str] = []
            if not problems:
                holdings = summary.holdings(library)
                vectors.load(library, settings.index, said.append)
                postings.load(library, settings.index, said.append)
            foreign = library.encoder not in (None, encoder_fingerprint())
            unwritten = not problems and refusal(library.path) is not None
    except NoLibraryError:
        yield Finding("library", "warning", "not built yet", command("ingest"))
        return
    except ClippingsError as error:
        yield Finding("library", "error", str(error))
        return
    yield from (Finding("library", "error", problem) for problem in problems)
    if unwritten:
        yield Finding("library", "warning", "full text is only checked where it may be written")
    if foreign:
        yield Finding("library", "error", "encoded by another model", command("ingest"))
    if not problems and not foreign:
        counts = f"{holdings.articles} articles, {holdings.passages} passages"
        yield Finding("library", "ok", f"{counts}, generation {holdings.generation}")
    yield from (Finding("index", "warning", note) for note in said)


def _elsewhere(settings: Settings) -> Iterator[Finding]:
    from rag.cluster.milvus import Cluster
    from rag.parts import encoder_fingerprint

    try:
        cluster = Cluster(settings.engine, leaves=settings.leaves)
        holdings = cluster.generation(encoder_fingerprint()).articles.state.holdings
    except ClippingsError as error:
        yield Finding("library", "error", str(error))
        return
    counts = f"{holdings.articles} articles, {holdings.passages} passages"
    told = f"{counts}, generation {holdings.generation} at {cluster.address}"
    leaving = f". {cluster.shelf.told}" if cluster.shelf.leaves else ""
    yield Finding("library", "ok", f"{told}{leaving}")


def _model_files(settings: Settings) -> Iterator[Finding]:
    from rag.models.catalogue import CATALOGUE
    from rag.models.files import is_here, model_files

    for model in CATALOGUE.values():
        writes = model.job == "language model"
        wanted = model.name == settings.model if writes else not model.optional
        here = is_here(model, settings.models)
        if not wanted and not here:
            continue
        if writes and not here and not settings.prose:
            yield _nothing_writes()
            continue
        try:
            model_files(model.name, settings.models)
            yield Finding(model.job, "ok", model.name)
        except ModelError as error:
            yield Finding(model.job, "error", str(error))


def _nothing_writes() -> Finding:
    said = "none: the words of the articles answer, as they stand"
    return Finding("language model", "warning", said, f"{command('models')} get qwen3-0.6b")


def _models_run(settings: Settings) -> Iterator[Finding]:
    from rag.models.catalogue import CATALOGUE
    from rag.models.files import is_here
    from rag.parts import cross_encoder, question_encoder

    try:
        vector = question_encoder(settings).encode(["A question?"])[0]
        yield Finding("encoder", "ok", f"encodes: {vector.shape[0]} numbers")
        texts = ["The Reds won on Sunday.", "Rain is expected in Lima."]
        right, wrong = cross_encoder(settings).read("Who won?", texts)
        sound = right.answers > wrong.answers
        state: tuple[Severity, str] = ("ok", "") if sound else ("error", SETUP)
        told = f"reads: {right.answers:.2f} for an answer, {wrong.answers:.2f} for none"
        yield Finding("reader", state[0], told, state[1])
        chosen = CATALOGUE.get(settings.model)
        if chosen and not settings.prose and not is_here(chosen, settings.models):
            return  # told with the files
    except ModelError as error:
        yield Finding("models", "error", str(error))
    yield from writes(settings)


def writes(settings: Settings) -> Iterator[Finding]:
    """Let the language model write two tokens, on each server that is named."""
    from rag.answering.statements import Deadline
    from rag.models.servers import is_address
    from rag.parts import language_writer
    from rag.types.models import Message

    served = is_address(settings.model)
    for name in settings.model.split(",") if served else [settings.model]:
        try:
            # One turn after an empty prefix; two tokens prove loading, reading and writing.
            model = language_writer(replace(settings, model=name, answer_tokens=2))
            stop = Deadline(threading.Event(), settings.answer_seconds)
            pieces = model.write([Message("user", "Say: hello there")], stop)
            written, place = "".join(islice(pieces, 2)), f" ({name.strip()})" if served else ""
            yield Finding("language model", "ok", f"writes: {written!r}{place}")
        except (ModelError, UsageError) as error:
            yield Finding("language model", "error", str(error))


def doctor(
    models: Annotated[
        bool, typer.Option("--models", help="Also run every model, on two tokens.")
    ] = False,
) -> None:
    """Check the library, its index, the folder of seeds and the model files."""

    def report() -> int:
        findings = []
        for finding in examine(Settings.from_env(), models):
            print(finding, flush=True)
            findings.append(finding)
        return int(any(finding.severity == "error" for finding in findings))

    raise typer.Exit(run(report))


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return its exit code, 1 when a finding is an error."""
    return door(doctor, command("doctor"), arguments)


if __name__ == "__main__":
    sys.exit(main())
