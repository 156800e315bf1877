"""What an open page lets in beside the browser: its owner's shells, and nobody else."""

from __future__ import annotations

import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

import pytest

from rag.shell import channel
from rag.shell.channel import HOST, Gone, Wire, asked, note_for
from rag.types.questions import Ask
from rag.web.sessions import Questions
from rag.web.shells import MOST, answering
from tests.fakes import QUESTION, WRITTEN, PatientGenerator, engine_of, wait


@contextmanager
def opened(folder, generator=None, questions=None):
    """A page that shells may ask, and the note it leaves."""
    engine = engine_of(folder, generator)
    with answering(engine, questions or Questions()):
        yield note_for(engine.settings)


def plugged(note):
    """A connection to it."""
    return closing(socket.create_connection((HOST, note.port), 10))


@pytest.mark.parametrize(
    "said",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b'POST / HTTP/1.1\r\nContent-Length: 14\r\n\r\n{"shell": "1"}',
        b"x" * 100_000,
        b"\0\n",
        b'["shell"]\n',
    ],
    ids=["get", "post", "long", "zero", "list"],
)
def test_a_browser_or_garbage_hears_nothing(said, tmp_path):
    """No byte comes back."""
    with opened(tmp_path) as note, plugged(note) as plug:
        try:
            plug.sendall(said)
            assert plug.recv(100) == b""
        except ConnectionError:
            pass


@pytest.mark.parametrize("proof", ["", "0" * 64, "é", None, 1])
def test_a_wrong_proof_is_not_answered(proof, tmp_path):
    """Whatever call follows it."""
    with opened(tmp_path) as note, plugged(note) as plug:
        wire = Wire(plug)
        wire.send({"shell": "1"})
        wire.receive(1000, 5)
        wire.send({"proof": proof}, {"call": "has_library", "given": []})
        with pytest.raises(Gone):
            wire.receive(1000, 5)


@pytest.mark.parametrize(
    "call",
    [
        {"call": "models", "given": []},
        {"call": "ingest", "given": []},
        {"call": ["stream"], "given": []},
        {"call": "article", "given": []},
        {"call": "article", "given": [1]},
        {"call": "stream", "given": [["x"]]},
        {},
    ],
    ids=json.dumps,
)
def test_what_is_no_call_ends_the_connection(call, tmp_path):
    """The page answers the next one."""
    with opened(tmp_path) as note:
        with plugged(note) as plug:
            wire = Wire(plug)
            channel._greet(wire, note.secret)
            wire.send(call)
            with pytest.raises(Gone):
                wire.receive(1000, 5)
        assert list(asked(note, "has_library", [])) == [True]


def test_a_shell_that_goes_away_stops_its_question(tmp_path):
    """The page's model is free for the next one."""
    with opened(tmp_path, PatientGenerator(), questions := Questions()) as note:
        moments = asked(note, "stream", [Ask(QUESTION)])
        next(moments)
        assert questions.busy()
        moments.close()
        wait(lambda: not questions.busy())


def test_a_stop_ends_the_answer_as_far_as_it_has_come(tmp_path):
    """The last moment still comes."""
    stop = threading.Event()
    with opened(tmp_path, PatientGenerator()) as note:
        for moment in asked(note, "stream", [Ask(QUESTION)], stop):
            if moment.statements:
                stop.set()
    assert moment.done and moment.status == "stopped"
    assert [one.text for one in moment.statements] == [WRITTEN]


def test_connections_that_say_nothing_do_not_keep_others_out(tmp_path):
    """While all room is taken, a shell is refused at once; silent ones are ended soon."""
    with opened(tmp_path) as note:
        idle = [socket.create_connection((HOST, note.port), 10) for _ in range(MOST)]
        wait(lambda: _refused(note))
        wait(lambda: not _refused(note))
        for one in idle:
            one.close()


def _refused(note):
    try:
        return list(asked(note, "has_library", [])) != [True]
    except Gone:
        return True


@pytest.mark.slow
def test_a_hundred_shells_are_answered_or_refused(tmp_path):
    """Each whole, or not at all."""
    with opened(tmp_path) as note:

        def one(_):
            try:
                *_, last = asked(note, "stream", [Ask(QUESTION)])
                return last.statements[0].text
            except Gone:
                return "refused"

        with ThreadPoolExecutor(100) as beside:
            got = list(beside.map(one, range(100)))
        assert {*got} <= {WRITTEN, "refused"} and WRITTEN in got
        assert list(asked(note, "has_library", [])) == [True]
        print(f"\n{got.count(WRITTEN)} of 100 shells answered at once")
