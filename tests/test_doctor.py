"""The doctor: names what is wrong and the command that repairs it."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from rag.doctor import Finding, examine, main
from rag.store.library import FILE
from tests.fakes import (
    WordCountEncoder,
    ingest,
    settings,
)


def found(given, name):
    """The findings under one name."""
    return [finding for finding in examine(given) if finding.name == name]


@pytest.fixture
def built(tmp_path):
    """Settings with a library of one article."""
    given = settings(tmp_path, storm="Storm\n\nA storm came. It went.")
    ingest(given, encoder=WordCountEncoder())
    return given


def test_a_library_that_is_not_built_is_no_error(tmp_path):
    """It says how to build it."""
    (finding,) = found(settings(tmp_path), "library")
    assert (finding.severity, finding.remedy) == ("warning", "python scripts/ingest.py")


def test_a_library_of_another_encoder_is_an_error(built):
    """The tests' encoder is not the program's."""
    (finding,) = found(built, "library")
    assert (finding.severity, finding.message) == ("error", "encoded by another model")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        ("UPDATE articles SET text = 'A calm came. It went.'", "altered"),
        ("UPDATE vectors SET checksum = checksum + 1", "damaged"),
        ("DELETE FROM vectors", "missing"),
        ("INSERT INTO passages_fts (passages_fts) VALUES ('delete-all')", "full text"),
    ],
)
def test_damage_inside_the_library_is_found(built, damage, words):
    """Text, vectors and full text are each compared with what they were made from."""
    db = sqlite3.connect(built.index / FILE)
    with db:
        db.execute(damage)
    db.close()
    findings = found(built, "library")
    assert any(finding.severity == "error" and words in finding.message for finding in findings)
    assert all("scripts/ingest.py" in str(finding) for finding in findings)


def test_a_missing_folder_of_seeds_is_an_error(tmp_path):
    """An empty one is only a warning."""
    (finding,) = found(settings(tmp_path), "seeds")
    assert finding.severity == "warning"
    (finding,) = found(replace(settings(tmp_path), seeds=tmp_path / "none"), "seeds")
    assert finding.severity == "error"


def test_without_a_language_model_the_words_of_the_articles_answer(tmp_path):
    """No error where the set-up had none, and the command that gets one; an error where one is to write."""
    given = replace(settings(tmp_path), model="qwen3-4b")
    *_, finding = found(given, "language model")
    assert finding.severity == "error" and "rag.models get qwen3-4b" in finding.message
    *_, finding = found(replace(given, prose=False), "language model")
    assert (finding.severity, finding.remedy) == ("warning", "python -m rag.models get qwen3-0.6b")


def test_a_finding_prints_itself_with_its_remedy():
    """One line."""
    line = str(Finding("index", "warning", "stale", "python scripts/ingest.py"))
    assert line.split() == ["warning", "index", "stale", "→", "python", "scripts/ingest.py"]


def test_bad_arguments_end_with_2():
    """Help does not."""
    assert main(["--nonsense"]) == 2
    assert main(["--help"]) == 0
