"""Small stand-ins whose behaviour can be worked out on paper, and builders for what tests need."""

from __future__ import annotations

import atexit
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import groupby
from pathlib import Path

import numpy as np

from rag.engine import Engine
from rag.errors import ModelError
from rag.isolated import Readers
from rag.language.sentences import sentences
from rag.language.stems import stems
from rag.language.words import STOP_WORDS, words
from rag.protocols import Checker, Classifier, Generator, Progress, Reader, Stop, silent
from rag.settings import Settings
from rag.stories.ingest import ingest as own_ingest
from rag.types.answers import Answer, Statement, Status
from rag.types.articles import Article
from rag.types.evidence import Evidence
from rag.types.models import Asks, Class, Message, Named, NameKind, Reading, Roles, Support, Vectors

VOCABULARY = ["arrest", "boat", "election", "ferry", "goal", "harbour"]
VOCABULARY += ["judge", "mayor", "museum", "president", "quota", "storm"]


class WordCountEncoder:
    """A vector counts the words of VOCABULARY (any other word goes into the last place) and has unit length."""

    fingerprint = "word-count"
    dimension = len(VOCABULARY) + 1

    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """One row for each text."""
        self.encoded += texts
        rows = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in words(text) or ["nothing"]:
                row[VOCABULARY.index(word) if word in VOCABULARY else -1] += 1
        progress("encoding", len(texts), len(texts))
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


class OverlapReader:
    """A text fits and answers by the share of the question's words, without stop words, that it has.

    It finds the longest stretch without them in the sentence with most of them: in "Three boats
    sank.", asked how many boats sank, "Three". Asked "Who said: …", it finds nobody.
    """

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading for each text."""
        if question.startswith("Who said: "):
            return [Reading(0.0)] * len(texts)
        wanted = set(words(question)) - STOP_WORDS
        return [self._reading(wanted, text) for text in texts]

    def _reading(self, wanted: set[str], text: str) -> Reading:
        share = len(wanted & set(words(text))) / len(wanted) if wanted else 0.0
        told = [text[slice(*span)] for span in sentences(text)] or [""]
        best = max(told, key=lambda one: len(wanted & set(words(one))))
        runs = groupby(re.finditer(r"\w+", best), lambda word: bool(wanted & set(words(word[0]))))
        stretches = [list(run) for known, run in runs if not known]
        if not stretches:
            return Reading(share, share)
        longest, begin = max(stretches, key=len), text.index(best)
        return Reading(share, share, begin + longest[0].start(), begin + longest[-1].end())


class OpeningReader(OverlapReader):
    """The same, but what it finds is the first sentence, without its full stop."""

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading for each text."""
        ends = [len(text.partition(". ")[0].rstrip(".")) for text in texts]
        readings = zip(super().read(question, texts), ends, strict=True)
        return [replace(one, start=0, end=end) for one, end in readings]


class ScriptedReader:
    """Finds these words in every text that has them, always as probably; remembers the questions."""

    def __init__(self, found: str, probability: float = 1.0) -> None:
        self.found, self.probability = found, probability
        self.asked: list[str] = []

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """One reading for each text."""
        self.asked.append(question)
        places = [(text.find(self.found), self.probability) for text in texts]
        return [
            Reading(said, said, start, start + len(self.found)) if start >= 0 else Reading(0.0)
            for start, said in places
        ]


class OverlapChecker:
    """A text supports a statement whose words, without stop words, it all has by their first letters;
    where one has all but one of the other's at least three, they contradict each other.
    """

    def check(self, statement: str, texts: Sequence[str]) -> list[Support]:
        """One judgement for each text."""
        wanted = stems(statement.replace(" something", ""))
        return [_overlap(wanted, stems(text)) for text in texts]


def _overlap(wanted: set[str], there: set[str]) -> Support:
    lost, more = len(wanted - there), len(there - wanted)
    turned = (lost == 1 and len(wanted) > 2) or (more == 1 and len(there) > 2)
    return Support(float(not lost), float(bool(lost) and turned))


