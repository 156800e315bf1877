"""The command that opens the page, behind `rag.web.walls.guard`.

Exit codes: 0 closed · 1 the port is in use · 2 bad arguments.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from typer import Context, Exit, Option

from rag.engine import Engine
from rag.errors import UsageError
from rag.settings import Settings, command
from rag.shell.terminal import door, run, say
from rag.web.sessions import Beginnings, Questions
from rag.web.shells import answering
from rag.web.walls import dropped, guard
from rag.web.walls.allowed import Rules, bracketed, forget, login_for, loopback
from rag.web.walls.login import Login

if TYPE_CHECKING:
    import gradio as gr

HOST = "127.0.0.1"
PORT = 7860
SESSIONS = 200  # conversations at once, 0.1 to 0.2 MB each; the one unused for longest is forgotten


@contextmanager
def gradio_environment() -> Iterator[None]:
    """Set what gradio reads from the environment; enter it before the page is built."""
    forget(os.environ)
    with dropped.folder() as folder:
        os.environ["GRADIO_TEMP_DIR"] = str(folder)  # where dropped files arrive
        yield


def build_app(engine: Engine, beginnings: Beginnings | None = None) -> gr.Blocks:
    """Return the page of an engine, not yet open."""
    from rag.web.page import draw  # gradio reads the environment when it is imported

    return draw(engine, beginnings or Beginnings(engine, Questions()))


def open_page(
    page: gr.Blocks,
    engine: Engine,
    port: int,
    *,
    host: str = HOST,
    login: Login | None = None,
    mcp: bool = False,
) -> str:
    """Serve the page behind its walls and return its address; raise OSError if the port is taken."""
    from rag.web.page import LOOKS, theme

    rules = Rules(
        host,
        port,
        login,
        uploads=True,
        endpoints=("ask", "search", "timeline", "check"),
        mcp=mcp,
        dropped=_dropped_here(),
    )
    _, address, _ = page.launch(
        app_kwargs={"lifespan": guard.around(rules)},
        server_name=bracketed(host),
        server_port=port,
        prevent_thread_lock=True,
        quiet=True,
        share=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=mcp,
        enable_monitoring=False,
        run_history=False,  # would keep questions in the browser
        allowed_paths=[],
        blocked_paths=[str(engine.settings.seeds), str(engine.settings.index)],
        max_file_size=engine.settings.file_bytes,
        state_session_capacity=SESSIONS,
        footer_links=[],
        theme=theme(),
        css_paths=LOOKS,
    )
    return str(address)


def serve(
    context: Context,
    port: Annotated[int, Option(min=1, max=65535, help="Where the page listens.")] = PORT,
    no_browser: Annotated[bool, Option("--no-browser", help="Do not open the browser.")] = False,
    mcp: Annotated[
        bool,
        Option("--mcp", help="Offer ask, search, timeline and check to assistants, too (MCP)."),
    ] = False,
    host: Annotated[
        str, Option(help="Where the page listens; for other computers it has a password.")
    ] = HOST,
    password_file: Annotated[
        Path | None, Option(help="A file with the page's password, for your eyes only.")
    ] = None,
) -> None:
    """Open the page: ask your articles in the browser."""

    def work() -> int:
        login = login_for(host, password_file, mcp=mcp)
        if not _free(host, port):
            return _busy(port)
        engine = (context.obj or Engine)(Settings.from_env(), say=say)
        for elsewhere in (engine.shelf, engine.models.server):
            if elsewhere and elsewhere.told:
                say(elsewhere.told)
        questions = Questions()
        beginnings = Beginnings(engine, questions)
        page = build_app(engine, beginnings)
        try:
            address = open_page(page, engine, port, host=host, login=login, mcp=mcp)
        except OSError:
            return _busy(port)
        beginnings.start()
        reach = "on this computer only" if loopback(host) else "to whoever knows the password"
        try:
            with answering(engine, questions):
                say(f"Clippings is open at {address} and answers {reach}. Close it with Ctrl-C.")
                if not no_browser:
                    webbrowser.open(address)
                threading.Event().wait()
        except KeyboardInterrupt:  # closing the page would wait 5 s for browsers still there
            say("Closed.")
        return 0

    with _ended_alike(), gradio_environment():
        raise Exit(run(work))


@contextmanager
def _ended_alike() -> Iterator[None]:
    """Let SIGTERM end the block as Ctrl-C does, so that nothing dropped stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread hears signals
        return
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _dropped_here() -> Path | None:
    """The folder of `gradio_environment`."""
    place = os.environ.get("GRADIO_TEMP_DIR")
    return Path(place) if place else None


def _free(host: str, port: int) -> bool:
    """Whether nobody listens there. Raises UsageError where this computer cannot."""
    try:
        family, *_, place = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(f"{host} is not an address of this computer.") from error
        return False
    return True


def _busy(port: int) -> int:
    other = port + 1 if port < 65535 else port - 1
    another = f"{command('page')} --port {other}"
    say(f"Port {port} is in use, or may not be used. Take another: {another}")
    return 1


def main(arguments: list[str] | None = None, make: Callable[..., Engine] | None = None) -> int:
    """Run the command with an engine of `make`; return its exit code."""
    return door(serve, command("page"), arguments, make)
