"""The power fails: SQLite's log ends anywhere, or a page of it or of the library was not written."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rag.settings import ROOT
from rag.store.library import FILE, Library
from tests.fakes import (
    WordCountEncoder,
    ingest,
)
from tests.faults import folders

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
DAMAGES, CHECKPOINTS = (None, 500) if FULL else (24, 8)  # None: all that can be made
HEAD, FRAME = 32, 24 + 4096  # bytes of SQLite's log before its first frame, and of a frame
pytestmark = pytest.mark.slow


@dataclass(frozen=True, slots=True)
class Logged:
    """A library whose last generations lie in its log, and what a reader sees of each of them."""

    seeds: Path
    index: Path
    data: bytes  # the log
    page_file: bytes  # the library's file, without them
    whole_file: bytes  # the same with all of them
    generations: tuple[
        tuple[int, str], ...
    ]  # bytes of the log when it was published, and its state

    def at(self, sound: int) -> str:
        """What a reader has to see when so many bytes of the log are sound: the last generation in them."""
        return [state for size, state in self.generations if size <= sound][-1]


@pytest.fixture(scope="module")
def logged(tmp_path_factory) -> Logged:
    """Four generations: one in the file, three in the log, kept there by a reader."""
    place = tmp_path_factory.mktemp("logged")
    seeds, index = folders.first(place / "seeds"), place / "index"
    given, log = folders.given(seeds, index), place / "index" / f"{FILE}-wal"
    ingest(given, encoder=WordCountEncoder())
    generations, page_file = [(0, folders.state(index))], (index / FILE).read_bytes()
    with Library.open(index) as library, library.snapshot():
        library.count_articles()
        for alter in (folders.add, folders.change, folders.delete):
            alter(seeds)
            ingest(given, encoder=WordCountEncoder(), allow_shrink=True)
            generations.append((log.stat().st_size, folders.state(index)))
        data = log.read_bytes()
        assert (index / FILE).read_bytes() == page_file
    assert folders.state(index) == generations[-1][1]
    assert len({state for _, state in generations}) == 4
    return Logged(seeds, index, data, page_file, (index / FILE).read_bytes(), tuple(generations))


def damages(data: bytes, chance: random.Random) -> Iterator[tuple[int, bytes]]:
    """Yield where a log stops to be sound, and the log: at each frame and in it, cut, zeroed, flipped."""
    frames = range(HEAD, len(data), FRAME)
    for start in (0, *frames):
        size = FRAME if start else HEAD
        inside = start + chance.randrange(size)
        rest = data[start + size :]
        yield start, data[:start]
        yield start, data[:inside]
        yield start, data[:start] + bytes(size) + rest
        yield start, data[:start] + bytes(len(data) - start)
        yield start, data[:start] + data[HEAD : HEAD + size][::-1] + rest
        bit = bytes([data[inside] ^ (1 << chance.randrange(8))])
        yield start, data[:inside] + bit + data[inside + 1 :]


def laid(logged: Logged, place: Path, file: bytes, log: bytes) -> Path:
    """A folder with the files as they were found after the power had failed."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    (place / FILE).write_bytes(file)
    (place / f"{FILE}-wal").write_bytes(log)
    return place


def finished(logged: Logged, index: Path) -> bool:
    """Whether the next ingest brings the library to the state that it would have had."""
    given = folders.given(logged.seeds, index)
    ingest(given, encoder=WordCountEncoder(), allow_shrink=True)
    return folders.state(index) == logged.generations[-1][1] and not folders.unsound(index)


def test_a_log_that_is_cut_or_damaged_gives_the_last_generation_in_its_sound_part(logged, tmp_path):
    """Exactly that one, whole, and the next ingest brings back what is missing."""
    chance = random.Random(1)
    made = list(damages(logged.data, chance))
    chosen = made if DAMAGES is None else chance.sample(made, DAMAGES)
    right = 0
    for sound, log in chosen:
        index = laid(logged, tmp_path / "index", logged.page_file, log)
        found, wrong = folders.state(index), folders.unsound(index)
        held = found == logged.at(sound) and not wrong and finished(logged, index)
        right += held
        assert held, f"sound for {sound} bytes: {found[:200]} {wrong}"
    print(
        f"\n{len(chosen)} logs cut, zeroed or flipped at {len(logged.data) // FRAME} frames:"
        f" {right} gave the last whole generation, and were finished by the next ingest"
    )


def test_a_log_that_was_half_brought_into_the_library_is_read_to_its_end(logged, tmp_path):
    """Some pages of the file are new, the others old, torn in their middle or not: the log has them all."""
    chance, right = random.Random(2), 0
    for _ in range(CHECKPOINTS):
        file = bytearray(logged.page_file)
        if chance.random() < 0.5:
            file += bytes(len(logged.whole_file) - len(file))
        for start in range(0, len(file), 4096):
            if chance.random() < 0.5:
                end = start + chance.choice((512, 2048, 4096, 4096))
                file[start:end] = logged.whole_file[start:end]
        index = laid(logged, tmp_path / "index", bytes(file), logged.data)
        held = folders.state(index) == logged.generations[-1][1] and not folders.unsound(index)
        assert held and finished(logged, index)
        right += 1
    print(f"\n{CHECKPOINTS} libraries with some pages written: {right} whole, nothing lost")


@pytest.mark.skipif(
    not shutil.which("strace"), reason="needs strace: it lists system calls in order"
)
def test_a_file_is_on_the_disk_before_it_has_its_name(tmp_path):
    """Its bytes are synced, then it is renamed, then the folder is synced."""
    program = "from rag.atomic import replace_bytes; from pathlib import Path; import sys"
    program += "; replace_bytes(Path(sys.argv[1]), b'new')"
    kept, target = tmp_path / "calls", tmp_path / "folder" / "file"
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
    done = subprocess.run(
        ["strace", "-f", "-y", "-o", kept, "-e", calls, sys.executable, "-c", program, target],
        cwd=ROOT,
        capture_output=True,
    )
    if done.returncode and not target.exists():
        pytest.skip("no process may be traced here")
    lines = [line for line in kept.read_text().splitlines() if str(target.parent) in line]
    names = [
        line.split("(")[0].split()[-1].removesuffix("at2").removesuffix("at") for line in lines
    ]
    assert names == ["fsync", "rename", "fsync"]
    assert f"<{target.parent}>" in lines[2]
