"""Nothing is asked of other computers, and nothing written but the index and temporary files."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from rag.settings import ROOT
from rag.web.walls.allowed import forget


@pytest.mark.slow
def test_ingest_ask_and_page_keep_to_themselves(tmp_path):
    """Under an audit hook: no connection but to this computer, no file changed elsewhere."""
    home = tmp_path / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "tests.offline", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["connected"] == told["written"] == []
    assert told["page"] == 200
    assert (told["answered"], told["shell"]) == ("answered", "answered")


def test_the_hub_is_switched_off_for_the_page():
    """Gradio imports the client of a hub that it must not ask."""
    environment = {"HF_HUB_OFFLINE": "0"}
    forget(environment)
    assert environment["HF_HUB_OFFLINE"] == "1"
