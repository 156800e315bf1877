"""Options, exit codes and make targets, as the commands themselves state them."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

from typer.models import ArgumentInfo

from rag import errors
from rag.settings import ROOT

_VALUES = {str: "TEXT", int: "NUMBER", float: "SECONDS", datetime: "DAY", Path: "FILE"}


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the shell: its name, how a checkout starts it, and where its options are."""

    name: str
    checkout: str
    module: str
    function: str

    @property
    def loaded(self) -> ModuleType:
        """The module."""
        return importlib.import_module(self.module)


_INGEST = "rag.shell.ingest" if importlib.util.find_spec("rag.shell.ingest") else "scripts.ingest"
COMMANDS = (
    Command("ask", "python -m rag.ask", "rag.ask", "ask"),
    Command("ingest", "python scripts/ingest.py", _INGEST, "ingest"),
    Command("page", "python app.py", "rag.web.server", "serve"),
    Command("doctor", "python -m rag.doctor", "rag.doctor", "doctor"),
    Command("models", "python -m rag.models", "rag.models.files", ""),
)


def options() -> str:
    """Return a section for each command: what it does, then its arguments and options."""
    return "\n\n".join("\n".join(_section(command)) for command in COMMANDS)


def _section(command: Command) -> Iterator[str]:
    yield f"## clippings {command.name}\n"
    yield f"In a checkout: `{command.checkout}`.\n"
    function = getattr(command.loaded, command.function, None)
    if function is None:
        yield f"{_first(command.loaded)}"
        return
    yield f"{inspect.getdoc(function)}\n"
    yield "| option | |"
    yield "|---|---|"
    for parameter in inspect.signature(function, eval_str=True).parameters.values():
        yield _row(parameter)


def _first(module: ModuleType) -> str:
    return (module.__doc__ or "").split("\n\n")[0]


def _row(parameter: inspect.Parameter) -> str:
    """Return a line of the table: the option with its kind of value, its help and its default."""
    kind, option = get_args(parameter.annotation)
    if isinstance(option, ArgumentInfo):
        return f"| `{parameter.name.upper()}` | {option.help} |"
    own = f"--{parameter.name.replace('_', '-')}"
    # typer takes the first name of an annotated option for its default
    given = [option.default] if isinstance(option.default, str) else []
    names = [*given, *(option.param_decls or ())] or [own]
    value = "" if kind is bool else f" {_VALUES[_bare(kind)]}"
    default = parameter.default
    known = "" if default is None or isinstance(default, bool) else f" Default: {_plain(default)}."
    return f"| {', '.join(f'`{name}{value}`' for name in names)} | {option.help}{known} |"


def _bare(kind: Any) -> Any:
    """Return X of `X | None`."""
    return next((one for one in get_args(kind) if one is not type(None)), kind)


def _plain(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def exit_codes() -> str:
    """Return a table of every exit code: those that commands state, then those of the errors."""
    rows = [(command.name, *pair) for command in COMMANDS for pair in stated(command)]
    rows += [("every command", *pair) for pair in of_errors()]
    told = [f"| {where} | {code} | {meaning} |" for where, code, meaning in rows]
    return "\n".join(["| command | code | it means |", "|---|---|---|", *told])


def stated(command: Command) -> list[tuple[int, str]]:
    """Return the exit codes that a module states in its first lines: "0 answered · 2 bad ..."."""
    text = " ".join((command.loaded.__doc__ or "").split())
    line = re.search(r"Exit codes: (.+?)\.(?:\s|$)", text)
    pairs = [part.split(" ", 1) for part in line[1].split(" · ")] if line else []
    return [(int(code), meaning) for code, meaning in pairs]


def of_errors() -> list[tuple[int, str]]:
    """Return the exit codes of the named errors, with what each error says of itself."""
    found = {
        error.exit_code: error.__doc__ or ""
        for error in vars(errors).values()
        if isinstance(error, type) and issubclass(error, errors.ClippingsError)
        if "exit_code" in vars(error)
    }
    return [(code, found[code]) for code in sorted(found) if code > errors.ClippingsError.exit_code]


def targets() -> str:
    """Return a table of the make targets, with what the Makefile says of each."""
    lines = (ROOT / "Makefile").read_text()
    found = re.findall(r"^([a-z-]+):.*?## (.+)$", lines, re.MULTILINE)
    told = [f"| `make {name}` | {meaning} |" for name, meaning in found]
    return "\n".join(["| command | |", "|---|---|", *told])
