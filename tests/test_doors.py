"""Commands as processes of their own; elsewhere they run inside the tests' process."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from rag.settings import ROOT


def process(index, *command):
    """Run a command, with an index of its own."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**os.environ, "CLIPPINGS_INDEX": str(index)},
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.mark.slow
@pytest.mark.parametrize("module", ["rag.doctor", "rag.models"])
def test_a_command_with_bad_arguments_ends_with_2(module, tmp_path):
    """The usage is on stderr."""
    done = process(tmp_path, "-m", module, "--nonsense")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"python -m {module}" in done.stderr


@pytest.mark.models
def test_the_doctor_finds_the_models_and_no_library_yet(tmp_path):
    """Nothing of it is an error."""
    done = process(tmp_path, "-m", "rag.doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert "not built yet" in done.stdout and "reader" in done.stdout


@pytest.mark.models
def test_the_list_of_models_is_printed(tmp_path):
    """With what each is for."""
    done = process(tmp_path, "-m", "rag.models")
    assert (done.returncode, done.stderr) == (0, "")
    assert "language model" in done.stdout and "reader" in done.stdout
