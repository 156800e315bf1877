"""The files that were fetched from outside the catalogue: name -> address and sha256, as they first came.

Nobody else vouches for their bytes; so that they are still the same, `kept` is compared at every use.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from rag.atomic import replace_bytes
from rag.errors import ModelError

FILE = "fetched.json"


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file in the models folder, as it first came."""

    name: str
    origin: str  # the address or the path that it came from
    sha256: str
    size: int  # bytes


def kept(folder: Path) -> dict[str, Fetched]:
    """Return the fetched files by their names; a list that cannot be read is empty."""
    try:
        found = [Fetched(**one) for one in json.loads((folder / FILE).read_bytes())]
    except (OSError, ValueError, TypeError):
        return {}
    told = [one for one in found if isinstance(one.size, int)]
    return {
        one.name: one for one in told if isinstance(one.name, str) and isinstance(one.sha256, str)
    }


def keep(fetched: Fetched, folder: Path) -> None:
    """Remember a file as it came. Raises ModelError where that cannot be written down."""
    found = kept(folder) | {fetched.name: fetched}
    told = [asdict(one) for one in found.values()]
    try:
        replace_bytes(folder / FILE, json.dumps(told, indent=1).encode())
    except OSError as error:
        raise ModelError(
            f"{folder / FILE} cannot be written: {error.strerror}. {fetched.name} is here, but it will"
            " not be compared with what came."
        ) from error
