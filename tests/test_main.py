"""The command that names the others."""

from __future__ import annotations

import subprocess
import sys

import pytest

from rag.__main__ import COMMANDS, main
from rag.settings import ROOT, command


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_every_command_in_one_line(capsys, arguments):
    """Without arguments, too; that is no mistake."""
    assert main(arguments) == 0
    _, _, *lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert all(line.endswith(".") and len(line) <= 80 for line in lines)


def test_an_unknown_command_ends_with_2(capsys):
    """What there is goes to stderr."""
    assert main(["fetch"]) == 2
    out, err = capsys.readouterr()
    assert (out, "ingest" in err) == ("", True)


@pytest.mark.parametrize("name", ["ask", "ingest", "doctor"])
def test_a_command_tells_its_own_options(capsys, name):
    """Under the name by which people call it."""
    assert main([name, "--help"]) == 0
    assert f"Usage: {command(name)} [OPTIONS]" in capsys.readouterr().out


def test_exit_codes_pass_through(monkeypatch, tmp_path):
    """2 for an option that is none, 5 without a library, 0 for what succeeds."""
    monkeypatch.setenv("CLIPPINGS_INDEX", str(tmp_path))
    monkeypatch.setenv("CLIPPINGS_SEEDS", str(tmp_path))
    assert main(["models", "remove"]) == main(["doctor", "--nonsense"]) == 2
    assert main(["ask", "Who won?"]) == 5
    assert main(["ingest", "--dry-run"]) == 0


def test_help_loads_no_other_command():
    """Neither typer nor numpy, so that the list is there at once."""
    program = (
        "import sys; from rag.__main__ import main; main(['--help']);"
        "print({'typer', 'numpy', 'rag.ask', 'rag.web'} & set(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.splitlines()[-1] == "set()"


def test_the_page_ends_with_the_code_of_its_command():
    """Its process is ended at once, and what it printed is there."""
    for arguments, code in ((["--help"], 0), (["--port", "none"], 2)):
        found = subprocess.run(
            [sys.executable, "-m", "rag", "page", *arguments],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert found.returncode == code
        assert f"Usage: {command('page')}" in found.stdout + found.stderr
