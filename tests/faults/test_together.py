"""Readers and writers at the same time: each reader sees one generation, and one writer works."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from rag.engine import Engine
from rag.settings import Settings
from rag.stories.ingest import ingest as own_ingest
from rag.types.articles import digest
from rag.types.questions import Ask
from tests.fakes import (
    OverlapChecker,
    OverlapReader,
    PlainClassifier,
    WordCountEncoder,
    ingest,
)
from tests.faults import folders
from tests.faults.calls import ended, started

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
READERS, GENERATIONS, READINGS = (20, 30, 2000) if FULL else (4, 5, 20)
MOST = 50 * GENERATIONS
WRITERS, TURNS = 8, 20 if FULL else 2
QUESTION = "When was the harbour of Hallen closed?"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system"),
]


def publish(given: Settings, turn: int) -> None:
    """Make the next generation: another day of closing, in an article and its copy, and a new article."""
    told = f"The harbour of Hallen was closed on day {turn}. {folders.body(100 + turn)}"
    for name, outlet in (("h1", "Post"), ("h2", "Gazette")):
        page = f"---\ntitle: Harbour closed\noutlet: {outlet}\n---\n{told}\n"
        (given.seeds / f"{name}.md").write_text(page)
    folders.page(given.seeds, f"n{turn}", 200 + turn)
    ingest(given, encoder=WordCountEncoder())


def asking(given: Settings) -> Callable[[], str]:
    """Return what gives a digest of an answer: its evidence and every copy of it."""
    engine = Engine(
        given,
        encoder=WordCountEncoder(),
        reader=OverlapReader(),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
    )

    def ask() -> str:
        evidence = engine.answer(Ask(QUESTION, write=False)).evidence
        assert evidence
        return digest(repr([(item.article, item.also, item.quote) for item in evidence]))

    return ask


@contextmanager
def reading(given: Settings, seen: Path, stop: Path):
    """Readers in processes of their own, which ask and read everything until there is a file `stop`."""

    def read(place: Path) -> None:
        ask = asking(given)
        with place.open("w") as lines:
            while not stop.exists():
                print("state", digest(folders.state(given.index)), file=lines, flush=True)
                print("answer", ask(), file=lines, flush=True)

    seen.mkdir()
    readers = [started(lambda place=seen / str(n): read(place)) for n in range(READERS)]
    try:
        yield
    finally:
        stop.touch()
        done = [ended(*reader) for reader in readers]
    assert done == [(0, "")] * READERS


def readings(seen: Path) -> list[tuple[str, ...]]:
    """What all readers saw: the kind of reading and its digest; not a line that is being written."""
    texts = [place.read_text() for place in seen.iterdir()]
    return [tuple(line.split()) for text in texts for line in text.split("\n")[:-1]]


def test_readers_see_one_whole_generation_at_every_moment(tmp_path):
    """Answers and lists, copies and versions included, are those of one generation; no reader fails."""
    given = folders.given(folders.first(tmp_path / "seeds"), tmp_path / "index")
    publish(given, 0)
    ask, wholes, turn = asking(given), set(), 0

    def note() -> None:
        wholes.update({("state", digest(folders.state(given.index))), ("answer", ask())})

    note()
    with reading(given, tmp_path / "seen", tmp_path / "stop"):
        while turn < GENERATIONS or len(readings(tmp_path / "seen")) < READINGS:
            assert turn < MOST, "the readers read nothing"
            turn += 1
            publish(given, turn)
            note()
    seen = readings(tmp_path / "seen")
    assert len(wholes) == 2 * (turn + 1)  # no generation answers as another does
    answers = sum(kind == "answer" for kind, _ in seen)
    met = len({one for kind, one in seen if kind == "answer"})
    held = sum(one in wholes for one in seen)
    print(
        f"\n{READERS} readers during {turn} generations: {answers} answers of {met} generations and"
        f" {len(seen) - answers} whole readings, {held} of {len(seen)} of one generation"
    )
    assert set(seen) <= wholes


class Publishing(OverlapReader):
    """A reader during whose first reading an ingest ends."""

    def __init__(self, publishes: Callable[[], None]) -> None:
        self._publishes = [publishes]

    def read(self, question, texts):
        """One reading for each text."""
        while self._publishes:
            self._publishes.pop()()
        return super().read(question, texts)


@pytest.mark.parametrize("use", ["answer", "check"])
def test_an_ingest_that_ends_during_a_question_changes_nothing_in_its_answer(tmp_path, use):
    """What is quoted has the copies of its generation; they are found by a number of that generation."""
    given = folders.given(folders.first(tmp_path / "seeds"), tmp_path / "index")
    publish(given, 1)
    engine = Engine(
        given,
        encoder=WordCountEncoder(),
        reader=Publishing(lambda: publish(given, 2)),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
    )
    if use == "answer":
        (first, *_) = engine.answer(Ask(QUESTION, write=False)).evidence
    else:
        *_, draft = engine.check("The harbour of Hallen was closed on day 1.")
        (first, *_) = draft.sentences[0].evidence
    assert "closed on day 1." in first.quote
    assert {first.article.source, *(copy.source for copy in first.also)} == {"Post", "Gazette"}


@dataclass(frozen=True, slots=True)
class Gate:
    """Two pipes: who comes to it says so, and waits until it is opened."""

    came: tuple[int, int]
    opened: tuple[int, int]

    @classmethod
    def make(cls) -> Gate:
        """A closed one."""
        return cls(os.pipe(), os.pipe())

    def wait(self) -> None:
        """Say who comes, and wait."""
        os.write(self.came[1], f"{os.getpid()}\n".encode())
        os.read(self.opened[0], 1)

    def first(self) -> int:
        """Wait for somebody; return its process."""
        return int(os.read(self.came[0], 100).split()[0])

    def open(self) -> None:
        """Let one through."""
        os.write(self.opened[1], b"1")

    def close(self) -> None:
        """Give the pipes back."""
        for end in (*self.came, *self.opened):
            os.close(end)


class Waiting(WordCountEncoder):
    """Encodes when a gate was opened; its ingest holds the library's lock until then."""

    def __init__(self, gate: Gate) -> None:
        super().__init__()
        self._gate = gate

    def encode(self, texts, progress=lambda *_: None):
        """One row for each text."""
        self._gate.wait()
        return super().encode(texts, progress)


