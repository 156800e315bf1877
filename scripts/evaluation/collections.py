"""Read articles files, each into a library of its own that is kept in a cache, and questions.

The cache is outside the project (`~/.cache/clippings/evaluation`): evaluation texts never reach the
repository.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from rag.atomic import replace_bytes
from rag.errors import UsageError
from rag.language.calendar import MONTH
from rag.store.copies import reports, signature
from rag.types.articles import digest

T = TypeVar("T")
CACHE = Path.home() / ".cache" / "clippings" / "evaluation"
FIELDS = ("title", "text", "url", "publish_date")  # of an article, written into its seed file
QUESTION_FIELDS = ("question", "query", "tweet")
RELEVANT_FIELDS = ("relevant", "evidence_docs", "gold_docs", "silver_in_pool")
SAME = 0.95  # two reports of one event agree in less than .3, two editions of a page in .99
Files = Iterable[tuple[str, str]]  # name and text
QRELS = "qrels.json"  # {question id: [record ids]}, beside a questions file without relevance

_PICTURE = re.compile(r"pic\.twitter\.com/\w+")  # goes first: a handle may stand before it
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
class Collection:
    """The records of an articles file and the cached library made of them."""

    folder: Path
    digest: str  # of the articles file, 16 hex digits
    records: Mapping[str, str]  # file name in the library -> record id
    same: Mapping[str, str]  # record id -> the first id with its text
    published: Mapping[str, date]  # record id -> day, where it has one
    until: date | None = None  # only what was published up to this day is asked

    def record(self, path: str) -> str:
        """Return the record id of an article's path, one for duplicates."""
        return self.same[self.records[path.split("/")[0]]]

    def present(self, question: Question) -> frozenset[str]:
        """Return the relevant records that are here and asked; one id for duplicates."""
        last = self.until or date.max
        here = [number for number in question.relevant if number in self.same]
        kept = [number for number in here if self.published.get(number, date.max) <= last]
        return frozenset(self.same[number] for number in kept)


def file_digest(path: Path) -> str:
    """Return the first 16 hex digits of a file's sha256. Raises UsageError when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()[:16]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error


def digest_of(paths: Sequence[Path]) -> str:
    """Return one digest of several files; that of the file where there is one."""
    marks = [file_digest(path) for path in paths]
    return marks[0] if len(marks) == 1 else digest(" ".join(marks))[:16]


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a file with one JSON object a line, packed or not; skip empty lines."""
    try:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            for line in lines:
                if line.strip():
                    yield json.loads(line)
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read as one JSON object a line: {error}.") from error


def half(items: Sequence[T], unread: bool, text: Callable[[T], str]) -> list[T]:
    """Return the items of every second text, or, `unread`, those of the first, third and so on.

    Items of one text are never on both sides.
    """
    places = {known: place for place, known in enumerate(dict.fromkeys(map(text, items)), start=1)}
    return [item for item in items if (places[text(item)] % 2 == 1) is unread]


def collection(path: Path, until: date | None = None, cache: Path = CACHE) -> Collection:
    """Return the collection of an articles file; write its seeds where they are not there yet."""
    mark, given = file_digest(path), list(records(path))
    folder = cache / mark
    names = {f"{count:06}.json": str(one["id"]) for count, one in enumerate(given, start=1)}
    if not (folder / "ids.json").is_file():  # written last
        write_files(seeds(given), folder / "seeds")
        replace_bytes(folder / "ids.json", json.dumps(names).encode())
    if not (folder / "same.json").is_file():
        replace_bytes(folder / "same.json", json.dumps(one_id(given)).encode())
    same = json.loads((folder / "same.json").read_bytes())
    return Collection(folder, mark, names, same, dict(_published(given)), until)


def one_id(given: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return record id -> the first id of the same text, or of one that is SAME but for a comma."""
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


def _text(record: Mapping[str, Any]) -> str:
    return str(record.get("text") or record.get("claim") or "")


def _published(given: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, date]]:
    for one in given:
        with suppress(ValueError):
            yield str(one["id"]), date.fromisoformat(str(one.get("publish_date") or ""))


def seeds(given: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield every article as the name and the text of a file of a seeds folder."""
    for count, one in enumerate(given, start=1):
        record = {key: one.get(key) for key in FIELDS} | {"text": _text(one)}
        yield f"{count:06}.json", json.dumps({key: value for key, value in record.items() if value})


def write_files(files: Files, folder: Path) -> None:
    """Write files into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files:
        (folder / name).write_text(text)


def questions(path: Path) -> tuple[Question, ...]:
    """Return the questions of a file, in any of the forms of the development sets."""
    beside = path.parent / QRELS
    qrels = json.loads(beside.read_text()) if beside.is_file() else {}
    return tuple(_question(record, qrels) for record in records(path))


def questions_digest(path: Path) -> str:
    """Return the digest of a questions file, with that of the relevance beside it."""
    beside = path.parent / QRELS
    return digest_of([path, *([beside] if beside.is_file() else [])])


def _question(record: Mapping[str, Any], qrels: Mapping[str, Sequence[str]]) -> Question:
    name = next((name for name in QUESTION_FIELDS if record.get(name)), None)
    if name is None or "id" not in record:
        raise UsageError(f"A question needs an id and one of: {', '.join(QUESTION_FIELDS)}.")
    number, text = str(record["id"]), str(record[name])
    day, answerable = record.get("date"), record.get("answerable")
    relevant = {str(one) for name in RELEVANT_FIELDS for one in record.get(name) or ()}
    return Question(
        number,
        tweet(text) if name == "tweet" else text,
        date.fromisoformat(day) if day else None,
        tuple(record.get("answers") or ()),
        tuple(record.get("choices") or ()),
        frozenset(relevant or qrels.get(number, ())),
        str(record.get("kind") or "all"),
        None if answerable is None else bool(answerable),
    )


def tweet(text: str) -> str:
    """Return a tweet without handles, the date at its end and links to pictures."""
    text = _DAY_AT_END.sub("", _HANDLE.sub(" ", _PICTURE.sub(" ", text)))
    return " ".join(text.split())
