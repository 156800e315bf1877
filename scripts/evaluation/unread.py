"""Change a folder in ten ways after it was ingested: does the program notice, until it has read it?"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rag.engine import Engine
from scripts.evaluation.archive import kept_archive
from scripts.evaluation.collections import digest_of
from scripts.evaluation.outcomes import Outcome
from scripts.evaluation.runner import Means, Ready, Task, first
from scripts.evaluation.wordings import ARCHIVE

NOTICED = "change noticed"
READ = "nothing left to tell once it was read"
NEW = "The tide was late\n\nThe tide of Port Sevrin was late by an hour on Friday, the pilots said."
LONG_AGO = 1_000_000_000  # seconds since 1970


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to a folder and two of its files, and how many are new, changed and gone then."""

    id: str
    make: Callable[[Path, Path, Path], object]
    told: tuple[int, int, int]


def _other_words(folder: Path, one: Path, other: Path) -> None:
    one.write_bytes(one.read_bytes()[::-1])  # as many bytes


def _older(folder: Path, one: Path, other: Path) -> None:
    one.write_text(NEW)
    os.utime(one, (LONG_AGO, LONG_AGO))


def _into_a_folder(folder: Path, one: Path, other: Path) -> None:
    (folder / "2025" / "june").mkdir(parents=True)
    (folder / "2025" / "june" / "tide.txt").write_text(NEW)


def _several(folder: Path, one: Path, other: Path) -> None:
    (folder / "tide.txt").write_text(NEW)
    one.write_text(NEW.replace("Friday", "Monday"))
    other.unlink()


CHANGES = (
    Change("a new file", lambda folder, *_: (folder / "tide.txt").write_text(NEW), (1, 0, 0)),
    Change("a new file in new folders", _into_a_folder, (1, 0, 0)),
    Change(
        "a copy as old as its original",
        lambda folder, one, _: shutil.copy2(one, folder / "copy.md"),
        (1, 0, 0),
    ),
    Change(
        "a new file that cannot be read",
        lambda folder, *_: (folder / "broken.pdf").write_bytes(b"%PDF-1.7\nbroken"),
        (1, 0, 0),
    ),
    Change(
        "a longer text",
        lambda _, one, __: one.write_text(f"{one.read_text()}\nNobody was hurt.\n"),
        (0, 1, 0),
    ),
    Change("another text of equal length", _other_words, (0, 1, 0)),
    Change("a text from before the ingest", _older, (0, 1, 0)),
    Change("a file removed", lambda _, one, __: one.unlink(), (0, 0, 1)),
    Change("a file renamed", lambda folder, one, _: one.rename(folder / "other.md"), (1, 0, 1)),
    Change("one new, one changed, one removed", _several, (1, 1, 1)),
)


def task(archive: Path = ARCHIVE) -> Task:
    """Return the task on copies of the archive and its library."""

    def ready(means: Means) -> Ready[Change]:
        engine, mark = kept_archive(means, archive), digest_of(sorted(archive.iterdir()))
        return Ready(
            engine.settings,
            {},
            first(
                {one.id: one for one in CHANGES}, means.limit, {"articles": mark, "questions": mark}
            ),
            lambda change: outcome(change, engine),
        )

    return Task("archive-unread", (), ready)


def outcome(change: Change, engine: Engine) -> Outcome:
    """Return whether a change to a copy of an engine's folder is told as what it is, once."""
    with tempfile.TemporaryDirectory() as place:
        copy = _copied(engine, Path(place))
        before, seeds = copy.unread(), copy.settings.seeds
        one, other, *_ = sorted(path for path in seeds.iterdir() if path.is_file())
        change.make(seeds, one, other)
        told = copy.unread()
        copy.ingest()
        noticed = not before and (told.new, told.changed, told.gone) == change.told
        return Outcome(change.id, "all", {NOTICED: noticed, READ: not copy.unread()})


def _copied(engine: Engine, place: Path) -> Engine:
    """Return an engine over a copy of another one's folder and library; files keep their times."""
    seeds = shutil.copytree(engine.settings.seeds, place / "seeds")
    index = shutil.copytree(engine.settings.index, place / "index")
    settings = replace(engine.settings, seeds=seeds, index=index)
    return Engine(settings, encoder=engine.models.encoder)
