"""The page: evidence before statements, a Stop that stops, one line for every error, and nothing
from elsewhere.
"""

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import httpx
import pytest

import app
from rag.engine import Engine
from rag.errors import ModelError
from rag.types import REFUSAL
from tests.fakes import OverlapReranker, ScriptedGenerator, WordCountEncoder, settings

STORM = "The storm sank a ferry in the harbour on Monday. The mayor closed the harbour."
MUSEUM = "The museum reopened after the storm. Nobody was hurt in the museum."
WRITTEN = "The storm sank a ferry."
QUESTION = "What sank the ferry in the harbour?"
SOON = 10.0  # seconds; a test that waits this long has failed


class PatientGenerator:
    """Writes one sentence, then waits for the stop; like a real model it has one reader at a time."""

    name = "patient"

    def __init__(self) -> None:
        self.owner = threading.Lock()

    def fits(self, messages):
        """Everything fits."""
        return True

    def write(self, messages, stop) -> Iterator[str]:
        """A sentence with its mark, then nothing until stopped."""
        with self.owner:
            yield f"{WRITTEN} [1] "
            yield "The"
            wait(stop.is_set)


class MissingGenerator:
    """A language model whose file is not there."""

    name = "missing"

    def fits(self, messages):
        """Fails like a model that cannot be loaded."""
        raise ModelError("No model file models/none.gguf. Run: python -m rag.models get none")

    def write(self, messages, stop):
        """Never reached."""
        raise AssertionError


def wait(condition) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def engine_of(folder, generator=None, **articles) -> Engine:
    """An engine with small parts over these articles, ingested."""
    engine = empty_engine(folder, generator, **(articles or {"storm": STORM, "museum": MUSEUM}))
    engine.ingest()
    return engine


def empty_engine(folder, generator=None, **articles) -> Engine:
    """An engine with small parts whose library was never built."""
    return Engine(
        settings(folder, **articles),
        encoder=WordCountEncoder(),
        reranker=OverlapReranker(),
        generator=generator or ScriptedGenerator(f"{WRITTEN} [1]"),
    )


def last_of(engine: Engine, question: str) -> app.View:
    """The last view of a question."""
    *_, last = app.views(engine, question, threading.Event())
    return last


# ── views ──


def test_evidence_comes_before_statements(tmp_path):
    """The page searches, then shows the evidence, then the statements, then that it is done."""
    views = [v for v in app.views(engine_of(tmp_path), QUESTION, threading.Event()) if v.answer]
    assert "Searching" in views[0].state and not views[0].evidence
    assert "Reading" in views[1].state and "evidence-1" in views[1].evidence
    assert "statement" not in views[1].answer
    assert "statement" in views[2].answer
    assert "Done in" in views[-1].state and 'href="#evidence-1"' in views[-1].answer


def test_not_found_shows_the_nearest_passages(tmp_path):
    """What the articles do not say is said, with the nearest passages."""
    last = last_of(engine_of(tmp_path), "Who is the mayor of Zanzibar?")
    assert REFUSAL in last.answer and "zanzibar" in last.answer.lower()
    assert "The nearest passages" in last.evidence


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
        for view in app.views(engine_of(tmp_path, object()), QUESTION, threading.Event()):
            seen.append(view)
    assert app.BUG in seen[-1].answer


# ── stopping ──


def test_stop_ends_the_answer(tmp_path):
    """After a Stop the view ends at once, keeps what was written, and the model is free."""
    generator, stop = PatientGenerator(), threading.Event()
    last = None
    for view in app.views(engine_of(tmp_path, generator), QUESTION, stop):
        last = view if view.answer else last
        if view.answer and "statement" in view.answer:
            stop.set()
    assert "Stopped." in last.state and WRITTEN in last.answer
    wait(lambda: not generator.owner.locked())


def test_a_reader_who_leaves_frees_the_model(tmp_path):
    """Closing the views stops the model, even while it is busy."""
    generator, stop = PatientGenerator(), threading.Event()
    views = app.views(engine_of(tmp_path, generator), QUESTION, stop)
    while "Reading" not in next(views).state:
        pass
    views.close()
    assert stop.is_set()
    wait(lambda: not generator.owner.locked())


