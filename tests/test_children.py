"""A pool of children: what hangs, grows or dies costs itself alone."""

from __future__ import annotations

import os
import socket
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag import child
from rag import children as children_module
from rag.children import FEW, Children, Limits, Lost, worked
from rag.errors import ClippingsError

TASK = "tests.child_tasks:told"
SHORT = Limits(seconds=1, memory_bytes=200_000_000)


@pytest.fixture(scope="module")
def children():
    """Two children with tight limits."""
    with Children(TASK, limits=SHORT) as pool:
        yield pool


def values(pool, *names, data=b""):
    """What the acts of these names give."""
    return list(pool.run(names, data))


def test_values_come_back_in_order(children):
    """One child does one task after the other."""
    assert values(children, "count", "count", data=b"abc") == [3, 3]
    assert values(children, "pid") == values(children, "pid")


LOST = [
    ("spin", "too costly to read: more than 1 seconds of the processor"),
    ("grow", "too costly to read: more memory"),
    ("deepen", "too costly to read: more memory"),
    ("leave", r"its reader crashed \(exit 3\)"),
    ("fail", r"its reader failed \(KeyError: .no such.*name.\); please report this"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "reason"), LOST, ids=[name for name, _ in LOST])
def test_what_is_lost_has_a_reason_and_the_next_task_is_done(children, name, reason):
    """A child that hangs, grows, recurses, ends or fails is replaced where it has to be."""
    got: list[int] = []
    with pytest.raises(Lost, match=reason) as lost:
        got.extend(children.run(["count", name, "count"], b"ab"))
    assert got == [2]  # what came before stays
    assert "\n" not in str(lost.value)
    assert values(children, "count", data=b"abc") == [3]


def test_what_waits_without_working_is_ended_by_the_clock():
    """The system counts no time for it."""
    limits = Limits(wall_seconds=0.5)
    with Children(TASK, limits=limits) as pool, pytest.raises(Lost, match="too costly to read"):
        values(pool, "sleep")


@pytest.mark.slow
@pytest.mark.skipif(worked(os.getpid()) == 0, reason="this system does not tell who works")
def test_what_works_is_not_ended_by_the_clock():
    """A busy computer takes longer; the processor's time decides."""
    limits = Limits(seconds=3, wall_seconds=3.0)
    with Children(TASK, limits=limits) as pool, pytest.raises(Lost, match="3 seconds of the proc"):
        values(pool, "spin")


def test_other_tasks_go_on_beside_one_that_hangs(children):
    """The second child works while the first is waited for."""
    with ThreadPoolExecutor(2) as threads:
        hanging = threads.submit(values, children, "spin")
        others = [values(children, "count", data=b"a" * n) for n in range(20)]
        assert not hanging.done()
        assert others == [[n] for n in range(20)]
        assert isinstance(hanging.exception(), Lost)


def test_a_few_small_tasks_have_one_child_and_many_have_all(monkeypatch):
    """A start costs more than they do; where there are many, all children are at work."""
    monkeypatch.setattr(children_module, "PATIENCE", 60.0)  # a busy computer gives them none
    with Children(TASK, limits=Limits()) as pool, ThreadPoolExecutor(2) as threads:
        few = [pid for [pid] in threads.map(lambda _: values(pool, "pid"), range(FEW))]
        many = [pid for pid, _ in threads.map(lambda _: values(pool, "pid", "nap"), range(10))]
    assert len({*few}) == 1
    assert len({*many}) == 2


def test_what_the_parent_holds_does_not_retire_a_child():
    """With models loaded it has more than a child may: else each file would start a process."""
    held = bytearray(b"x") * (child.RETIRED_BYTES + 1)
    with Children(TASK, limits=Limits()) as pool:
        assert values(pool, "pid") == values(pool, "pid")
    assert held


@pytest.mark.parametrize("act", ["write", "rename", "connect", "start"])
def test_a_child_changes_nothing_and_asks_nobody(children, tmp_path, act):
    """No file is written or moved, no connection opened, no process started."""
    there = tmp_path / "there.txt"
    there.write_text("as it was")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        data = str(port if act == "connect" else there).encode()
        with pytest.raises(Lost, match="PermissionError"):
            values(children, act, data=data)
        server.settimeout(0.1)
        with pytest.raises(TimeoutError):
            server.accept()
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [
        ("there.txt", "as it was")
    ]
    assert values(children, "read", data=os.fsencode(there)) == [len("as it was")]


def test_what_a_library_prints_is_no_message(children):
    """Standard output is closed to it."""
    assert values(children, "print", "count", data=b"ab") == ["printed", 2]


def test_a_task_that_is_left_early_ends_its_child(children):
    """Its other values do not come in the next task."""
    task = children.run(["count"] * 5, b"abc")
    next(task)
    task.close()
    assert values(children, "count", data=b"a") == [1]


def test_closing_ends_what_is_at_work():
    """As Ctrl-C does: nobody waits for a child that hangs, and no process stays."""
    pool = Children(TASK, limits=Limits())
    pids = values(pool, "pid")
    with ThreadPoolExecutor(1) as threads:
        hanging = threads.submit(values, pool, "sleep")
        threading.Timer(0.3, pool.close).start()
        assert isinstance(hanging.exception(timeout=10), Lost)
    with pytest.raises(ProcessLookupError):
        os.kill(pids[0], 0)
    with pytest.raises(Lost, match="ended"):
        values(pool, "count")


def test_a_child_that_cannot_start_is_no_fault_of_the_file(monkeypatch):
    """An ingest then ends with an error; else it would leave out every file."""
    with (
        Children("tests.no_such_module:told") as pool,
        pytest.raises(ClippingsError, match="does not start"),
    ):
        values(pool, "count")
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with Children(TASK) as pool, pytest.raises(ClippingsError, match="can be started"):
        values(pool, "count")


@pytest.mark.parametrize(
    ("event", "arguments", "refused"),
    [
        ("open", ("a", "r", os.O_RDONLY), False),
        ("open", ("a", "rb", os.O_RDONLY), False),
        ("open", ("a", "r+", 0), True),
        ("open", ("a", "x", 0), True),
        ("open", ("a", None, os.O_WRONLY | os.O_CREAT), True),
        ("open", ("a", None, os.O_RDONLY), False),
        ("socket.connect", (None, None), True),
        ("import", ("json",), False),
    ],
)
def test_the_hook_refuses_what_is_more_than_reading(event, arguments, refused):
    """By the modes of `open` and the flags of `os.open`."""
    if refused:
        with pytest.raises(PermissionError):
            child.refuse(event, arguments)
    else:
        child.refuse(event, arguments)


def test_memory_is_watched_where_it_cannot_be_limited(monkeypatch):
    """As on macOS: a look every tenth of a second, and the end when there was too much."""
    ended, looks = [], iter([10, 20, 101])
    monkeypatch.setattr(child, "peak_bytes", lambda: next(looks))
    monkeypatch.setattr(os, "_exit", ended.append)
    child.watch_memory(100)
    assert ended == [child.OUT_OF_MEMORY]
    assert list(looks) == []
