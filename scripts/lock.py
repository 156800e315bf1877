"""Write requirements.sha256 anew: the sha256 of every file that the pinned packages may come as.

    python -m scripts.lock

They are what the package index says (PEP 691) when this is run; a set-up compares what it is given
with them (`scripts/install.py`). Of each package the wheels for the systems of docs/install.md are
listed, and the source where there is no wheel for all.
"""

from __future__ import annotations

import json
import re
import sys
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from scripts.install import HASHES, MILVUS, REQUIREMENTS, named, pins

INDEX = "https://pypi.org/simple/{}/"
JSON = {"Accept": "application/vnd.pypi.simple.v1+json"}
SECONDS = 60
_PYTHON = re.compile(r"-(?:cp31[1-4]-cp31[1-4]|cp3\d+-abi3|(?:py2\.)?py3\d*-none|cp3\d+-none)-")
_SYSTEM = re.compile(
    r"any|manylinux.*(?:x86_64|aarch64)|macosx.*(?:x86_64|arm64|universal2)|win_amd64"
)


def files(package: str) -> list[dict[str, Any]]:
    """Return all files of a package, of every version."""
    asked = urllib.request.Request(INDEX.format(package), headers=JSON)
    with urllib.request.urlopen(asked, timeout=SECONDS) as said:
        found: list[dict[str, Any]] = json.load(said)["files"]
        return found


def chosen(package: str, version: str, found: list[dict[str, Any]]) -> Iterator[str]:
    """Yield a line for each file of a version that a set-up may take."""
    of_version = [one for one in found if named(one["filename"]) == (package, version)]
    wheels = [one for one in of_version if _fits(one["filename"])]
    for_all = any(one["filename"].endswith("-any.whl") for one in wheels)
    sources = [] if for_all else [one for one in of_version if one["filename"].endswith(".tar.gz")]
    for one in [*wheels, *sources]:
        yield f"{one['hashes']['sha256']}  {one['filename']}"


def _fits(file: str) -> bool:
    python, system = _PYTHON.search(file), _SYSTEM.search(file)
    return file.endswith(".whl") and bool(python and system) and "musllinux" not in file


def main() -> int:
    """Ask for every pinned package, and write the list; return 1 where one has no file."""
    wanted = pins(REQUIREMENTS) | pins(MILVUS)
    with ThreadPoolExecutor(8) as asking:
        found = asking.map(files, wanted)
        listed = {
            name: sorted(chosen(name, wanted[name], some))
            for name, some in zip(wanted, found, strict=True)
        }
    for name in (name for name, lines in listed.items() if not lines):
        print(f"{name}=={wanted[name]} has no file for these systems.", file=sys.stderr)
    HASHES.write_text("\n".join(line for name in sorted(listed) for line in listed[name]) + "\n")
    return int(not all(listed.values()))


if __name__ == "__main__":
    sys.exit(main())
