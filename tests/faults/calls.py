"""Ingest with a fault at the Nth call that writes, for each N; what the library is afterwards.

    LD_PRELOAD=shim.so python -m tests.faults.calls FOLDER kill|fail STEP

One line of JSON for each fault. Of STEP faults that could be made one is, by chance.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import random
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import faiss  # noqa: F401
import filelock  # noqa: F401

import rag.store.vectors  # noqa: F401
from rag.errors import ClippingsError
from rag.stories.ingest import ingest
from tests.fakes import WordCountEncoder
from tests.faults import folders

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES)
_SHIM = ctypes.CDLL(None)


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens at a call, and what came of it."""

    kind: str  # of ingest
    call: int
    error: str = "KILL"
    lasting: bool = False
    half: bool = False  # whether the write was half done
    code: int = 0  # of the ingest: an exit code, -9 killed, 98 a traceback
    said: str = ""
    at_once: str = ""  # the state afterwards: old, new, or what is wrong
    unsound: tuple[str, ...] = ()
    again: int = 0  # exit code of the next ingest
    again_said: str = ""
    after: str = ""  # the state then
    unsound_after: tuple[str, ...] = ()
    left_over: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of ingest: the folders before, and the state of the library before and after."""

    name: str
    seeds: Path
    start: Path | None  # the index before, or none
    old: str
    new: str
    calls: int  # that write
    words: int = 30  # of a passage


def started(work: Callable[[], object]) -> tuple[int, int]:
    """Begin something in a child; return its process and a pipe, for `ended`."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid:
        os.close(writing)
        return pid, reading
    os.close(reading)
    code, said = 98, ""
    try:
        work()
        code = 0
    except ClippingsError as error:
        code, said = error.exit_code, str(error)
    except BaseException as error:
        said = "".join(traceback.format_exception(error))[-2000:]
    finally:
        os.write(writing, said.encode())
        os._exit(code)


def ended(pid: int, reading: int) -> tuple[int, str]:
    """Wait for a child; return its exit code and what it said, 98 and the traceback of a bug."""
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), said


def forked(work: Callable[[], object]) -> tuple[int, str]:
    """Do something in a child; return what `ended` does."""
    return ended(*started(work))


def run(kind_words: int, seeds: Path, index: Path, fault: Fault | None) -> tuple[int, str]:
    """Ingest in a child, with a fault or counting the calls: then they are what is said."""
    wanted = replace(folders.given(seeds, index), passage_words=kind_words)

    def work() -> None:
        number = getattr(errno, fault.error, 0) if fault else 0
        _SHIM.fault_at(
            os.fsencode(index),
            ctypes.c_long(fault.call if fault else -1),
            number,
            int(bool(fault and fault.lasting)),
            int(bool(fault and fault.half)),
        )
        try:
            ingest(wanted, encoder=WordCountEncoder(), allow_shrink=True)
        finally:
            _SHIM.fault_at(None, ctypes.c_long(-1), 0, 0, 0)

    return forked(work)


def counted(words: int, seeds: Path, index: Path) -> int:
    """Ingest undisturbed; return how many calls write."""
    place = index.parent / "count"

    def work() -> None:
        _SHIM.fault_at(os.fsencode(index), ctypes.c_long(-1), 0, 0, 0)
        wanted = replace(folders.given(seeds, index), passage_words=words)
        ingest(wanted, encoder=WordCountEncoder(), allow_shrink=True)
        calls = _SHIM.fault_count()
        _SHIM.fault_at(None, ctypes.c_long(-1), 0, 0, 0)
        place.write_text(str(calls))

    code, said = forked(work)
    assert code == 0, said
    return int(place.read_text())


def kinds(work: Path) -> list[Kind]:
    """First build, add, change, delete, nothing to do, and all read in another way."""
    seeds = folders.first(work / "seeds")
    index = work / "index"
    found = [_kind("first build", seeds, None, index)]
    start = work / "start"
    shutil.copytree(index, start)
    for name, alter in (
        ("add", folders.add),
        ("change", folders.change),
        ("delete", folders.delete),
    ):
        other = work / f"seeds {name}"
        shutil.copytree(seeds, other)
        alter(other)
        found.append(_kind(name, other, start, index))
    found.append(_kind("nothing to do", seeds, start, index))
    found.append(_kind("rebuild", seeds, start, index, words=20))
    return found


def _kind(name: str, seeds: Path, start: Path | None, index: Path, words: int = 30) -> Kind:
    fresh(start, index)
    old = folders.state(index)
    calls = counted(words, seeds, index)
    assert not folders.unsound(index)
    return Kind(name, seeds, start, old, folders.state(index), calls, words)


def fresh(start: Path | None, index: Path) -> None:
    """Put an index as it was before the ingest."""
    shutil.rmtree(index, ignore_errors=True)
    if start:
        shutil.copytree(start, index)


def kills(found: list[Kind]) -> Iterator[tuple[Kind, Fault]]:
    """A kill at each call: in turn before it and, where it writes, in the middle of it."""
    for kind in found:
        for call in range(1, kind.calls + 1):
            yield kind, Fault(kind.name, call, half=bool(call % 2))


def failures(found: list[Kind]) -> Iterator[tuple[Kind, Fault]]:
    """Each error at each call, once and from then on."""
    for number in ERRORS:
        for lasting in (False, True):
            for kind in found:
                for call in range(1, kind.calls + 1):
                    yield kind, Fault(kind.name, call, errno.errorcode[number], lasting)


def outcome(kind: Kind, fault: Fault, index: Path) -> Fault:
    """Ingest with the fault, look, ingest again, look again."""
    fresh(kind.start, index)
    began = time.monotonic()
    code, said = run(kind.words, kind.seeds, index, fault)
    at_once, unsound = _named(kind, folders.state(index)), folders.unsound(index)
    folders.age(index)
    again, again_said = run(kind.words, kind.seeds, index, None)
    return replace(
        fault,
        code=code,
        said=said,
        at_once=at_once,
        unsound=tuple(unsound),
        again=again,
        again_said=again_said,
        after=_named(kind, folders.state(index)),
        unsound_after=tuple(folders.unsound(index)),
        left_over=tuple(folders.left_over(index)),
        seconds=round(time.monotonic() - began, 2),
    )


def _named(kind: Kind, state: str) -> str:
    if state == kind.new:
        return "new"
    if state == kind.old:
        return "old"
    return state[:200] if state.startswith("refused") else "mixed"


def main(place: str, mode: str, step: str) -> None:
    """Print a line for each fault."""
    work = Path(place)
    found = kinds(work)
    print(json.dumps({kind.name: kind.calls for kind in found}), flush=True)
    every = list(kills(found) if mode == "kill" else failures(found))
    began = time.monotonic()
    for kind, fault in random.Random(0).sample(every, len(every) // int(step)):
        print(json.dumps(asdict(outcome(kind, fault, work / "index"))), flush=True)
    print(json.dumps({"seconds": round(time.monotonic() - began, 1), "of": len(every)}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
