"""What one question gave, in numbers, and the local file that lets a stopped run go on.

An outcome says by the place of a number how it is to be summed up: `rates` as the share that is
true, `means` as the mean, `parts` pooled, `seconds` as median and 95th percentile. A question that
has nothing to say about a measure does not name it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from rag.protocols import Progress
from scripts.scoreboard.collections import Question


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation that was shown: its article's id, its offsets, the digest of its words."""

    article: str
    start: int
    end: int
    digest: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was measured on one question."""

    question: str  # its id
    kind: str
    rates: Mapping[str, bool] = field(default_factory=dict)
    means: Mapping[str, float] = field(default_factory=dict)
    parts: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # (these, of so many)
    seconds: Mapping[str, float] = field(default_factory=dict)
    facts: Mapping[str, float] = field(default_factory=dict)  # for measures of the whole set
    quoted: tuple[Quoted, ...] = ()

    @classmethod
    def read(cls, line: str) -> Outcome:
        """The outcome of a line of the file."""
        given = json.loads(line)
        given["parts"] = {name: tuple(pair) for name, pair in given["parts"].items()}
        given["quoted"] = tuple(Quoted(**one) for one in given["quoted"])
        return cls(**given)

    def line(self) -> str:
        """The outcome as a line of the file."""
        return json.dumps(asdict(self))


def kept(path: Path) -> dict[str, Outcome]:
    """The outcomes of a file by question id; a last line that was cut off is dropped from the
    file.
    """
    if not path.is_file():
        return {}
    data = path.read_bytes()
    whole = data[: data.rfind(b"\n") + 1]
    if whole != data:
        path.write_bytes(whole)
    read = [Outcome.read(line) for line in whole.decode().splitlines()]
    return {outcome.question: outcome for outcome in read}


def collected(
    questions: Sequence[Question],
    ask: Callable[[Question], Outcome],
    path: Path,
    progress: Progress,
) -> list[Outcome]:
    """An outcome for every question: those of the file, and the others asked now and appended at
    once.
    """
    done = kept(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        for count, question in enumerate(questions):
            progress("questions", count, len(questions))
            if question.id not in done:
                done[question.id] = ask(question)
                print(done[question.id].line(), file=file, flush=True)
    progress("questions", len(questions), len(questions))
    return [done[question.id] for question in questions]


def by_kind(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes of each part of the set, in the order of their first questions."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(outcome.kind, []).append(outcome)
    return groups