def test_waiting_is_told(tmp_path):
    """While the model is busy, the state goes on and the rest stays as it is."""
    views = app.views(engine_of(tmp_path, PatientGenerator()), QUESTION, threading.Event())
    view = next(views)
    while view.answer is not None:
        view = next(views)
    assert "Writing" in view.state and view.evidence is None
    views.close()


def test_each_visitor_has_a_stop_of_its_own():
    """Stopping one visitor's question leaves the other's alone; a new question stops the old."""
    questions = app.Questions()
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


# ── the archive ──


def test_the_archive_is_shown(tmp_path):
    """The page says how many articles there are."""
    dateline, _ = app.archive(engine_of(tmp_path))
    assert "2 articles" in dateline and "2 without a date" in dateline


def test_no_archive_names_the_button(tmp_path):
    """Before the first ingest the page says that nothing is indexed and what to press."""
    dateline, detail = app.archive(empty_engine(tmp_path))
    assert "Nothing is indexed" in dateline and "Index the folder" in detail


def test_the_button_builds_the_index(tmp_path):
    """Indexing tells its progress and its report, and the archive is there afterwards."""
    stages = []
    engine = empty_engine(tmp_path, storm=STORM)
    report, dateline, _ = app.index_folder(
        engine, lambda stage, done, total: stages.append((stage, done, total))
    )
    assert "1 articles new" in report and "1 article" in dateline
    assert {"looking", "encoding"} <= {stage for stage, _, _ in stages}


def test_an_empty_folder_is_one_line(tmp_path):
    """Indexing a folder without articles says so instead of failing."""
    report, *_ = app.index_folder(empty_engine(tmp_path), lambda *_: None)
    assert "No articles in" in report and "Traceback" not in report


def test_a_running_ingest_is_one_line(tmp_path):
    """While another ingest holds the library the button says so."""
    from rag.library import Library

    engine = engine_of(tmp_path)
    with Library.writing(engine.settings.index):
        report, *_ = app.index_folder(engine, lambda *_: None)
    assert 'class="problem"' in report and "ingest" in report


# ── the page, over HTTP ──


class Visitor:
    """A browser's conversation with an open page."""

    def __init__(self, address: str, session: str) -> None:
        self.http = httpx.Client(base_url=address, timeout=SOON, trust_env=False)
        self.session = session
        self.config = self.http.get("config").json()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def dependency(self, target: str, event: str) -> int:
        """The number of the listener on a button (by its text) or the box (by its placeholder)."""
        ids = {
            component["id"]
            for component in self.config["components"]
            if target in (component["props"].get("value"), component["props"].get("placeholder"))
        }
        return next(
            item["id"]
            for item in self.config["dependencies"]
            if item["backend_fn"]
            and any(block in ids and name == event for block, name in item["targets"])
        )

    def send(self, number: int, *data: object) -> httpx.Response:
        """Trigger a listener."""
        body = {"data": data, "fn_index": number, "session_hash": self.session}
        return self.http.post("gradio_api/queue/join", json=body)

    def call(self, number: int) -> httpx.Response:
        """Trigger a listener that does not queue."""
        body = {"data": [], "fn_index": number, "session_hash": self.session}
        return self.http.post("gradio_api/run/predict", json=body)

    def heard(self) -> Iterator[dict]:
        """Messages of the server until all is done."""
        address = f"gradio_api/queue/data?session_hash={self.session}"
        with self.http.stream("GET", address) as lines:
            for line in lines.iter_lines():
                if line.startswith("data:"):
                    message = json.loads(line[5:])
                    if message["msg"] == "close_stream":
                        return
                    yield message


@pytest.fixture
def opened():
    """Opens pages on free ports and closes them afterwards."""
    pages = []

    async def open_page(engine: Engine) -> str:
        page = app.build_app(engine)
        pages.append(page)
        return app.open_page(page, engine, free_port())

    # where no event loop runs, gradio makes some and leaves them open
    yield lambda engine: asyncio.run(open_page(engine))
    for page in pages:
        page.close(verbose=False)


def free_port() -> int:
    """A port that nobody uses."""
    with closing(socket.socket()) as probe:
        probe.bind((app.HOST, 0))
        return probe.getsockname()[1]


