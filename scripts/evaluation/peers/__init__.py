"""Ask other open tools the same questions about the same articles.

    peer-bm25        bm25s on the first 6,000 characters of each article: no model, no passages
    peer-txtai       its hybrid index over paragraphs, as its own RAG application cuts them
    peer-langchain   its tutorial: pieces of 1,000 characters that share 200, FAISS, flat

All have the defaults of their documentation, the same encoder (all-MiniLM-L6-v2), two threads and
no network. Each is a module with `index` and `opened`; those that also write answers have `add` and
`answer`, and `make peers` holds what each step costs against Clippings (`beside`). How well they
find needs an environment that has more than that of Clippings (1.6 GB, 2 minutes):

    python -m venv peers && peers/bin/pip install --no-deps -r requirements.txt
    peers/bin/pip install -r scripts/evaluation/peers/requirements.txt
    peers/bin/python -m scripts.evaluation run peer-bm25-realtimeqa-small_dev_questions

A run is compared with the retrieval of Clippings on the same questions, told the day of each. Run
one peer a command, so that its memory is its own; the index is kept, so that a second run tells
the memory of asking alone. For 5,000 articles txtai indexes 2 hours on one core, LangChain over 1.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

PASSAGES = 100  # asked for, so that ten different articles are nearly always among them
REQUIREMENTS = Path(__file__).with_name("requirements.txt")

THREADS = 2
SURROUNDINGS = {
    **dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "CLIPPINGS_THREADS"), str(THREADS)),
    **dict.fromkeys(("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"), "1"),
    **dict.fromkeys(("HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"), "1"),
    **dict.fromkeys(("LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2"), "false"),
    "CUDA_VISIBLE_DEVICES": "",
}

# A question -> the names of the files with the passages found, best first.
Search = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a peer works: one file an article, the encoder's folder, the folder of its index."""

    seeds: Path
    encoder: Path
    folder: Path
    model: Path = Path()  # the GGUF file of the language model, where one writes
    threads: int = THREADS  # that it writes with

    def articles(self) -> Iterator[tuple[str, str]]:
        """Yield the name of each file, in order, and its text: headline, empty line, text."""
        for path in sorted(self.seeds.glob("*.json")):
            yield path.name, self.text(path.name)

    def text(self, name: str) -> str:
        """Return the text of a file of the seeds."""
        record = json.loads((self.seeds / name).read_text())
        return f"{record.get('title', '')}\n\n{record['text']}".strip()


def pins() -> dict[str, str]:
    """Return package -> version, of all that decides about a peer's figure."""
    lines = [line for line in REQUIREMENTS.read_text().splitlines() if "==" in line]
    return dict(line.split("==") for line in lines)
