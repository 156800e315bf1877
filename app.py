"""The page in the browser.

    python app.py [--port 7860] [--no-browser]

Opens http://127.0.0.1:7860, for this computer only. Each question has a stop of its own, set by the
Stop button and by a reader who leaves; what is shown is drawn by `rag.render`. Exit codes: 0 closed
· 1 the port is in use · 2 bad arguments · 130 interrupted while the folder was indexed.
"""

from __future__ import annotations

import os
import queue
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, NamedTuple

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"  # read when gradio is imported: nothing is told
os.environ["GRADIO_ALLOWED_PATHS"] = ""  # no file is served, whatever the environment says

import gradio as gr
import typer

from rag import render
from rag.engine import Engine
from rag.errors import ClippingsError, LibraryError
from rag.settings import Settings
from rag.terminal import door, progress_bar, run, say
from rag.types import Answer, Progress

HOST = "127.0.0.1"
PORT = 7860
STYLE = Path(__file__).with_name("page.css")
EXAMPLES = (
    "Who will replace Kenneth Genalo?",
    "How many arrests per day does the White House want?",
    "What share of the vote did Lee Jae-myung win?",
    "Who is the mayor of Newark?",
)
TICK = 0.25  # seconds after which a Stop, or a reader who left, is noticed at the latest
READERS = 4  # questions at the same time: all find evidence, the model writes for one at a time
WAITING = 20  # questions that may wait for these
BUG = "Something went wrong that should not. The terminal shows the details."


# ── asking ──


class View(NamedTuple):
    """What the page shows of a question at one moment; None leaves a place as it is."""

    state: str
    answer: str | None = None
    evidence: str | None = None


class Questions:
    """The question each visitor waits for; a new one stops the one before."""

    def __init__(self) -> None:
        self._stops: dict[str, threading.Event] = {}
        self._lock = threading.Lock()

    def begin(self, visitor: str) -> threading.Event:
        """The stop of a new question."""
        stop = threading.Event()
        with self._lock:
            before = self._stops.get(visitor)
            self._stops[visitor] = stop
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


def moments(engine: Engine, question: str, stop: threading.Event) -> Iterator[Answer | None]:
    """The growing answer, and None every TICK in between; closing it sets `stop`.

    The engine works in a thread of its own: a generator that is busy cannot be closed.
    """
    made: queue.SimpleQueue[Answer | Exception | None] = queue.SimpleQueue()

    def work() -> None:
        try:
            for answer in engine.stream(question, stop=stop):
                made.put(answer)
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


def views(engine: Engine, question: str, stop: threading.Event) -> Iterator[View]:
    """What to show of a question, from its first moment to its last."""
    began = time.monotonic()
    last: Answer | None = None
    yield View(render.state("Searching …", busy=True), render.asked(question), "")
    try:
        for moment in moments(engine, question, stop):
            if moment:
                last = moment
                doing = render.state(render.stage(last), busy=not last.done)
                yield View(doing, render.answer(last), render.evidence(last))
                if last.done:
                    return
            elif stop.is_set():
                yield _stopped(last)
                return
            else:
                doing = render.stage(last) if last else "Searching …"
                yield View(render.state(doing, busy=True, seconds=time.monotonic() - began))
    except ClippingsError as error:
        yield View(render.state(""), render.problem(str(error)), "")
    except Exception:
        yield View(render.state(""), render.problem(BUG), "")
        raise


def _stopped(last: Answer | None) -> View:
    """The end of a question that was stopped before the engine could say so."""
    if last is None:
        return View(render.state("Stopped."), "", "")
    last = last.grown(status="stopped", done=True)
    return View(render.state(render.stage(last)), render.answer(last), render.evidence(last))


# ── the archive ──


def archive(engine: Engine) -> tuple[str, str]:
    """What there is to ask: as one line, and in detail."""
    try:
        holdings = engine.holdings()
    except LibraryError as error:
        return render.no_dateline(), render.no_archive(str(error))
    return render.dateline(holdings), render.archive(holdings)


def index_folder(engine: Engine, progress: Progress) -> tuple[str, str, str]:
    """Bring the folder into the library: what was done, then the archive as it is now."""
    try:
        line = render.report(engine.ingest(progress))
    except ClippingsError as error:
        line = render.problem(str(error))
    return (line, *archive(engine))


# ── the page ──


