"""Whatever lies in the folder: an article or a reason, never an exception."""

from __future__ import annotations

import os
import time
from datetime import date

import pytest

from rag.reading import folder, formats
from rag.reading.newspage import articles
from rag.types.files import Skipped
from tests.hostile import make

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
COUNT = 500 if FULL else 50
PARTS = 5  # so that the workers share them
LONGEST = 30  # seconds for one file, where all are read
TODAY = date(2026, 11, 21)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_every_file_gives_articles_or_a_reason(tmp_path, part):
    """Damaged, huge, deep, misnamed: each file is read into clean text, or named with why."""
    for path in make(tmp_path, COUNT // PARTS, seed=part):
        started = time.monotonic()
        file = folder.read(tmp_path, path.name, 20_000_000)
        left_out: list[Skipped] = []
        pages = file if isinstance(file, Skipped) else formats.read_pages(file, left_out)
        for skipped in [*left_out, *([pages] if isinstance(pages, Skipped) else [])]:
            assert skipped.reason.strip(), path.name
            assert "\n" not in skipped.reason, path.name
        for page in [] if isinstance(pages, Skipped) else pages:
            for article in articles.articles(page, TODAY):
                assert article.title.strip(), path.name
                assert article.text.strip(), path.name
                assert not {"\0", "\x1b", "\u202e"} & set(article.title + article.text), path.name
                f"{article.title}{article.text}".encode()
        assert not FULL or time.monotonic() - started < LONGEST, path.name


def test_the_same_seed_makes_the_same_files(tmp_path):
    """So that a failure can be repeated."""
    first, second = make(tmp_path / "a", 40, seed=7), make(tmp_path / "b", 40, seed=7)
    assert [path.name for path in first] == [path.name for path in second]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(first, second, strict=True))
