"""Articles file -> a library of its own, kept in a cache; questions file -> questions.

The cache is outside the project (`~/.cache/clippings/evaluation`): evaluation texts never reach the
repository.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from rag.atomic import replace_bytes
from rag.errors import UsageError
from rag.language.calendar import MONTH
from rag.settings import Settings
from rag.store.copies import reports, signature
from rag.types import digest

CACHE = Path.home() / ".cache" / "clippings" / "evaluation"
FIELDS = ("title", "text", "url", "publish_date")  # of an article, written into its seed file
QUESTION_FIELDS = ("question", "query", "tweet")
RELEVANT_FIELDS = ("relevant", "evidence_docs", "gold_docs", "silver_in_pool")
SAME = 0.95  # two reports of one event agree in less than .3, two editions of a page in .99
QRELS = "qrels.json"  # {question id: [record ids]}, beside a questions file without relevance

_PICTURE = re.compile(r"pic\.twitter\.com/\w+")
_HANDLE = re.compile(r"\(?@\w+\)?")
_DAY_AT_END = re.compile(rf"(?:{MONTH}) \d{{1,2}}, \d{{4}}\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known about its answer; what a set does not say is empty or None."""

    id: str
    text: str
    day: date | None = None  # of asking
    answers: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    relevant: frozenset[str] = frozenset()  # record ids
    kind: str = "all"  # a part of the set that is reported for itself
    answerable: bool | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """So many of the articles: every one that is needed, and others drawn with a seed."""

    size: int
    needed: frozenset[str]  # record ids
    seed: int

    @property
    def mark(self) -> str:
        """Tells it from other samples."""
        return f"sample-{self.size}-{digest(' '.join([str(self.seed), *sorted(self.needed)]))[:8]}"

    def of(self, given: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Its articles, in their order. Raises UsageError when it has no room for what is needed."""
        needed = [place for place, one in enumerate(given) if str(one["id"]) in self.needed]
        if self.size < len(needed):
            raise UsageError(
                f"{len(needed)} articles are needed by the questions; a sample of {self.size} is too small."
            )
        others = sorted(set(range(len(given))) - set(needed))
        count = min(self.size - len(needed), len(others))
        drawn = random.Random(self.seed).sample(others, count)
        return [given[place] for place in sorted([*needed, *drawn])]


@dataclass(frozen=True, slots=True)
class Collection:
    """The records of an articles file and the cached library made of them."""

    folder: Path
    digest: str  # of the articles file, 16 hex digits
    records: Mapping[str, str]  # file name in the library -> record id
    same: Mapping[str, str]  # record id -> the first id with its text
    published: Mapping[str, date]  # record id -> day, where it has one

    def settings(self, given: Settings) -> Settings:
        """The settings of this library."""
        return replace(given, seeds=self.folder / "seeds", index=self.folder / "index")

    def record(self, path: str) -> str:
        """The record id of an article's path, one for duplicates."""
        number = self.records[path.split("/")[0]]
        return self.same[number]

    def present(self, question: Question, until: date | None = None) -> frozenset[str]:
        """The relevant records that are here, published up to a day; one id for
        duplicates.
        """
        return frozenset(
            self.same[number]
            for number in question.relevant
            if number in self.same
            and (until is None or (number in self.published and self.published[number] <= until))
        )


def file_digest(path: Path) -> str:
    """The first 16 hex digits of a file's sha256. Raises UsageError when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


def records(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file with one JSON object a line, packed or not; empty lines are skipped."""
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as one JSON object a line: {error}.") from error


def collection(
    path: Path, limit: int | None = None, cache: Path = CACHE, sample: Sample | None = None
) -> Collection:
    """The collection of an articles file, or of its first `limit` articles, or of a sample of them;
    writes its seeds where they are not there yet.
    """
    mark = file_digest(path)
    parts = [mark, *([str(limit)] if limit else []), *([sample.mark] if sample else [])]
    folder = cache / "-".join(parts)
    given: Sequence[Mapping[str, Any]] = list(islice(records(path), limit))
    given = sample.of(given) if sample else given
    names = {_name(count): str(one["id"]) for count, one in enumerate(given, start=1)}
    if not (folder / "ids.json").is_file():  # written last
        write_seeds(given, folder / "seeds")
        replace_bytes(folder / "ids.json", json.dumps(names).encode())
    if not (folder / "same.json").is_file():
        replace_bytes(folder / "same.json", json.dumps(one_id(given)).encode())
    same = json.loads((folder / "same.json").read_bytes())
    return Collection(folder, mark, names, same, dict(_published(given)))


def one_id(given: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Record id -> the first id of the same text, where two editions of a page may differ by a
    comma: their signatures agree in SAME of their places.
    """
    signatures = {number: signature(_text(one)) for number, one in enumerate(given)}
    rows = {number: np.frombuffer(kept, dtype="<u4") for number, kept in signatures.items()}
    groups: dict[int, list[int]] = {}  # of each report, the first of each text
    same = {}
    for number, report in reports(signatures).items():
        firsts = groups.setdefault(report, [])
        like = (one for one in firsts if (rows[one] == rows[number]).mean() >= SAME)
        first = next(like, number)
        if first == number:
            firsts.append(number)
        same[str(given[number]["id"])] = str(given[first]["id"])
    return same


def _name(count: int) -> str:
    return f"{count:06}.json"


def _text(record: Mapping[str, Any]) -> str:
    return str(record.get("text") or record.get("claim") or "")


def _published(given: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, date]]:
    for one in given:
        try:
            yield str(one["id"]), date.fromisoformat(str(one.get("publish_date") or ""))
        except ValueError:
            continue


def write_seeds(given: Iterable[Mapping[str, Any]], folder: Path) -> int:
    """Write every article as a file of a seeds folder, numbered from 1; how many there are."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for count, one in enumerate(given, start=1):
        record = {key: one.get(key) for key in FIELDS} | {"text": _text(one)}
        record = {key: value for key, value in record.items() if value}
        (folder / _name(count)).write_text(json.dumps(record))
    return count


# ── questions ──


def questions(path: Path) -> tuple[Question, ...]:
    """The questions of a file, in any of the forms of the development sets."""
    qrels: dict[str, list[str]] = {}
    if (path.parent / QRELS).is_file():
        qrels = json.loads((path.parent / QRELS).read_text())
    return tuple(_question(record, qrels) for record in records(path))


def questions_digest(path: Path) -> str:
    """The digest of a questions file, with that of the relevance beside it."""
    beside = path.parent / QRELS
    marks = [file_digest(one) for one in (path, beside) if one == path or one.is_file()]
    return marks[0] if len(marks) == 1 else digest(" ".join(marks))[:16]


def _question(record: Mapping[str, Any], qrels: Mapping[str, Sequence[str]]) -> Question:
    name = next((name for name in QUESTION_FIELDS if record.get(name)), None)
    if name is None or "id" not in record:
        raise UsageError(f"A question needs an id and one of: {', '.join(QUESTION_FIELDS)}.")
    number, text = str(record["id"]), str(record[name])
    relevant = {str(one) for name in RELEVANT_FIELDS for one in record.get(name) or ()}
    answerable = record.get("answerable")
    return Question(
        id=number,
        text=tweet(text) if name == "tweet" else text,
        day=date.fromisoformat(record["date"]) if record.get("date") else None,
        answers=tuple(record.get("answers") or ()),
        choices=tuple(record.get("choices") or ()),
        relevant=frozenset(relevant or qrels.get(number, ())),
        kind=str(record.get("kind") or "all"),
        answerable=None if answerable is None else bool(answerable),
    )


def tweet(text: str) -> str:
    """A tweet without handles, the date at its end and links to pictures."""
    text = _DAY_AT_END.sub("", _HANDLE.sub(" ", _PICTURE.sub(" ", text)))
    return " ".join(text.split())