def build_app(engine: Engine) -> gr.Blocks:
    """The page of an engine, not yet open."""
    questions = Questions()
    with gr.Blocks(title="Clippings", analytics_enabled=False) as page:
        gr.HTML('<header class="masthead"><h1>Clippings</h1></header>')
        dateline = gr.HTML()
        with gr.Row(elem_classes="ask"):
            box = gr.Textbox(
                label="Question",
                show_label=False,
                container=False,
                lines=1,
                max_lines=4,
                placeholder="Ask the articles",
                autofocus=True,
                scale=1,
                min_width=200,
                elem_classes="question",
            )
            ask_button = gr.Button("Ask", variant="primary", scale=0, min_width=88)
            stop_button = gr.Button("Stop", interactive=False, scale=0, min_width=88)
        with gr.Row(elem_classes="examples"):
            examples = [
                gr.Button(question, size="sm", scale=0, min_width=0) for question in EXAMPLES
            ]
        state = gr.HTML(render.state(""), elem_classes="place-of-state")
        answer = gr.HTML(elem_classes="place-of-answer")
        evidence = gr.HTML(elem_classes="place-of-evidence")
        with gr.Column(elem_classes="archive"):
            gr.HTML("<h2>The archive</h2>")
            holdings = gr.HTML()
            index_button = gr.Button("Index the folder", size="sm", scale=0, min_width=0)
            report = gr.HTML(elem_classes="place-of-report")

        def ask(question: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
            visitor = str(request.session_hash)
            stop = questions.begin(visitor)
            shown = views(engine, question or "", stop)
            try:
                for view in shown:
                    if not questions.shows(visitor, stop):
                        return
                    places = (gr.skip() if place is None else place for place in view)
                    yield *places, gr.Button(interactive=True)
            finally:
                shown.close()
                questions.end(visitor, stop)

        def rest(request: gr.Request) -> Any:
            return gr.Button(interactive=questions.running(str(request.session_hash)))

        def stop(request: gr.Request) -> None:
            questions.stop(str(request.session_hash))

        def index(progress: gr.Progress = gr.Progress()) -> tuple[str, str, str]:  # noqa: B008
            def tell(stage: str, done: int, total: int) -> None:
                progress((done, total or None), desc=stage.capitalize(), unit="")

            return index_folder(engine, tell)

        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        many = {"concurrency_limit": READERS, "concurrency_id": "ask"}
        places = [state, answer, evidence, stop_button]
        asking = gr.on([ask_button.click, box.submit], ask, box, places, **quiet, **many)
        for example in examples:
            example.click(None, example, box, js="question => question", **quiet)
            asking_it = example.click(ask, example, places, **quiet, **many)
            asking_it.then(rest, None, stop_button, queue=False, **quiet)
        asking.then(rest, None, stop_button, queue=False, **quiet)
        stop_button.click(stop, queue=False, **quiet)
        index_button.click(
            index,
            None,
            [report, dateline, holdings],
            show_progress_on=report,
            api_visibility="private",
            concurrency_limit=1,
        )
        page.load(lambda: archive(engine), None, [dateline, holdings], queue=False, **quiet)
        page.queue(api_open=False, max_size=WAITING)
    return page


def open_page(page: gr.Blocks, engine: Engine, port: int) -> str:
    """Serve the page on this computer alone, beside the caller; returns its address. Raises
    OSError when the port is in use.
    """
    _, address, _ = page.launch(
        server_name=HOST,
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,  # would keep questions in the browser
        allowed_paths=[],
        blocked_paths=[str(engine.settings.seeds), str(engine.settings.index)],
        footer_links=[],
        theme=theme(),
        css_paths=STYLE,
    )
    return address


def theme() -> gr.themes.Base:
    """Fonts the computer has, and the colours of page.css: nothing comes from elsewhere."""
    sans = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif")
    return gr.themes.Base(
        neutral_hue=gr.themes.colors.stone, font=sans, font_mono=("ui-monospace", "monospace")
    ).set(
        body_background_fill="var(--paper)",
        body_background_fill_dark="var(--paper)",
        body_text_color="var(--ink)",
        body_text_color_dark="var(--ink)",
        loader_color="var(--accent)",
        loader_color_dark="var(--accent)",
    )


# ── the command ──


def serve(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Where the page listens.")] = PORT,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Do not open the browser.")
    ] = False,
) -> None:
    """Open the page: ask your articles in the browser."""
    raise typer.Exit(run(lambda: _serve(port, open_browser=not no_browser)))


def _serve(port: int, *, open_browser: bool) -> int:
    if not _free(port):
        return _busy(port)
    engine = Engine(Settings.from_env(), say=say)
    if not engine.has_library:
        _first_ingest(engine)
    page = build_app(engine)
    try:
        address = open_page(page, engine, port)
    except OSError:
        return _busy(port)
    threading.Thread(target=engine.warm, name="warm", daemon=True).start()
    say(f"Clippings is open at {address} and answers on this computer only. Close it with Ctrl-C.")
    if open_browser:
        webbrowser.open(address)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:  # closing the page would wait 5 s for browsers that are still there
        say("Closed.")
    return 0


def _first_ingest(engine: Engine) -> None:
    """Build the library; what stands in the way is told, and does not keep the page from opening."""
    try:
        with progress_bar(quiet=False) as progress:
            report = engine.ingest(progress)
        say(f"First start: {report}")
    except ClippingsError as error:
        say(str(error))


def _free(port: int) -> bool:
    """Whether nobody listens on the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _busy(port: int) -> int:
    other = port + 1 if port < 65535 else port - 1
    say(f"Port {port} is in use, or may not be used. Take another: python app.py --port {other}")
    return 1


def main(arguments: list[str] | None = None) -> int:
    """The command; returns its exit code."""
    return door(serve, "python app.py", arguments)


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    # a model may still be loading or writing in a thread; the interpreter's own end would crash it
    os._exit(code)
