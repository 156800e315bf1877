"""The recorded models, and the tiers of the tests."""

from __future__ import annotations

import json
import threading

import pytest

from rag.types.models import Message, Reading
from tests.conftest import TIERS
from tests.fakes import OverlapReader, ScriptedGenerator
from tests.recorded import GOLD, Count, Recorded, RecordedReader, Recordings

CHAT = [Message("system", "Answer."), Message("user", "[1] A ferry sank.\nQuestion: What sank?")]
OTHER = [*CHAT[:1], Message("user", "[1] A ferry sank.\nQuestion: Who saw it?")]


@pytest.fixture
def file(tmp_path):
    """A file with what the model writes to CHAT."""
    path = tmp_path / "recorded.jsonl"
    write(recorded(path, "write"))
    return path


def recorded(path, use, model=None, digest="m"):
    """A recorded model; the real one writes of a ferry."""
    model = model or ScriptedGenerator("A ferry", " sank. [1]")
    return Recorded(model, digest, Recordings(path, use))


def write(model, chat=CHAT):
    """What it writes."""
    return "".join(model.write(chat, threading.Event()))


def count(model):
    """How often it was replayed and how often the real one was asked."""
    return model._recordings.count


def test_a_recorded_text_is_replayed_without_the_model(file):
    """Word by word; that the chat fits is known, too."""
    real = ScriptedGenerator("Another text.", capacity=0)
    model = recorded(file, "replay", real)
    assert model.fits(CHAT) and not model.fits(OTHER)
    assert list(model.write(CHAT, threading.Event())) == ["A", " ferry", " sank.", " [1]"]
    assert (real.asked, count(model)) == ([], Count(replayed=1))


@pytest.mark.parametrize(
    ("chat", "digest", "use"),
    [(OTHER, "m", "replay"), (CHAT, "n", "replay"), (CHAT, "m", "ignore")],
)
def test_another_chat_another_model_or_a_live_run_asks_the_model(file, chat, digest, use):
    """What it writes then is not kept."""
    before = file.read_bytes()
    model = recorded(file, use, ScriptedGenerator("Another text."), digest)
    assert write(model, chat) == "Another text."
    assert (count(model), file.read_bytes()) == (Count(asked=1), before)


def test_recording_adds_what_is_missing(file):
    """A line with the question for whoever reads the file; asked twice, it is written once."""
    model = recorded(file, "write")
    assert write(model) == write(model, OTHER) == write(model, OTHER) == "A ferry sank. [1]"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["asked"] for line in lines] == ["Question: What sank?", "Question: Who saw it?"]
    assert count(model) == Count(replayed=2, asked=1)


def test_a_stop_ends_a_replay(file):
    """As it ends the model."""
    stop = threading.Event()
    pieces = recorded(file, "replay").write(CHAT, stop)
    assert next(pieces) == "A"
    stop.set()
    assert list(pieces) == []


def test_a_reader_is_recorded_by_question_and_texts(tmp_path):
    """Whole readings; the same texts in another order are another question."""
    path, texts = tmp_path / "readings.jsonl", ["A ferry sank.", "A storm."]
    ferry, storm = Reading(1.0, 1.0, 0, 1), Reading(0.0, 0.0, 0, 7)
    first = RecordedReader(OverlapReader, "m", Recordings(path, "write"))
    assert first.read("Which ferry?", texts) == [ferry, storm]
    again = RecordedReader(OverlapReader, "m", Recordings(path, "replay"))
    assert again.read("Which ferry?", texts) == [ferry, storm]
    assert again.read("Which ferry?", texts[::-1]) == [storm, ferry]
    assert count(again) == Count(replayed=1, asked=1)


def test_readings_are_kept_to_six_digits(tmp_path):
    """A reading that was just made is the one that will be replayed."""

    class Third:
        def read(self, question, texts):
            return [Reading(1 / 3, 2 / 3, 0, 5)] * len(texts)

    path = tmp_path / "readings.jsonl"
    kept = [Reading(0.333333, 0.666667, 0, 5)]
    for use in ("ignore", "write", "replay"):
        reader = RecordedReader(Third, "m", Recordings(path, use))
        assert reader.read("Who?", ["A text."]) == kept
        assert isinstance(kept[0].start, int)


@pytest.mark.parametrize("file", sorted(GOLD.glob("recorded*.jsonl")), ids=lambda file: file.name)
def test_every_recording_is_there_once(file):
    """Under a digest of its own."""
    keys = [json.loads(line)["key"] for line in file.read_text(encoding="utf-8").splitlines()]
    assert keys and len(keys) == len(set(keys))


def test_every_test_has_one_tier(request):
    """The hook in tests/conftest.py sees to it."""
    for item in request.session.items:
        assert sum(item.get_closest_marker(name) is not None for name in TIERS) == 1, item.nodeid
