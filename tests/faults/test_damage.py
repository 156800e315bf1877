"""Bytes and columns that are not as they were written: found and told, never shown, never a bug."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from rag.doctor import _library
from rag.engine import Engine
from rag.errors import ClippingsError
from rag.store import vectors
from rag.store.library import FILE, Library
from rag.types.questions import Ask
from tests.fakes import (
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    WordCountEncoder,
    ingest,
)
from tests.faults import folders

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
BYTES = 500 if FULL else 15  # damages of each file
QUESTIONS = ("Who saw the boat of town 4?", "What about the judge in town 3?", "Which storm?")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder of seeds; its library as it is ("plain"), and as it is before its last ingest is
    brought from the write-ahead log into the file ("wal").
    """
    place = tmp_path_factory.mktemp("made")
    seeds, index = folders.first(place / "seeds"), place / "index"
    given = folders.given(seeds, index)
    ingest(given, encoder=WordCountEncoder())
    shutil.copytree(index, place / "before")
    folders.add(seeds)
    with Library.open(index) as library, library.snapshot():
        library.count_articles()
        ingest(given, encoder=WordCountEncoder())
        shutil.copytree(index, place / "wal")
    for name in ("wal", "before"):
        (place / name / f"{FILE}-shm").unlink(missing_ok=True)
    shutil.copytree(place / "wal", place / "plain")
    with closing(sqlite3.connect(place / "plain" / FILE)) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert (place / "wal" / f"{FILE}-wal").stat().st_size > 0
    return place


def copied(made: Path, name: str, place: Path) -> Path:
    """A copy of an index that may be damaged."""
    shutil.rmtree(place / "index", ignore_errors=True)
    return Path(shutil.copytree(made / name, place / "index"))


def shown(made: Path, index: Path) -> list[object]:
    """What questions and lists show of the articles; "refused" where a library is not used."""
    parts = {
        "encoder": WordCountEncoder(),
        "reader": OverlapReader(),
        "checker": OverlapChecker(),
        "classifier": PlainClassifier(),
    }
    engine = Engine(folders.given(made / "seeds", index), **parts)
    found: list[object] = []
    for question in QUESTIONS:
        try:
            answer = engine.answer(Ask(question, write=False))
            found += [one for item in answer.evidence for one in (item.article, *item.also)]
        except ClippingsError:
            found.append("refused")
    for ask in (engine.holdings, engine.unread, engine.suggestions, engine.find):
        try:
            ask()
        except ClippingsError:
            found.append("refused")
    return found


def complaints(made: Path, index: Path) -> list[str]:
    """What the doctor finds wrong with a library."""
    found = _library(folders.given(made / "seeds", index))
    return [
        one.message
        for one in found
        if one.severity == "error" and "another model" not in one.message
    ]


def contents(index: Path) -> tuple[str, object]:
    """Everything that can be shown of a library, and its vectors."""
    state = folders.state(index)
    try:
        with Library.open(index) as library:
            return state, library.vectors(library.passage_numbers()).tobytes()
    except ClippingsError:
        return state, None


RECORDS = {
    "day": "UPDATE articles SET published = '2015-03-04' WHERE published IS NOT NULL",
    "no day": "UPDATE articles SET published = '2025-93-04'",
    "day as number": "UPDATE articles SET published = 7",
    "outlet": "UPDATE articles SET source = 'Outlet X'",
    "outlet as bytes": "UPDATE articles SET source = x'ff00'",
    "author": "UPDATE articles SET author = 'Wrong Name'",
    "address": "UPDATE articles SET url = 'https://evil.example/'",
    "headline": "UPDATE articles SET title = 'False headline'",
    "path": "UPDATE articles SET path = '../../etc/passwd'",
    "position": "UPDATE articles SET position = position + 1",
    "place": "UPDATE articles SET place = 'Wrongtown'",
    "language": "UPDATE articles SET language = 'xx'",
    "report": "UPDATE articles SET report = report + 1",
    "report as text": "UPDATE articles SET report = 'x'",
    "superseded": "UPDATE articles SET superseded = 1 - superseded",
    "text": "UPDATE articles SET text = replace(text, 'seen', 'lost')",
    "bytes": "UPDATE articles SET title = CAST(x'ff41' AS TEXT)",
    "signature": "UPDATE articles SET signature = zeroblob(1024)",
    "id": "UPDATE articles SET id = 'another'",
    "start": "UPDATE passages SET start = start + 3",
    "end": 'UPDATE passages SET "end" = "end" + 100000',
    "negative": "UPDATE passages SET start = -50",
    "digest": "UPDATE passages SET digest = (SELECT max(digest) FROM passages)",
    "passages of another": "UPDATE passages SET article = (SELECT max(key) FROM articles)",
    "vector": "UPDATE vectors SET vector = zeroblob(52)",
    "vectors exchanged": "UPDATE vectors SET (vector, checksum) ="
    " (SELECT vector, checksum FROM vectors WHERE rowid = 1)",
    "vector missing": "DELETE FROM vectors WHERE rowid = 2",
    "encoder": "UPDATE meta SET value = 'another' WHERE name = 'encoder'",
}


