"""The language model in a process of its own: what goes wrong in it costs one answer."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import ModelError
from rag.models.apart import ModelApart, Patience
from rag.settings import ROOT
from rag.types.models import Message
from tests.fakes import QUESTION, STORM, WRITTEN, engine_of, wait
from tests.models.stand_in import MADE

pytestmark = pytest.mark.slow  # processes

SHORT = Patience(load=60.0, silent=1.5, stop=2.0)
NEVER = threading.Event()


@pytest.fixture(scope="module")
def model():
    """A model that is soon called silent."""
    made = ModelApart("stand-in", MADE, {}, SHORT)
    made.load()
    yield made
    made.close()


def chat(text):
    """A chat of one message."""
    return [Message("user", text)]


def written(model, text, stop=NEVER):
    """The pieces to a chat of one message."""
    return list(model.write(chat(text), stop))


def runs(pid):
    """Whether there is a process, other than a dead one."""
    try:
        os.kill(pid, 0)
        with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:  # gone in between; or a system without /proc
        return sys.platform != "linux"
    except ProcessLookupError:
        return False


def test_pieces_come_in_order_from_one_child(model):
    """One after the other, whatever characters they have; the child is not this process."""
    told = "Drei Boote – “sanken” 😀 \udc80 \n."
    pieces = written(model, told)
    assert pieces[:2] == ["Drei", " Boote"]
    assert "".join(pieces) == told
    [first], [second] = written(model, "pid"), written(model, "pid")
    assert first == second == str(model.pid) != str(os.getpid())


def test_what_fits_and_what_controls_is_known_by_the_model(model):
    """The child is asked; also while it writes."""
    writing = model.write(chat("One read"), NEVER)
    assert next(writing) == "One"
    assert model.fits(chat("short")) and not model.fits(chat("long " * 30))
    assert model.has_control_tokens("<s>") and not model.has_control_tokens("s")
    writing.close()


LOST = [
    ("crash", [], r"its process ended \(.*[Aa]bort.*\)"),
    ("One boat crash", ["One", " boat"], r"its process ended \(.*[Aa]bort.*\)"),
    ("hang", [], "it gave no sign of work for 2 seconds"),
    ("One hang", ["One"], "it gave no sign of work for 2 seconds"),
]


@pytest.mark.parametrize(("text", "pieces", "reason"), LOST, ids=[text for text, *_ in LOST])
def test_a_crash_or_a_hang_costs_one_answer(model, text, pieces, reason):
    """What was written before stays; the sentence says what to do; the next question has a new child."""
    [before] = written(model, "pid")
    got = []
    with pytest.raises(
        ModelError, match=f"^The language model stopped; {reason}. Ask again"
    ) as lost:
        got.extend(model.write(chat(text), NEVER))
    assert got == pieces
    assert "\n" not in str(lost.value) and str(lost.value).endswith("doctor --models")
    wait(lambda: not runs(int(before)))
    assert written(model, "Two boats") == ["Two", " boats"]
    assert written(model, "pid") != [before]


def test_what_is_killed_between_questions_is_not_noticed(model):
    """The next question has a new child."""
    for _ in range(3):
        os.kill(model.pid, signal.SIGTERM)
        wait(lambda: model.pid is None)
        assert written(model, "Two boats") == ["Two", " boats"]


def test_memory_that_ran_out_is_named(model):
    """A system kills what takes too much."""
    writing = model.write(chat("One read"), NEVER)
    next(writing)
    os.kill(model.pid, signal.SIGKILL)
    with pytest.raises(ModelError, match="was killed, as happens where memory runs out"):
        list(writing)


def test_a_long_reading_is_no_hang():
    """Whoever looks at the stop is at work."""
    patience, stop = Patience(load=60.0, silent=2.5, stop=2.0), threading.Event()
    model = ModelApart("stand-in", MADE, {}, patience)
    model.load()
    threading.Timer(4.0, stop.set).start()
    assert written(model, "One read", stop) == ["One"]
    model.close()


def test_a_stop_ends_the_reading_and_keeps_the_child(model):
    """Reading ends soon, and what was loaded stays so."""
    before, stop = written(model, "pid"), threading.Event()
    threading.Timer(0.2, stop.set).start()
    began = time.monotonic()
    assert written(model, "read", stop) == []
    assert time.monotonic() - began < SHORT.stop
    assert written(model, "pid") == before
    assert written(model, "Two boats", stop) == []


def test_a_stop_that_is_not_heeded_ends_the_child(model):
    """After a grace the process is ended, although it seems at work."""
    [before], stop = written(model, "pid"), threading.Event()
    threading.Timer(0.2, stop.set).start()
    assert written(model, "One deaf", stop) == ["One"]
    assert not runs(int(before))
    assert written(model, "pid") != [before]


def test_what_is_left_early_is_stopped(model):
    """Its other pieces do not come to the next question."""
    before = written(model, "pid")
    writing = model.write(chat("One boat sank read"), NEVER)
    assert next(writing) == "One"
    writing.close()
    assert written(model, "Two") == ["Two"]
    assert written(model, "pid") == before


def test_one_writes_at_a_time_and_who_waits_can_be_stopped(model):
    """The second begins when the first has ended."""
    first, second, third = (threading.Event() for _ in range(3))
    with ThreadPoolExecutor(3) as threads:
        writing = model.write(chat("One read"), first)
        assert next(writing) == "One"
        waiting = threads.submit(written, model, "Two boats", second)
        stopped = threads.submit(written, model, "Three boats", third)
        third.set()
        assert stopped.result(10) == []
        assert not waiting.done()
        first.set()
        assert list(writing) == []
        assert waiting.result(10) == ["Two", " boats"]


def test_a_crash_loses_nothing_of_those_who_wait(model):
    """What only takes a moment is asked once more, and the next writes with a new child."""
    with ThreadPoolExecutor(9) as threads:
        writing = model.write(chat("One read"), NEVER)
        assert next(writing) == "One"
        waiting = [threads.submit(written, model, "Two boats") for _ in range(4)]
        fitting = [threads.submit(model.fits, chat("short")) for _ in range(4)]
        os.kill(model.pid, signal.SIGKILL)
        with pytest.raises(ModelError):
            list(writing)
        assert [one.result(20) for one in waiting] == [["Two", " boats"]] * 4
        assert all(one.result(20) for one in fitting)


def test_what_crashes_every_time_is_not_asked_for_ever(model):
    """Twice, then it is an error."""
    with pytest.raises(ModelError, match="stopped"):
        model.fits(chat("crash"))
    assert model.fits(chat("short"))


def test_an_error_of_the_model_is_its_own_and_the_child_stays(model):
    """One that nobody expects is to be reported."""
    before = written(model, "pid")
    with pytest.raises(
        ModelError, match=r"failed \(KeyError: 'no such word'\). Please report this"
    ):
        written(model, "One fail")
    assert written(model, "pid") == before


def test_what_is_printed_is_no_answer(model):
    """The child's standard output goes nowhere."""
    assert written(model, "One print boat") == ["One", " boat"]


