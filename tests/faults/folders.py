"""Small folders of articles, with copies and versions, and what a reader sees of their library."""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

from rag.errors import ClippingsError
from rag.settings import Settings
from rag.store.library import FILE, Library
from rag.store.summary import problems

THINGS = "boat ferry storm museum goal judge mayor quota".split()
BESIDE = """apples barrels candles dancers engines flags goats hammers icicles jugglers kettles lanterns
mules nets oars pilots quilts ropes sailors trumpets umbrellas violins wagons yachts""".split()


def body(number: int) -> str:
    """Six sentences that no other number has; no copy of another number's."""
    chance = random.Random(number)
    said = (
        f"The {THINGS[(number + n) % 8]} of town {number} was seen by"
        f" {', '.join(chance.sample(BESIDE, 8))} on day {n}."
        for n in range(6)
    )
    return " ".join(said)


def page(folder: Path, name: str, number: int, **front: str) -> None:
    """Write an article as a file with a head."""
    head = "".join(f"{key}: {value}\n" for key, value in front.items())
    (folder / f"{name}.md").write_text(f"---\ntitle: Story {number}\n{head}---\n{body(number)}\n")


def first(folder: Path) -> Path:
    """Eight articles in six reports: two versions of one address, two copies, others; and one
    file that cannot be read.
    """
    folder.mkdir(parents=True)
    address = "https://post.example/harbour"
    page(folder, "v1", 1, url=address, date="2025-03-01", outlet="Post")
    page(folder, "v2", 2, url=address, date="2025-03-09", outlet="Post")
    page(folder, "w1", 3, url="https://herald.example/a", date="2025-03-02", outlet="Herald")
    page(folder, "w2", 3, url="https://radio.example/b", date="2025-03-02", outlet="Radio")
    for number in range(4, 8):
        page(folder, f"o{number}", number, author="Ada Holm")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    return folder


def add(folder: Path) -> None:
    """A newer version of an article, a copy of another, and a new one."""
    page(folder, "v3", 8, url="https://post.example/harbour", date="2025-03-20", outlet="Post")
    page(folder, "w3", 3, outlet="Gazette")
    page(folder, "o9", 9)


def change(folder: Path) -> None:
    """Other words in two files; one is a copy no more."""
    page(folder, "w2", 10, url="https://radio.example/b", date="2025-03-02", outlet="Radio")
    page(folder, "o5", 11)


def delete(folder: Path) -> None:
    """The newest version and an article go."""
    (folder / "v2.md").unlink()
    (folder / "o6.md").unlink()


def state(index: Path) -> str:
    """What a reader sees of a library, as one text that two equal ones share: "none" without one."""
    if not (index / FILE).exists():
        return "none"
    try:
        with Library.open(index) as library, library.snapshot():
            return _state(library)
    except ClippingsError as error:
        return "none" if "Build it" in str(error) else f"refused: {error}"


def _state(library: Library) -> str:
    spans: dict[int, list[object]] = {}
    for key, *span in library.db.rows(
        'SELECT article, start, "end", digest FROM passages ORDER BY article, start'
    ):
        spans.setdefault(key, []).append(span)
    rows = library.db.rows(
        "SELECT key, report, file, position, id, path, title, text, source, agency, author,"
        " published, published_from, place, url, language, superseded FROM articles ORDER BY file, position"
    )
    name = {row[0]: row[2:4] for row in rows}
    articles = [[*row[2:], name.get(row[1]), spans.get(row[0])] for row in rows]
    files = sorted([path, *rest] for path, rest in library.files().items())
    skipped = [[item.path, item.reason] for item in library.skipped()]
    if not (articles or files or skipped):
        return "none"
    return json.dumps([articles, files, skipped])


def unsound(index: Path) -> list[str]:
    """What the checks of a library find wrong."""
    if not (index / FILE).exists():
        return []
    try:
        with Library.open(index) as library:
            return problems(library)
    except ClippingsError as error:
        return [] if "Build it" in str(error) else [str(error)]


def left_over(index: Path) -> list[str]:
    """Files that belong to nothing."""
    known = {
        FILE,
        f"{FILE}-wal",
        f"{FILE}-shm",
        f"{FILE}-journal",
        "passages.faiss",
        "articles.words",
    }
    known |= {"page.json"}
    known |= {"ingest.lock", "ingest.lock.pid"}
    return sorted({path.name for path in index.iterdir()} - known) if index.exists() else []


def age(index: Path) -> None:
    """Make what is left over as old as what nobody writes any more."""
    for name in left_over(index):
        os.utime(index / name, (0, 0))


def given(seeds: Path, index: Path) -> Settings:
    """Settings under which eight articles are several batches."""
    return Settings(seeds=seeds, index=index, threads=1, commit_passages=6, passage_words=30)
