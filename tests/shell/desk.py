"""A desk: a folder of articles that a page and a shell both answer from, with small parts."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from rag.ask import main
from rag.engine import Engine
from rag.protocols import Generator
from rag.settings import Settings
from tests import doors
from tests.fakes import (
    MUSEUM,
    STORM,
    WRITTEN,
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    PlainNamer,
    ScriptedGenerator,
    WordCountEncoder,
    readers,
)


def places(folder: Path) -> dict[str, str]:
    """Where articles and library are, as variables name them; the articles are written."""
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    for name, text in {"storm": STORM, "museum": MUSEUM}.items():
        if not (seeds / f"{name}.txt").exists():
            (seeds / f"{name}.txt").write_text(text)
    return {"seeds": str(seeds), "index": str(folder / "index")}


def maker(generator: Generator | None = None):
    """What makes an engine of settings, with small parts."""
    return partial(
        Engine,
        encoder=WordCountEncoder(),
        reader=OverlapReader(),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
        namer=PlainNamer(),
        readers=readers,
        generator=generator or ScriptedGenerator(f"{WRITTEN} [1]"),
    )


def engine(folder: Path, generator: Generator | None = None, **changes: str) -> Engine:
    """The engine of a page here, its library built; its settings are those of a shell here."""
    variables = {**places(folder), **changes}
    made = maker(generator)(
        Settings.from_env({f"CLIPPINGS_{name.upper()}": value for name, value in variables.items()})
    )
    if not made.has_library:
        made.ingest()
    return made


def nobody(*_: object, **__: object) -> Engine:
    """Makes no engine: who asks the page needs none."""
    raise AssertionError("an engine was made")


def ask(folder: Path, *arguments: str, make=nobody, typed: str = "", **environment: str):
    """Ask in the shell, here."""
    return doors.run(
        main, *arguments, engine=make, typed=typed, **{**places(folder), **environment}
    )
