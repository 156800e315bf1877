"""Asking on the page: each visitor's question grows in a thread of its own and can be stopped."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from rag.engine import Engine
from rag.errors import ClippingsError, IngestRunningError
from rag.stories import kept as standing
from rag.types.questions import Turn
from rag.web.html import answer as render
from rag.web.html import evidence as cards

TICK = 0.25  # seconds after which a Stop, or a reader who left, is noticed at the latest
LAST_WORD = 5.0  # seconds that a new question waits for one that was stopped
PAUSE = 5.0  # seconds of rest before interrupted work is taken up again
Grown = TypeVar("Grown")
BUG = "Something went wrong that should not. The terminal shows the details."


@dataclass(frozen=True, slots=True)
class Screen:
    """What the page shows of a question at one moment; None leaves a place as it is."""

    state: str
    answer: str | None = None
    evidence: str | None = None
    turn: Turn | None = None  # as soon as there is evidence

    @property
    def done(self) -> bool:
        """Whether its answer is complete."""
        return bool(self.turn and self.turn.answer and self.turn.answer.done)


class Questions:
    """The question each visitor waits for; a new one stops the one before."""

    def __init__(self) -> None:
        self._stops: dict[str, threading.Event] = {}
        self._unfinished: dict[str, list[threading.Event]] = {}  # also those stopped, oldest first
        self._lock = threading.Condition()

    def begin(self, visitor: str) -> threading.Event:
        """The stop of a new question."""
        stop = threading.Event()
        with self._lock:
            before = self._stops.pop(visitor, None)
            self._stops[visitor] = stop
            self._unfinished.setdefault(visitor, []).append(stop)
        if before:
            before.set()
        return stop

    def stop(self, visitor: str) -> None:
        """Stop what this visitor waits for, if anything."""
        with self._lock:
            stop = self._stops.get(visitor)
        if stop:
            stop.set()

    def running(self, visitor: str) -> bool:
        """Whether the visitor waits for an answer."""
        with self._lock:
            return visitor in self._stops

    def busy(self) -> bool:
        """Whether anybody waits for an answer."""
        with self._lock:
            return bool(self._stops)

    def ahead(self, stop: threading.Event) -> int:
        """How many questions were asked before the one with this stop and are not done."""
        with self._lock:
            waiting = [one for one in self._stops.values() if one is stop or not one.is_set()]
        return waiting.index(stop) if stop in waiting else 0

    def shows(self, visitor: str, stop: threading.Event) -> bool:
        """Whether the question with this stop is still the one on the visitor's page."""
        with self._lock:
            return self._stops.get(visitor) is stop

    def end(self, visitor: str, stop: threading.Event) -> None:
        """Stop a question and forget it."""
        stop.set()
        with self._lock:
            if self._stops.get(visitor) is stop:
                del self._stops[visitor]
            left = [one for one in self._unfinished.pop(visitor, []) if one is not stop]
            if left:
                self._unfinished[visitor] = left
            self._lock.notify_all()

    def wait_for_earlier(self, visitor: str, stop: threading.Event) -> None:
        """Wait until the visitor's earlier questions have ended: what they still say comes before."""
        with self._lock:
            self._lock.wait_for(lambda: self._unfinished[visitor][0] is stop, LAST_WORD)


class Meanwhile:
    """A stop for work between the questions: set from the moment that anybody asks."""

    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._interrupted = False

    def is_set(self) -> bool:
        """Whether somebody has asked since."""
        self._interrupted = self._interrupted or self._questions.busy()
        return self._interrupted


class Beginnings:
    """Makes the questions to begin with, in a thread of its own, while nobody waits for an answer."""

    def __init__(self, engine: Engine, questions: Questions, pause: float = PAUSE) -> None:
        self.questions = questions
        self._engine, self._pause = engine, pause
        self._wanted = threading.Event()
        self._working = self._started = False

    @property
    def making(self) -> bool:
        """Whether some are still to be made."""
        return self._started and (self._wanted.is_set() or self._working)

    def start(self) -> None:
        """Load the models, and make what is missing; from now on also after `wake`."""
        self._started = True
        self.wake()
        threading.Thread(target=self._work, name="beginnings", daemon=True).start()

    def wake(self) -> None:
        """Look again: the archive has changed."""
        self._wanted.set()

    def _work(self) -> None:
        self._engine.warm()
        while self._wanted.wait():
            self._wanted.clear()
            self._working = True
            if self._interrupted():
                self._wanted.set()
                time.sleep(self._pause)
            self._working = False

    def _interrupted(self) -> bool:
        """Make what is missing; returns whether a question or an ingest came between."""
        meanwhile = Meanwhile(self.questions)
        try:
            self._engine.suggest(stop=meanwhile)
        except IngestRunningError:
            return True
        except ClippingsError:  # what is wrong is told to whoever asks
            pass
        return meanwhile.is_set()


def moments(growing: Iterator[Grown], stop: threading.Event) -> Iterator[Grown | None]:
    """What grows, such as an answer, and None every TICK in between; closing it sets `stop`.

    The engine works in a thread of its own: a generator that is busy cannot be closed.
    """
    made: queue.SimpleQueue[Grown | Exception | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            for moment in growing:
                made.put(moment)
            made.put(None)
        except Exception as error:  # told by the thread that waits
            made.put(error)

    threading.Thread(target=work, name="question", daemon=True).start()
    try:
        while True:
            try:
                moment = made.get(timeout=TICK)
            except queue.Empty:
                yield None
                continue
            if moment is None:
                return
            if isinstance(moment, Exception):
                raise moment
            yield moment
    finally:
        stop.set()


def screens(
    engine: Engine,
    turn: Turn,
    stop: threading.Event,
    questions: Questions | None = None,
    *,
    prose: bool = True,
) -> Generator[Screen, None, None]:
    """What to show of a question, from its first moment to its last.

    Without `prose` the words of the articles answer.
    """
    began = time.monotonic()
    yield Screen(render.state("Searching …", busy=True), render.asked(turn), "")
    try:
        for moment in moments(engine.stream(replace(turn.ask, prose=prose), stop), stop):
            ahead = questions.ahead(stop) if questions else 0
            if moment:
                turn = replace(turn, answer=moment)
                yield shown(turn, ahead, kept=_kept(engine, turn))
                if moment.done:
                    return
            elif stop.is_set():
                yield _stopped(turn)
                return
            else:
                doing = render.stage(turn.answer, ahead) if turn.answer else "Searching …"
                yield Screen(render.state(doing, busy=True, seconds=time.monotonic() - began))
    except ClippingsError as error:
        yield Screen(render.state(""), render.problem(str(error)), "")
    except Exception:
        yield Screen(render.state(""), render.problem(BUG), "")
        raise


def shown(turn: Turn, ahead: int = 0, *, kept: bool = False) -> Screen:
    """Return a turn as the page shows it while `ahead` questions are written before it."""
    assert turn.answer is not None
    doing = render.state(render.stage(turn.answer, ahead), busy=not turn.answer.done)
    return Screen(doing, render.answer(turn, kept=kept), cards.evidence(turn.answer), turn)


def _kept(engine: Engine, turn: Turn) -> bool:
    """Return whether a finished answer is one of a standing question."""
    done = turn.answer is not None and turn.answer.done
    return done and standing.is_kept(engine.settings.index, turn.question, turn.filters)


def _stopped(turn: Turn) -> Screen:
    """The end of a question that was stopped before the engine could say so."""
    if turn.answer is None:
        return Screen(render.state("Stopped."), "", "")
    return shown(replace(turn, answer=turn.answer.grown(status="stopped", done=True)))