def test_the_page_answers_over_http(tmp_path, opened):
    """Ask, wait, and the answer with its evidence arrives piece by piece."""
    with Visitor(opened(engine_of(tmp_path)), "one") as visitor:
        assert visitor.send(visitor.dependency("Ask", "click"), QUESTION).is_success
        said = [json.dumps(message, ensure_ascii=False) for message in visitor.heard()]
    parts = ("Searching", "Reading 2 excerpts", WRITTEN, "Done in")
    first = [next(n for n, text in enumerate(said) if part in text) for part in parts]
    assert first[0] < first[1] < first[2] <= first[3]


def test_stop_over_http_stops_only_its_own(tmp_path, opened):
    """The Stop button ends the question of its own visitor, and of no other."""
    generator = PatientGenerator()
    address = opened(engine_of(tmp_path, generator))
    with Visitor(address, "other") as other, Visitor(address, "one") as visitor:
        stop = visitor.dependency("Stop", "click")
        visitor.send(visitor.dependency("Ask", "click"), QUESTION)
        heard = visitor.heard()
        assert any(WRITTEN in json.dumps(message) for message in heard)
        assert other.call(stop).is_success
        time.sleep(2 * app.TICK)
        assert generator.owner.locked()
        assert visitor.call(stop).is_success
        assert any("Stopped." in json.dumps(message) for message in heard)
    wait(lambda: not generator.owner.locked())


def test_a_visitor_who_leaves_frees_the_model(tmp_path, opened):
    """When the connection ends, the question ends."""
    generator = PatientGenerator()
    with Visitor(opened(engine_of(tmp_path, generator)), "one") as visitor:
        visitor.send(visitor.dependency("Ask", "click"), QUESTION)
        with closing(visitor.heard()) as heard:
            assert any(WRITTEN in json.dumps(message) for message in heard)
            assert generator.owner.locked()
    wait(lambda: not generator.owner.locked())


def test_the_page_loads_nothing_from_elsewhere(tmp_path, opened):
    """No script, style, font, picture or frame of the page comes from another host."""
    address = opened(engine_of(tmp_path))
    with Visitor(address, "one") as visitor:
        source, styles = visitor.http.get("").text, visitor.http.get("theme.css").text
    loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*?(?:src|href)=[\"']([^\"']+)", source)
    loaded += re.findall(r"url\(\s*[\"']?([^\"')]+)", source + styles)
    loaded += re.findall(r"@import\s+[\"']([^\"']+)", source + styles)
    assert loaded
    assert not [u for u in loaded if re.match(r"(?:https?:)?//", u) and not u.startswith(address)]
    assert "fonts.googleapis" not in source + styles


def test_the_page_is_private(tmp_path, opened):
    """No endpoint is offered, nothing is measured or kept, and no file of the folders is served."""
    engine = engine_of(tmp_path)
    with Visitor(opened(engine), "one") as visitor:
        assert not visitor.config["analytics_enabled"] and not visitor.config["run_history"]
        assert not visitor.http.get("gradio_api/info").json()["named_endpoints"]
        file = engine.settings.seeds / "storm.txt"
        assert visitor.http.get(f"gradio_api/file={file}").status_code == 403
        assert not visitor.http.get("monitoring/summary").is_success


def test_the_page_has_no_markdown(tmp_path, opened):
    """A text box, buttons and our own HTML are all there is; nothing else draws text."""
    with Visitor(opened(engine_of(tmp_path)), "one") as visitor:
        kinds = {component["type"] for component in visitor.config["components"]}
    assert kinds == {"textbox", "button", "html", "row", "column"}


# ── the command ──


def test_a_busy_port_is_one_line(capsys):
    """A port in use ends the command with the next step and an exit code."""
    with closing(socket.socket()) as other:
        other.bind((app.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        assert app.main(["--port", str(port), "--no-browser"]) == 1
    told = capsys.readouterr().err.strip()
    assert f"Port {port} is in use" in told and "--port" in told and "\n" not in told


def test_a_wrong_option_is_refused(capsys):
    """An option that does not exist ends with exit code 2."""
    assert app.main(["--nonsense"]) == 2
    capsys.readouterr()