@pytest.mark.parametrize("damage", RECORDS.values(), ids=RECORDS)
def test_an_altered_column_is_never_shown_and_the_next_ingest_mends_it(made, tmp_path, damage):
    """The doctor finds it, no article is shown with it, and reading the articles again removes it."""
    index = copied(made, "plain", tmp_path)
    true = {one for one in shown(made, index) if one != "refused"}
    before = contents(index)
    with closing(sqlite3.connect(index / FILE)) as db, db:
        db.execute(damage)
    assert {one for one in shown(made, index) if one != "refused"} <= true
    assert complaints(made, index)
    ingest(folders.given(made / "seeds", index), encoder=WordCountEncoder())
    assert complaints(made, index) == []
    assert contents(index)[0] == before[0]


def test_the_doctor_names_the_altered_article(made, tmp_path):
    """By headline and file, with the command that reads it again; the library is not to be removed."""
    index = copied(made, "plain", tmp_path)
    with closing(sqlite3.connect(index / FILE)) as db, db:
        db.execute("UPDATE articles SET author = 'Wrong Name' WHERE file = 'o5.md'")
    (said,) = complaints(made, index)
    assert "“Story 5” (o5.md)" in said and "scripts/ingest.py" in said
    assert "emove" not in said


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE meta SET value = 'x' WHERE name = 'generation'",
        "UPDATE meta SET value = 'yesterday' WHERE name = 'ingested'",
        "UPDATE meta SET value = x'00' WHERE name = 'ingested'",
        "INSERT OR REPLACE INTO meta VALUES ('suggestions', '{')",
        "INSERT OR REPLACE INTO meta VALUES ('suggestions', '[]')",
        "INSERT OR REPLACE INTO meta VALUES ('suggestions', '{\"kept\": 3}')",
        "DELETE FROM meta WHERE name = 'encoder'",
        "UPDATE seen SET size = 'large'",
        "UPDATE files SET sha256 = x'00'",
        "UPDATE skipped SET reason = x'00'",
        "UPDATE names SET spelled = x'00', articles = 'many'",
    ],
)
def test_damaged_notes_are_no_bug(made, tmp_path, damage):
    """What stands beside the articles is made anew, or the library says that it is damaged."""
    index = copied(made, "plain", tmp_path)
    with closing(sqlite3.connect(index / FILE)) as db, db:
        db.execute(damage)
    shown(made, index)
    complaints(made, index)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE files SET sha256 = CAST(x'ff41' AS TEXT) WHERE path = 'o5.md'",
        "UPDATE skipped SET reason = CAST(x'ff41' AS TEXT)",
        "UPDATE seen SET path = CAST(x'ff41' AS TEXT) WHERE path = 'o5.md'",
        "UPDATE names SET spelled = CAST(x'ff41' AS TEXT) WHERE word = (SELECT min(word) FROM names)",
    ],
)
def test_lists_that_are_no_text_are_told_and_written_anew(made, tmp_path, damage):
    """No article is shown otherwise, the doctor says to ingest, and that is all it takes."""
    index = copied(made, "plain", tmp_path)
    before, state = shown(made, index), folders.state(index)
    with closing(sqlite3.connect(index / FILE)) as db, db:
        db.execute(damage)
    found = [one for one in shown(made, index) if one != "refused"]
    assert found == before
    (said,) = complaints(made, index)
    assert "scripts/ingest.py" in said and "emove" not in said
    ingest(folders.given(made / "seeds", index), encoder=WordCountEncoder())
    assert (complaints(made, index), folders.state(index)) == ([], state)


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Bytes with one damage: a flipped bit, zeros, ones, or an end that is missing."""
    place = chance.randrange(len(data))
    kinds = (
        data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :],
        data[:place] + bytes(min(512, len(data) - place)) + data[place + 512 :],
        data[:place] + b"\xff" + data[place + 1 :],
        data[:place],
    )
    return chance.choice(kinds)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "name"),
    [("plain", FILE), ("wal", FILE), ("wal", f"{FILE}-wal"), ("plain", vectors.FILE)],
)
def test_damaged_bytes_are_found_or_change_nothing(made, tmp_path, start, name):
    """No article is shown otherwise than it is; what the doctor calls sound is one whole generation."""
    chance = random.Random(f"{start} {name}")
    data = (made / start / name).read_bytes()
    index = copied(made, start, tmp_path)
    wholes = [contents(index), contents(copied(made, "before", tmp_path))]
    states = [state for state, _ in wholes]
    true = set(shown(made, copied(made, start, tmp_path)))
    true |= set(shown(made, copied(made, "before", tmp_path)))
    counts: Counter[str] = Counter()
    for turn in range(BYTES):
        index = copied(made, start, tmp_path)
        (index / name).write_bytes(damaged(data, chance))
        found = set(shown(made, index))
        assert found - {"refused"} <= true, f"damage {turn}"
        if complaints(made, index):
            counts["told by the doctor"] += 1
        elif contents(index) in wholes or folders.state(index) == "none":
            counts["without effect"] += 1
            assert found & true, f"damage {turn}: refused, and the doctor finds nothing"
        else:
            counts["in notes, written anew by the next ingest"] += 1
            assert json.loads(folders.state(index))[0] in [json.loads(one)[0] for one in states], (
                f"damage {turn}"
            )
            ingest(folders.given(made / "seeds", index), encoder=WordCountEncoder())
            assert folders.state(index) == states[0], f"damage {turn}"
    kept = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    which = "" if start == "plain" else ", with its log"
    print(
        f"\n{BYTES} damaged bytes in {name}{which}: no article shown otherwise than it is; {kept}"
    )
