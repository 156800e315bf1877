"""The note of an open page, and the lines between it and a shell."""

from __future__ import annotations

import os
import socket
import threading
import time
from contextlib import closing, contextmanager
from dataclasses import replace

import pytest

from rag.settings import Settings
from rag.shell.channel import FILE, Gone, Note, Wire, admit, asked, note_for, whose

NOTE = Note(4711, "secret", {})


@contextmanager
def wires(sending: float = 5.0):
    """Both ends of a connection."""
    one, other = socket.socketpair()
    with closing(one), closing(other):
        yield Wire(one, sending), Wire(other, sending), other


def test_a_note_is_for_its_owner_and_taken_back(tmp_path):
    """Read by who has the same settings; nothing else is left in the folder."""
    settings = Settings(index=tmp_path)
    note = replace(NOTE, of=whose(settings))
    note.leave(tmp_path)
    assert os.name == "nt" or (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert note_for(settings) == note
    assert note_for(replace(settings, prose=False)) == note  # each question says it
    assert note_for(replace(settings, evidence=4)) is None
    note.take_back(tmp_path)
    assert list(tmp_path.iterdir()) == []
    note.take_back(tmp_path)


def test_the_note_of_a_later_page_stays(tmp_path):
    """The page that was opened last is asked."""
    later = replace(NOTE, port=4712)
    NOTE.leave(tmp_path)
    later.leave(tmp_path)
    NOTE.take_back(tmp_path)
    assert (tmp_path / FILE).exists()


def test_lines_arrive_in_pieces_and_together():
    """And each by itself."""
    with wires() as (here, _, there):
        there.sendall(b'{"a')
        threading.Timer(0.05, there.sendall, [b'":1}\n{"b":2}\n']).start()
        assert here.receive(100, 5) == {"a": 1}
        assert here.receive(100, 5) == {"b": 2}


@pytest.mark.parametrize(
    "line", [b"GET / HTTP/1.1\r\n", b"[]\n", b"1\n", b"\n", b"[" * 20_000 + b"\n"]
)
def test_what_is_no_object_ends_the_talk(line):
    """Whatever it is."""
    with wires() as (here, _, there):
        there.sendall(line)
        with pytest.raises(Gone):
            here.receive(100_000, 5)


def test_a_line_without_an_end_is_not_collected():
    """It ends the talk once it is too long."""
    with wires() as (here, _, there):
        sender = threading.Thread(target=_flood, args=(there,))
        sender.start()
        with pytest.raises(Gone):
            here.receive(1000, 5)
    sender.join()


def _flood(there):
    try:
        while True:
            there.sendall(b"x" * 10_000)
    except OSError:
        pass


def test_a_line_that_comes_drop_by_drop_is_not_waited_for():
    """The time is that of the whole line."""
    with wires() as (here, _, there):
        threading.Thread(target=_drops, args=(there,), daemon=True).start()
        began = time.monotonic()
        with pytest.raises(Gone):
            here.receive(1000, 0.3)
        assert time.monotonic() - began < 3


def _drops(there):
    try:
        while True:
            there.sendall(b" ")
            time.sleep(0.05)
    except OSError:
        pass


def test_who_never_reads_is_left():
    """After the seconds that sending may take."""
    with wires(sending=0.2) as (here, _, _there), pytest.raises(Gone):
        here.send({"value": "x" * 50_000_000})


def test_signs_of_life_are_no_messages():
    """And a stop ends this side alone."""
    stop = threading.Event()
    with wires() as (here, other, there):
        other.pulse()
        other.send({"value": 1})
        messages = here.heard(stop)
        assert next(messages) == {"value": 1}
        stop.set()
        threading.Timer(0.2, other.send, [{"end": None}]).start()
        assert next(messages) == {"end": None}
        assert there.recv(1) == b""


@contextmanager
def listening(work):
    """Something else that listens where a page was; it does `work` with who comes."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:

        def take():
            with closing(server.accept()[0]) as came:
                work(came)

        thread = threading.Thread(target=take)
        thread.start()
        yield replace(NOTE, port=server.getsockname()[1])
        thread.join()


def test_who_only_listens_learns_nothing():
    """Neither the secret nor a question; it is left after a moment."""
    heard = []

    def silent(came):
        heard.append(b"".join(iter(lambda: came.recv(65536), b"")))

    began = time.monotonic()
    with listening(silent) as note, pytest.raises(Gone):
        list(asked(note, "article", ["my question"]))
    assert time.monotonic() - began < 8
    assert b"secret" not in heard[0] and b"question" not in heard[0]


@pytest.mark.parametrize("secret", ["other", ""])
def test_who_cannot_prove_itself_is_told_nothing(secret):
    """A page of another secret hears no call."""

    def pretends(came):
        with pytest.raises(Gone):
            admit(Wire(came), secret)

    with listening(pretends) as note, pytest.raises(Gone):
        list(asked(note, "article", ["x"]))


@pytest.mark.parametrize(
    "said",
    [
        {"value": [1]},
        {"else": 1},
        {"end": ["KeyboardInterrupt", "x"]},
        {"end": ["Unreadable", "x"]},
        {"end": 1},
        {"value": {"a": 1}},
    ],
)
def test_a_page_that_says_something_else_is_left(said):
    """What a shell does not understand is no answer."""

    def answers(came):
        wire = Wire(came)
        admit(wire, NOTE.secret)
        wire.receive(1000, 5)
        wire.send(said)

    with listening(answers) as note, pytest.raises(Gone):
        list(asked(note, "article", ["x"]))