class ScriptedChecker:
    """Judges texts as it was told, and any other as saying nothing; remembers what it compared."""

    def __init__(self, judged: Mapping[str, Support]) -> None:
        self.judged = judged
        self.asked: list[tuple[str, list[str]]] = []

    def check(self, statement: str, texts: Sequence[str]) -> list[Support]:
        """One judgement for each text."""
        self.asked.append((statement, list(texts)))
        return [self.judged.get(text, Support()) for text in texts]


class PlainClassifier:
    """Takes texts for facts and questions about the news, but for those it was told of, and plain ones
    about the archive.
    """

    def __init__(self, known: Mapping[str, Class] | None = None) -> None:
        self.known = known or {}

    def classify(self, texts: Sequence[str]) -> list[Class]:
        """What each text is."""
        return [self.known.get(text) or self._plain(text) for text in texts]

    def _plain(self, text: str) -> Class:
        asks: dict[str, Asks] = {"How many articles": "articles", "What are the newest": "list"}
        told = [kind for words, kind in asks.items() if text.startswith(words)]
        return Class(asks=dict.fromkeys(told, 1.0))


class PlainNamer:
    """Finds the names that it was told of, each of its kind, wherever a text has them."""

    def __init__(self, known: Mapping[str, NameKind] | None = None) -> None:
        self.known = known or {}

    def names(self, texts: Sequence[str]) -> list[list[Named]]:
        """The names of each text; of two that overlap, the longer one."""
        longest = sorted(self.known, key=len, reverse=True)
        pattern = re.compile(rf"\b(?:{'|'.join(map(re.escape, longest)) or '(?!)'})\b")
        return [
            [Named(*one.span(), self.known[one[0]], 1.0) for one in pattern.finditer(text)]
            for text in texts
        ]


class PlainDater:
    """Takes a day for what it was told; else for one to come where the text has "will", or one that is over."""

    def __init__(self, days: Mapping[str, Roles] | None = None) -> None:
        self.days = days or {}

    def roles(
        self, texts: Sequence[str], places: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Roles]]:
        """The roles of each place at which each text names a day."""
        return [
            [
                self.days.get(text[start:end], {"ahead" if " will " in text else "past": 1.0})
                for start, end in of
            ]
            for text, of in zip(texts, places, strict=True)
        ]


@dataclass(frozen=True)
class OverlapJudges:
    """The networks that judge what is written, by words in common unless a test has others."""

    reader: Reader = field(default_factory=OverlapReader)
    checker: Checker = field(default_factory=OverlapChecker)
    classifier: Classifier = field(default_factory=PlainClassifier)


class ScriptedGenerator:
    """Writes the given pieces, whatever it is asked; remembers what it was asked."""

    name = "scripted"

    def __init__(self, *pieces: str, capacity: int = 10**9) -> None:
        self.pieces, self.capacity = pieces, capacity
        self.asked: list[Sequence[Message]] = []

    def load(self) -> None:
        """Nothing to get ready."""

    def fits(self, messages: Sequence[Message]) -> bool:
        """Whether the messages have no more characters than its capacity."""
        return sum(len(message.text) for message in messages) <= self.capacity

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """The pieces, until stopped."""
        self.asked.append(messages)
        for piece in self.pieces:
            if stop.is_set():
                return
            yield piece


def article(text: str, title: str = "A headline", path: str = "a.txt", **fields: object) -> Article:
    """An article of a file, with whatever else the test needs."""
    return Article(path=path, position=0, title=title, text=text, **fields)  # type: ignore[arg-type]


def evidence(*texts: str, score: float = 0.9, **fields: object) -> list[Evidence]:
    """Evidence numbered from 1, each the whole of an article of its own; the first sentence answers."""
    return [
        Evidence(
            number,
            article(text, path=f"{number}.txt", **fields),
            0,
            len(text),
            score,
            score,
            (0, len(text.partition(". ")[0].rstrip("."))),
        )
        for number, text in enumerate(texts, start=1)
    ]