def test_ctrl_c_is_for_the_parent(model):
    """A terminal sends it to all."""
    before = model.pid
    os.kill(before, signal.SIGINT)
    assert written(model, "Two") == ["Two"]
    assert model.pid == before


def test_a_model_that_cannot_be_loaded_says_so(monkeypatch):
    """In its own words; where there is no process or none that starts, in ours. None stays."""
    missing = ModelApart("stand-in", MADE, {"loads": "missing"}, SHORT)
    for _ in range(2):
        with pytest.raises(ModelError, match=r"^No model file here.$"):
            written(missing, "Two")
    assert missing.pid is None
    hanging = ModelApart("stand-in", MADE, {"loads": "hang"}, Patience(load=0.5))
    with pytest.raises(ModelError, match="stopped; it gave no sign"):
        hanging.load()
    with pytest.raises(ModelError, match=r"stopped; its process ended \(exit code 1\)"):
        ModelApart("stand-in", "tests.models.no_such:StandIn", {}).load()
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(ModelError, match="No process can be started for the language model"):
        ModelApart("stand-in", MADE, {}).load()


def test_a_stop_ends_a_loading_that_takes_too_long():
    """Nobody waits for a disk that does not answer."""
    model, stop = ModelApart("stand-in", MADE, {"loads": "hang"}, SHORT), threading.Event()
    threading.Timer(0.2, stop.set).start()
    assert written(model, "Two", stop) == []
    assert model.pid is None


def test_closing_and_forgetting_end_the_child():
    """Its memory is given back; a closed model starts anew when it is asked."""
    model = ModelApart("stand-in", MADE, {})
    [first] = written(model, "pid")
    model.close()
    assert not runs(int(first))
    [second] = written(model, "pid")
    assert second != first
    del model
    gc.collect()
    assert not runs(int(second))


PARENT = """
import threading
from rag.models.apart import ModelApart
from rag.types.models import Message
from tests.models.stand_in import MADE
for piece in ModelApart("stand-in", MADE, {}).write([Message("user", "pid %s")], threading.Event()):
    print(piece, flush=True)
"""


@pytest.mark.parametrize("at_work", ["hang", "read", "Two"])
def test_a_child_ends_with_its_parent(at_work):
    """Also when the parent is killed, and the child does not look up from its work."""
    program = [sys.executable, "-c", PARENT % at_work]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        child = int(parent.stdout.readline())
        if at_work != "Two":
            assert runs(child)
            parent.kill()
    wait(lambda: not runs(child))


def test_an_answer_ends_in_a_sentence_with_its_evidence(tmp_path, model):
    """What the reader found is quoted, the reason is told; the next answer is written."""

    class Crashing(ModelApart):
        """Is asked to crash, once."""

        left = 1

        def write(self, messages, stop):
            """Crash, then write a sentence that the article has."""
            told, self.left = "crash" if self.left else f"{WRITTEN} [1]", 0
            return super().write(chat(told), stop)

        def fits(self, messages):
            """Everything fits."""
            return True

    engine = engine_of(tmp_path, Crashing("stand-in", MADE, {}, SHORT), storm=STORM)
    lost = engine.answer(QUESTION)
    assert lost.done and lost.evidence
    assert [one.kind for one in lost.statements] == ["quote"]
    assert any(note.startswith("The language model stopped; ") for note in lost.notes)
    assert engine.answer(QUESTION).text == f"{WRITTEN} [1]"
