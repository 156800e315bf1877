"""One step of a peer as a command, so that it can be measured as a process of its own.

    python -m scripts.evaluation.peers.step txtai '{"seeds": …}' index
    python -m scripts.evaluation.peers.step txtai '{"seeds": …}' add 000301.json
    python -m scripts.evaluation.peers.step txtai '{"seeds": …}' evidence "Who will replace …?"
    python -m scripts.evaluation.peers.step txtai '{"seeds": …}' answer "Who will replace …?"

The object has the fields of a Place. It runs in the environment of the peers, which has nothing of
Clippings: only the standard library and the peer are imported.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import Any

from scripts.evaluation.peers import Place


def command(python: Path, peer: str, place: Place, *step: str) -> list[str]:
    """Return the command of a step: its name and what it is about."""
    given = json.dumps(asdict(place), default=str)
    return [str(python), "-m", __spec__.name, peer, given, *step]


def main(peer: str, given: str, step: str, *about: str) -> None:
    """Do one step; print what it gives, each passage on a line that begins with its number."""
    module = import_module(f"scripts.evaluation.peers.{peer}")
    STEPS[step](module, _place(json.loads(given)), about)


def _place(fields: Mapping[str, Any]) -> Place:
    folders = {name: Path(fields[name]) for name in ("seeds", "encoder", "folder", "model")}
    return Place(**folders, threads=fields["threads"])


def _index(peer: Any, place: Place, about: Sequence[str]) -> None:
    place.folder.mkdir(parents=True)
    peer.index(place)


def _evidence(peer: Any, place: Place, about: Sequence[str]) -> None:
    for number, passage in enumerate(peer.evidence(place, *about), start=1):
        print(f"[{number}] {' '.join(passage.split())}", flush=True)


STEPS: Mapping[str, Callable[[Any, Place, Sequence[str]], None]] = {
    "index": _index,
    "add": lambda peer, place, about: peer.add(place, *about),
    "evidence": _evidence,
    "answer": lambda peer, place, about: print(peer.answer(place, *about), flush=True),
}


if __name__ == "__main__":
    main(*sys.argv[1:])
