"""Settings and the environment that changes them."""

import os
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.settings import ROOT, Settings, command, usable_cores, whole_number


def test_defaults():
    """Without an environment the defaults stand, beside the package."""
    assert Settings.from_env({}) == Settings()
    assert Settings().seeds == ROOT / "seeds"
    assert (ROOT / "rag" / "settings.py").is_file()


def test_every_variable_changes_its_setting():
    """Each variable changes one setting; `~` is the home folder."""
    found = Settings.from_env(
        {
            "CLIPPINGS_SEEDS": "~/news",
            "CLIPPINGS_INDEX": "made",
            "CLIPPINGS_MODELS": "files",
            "CLIPPINGS_MODEL": "my.gguf",
            "CLIPPINGS_MODEL_SOURCE": "https://mirror.example",
            "CLIPPINGS_THREADS": "7",
            "CLIPPINGS_PROSE": "off",
            "CLIPPINGS_LEAVES_THIS_COMPUTER": "1",
            "SEEDS": "ignored",
        }
    )
    assert found == Settings(
        seeds=Path.home() / "news",
        index=Path("made"),
        models=Path("files"),
        model="my.gguf",
        model_source="https://mirror.example",
        threads=7,
        prose=False,
        leaves=True,
    )


def test_an_empty_variable_changes_nothing():
    """An empty variable is as good as none: it does not mean the present folder."""
    names = (
        "SEEDS",
        "INDEX",
        "MODELS",
        "MODEL",
        "MODEL_SOURCE",
        "THREADS",
        "PROSE",
        "LEAVES_THIS_COMPUTER",
    )
    assert Settings.from_env({f"CLIPPINGS_{name}": "" for name in names}) == Settings()


@pytest.mark.parametrize("value", ["0", "-1", "two", "1.5", " ", "²"])
def test_threads_must_be_a_number(value):
    """A number of threads that is none is refused with its name and value."""
    with pytest.raises(UsageError, match=r"CLIPPINGS_THREADS is .*at least 1"):
        Settings.from_env({"CLIPPINGS_THREADS": value})


@pytest.mark.parametrize(("value", "prose"), [("on", True), ("off", False), ("OFF", False)])
def test_prose_is_on_or_off(value, prose):
    """Whether a language model writes, in small or large letters."""
    assert Settings.from_env({"CLIPPINGS_PROSE": value}).prose is prose


@pytest.mark.parametrize(
    ("value", "leaves"), [("1", True), ("on", True), ("0", False), ("OFF", False)]
)
def test_what_may_leave_is_said_plainly(value, leaves):
    """By 1 or on; anything else but 0 and off is refused."""
    assert Settings.from_env({"CLIPPINGS_LEAVES_THIS_COMPUTER": value}).leaves is leaves
    with pytest.raises(UsageError, match="CLIPPINGS_LEAVES_THIS_COMPUTER is 'yes'; give on or off"):
        Settings.from_env({"CLIPPINGS_LEAVES_THIS_COMPUTER": "yes"})


@pytest.mark.parametrize("value", ["0", "true", "no", " on"])
def test_prose_is_nothing_else(value):
    """Any other word is refused with the variable's name and its value."""
    with pytest.raises(UsageError, match=f"CLIPPINGS_PROSE is '{value}'; give on or off"):
        Settings.from_env({"CLIPPINGS_PROSE": value})


def test_a_home_folder_of_nobody():
    """A home folder that is not there is refused with the variable's name and value."""
    with pytest.raises(UsageError, match="CLIPPINGS_SEEDS is '~no-such-user/news'"):
        Settings.from_env({"CLIPPINGS_SEEDS": "~no-such-user/news"})


def test_whole_number():
    """A positive whole number is read."""
    assert whole_number("X", "012") == 12


def test_usable_cores():
    """There is at least one core and no more than the machine has."""
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


def test_settings_are_frozen():
    """Settings cannot be changed behind anybody's back."""
    with pytest.raises(FrozenInstanceError):
        Settings().threads = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("ask", "python -m rag.ask"),
        ("ingest", "python scripts/ingest.py"),
        ("page", "python app.py"),
        ("doctor", "python -m rag.doctor"),
        ("models", "python -m rag.models"),
    ],
)
def test_commands_of_a_checkout(name, line):
    """Messages name the file or the module that lies there; tests/test_wheel.py has the others."""
    assert command(name) == line
    path = ROOT / line.split()[-1].replace("rag.", "rag/")
    assert any(one.exists() for one in (path, path.with_suffix(".py")))


def test_the_model_that_the_set_up_could_have(tmp_path):
    """Its name, or none, stands until the environment names one; what cannot be read is no choice."""
    chosen = tmp_path / "clippings-model"
    chosen.write_text("smollm2-135m\n")
    assert Settings.from_env({}, chosen) == Settings(model="smollm2-135m")
    assert Settings.from_env({"CLIPPINGS_MODEL": "my.gguf"}, chosen) == Settings(model="my.gguf")
    chosen.write_text("none\n")
    assert Settings.from_env({}, chosen) == Settings(prose=False)
    assert Settings.from_env({"CLIPPINGS_MODEL": "my.gguf"}, chosen).prose
    assert Settings.from_env({"CLIPPINGS_PROSE": "on"}, chosen).prose
    for told in (b"", b"\xff\xfe", b"a\nb", b"\x1b[31m"):
        chosen.write_bytes(told)
        assert Settings.from_env({}, chosen) == Settings()
    chosen.unlink()
    chosen.mkdir()
    assert Settings.from_env({}, chosen) == Settings()
