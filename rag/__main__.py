"""The command `clippings`, and `python -m rag`: hands its arguments to one of the other commands."""

from __future__ import annotations

import sys
from importlib import import_module

from rag.settings import CHECKOUT

# Name -> the module with its `main`, imported when it is called, and what it does.
COMMANDS = {
    "ask": ("rag.ask", "Ask the articles; print the answer with the exact words it rests on."),
    "search": ("rag.search", "Find articles by their words, or list them by day."),
    "count": ("rag.count", "Count the articles that mention something."),
    "timeline": ("rag.timeline", "Tell what happened when, in sentences of the articles."),
    "check": ("rag.check", "Check every sentence of a draft against the articles."),
    "standing": ("rag.standing", "List the kept questions, ask them again, or forget them."),
    "ingest": ("rag.shell.ingest", "Bring the articles in seeds/ into the library."),
    "page": ("rag.web.server", "Open the page in the browser."),
    "doctor": (
        "rag.doctor",
        "Check the library, its index, the seeds and the model files.",
    ),
    "models": (
        "rag.models.door",
        "List the models, check every byte of them, or get another.",
    ),
}


def usage() -> str:
    """Return every command with what it does, a line each."""
    start = f"Usage: {'python -m rag' if CHECKOUT else 'clippings'} COMMAND [OPTIONS]"
    lines = [f"  {name:9}{does}" for name, (_, does) in COMMANDS.items()]
    return "\n".join([f"{start}; each command tells its options: --help", "", *lines])


def main(arguments: list[str] | None = None) -> int:
    """Run the command that the first argument names with the others; return its exit code."""
    name, *others = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in COMMANDS:
        code: int = import_module(COMMANDS[name][0]).main(others)
        if name == "page":  # its threads may still be busy with a model
            from rag.shell.terminal import leave

            leave(code)
        return code
    wanted = name in ("-h", "--help")
    print(usage(), file=sys.stdout if wanted else sys.stderr)
    return 0 if wanted else 2


if __name__ == "__main__":
    sys.exit(main())
