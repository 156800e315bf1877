"""One thing asked in several wordings."""

from __future__ import annotations

import json

import pytest

from rag.engine import Engine
from rag.errors import ModelError
from rag.settings import Settings
from rag.types.answers import Answer, Short
from scripts.evaluation import wordings
from scripts.evaluation.runner import Means, measured
from scripts.evaluation.wordings import Case
from tests.fakes import OpeningReader, OverlapChecker, PlainClassifier, WordCountEncoder


class Scripted:
    """An engine that answers a question as was written for it; "" is refused."""

    def __init__(self, **said: str) -> None:
        self._said = said

    def answer(self, ask):
        """The answer with its short answer."""
        assert (ask.asked_on, ask.write) == (wordings.DAY, False)
        said = self._said[ask.question]
        if said == "stopped":
            return Answer(ask.question, "stopped", notes=("no model",))
        short = (Short(said, 1, 0, len(said), 0.9),) if said else ()
        return Answer(ask.question, "answered" if said else "not_found", short=short)


def test_wordings_are_grouped_by_verdict_and_value():
    """Two right, two refused, one wrong: two of five are alike, three are answered."""
    engine = Scripted(a="Delacroy", b="", c="Osgood", d="Yusuf Delacroy", e="")
    found = wordings.outcome(Case("w", tuple("abcde"), ("Yusuf Delacroy",)), engine)
    assert found.means == {wordings.SAME: 2 / 5}
    assert found.parts == {wordings.ANSWERED: (3, 5), wordings.RIGHT: (2, 5)}


def test_the_same_refusal_every_time_is_the_same_too():
    """But nothing is answered rightly."""
    found = wordings.outcome(Case("w", ("a", "b"), ("Delacroy",)), Scripted(a="", b=""))
    assert found.means == {wordings.SAME: 1}
    assert found.parts == {wordings.ANSWERED: (0, 2), wordings.RIGHT: (0, 2)}


def test_a_failure_is_no_refusal():
    """It ends the run."""
    with pytest.raises(ModelError, match="no model"):
        wordings.outcome(Case("w", ("a",), ("Delacroy",)), Scripted(a="stopped"))


def test_there_are_ten_questions_in_nine_wordings():
    """All different; an accepted form of each stands in the archive."""
    cases = wordings.cases()
    assert [len(set(case.wordings)) for case in cases] == [9] * 10
    told = " ".join(path.read_text() for path in wordings.ARCHIVE.iterdir())
    for case in cases:
        assert any(form in told for form in case.answers), case.id


def test_a_whole_run(tmp_path):
    """The storm has both wordings' words; nobody knows the judge in either."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "a.txt").write_text("Storm\n\nThree boats sank in the storm.")
    rows = [
        {"id": "1", "wordings": ["Boats in the storm?", "Storm boats"], "answers": ["three boats"]},
        {"id": "2", "wordings": ["Who is the judge?", "Lindholm judge"], "answers": ["Varga"]},
    ]
    (tmp_path / "w.jsonl").write_text("\n".join(map(json.dumps, rows)))

    def make(settings):
        parts = {
            "reader": OpeningReader(),
            "checker": OverlapChecker(),
            "classifier": PlainClassifier(),
        }
        return Engine(settings, encoder=WordCountEncoder(), **parts)

    folders = {"cache": tmp_path / "cache", "outcomes": tmp_path / "outcomes"}
    task = wordings.task(tmp_path / "w.jsonl", tmp_path / "archive")
    done = measured(task, Means(Settings(threads=2), None, make, **folders))
    found = {name: (figure.value, figure.n) for name, figure in done.figures["all"].items()}
    assert found == {
        wordings.SAME: (1, 2),
        wordings.ANSWERED: (0.5, 4),
        wordings.RIGHT: (0.5, 4),
    }