def test_one_of_eight_writers_wins_and_the_others_are_told_which(tmp_path):
    """They end with 75 and name its process; killed, it frees the library at once."""
    seeds = folders.first(tmp_path / "seeds")
    whole, longest = "", 0.0
    for turn in range(TURNS):
        index = tmp_path / f"index {turn}"
        given, gate = folders.given(seeds, index), Gate.make()
        # One batch, so that the winner comes to the gate once.
        at_once = Settings(seeds=seeds, index=index, threads=1, passage_words=30)
        work = partial(own_ingest, at_once, encoder=Waiting(gate))
        writers = [started(work) for _ in range(WRITERS)]
        holder = gate.first()
        others = [writer for writer in writers if writer[0] != holder]
        assert len(others) == WRITERS - 1
        for code, said in [ended(*writer) for writer in others]:
            assert code == 75 and f"(pid {holder})" in said, said
        winner = next(writer for writer in writers if writer[0] == holder)
        if turn % 2:
            os.kill(holder, signal.SIGKILL)
            assert ended(*winner)[0] == -signal.SIGKILL
            assert folders.state(index) == "none"
        else:
            gate.open()
            assert ended(*winner) == (0, "")
            assert folders.state(index) == (whole := whole or folders.state(index))
        gate.close()
        began = time.monotonic()
        ingest(given, encoder=WordCountEncoder())
        longest = max(longest, time.monotonic() - began)
        assert (folders.state(index), folders.unsound(index)) == (whole, [])
    print(
        f"\n{TURNS} times {WRITERS} writers: one worked, {TURNS * (WRITERS - 1)} were told its process;"
        f" {TURNS // 2} holders killed, the next ingest was done {longest:.1f} s later at most"
    )
