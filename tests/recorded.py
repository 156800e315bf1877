"""Models whose replies are kept: what was asked before is answered from a file.

At temperature 0 a language model writes the same text to the same chat, and a reader reads the
same texts alike. So their replies stand in `gold/` under a digest of model and question, and only
what is not there is given to the real model. CLIPPINGS_RECORDED changes that: `write` also keeps
the new replies, `ignore` asks the real models everything.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rag.engine import Engine
from rag.models.catalogue import CATALOGUE, READER
from rag.parts import cross_encoder, llama_model
from rag.protocols import Generator, Reader, Stop
from rag.settings import Settings
from rag.types.models import Message, Reading

GOLD = Path(__file__).parent / "gold"
TEXTS, READINGS = GOLD / "recorded.jsonl", GOLD / "recorded_readings.jsonl"
READER_FILES = ("reader.onnx", "tokenizer.json")  # the checker and the classifier came with it
ASKED = "Asked the real model: "  # begins a line of a page that runs as a process of its own
_PIECE = re.compile(r"\s*\S+")


@dataclass
class Count:
    """How many replies were replayed, and how many the real model gave."""

    replayed: int = 0
    asked: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.replayed + other.replayed, self.asked + other.asked)


class Recordings:
    """Replies by the digest of what they answer, in a file with a line for each."""

    def __init__(
        self, file: Path, use: str = "", told: Callable[[str], None] = lambda _: None
    ) -> None:
        self.file, self.use = file, use or os.environ.get("CLIPPINGS_RECORDED", "replay")
        self.count, self._told = Count(), told
        self.replies: dict[str, Any] = {}
        if self.use != "ignore" and file.exists():
            lines = map(json.loads, file.read_text(encoding="utf-8").splitlines())
            self.replies = {line["key"]: line["reply"] for line in lines}

    @property
    def writes(self) -> bool:
        """Whether new replies are kept."""
        return self.use == "write"

    def find(self, key: str, asked: str) -> Any:
        """The reply, or None for the real model to be asked; `asked` is for people."""
        if key in self.replies:
            self.count.replayed += 1
        else:
            self.count.asked += 1
            self._told(asked)
        return self.replies.get(key)

    def keep(self, key: str, asked: str, reply: object) -> None:
        """Add a reply to the file."""
        self.replies[key] = reply
        line = json.dumps({"key": key, "asked": asked, "reply": reply}, ensure_ascii=False)
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(f"{line}\n")


class Recorded:
    """A language model that writes what was recorded, and asks the real one for the rest."""

    def __init__(self, model: Generator, digest: str, recordings: Recordings) -> None:
        self.name = model.name
        self._model, self._digest, self._recordings = model, digest, recordings

    def load(self) -> None:
        """Nothing; the real model is loaded when it is asked."""

    def fits(self, messages: Sequence[Message]) -> bool:
        """Whether the real model could read the chat; what was recorded, it has read."""
        return self._key(messages) in self._recordings.replies or self._model.fits(messages)

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """The recorded text word by word, else the real model's."""
        key, asked = self._key(messages), messages[-1].text.rpartition("\n")[2]
        text = self._recordings.find(key, asked)
        if text is None:
            if not self._recordings.writes:
                yield from self._model.write(messages, stop)
                return
            text = "".join(self._model.write(messages, threading.Event()))  # whole, if nobody waits
            self._recordings.keep(key, asked, text)
        for piece in _PIECE.findall(text):
            if stop.is_set():
                return
            yield piece

    def _key(self, messages: Sequence[Message]) -> str:
        return key(self._digest, [(message.role, message.text) for message in messages])


class RecordedReader:
    """A reader that reads as recorded, and asks the real one for the rest."""

    def __init__(self, load: Callable[[], Reader], digest: str, recordings: Recordings) -> None:
        self._load, self._digest, self._recordings = load, digest, recordings

    @cached_property
    def _model(self) -> Reader:
        return self._load()

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """The recorded readings, else the real model's."""
        place = key(self._digest, [question, list(texts)])
        readings = self._recordings.find(place, question)
        if readings is None:
            readings = [_rounded(one) for one in self._model.read(question, texts)]
            if self._recordings.writes:
                self._recordings.keep(place, question, readings)
        return [Reading(*one) for one in readings]


def _rounded(one: Reading) -> list[float]:
    return [value if isinstance(value, int) else float(f"{value:.6g}") for value in astuple(one)]


def key(digest: str, asked: object) -> str:
    """The digest of a model and of what it is asked."""
    return hashlib.sha256(json.dumps([digest, asked]).encode()).hexdigest()[:32]


# ── the models of the program ──


def language_model(model: Generator, settings: Settings, recordings: Recordings) -> Recorded:
    """The language model of the settings: its texts depend on its bytes and on how long they may be."""
    [file] = CATALOGUE[settings.model].files
    return Recorded(model, f"{file.sha256} {settings.answer_tokens}", recordings)


def reader(settings: Settings, recordings: Recordings) -> RecordedReader:
    """The reader, loaded when it is needed; what it reads depends on its own files alone."""
    own = [file for file in CATALOGUE[READER].files if Path(file.name).name in READER_FILES]
    digest = " ".join(file.sha256 for file in own)
    return RecordedReader(lambda: cross_encoder(settings), digest, recordings)


def engine(settings: Settings, **options: Any) -> Engine:
    """An engine for a program of its own, which tells what the real language model was asked."""
    say = options.get("say", print)
    texts = Recordings(TEXTS, told=lambda asked: say(f"{ASKED}{asked}"))
    return Engine(
        settings,
        reader=reader(settings, Recordings(READINGS)),
        generator=language_model(llama_model(settings), settings, texts),
        **options,
    )
