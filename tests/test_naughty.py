"""The big list of naughty strings, wherever a text can be: file name, headline, body, field, question.

The list is Max Woolf's (tests/naughty, MIT licence).
"""

from __future__ import annotations

import json
import os
import random
import unicodedata
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.store.library import Library
from rag.store.summary import problems
from rag.types.questions import Ask
from rag.web.uploads import safe_name
from tests.fakes import empty_engine

NAUGHTY: list[str] = json.loads((Path(__file__).parent / "naughty" / "blns.json").read_text())
FULL = bool(os.environ.get("CLIPPINGS_FULL"))
TOLD = "The mayor opened the bridge on Tuesday, and four thousand people came to see it."


def chosen(count):
    """All of them, or some that are the same in every run."""
    return NAUGHTY if FULL else random.Random(17).sample(NAUGHTY, count)


@pytest.mark.slow
def test_files_of_naughty_strings_are_articles_or_named(tmp_path):
    """As file name, headline, body and every field: whole and clean in the library, or left out aloud."""
    engine, made = empty_engine(tmp_path), 0
    for number, text in enumerate(chosen(60)):
        name = safe_name(f"{text}.txt")
        (engine.settings.seeds / f"{number}{name}").write_text(
            f"{text}\n\n{TOLD} {text}", "utf-8", "replace"
        )
        fields = {
            "title": text,
            "text": f"{TOLD} {text}",
            "author": text,
            "source": text,
            "url": text,
        }
        (engine.settings.seeds / f"{number}.json").write_text(json.dumps([fields]))
        made += 2
    report = engine.ingest()
    assert all(item.reason.strip() and "failed" not in item.reason for item in report.skipped)
    with Library.open(engine.settings.index) as library:
        assert problems(library) == []
        articles = list(library.articles())
    assert len({one.path for one in articles}) + len(report.skipped) == made
    for one in articles:
        shown = f"{one.title}{one.text}{one.author}{one.source}{one.url}"
        odd = {
            c for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\f\x85"
        }
        assert not {c for c in odd if c < "\x80"}, ascii(one.title)
    print(f"{made} naughty files: {len(articles)} articles, {len(report.skipped)} left out")


@pytest.mark.slow
def test_naughty_questions_are_answered_or_refused(tmp_path):
    """Each gets an answer, or a sentence why it cannot be asked."""
    engine = empty_engine(tmp_path, bridge=f"Bridge\n\n{TOLD}")
    engine.ingest()
    for text in chosen(40):
        try:
            answer = engine.answer(Ask(text, write=False))
        except UsageError as error:
            assert str(error).strip()
        else:
            assert answer.done
        try:
            engine.find(text)
        except UsageError as error:
            assert str(error).strip()
