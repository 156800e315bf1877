"""Asking on the page: evidence before statements, a Stop that stops, one line for every error."""

import threading

import pytest

from rag.engine import Engine
from rag.filters import Filters
from rag.types.answers import REFUSAL
from rag.types.questions import Turn
from rag.web import sessions
from tests.fakes import (
    QUESTION,
    SOON,
    WRITTEN,
    MissingGenerator,
    PatientGenerator,
    empty_engine,
    engine_of,
    wait,
)


def last_of(engine: Engine, question: str, **changes) -> sessions.Screen:
    """The last screen of a question."""
    *_, last = sessions.screens(engine, Turn(question, **changes), threading.Event())
    return last


# ── screens ──


def test_evidence_comes_before_statements(tmp_path):
    """The page searches, then shows the evidence, then the statements, then that it is done."""
    screens = [
        v
        for v in sessions.screens(engine_of(tmp_path), Turn(QUESTION), threading.Event())
        if v.answer
    ]
    assert "Searching" in screens[0].state and not screens[0].evidence
    assert "Reading" in screens[1].state and "evidence-1" in screens[1].evidence
    assert "statement" not in screens[1].answer and 'class="short"' in screens[1].answer
    assert "statement" in screens[2].answer
    assert "Done in" in screens[-1].state and 'href="#evidence-1"' in screens[-1].answer
    assert not screens[0].turn and screens[1].turn.answer.evidence and screens[-1].turn.answer.done


def test_without_prose_no_model_writes(tmp_path):
    """The first screen with evidence is the last: the words of the article answer."""
    made = engine_of(tmp_path, MissingGenerator())
    _, last = sessions.screens(made, Turn(QUESTION), threading.Event(), prose=False)
    assert last.done and "In the article’s own words" in last.answer
    assert "models/none.gguf" not in last.answer


def test_not_found_shows_the_nearest_passages(tmp_path):
    """What the articles do not say is said, with the nearest passages."""
    last = last_of(engine_of(tmp_path), "Who is the mayor of Zanzibar?")
    assert REFUSAL in last.answer and "zanzibar" in last.answer.lower()
    assert "The nearest passages" in last.evidence


def test_a_summary_is_there_at_once(tmp_path):
    """The first screen with evidence is the last, and every quotation is a chip to its article."""
    made = engine_of(tmp_path, MissingGenerator())
    _, last = sessions.screens(made, Turn("What happened with the storm?"), threading.Event())
    assert last.done and "models/none.gguf" not in last.answer
    assert last.answer.count('<blockquote class="statement quoted"') == 2
    assert "evidence-2" in last.evidence and "not cited" not in last.evidence


def test_a_comparison_stands_in_two_columns(tmp_path):
    """Each below the name of who says it."""
    said = "The mayor said that the storm was over. The union said that the storm was not over."
    last = last_of(
        engine_of(tmp_path, said=said),
        "Compare what the mayor and the union say about the storm",
    )
    assert last.done and last.answer.count('<section class="said-by">') == 2
    assert '<h3 dir="auto">The mayor</h3>' in last.answer
    assert '<h3 dir="auto">The union</h3>' in last.answer


def test_a_missing_model_keeps_the_evidence(tmp_path):
    """Without a language model the evidence stands and the missing file is named."""
    last = last_of(engine_of(tmp_path, MissingGenerator()), QUESTION)
    assert "models/none.gguf" in last.answer and "evidence-1" in last.evidence


@pytest.mark.parametrize("question", ["", "  ", "?!", "\0"])
def test_an_empty_question_is_one_line(tmp_path, question):
    """A question that cannot be used is told in one line, without a traceback."""
    last = last_of(engine_of(tmp_path), question)
    assert "The question is empty" in last.answer and "Traceback" not in last.answer


def test_a_question_without_a_library_is_one_line(tmp_path):
    """Where nothing is indexed, asking says how to index."""
    assert "No index in" in last_of(empty_engine(tmp_path), QUESTION).answer


def test_a_bug_is_one_line_and_keeps_its_traceback(tmp_path):
    """What nobody expected is a line on the page, and an exception for the terminal."""
    seen = []
    with pytest.raises(AttributeError):
        for view in sessions.screens(
            engine_of(tmp_path, object()), Turn(QUESTION), threading.Event()
        ):
            seen.append(view)
    assert sessions.BUG in seen[-1].answer


# ── stopping ──


def test_stop_ends_the_answer(tmp_path):
    """After a Stop the view ends at once, keeps what was written, and the model is free."""
    generator, stop = PatientGenerator(), threading.Event()
    last = None
    for view in sessions.screens(engine_of(tmp_path, generator), Turn(QUESTION), stop):
        last = view if view.answer else last
        if view.answer and "statement" in view.answer:
            stop.set()
    assert "Stopped." in last.state and WRITTEN in last.answer
    wait(lambda: not generator.owner.locked())


def test_a_reader_who_leaves_frees_the_model(tmp_path):
    """Closing the screens stops the model, even while it is busy."""
    generator, stop = PatientGenerator(), threading.Event()
    screens = sessions.screens(engine_of(tmp_path, generator), Turn(QUESTION), stop)
    while "Reading" not in next(screens).state:
        pass
    screens.close()
    assert stop.is_set()
    wait(lambda: not generator.owner.locked())


