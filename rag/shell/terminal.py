"""What the shell doors share: harmless text, a progress bar, errors as one line and a code."""

from __future__ import annotations

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn, TextIO

from rag.errors import ClippingsError
from rag.protocols import Progress, silent
from rag.show.harmless import harmless

INTERRUPTED = 130


def say(text: str) -> None:
    """A line for the person, beside the result."""
    print(harmless(text), file=sys.stderr, flush=True)


def takes_marks(stream: TextIO, environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a stream is a terminal that shows bold letters, and nobody has asked it not to."""
    wanted = not environment.get("NO_COLOR")  # https://no-color.org
    return wanted and environment.get("TERM", "dumb") != "dumb" and stream.isatty()


@contextmanager
def progress_bar(quiet: bool) -> Iterator[Progress]:
    """A bar with counts and time left on stderr; silent when asked to be or when nobody watches."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    from rich import progress as bar
    from rich.console import Console
    from rich.text import Text

    class Speed(bar.ProgressColumn):
        """Steps a second, such as passages."""

        def render(self, task: bar.Task) -> Text:
            return Text(f"{task.speed:.0f}/s" if task.speed else "")

    columns = (
        bar.TextColumn("{task.description}"),
        bar.BarColumn(),
        bar.MofNCompleteColumn(),
        Speed(),
        bar.TimeRemainingColumn(),
    )
    with bar.Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks = {"": bars.add_task("starting", total=None)}

        def tell(stage: str, done: int, total: int) -> None:
            if "" in tasks:
                bars.remove_task(tasks.pop(""))
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage)
            bars.update(tasks[stage], completed=done, total=total or None)

        yield tell


@contextmanager
def interrupting(stop: threading.Event) -> Iterator[None]:
    """Let Ctrl-C set `stop` instead of raising, so that what is there is kept; a second one raises."""

    def interrupt(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def door(
    function: Callable[..., None],
    name: str,
    arguments: Sequence[str] | None,
    engine: object = None,
) -> int:
    """Run a function as a shell command and return its exit code; its context holds `engine`."""
    import typer

    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command()(function)
    try:
        app(arguments, prog_name=name, obj=engine)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def run(command: Callable[[], int]) -> int:
    """Run a command and return its exit code; print an error that people may meet as one line."""
    try:
        return command()
    except ClippingsError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        say("Interrupted. What was done is kept.")
        return INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()  # nobody reads on; no complaint at exit
        return 0
    except Exception:
        traceback.print_exc()
        say("This is a bug in Clippings, not a mistake of yours. Please report the lines above.")
        return 1


def leave(code: int) -> NoReturn:
    """End the process at once: the interpreter's own end would crash a model at work in a thread."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
