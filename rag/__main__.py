"""The command `clippings`, and `python -m rag`: hands its arguments to one of the other commands."""

from __future__ import annotations

import sys

from rag.settings import CHECKOUT


def ask(arguments: list[str]) -> int:
    """Ask the articles; print the answer with the exact words it rests on."""
    import rag.ask

    return rag.ask.main(arguments)


def ingest(arguments: list[str]) -> int:
    """Bring the articles in seeds/ into the library."""
    import rag.shell.ingest

    return rag.shell.ingest.main(arguments)


def page(arguments: list[str]) -> int:
    """Open the page in the browser."""
    import rag.web.server
    from rag.shell.terminal import leave

    leave(rag.web.server.main(arguments))


def doctor(arguments: list[str]) -> int:
    """Check the library, its index, the folder of seeds and the model files."""
    import rag.doctor

    return rag.doctor.main(arguments)


def models(arguments: list[str]) -> int:
    """List the models and where they lie, or check every byte of them."""
    import rag.models.files

    return rag.models.files.main(arguments)


COMMANDS = {command.__name__: command for command in (ask, ingest, page, doctor, models)}


def usage() -> str:
    """Every command with what it does, a line each."""
    start = f"Usage: {'python -m rag' if CHECKOUT else 'clippings'} COMMAND [OPTIONS]"
    lines = [f"  {name:8}{command.__doc__}" for name, command in COMMANDS.items()]
    return "\n".join([f"{start}; each command tells its options: --help", "", *lines])


def main(arguments: list[str] | None = None) -> int:
    """Run the command that the first argument names with the others; returns its exit code."""
    name, *others = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in COMMANDS:
        return COMMANDS[name](others)
    wanted = name in ("-h", "--help")
    print(usage(), file=sys.stdout if wanted else sys.stderr)
    return 0 if wanted else 2


if __name__ == "__main__":
    sys.exit(main())