def test_waiting_is_told(tmp_path):
    """While the model is busy, the state goes on and the rest stays as it is."""
    screens = sessions.screens(
        engine_of(tmp_path, PatientGenerator()), Turn(QUESTION), threading.Event()
    )
    view = next(screens)
    while view.answer is not None:
        view = next(screens)
    assert "Writing" in view.state and view.evidence is None
    screens.close()


def test_each_visitor_has_a_stop_of_its_own():
    """Stopping one visitor's question leaves the other's alone; a new question stops the old."""
    questions = sessions.Questions()
    one, other = questions.begin("one"), questions.begin("other")
    questions.stop("one")
    questions.stop("nobody")
    assert one.is_set() and not other.is_set()
    later = questions.begin("other")
    assert other.is_set() and not later.is_set()
    questions.end("other", other)
    assert questions.running("other") and questions.shows("other", later)
    questions.end("other", later)
    assert not questions.running("other") and later.is_set()


def test_what_an_earlier_question_still_says_comes_first(monkeypatch):
    """The next one of the same visitor waits until it has ended; not for one that never does."""
    questions, said = sessions.Questions(), []
    earlier, stranger = questions.begin("one"), questions.begin("other")
    stop = questions.begin("one")

    def later() -> None:
        questions.wait_for_earlier("one", stop)
        said.append("later")

    waiting = threading.Thread(target=later)
    waiting.start()
    said.append("earlier")
    questions.end("one", earlier)
    waiting.join(SOON)
    assert said == ["earlier", "later"] and not stranger.is_set()
    monkeypatch.setattr(sessions, "LAST_WORD", 0.01)
    questions.wait_for_earlier("one", questions.begin("one"))


def test_waiting_questions_know_their_place():
    """A question is told how many were asked before it and are not done; a stopped one counts no more."""
    questions = sessions.Questions()
    stops = [questions.begin(visitor) for visitor in ("one", "two", "three")]
    assert [questions.ahead(stop) for stop in stops] == [0, 1, 2]
    questions.end("one", stops[0])
    assert [questions.ahead(stop) for stop in stops[1:]] == [0, 1]
    questions.stop("two")
    assert questions.ahead(stops[2]) == 0 and questions.busy()


def test_a_new_question_goes_to_the_end():
    """Whoever asks again waits behind those who asked in between."""
    questions = sessions.Questions()
    questions.begin("one")
    other = questions.begin("two")
    again = questions.begin("one")
    assert questions.ahead(other) == 0 and questions.ahead(again) == 1


def test_filters_reach_the_engine(tmp_path):
    """A turn's filters are the engine's: an outlet that nobody has is told in one line."""
    last = last_of(engine_of(tmp_path), QUESTION, filters=Filters(source="Nowhere Post"))
    assert "Nowhere Post" in last.answer and "problem" in last.answer


def test_a_turn_follows_the_one_before(tmp_path):
    """A question that points back is read with the last turn, and says so."""
    engine = engine_of(tmp_path)
    first = last_of(engine, QUESTION).turn
    then = last_of(engine, "And when was that?", before=first)
    assert then.turn.follows and "Follows" in then.answer
    assert not last_of(engine, "And when was that?").turn.follows


def test_a_finished_turn_can_be_shown_again(tmp_path):
    """What was answered is drawn as it was, without asking."""
    last = last_of(engine_of(tmp_path), QUESTION)
    assert sessions.shown(last.turn) == last


def test_work_between_questions_gives_way():
    """What is done meanwhile is stopped by the first question, and stays so when that is over."""
    questions = sessions.Questions()
    meanwhile = sessions.Meanwhile(questions)
    assert not meanwhile.is_set()
    stop = questions.begin("one")
    assert meanwhile.is_set()
    questions.end("one", stop)
    assert meanwhile.is_set() and not sessions.Meanwhile(questions).is_set()


class SlowlySuggesting:
    """An engine that makes questions until it is stopped the first time, and at once the second."""

    def __init__(self) -> None:
        self.tries = 0

    def warm(self) -> None:
        """Nothing to load."""

    def suggest(self, stop) -> None:
        """Wait for the stop, the first time."""
        self.tries += 1
        if self.tries == 1:
            wait(stop.is_set)


def test_questions_to_begin_with_give_way_and_are_taken_up_again():
    """They are made in the background, stopped by a question, finished later, and again after an
    ingest.
    """
    engine, questions = SlowlySuggesting(), sessions.Questions()
    beginnings = sessions.Beginnings(engine, questions, pause=0.01)
    assert not beginnings.making
    beginnings.start()
    wait(lambda: engine.tries == 1)
    assert beginnings.making
    stop = questions.begin("one")
    wait(lambda: engine.tries > 1)
    questions.end("one", stop)
    wait(lambda: not beginnings.making)
    before = engine.tries
    beginnings.wake()
    wait(lambda: engine.tries == before + 1 and not beginnings.making)