def finding(item: Evidence, found: str) -> Evidence:
    """The evidence, in which the reader found these words."""
    start = item.article.text.index(found, item.start)
    return replace(item, found=(start, start + len(found)))


def finished(*statements: Statement, status: Status = "answered", **fields: object) -> Answer:
    """A finished answer with one piece of evidence."""
    return Answer(
        "What?",
        status,
        statements,
        tuple(evidence("The ferry \x1b[31mran\x1b[0m late.", **fields)),
        done=True,
    ).grown()


def settings(folder: Path, **articles: str) -> Settings:
    """Settings for a folder of its own, whose seeds hold these texts as name.txt."""
    seeds = folder / "seeds"
    seeds.mkdir(exist_ok=True)
    for name, text in articles.items():
        (seeds / f"{name}.txt").write_text(text)
    return Settings(seeds=seeds, index=folder / "index", threads=2)


TODAY = date(2025, 6, 5)  # a Thursday


# ── a small archive, and language models for it ──

STORM = "The storm sank a ferry in the harbour on Monday. The mayor closed the harbour."
MUSEUM = "The museum reopened after the storm. Nobody was hurt in the museum."
WRITTEN = "The storm sank a ferry."
QUESTION = "What sank the ferry in the harbour?"
SOON = 60.0  # seconds; what takes this long hangs, however busy the computer is


class PatientGenerator:
    """Writes one sentence, then waits for the stop; like a real model it has one reader at a time."""

    name = "patient"

    def __init__(self) -> None:
        self.owner = threading.Lock()

    def load(self) -> None:
        """Nothing to get ready."""

    def fits(self, messages: Sequence[Message]) -> bool:
        """Everything fits."""
        return True

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """A sentence with its mark, then nothing until stopped."""
        with self.owner:
            yield f"{WRITTEN} [1] "
            yield "The"
            wait(stop.is_set)


class MissingGenerator:
    """A language model whose file is not there."""

    name = "missing"

    def load(self) -> None:
        """Nothing to get ready."""

    def fits(self, messages: Sequence[Message]) -> bool:
        """Fails like a model that cannot be loaded."""
        raise ModelError("No model file models/none.gguf. Run: python -m rag.models get none")

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Fails alike."""
        yield str(self.fits(messages))


def wait(condition: Callable[[], bool]) -> None:
    """Wait until a condition holds."""
    end = time.monotonic() + SOON
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


class SharedReaders(Readers):
    """Real readers that are lent to one ingest after the other: their start takes longer than what most
    tests have them read. Not for a fork that is killed: what it left half read would come to the next.
    """

    def __exit__(self, *_: object) -> None:
        """They go on, until this process ends."""


READERS = SharedReaders()
atexit.register(Readers.__exit__, READERS)


def readers() -> Readers:
    """Those that all tests of this process share."""
    return READERS


ingest = partial(own_ingest, readers=readers)


def engine_of(folder: Path, generator: Generator | None = None, **articles: str) -> Engine:
    """An engine with small parts over these articles, ingested."""
    engine = empty_engine(folder, generator, **(articles or {"storm": STORM, "museum": MUSEUM}))
    engine.ingest()
    return engine


def empty_engine(folder: Path, generator: Generator | None = None, **articles: str) -> Engine:
    """An engine with small parts whose library was never built."""
    return Engine(
        settings(folder, **articles),
        encoder=WordCountEncoder(),
        reader=OverlapReader(),
        generator=generator or ScriptedGenerator(f"{WRITTEN} [1]"),
        checker=OverlapChecker(),
        classifier=PlainClassifier(),
        namer=PlainNamer({"Ilse Varga": "person", "Varga": "person"}),
        dater=PlainDater(),
        readers=readers,
    )
