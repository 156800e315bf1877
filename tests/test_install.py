"""The set-up: what can be checked without installing anything."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest

from rag.settings import ROOT

spec = importlib.util.spec_from_file_location("install", ROOT / "scripts" / "install.py")
install = importlib.util.module_from_spec(spec)
spec.loader.exec_module(install)


def test_versions_come_from_the_requirements():
    """One place for every version."""
    assert install.pinned("llama-cpp-python") == "0.3.36"
    assert install.pinned("torch") == "2.13.0"
    with pytest.raises(install.SetupError, match="nonsense is not pinned"):
        install.pinned("nonsense")


def test_the_flags_that_save_amx_are_passed_on_x86_linux():
    """Without them the program dies with an illegal instruction there."""
    flags = install.llama_flags()
    on_x86_linux = install.platform.machine() == "x86_64" and "linux" in install.sys.platform
    assert ("-fno-tree-dse -fno-dse" in flags) == on_x86_linux
    assert "-DLLAVA_BUILD=OFF" in flags


def test_what_is_installed_is_known_by_its_exact_version():
    """Another version is not the pinned one; a local label such as +cpu makes no difference."""
    assert install.installed("torch", install.pinned("torch"))
    assert not install.installed("torch", "2.0.0")
    assert not install.installed("no-such-package", "1.0")


def test_a_finished_set_up_is_a_no_op_for_make():
    """Nothing is left to do when all is there; make is only asked, so that no test installs anything."""
    sources = [ROOT / "requirements.txt", ROOT / "scripts" / "install.py"]
    newest = max(path.stat().st_mtime for path in sources)
    if not install.READY.exists() or install.READY.stat().st_mtime < newest:
        pytest.skip("SKIPPED ALOUD: .venv was not made by the set-up, or by an older one")
    done = subprocess.run(["make", "--question", "setup"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_failing_step_shows_its_last_lines(tmp_path):
    """The error names command and code, and no line is endless."""
    with pytest.raises(install.SetupError, match="ended with code 3") as caught:
        install.run(["-c", "print('x' * 5000); raise SystemExit(3)"])
    assert max(map(len, str(caught.value).splitlines())) < 300


@pytest.mark.parametrize(("word", "code"), [("--help", 0), ("-h", 0), ("brows", 2)])
def test_help_and_a_wrong_word_install_nothing(word, code):
    """Both tell how it is called; the wrong word on the error stream, with its code."""
    script = ROOT / "scripts" / "install.py"
    done = subprocess.run([sys.executable, script, word], capture_output=True, text=True)
    told = done.stderr if code else done.stdout
    assert done.returncode == code
    assert told.startswith("Set up everything")
