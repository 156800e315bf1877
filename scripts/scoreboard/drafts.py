"""Engine, options, data -> a run without its figures: everything that decides about one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from rag.engine import Engine
from rag.models.catalogue import CATALOGUE, RERANKER
from rag.models.files import file_sha256, language_model
from rag.models.llm import LlamaModel
from rag.models.reranker import CrossEncoder
from rag.settings import Settings
from scripts.scoreboard import machine
from scripts.scoreboard.measures import SEED
from scripts.scoreboard.runs import Run, settings_json


def drafted(
    name: str,
    engine: Engine,
    *,
    writes: bool,
    options: Mapping[str, Any],
    data: Mapping[str, str],
    left_out: int = 0,
    limited: bool,
) -> Run:
    """The run of this code on this machine; loads the models that it names, so that no question
    waits.
    """
    code = machine.code()
    return Run(
        name=f"{name}{suffix(engine.settings)}",
        commit=code.commit,
        code=code.digest,
        when=datetime.now().astimezone().isoformat(timespec="seconds"),
        machine=machine.described(),
        models=models_of(engine, writes),
        settings=settings_json(engine.settings),
        seed=SEED,
        options=options,
        data=data,
        left_out=left_out,
        limited=limited,
        figures={},
    )


def suffix(settings: Settings) -> str:
    """What a run's name ends with where another language model than the default was asked."""
    name = Path(settings.model).name.removesuffix(".gguf")
    return "" if settings.model == Settings().model else f"-{name}"


def models_of(engine: Engine, writes: bool) -> dict[str, str]:
    """Names and digests of the models that take part; loads those that write."""
    reranker = type(engine.models.reranker).__name__
    if isinstance(engine.models.reranker, CrossEncoder):
        largest = max(CATALOGUE[RERANKER].files, key=lambda file: file.size)
        reranker = f"{RERANKER} {largest.sha256[:16]}"
    found = {"encoder": engine.models.encoder.fingerprint, "reranker": reranker}
    if writes:
        engine.warm()
        found["language model"] = engine.models.generator.name
    if writes and isinstance(engine.models.generator, LlamaModel):
        settings = engine.settings
        path = language_model(settings.model, settings.models)
        found["language model"] += f" {file_sha256(path, settings.models)[:16]}"
    return found
