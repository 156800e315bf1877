"""The shell commands, run inside the test's own process."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple

import pytest


class Done(NamedTuple):
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


def run(main: Callable[..., int], *arguments: str, typed: str = "", engine=None, **environment):
    """Run the main function of a command with these arguments, standard input and variables."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr("sys.stdin", io.StringIO(typed))
        for name, value in environment.items():
            patch.setitem(os.environ, f"CLIPPINGS_{name.upper()}", str(value))
        code = main(list(arguments), engine)
    return Done(code, out.getvalue(), err.getvalue())
