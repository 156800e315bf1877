"""Coverage-guided fuzzing of what reads foreign bytes; needs atheris, which `make fuzz` installs.

    python -m tests.fuzz html --seconds 600

An exception, 30 s for one input or 1 GB end a run, and the input is kept in `fuzz/`. The last line
says how many inputs were tried.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import atheris

ROOT = Path(__file__).parent
VALUES = [f"rag.types.{path.stem}" for path in (ROOT.parent / "rag" / "types").glob("*.py")]

with atheris.instrument_imports(include=["rag"], exclude=VALUES):
    from rag.errors import Unreadable
    from rag.isolated import told
    from rag.reading import encoding
    from rag.reading.html import page  # noqa: F401 - readers are imported by name otherwise
    from rag.reading.readers import records  # noqa: F401
    from rag.store import cached, vectors

PAGES = ROOT / "pages"
WAY = {"begin": 0, "seconds": 60.0, "today": date(2026, 11, 30).isoformat(), "words": 140}
SECONDS, MEGABYTES = 30, 1_000  # of one input, as of any file
LIBRARY = SimpleNamespace(mark="a", encoder="b", generation=1)  # what a stamp is compared with
LONGEST = 4_096  # bytes of an input: more find little and take long


def reading(name: str) -> Callable[[bytes], None]:
    """Read bytes as the child does that is given a file of this name; whole passages or a reason."""

    def read(data: bytes) -> None:
        for part in told({**WAY, "path": name}, data):
            for one in part.get("articles", []):
                ends = [0, *(end for _, end in one["spans"])]
                assert all(start < end for start, end in one["spans"]), "an empty passage"
                assert ends == sorted(ends), "passages out of order"
                assert ends[-1] <= len(one["text"]), "a passage beyond its article"
            json.dumps(part)

    return read


def decoding(data: bytes) -> None:
    """Decode bytes; what is decoded decodes to itself."""
    try:
        text = encoding.decoded(data)
    except Unreadable:
        return
    assert encoding.tidied(text) == text, "tidied twice is another text"
    text.encode()


def stamp(data: bytes) -> None:
    """Read bytes as the cached index, as they are and under a right checksum up to FAISS's own."""
    line, _, _ = data.partition(b"\n")
    cached.stamp_of(line)
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        path = Path(folder) / vectors.FILE
        body = b"\n" + line + b"\n"
        for written in (data, body + cached.checksum(memoryview(body))):
            path.write_bytes(written)
            index, _, reason = vectors._read(path, LIBRARY)
            assert index is None and reason, "an index out of nothing"


TARGETS: dict[str, tuple[Callable[[bytes], None], Iterable[str]]] = {
    "html": (reading("a.html"), ("*.html", "*.htm")),
    "json": (reading("a.json"), ("*.json", "*.jsonl")),
    "csv": (reading("a.csv"), ("*.csv", "*.tsv")),
    "text": (reading("a.txt"), ("*.txt", "*.md")),
    "decoding": (decoding, ("*.txt", "*.html")),
    "stamp": (stamp, ()),
}
BEGINNINGS = {
    "json": b'[{"title": "A bridge", "text": "It opened on Monday.", "date": "2026-11-02"}]',
    "csv": b"title,text,date\nA bridge,It opened on Monday.,2026-11-02\n",
    "stamp": b'{"format": 2, "library": "a", "generation": 1, "encoder": "b", "dimension": 4, "count": 0, "last": 0}\n',
}


def seeded(folder: Path, patterns: Iterable[str], beginning: bytes) -> None:
    """Put pages of the tests into a folder, to begin with."""
    found = [path for pattern in patterns for path in sorted(PAGES.rglob(pattern))]
    for number, data in enumerate([beginning, *(path.read_bytes() for path in found)]):
        (folder / f"{number}").write_bytes(data[:LONGEST])


def main() -> None:
    """Fuzz one target; libFuzzer ends the process."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=600)
    given = parser.parse_args()
    work, patterns = TARGETS[given.target]
    kept = Path("fuzz")
    kept.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        seeded(Path(corpus), patterns, BEGINNINGS.get(given.target, b""))
        limits = {
            "max_total_time": given.seconds,
            "timeout": SECONDS,
            "rss_limit_mb": MEGABYTES,
            "max_len": LONGEST,
            "verbosity": 0,
            "print_final_stats": 1,
            "artifact_prefix": f"{kept}/{given.target}-",
        }
        options = [f"-{name}={value}" for name, value in limits.items()]
        atheris.Setup([sys.argv[0], *options, corpus], work)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
