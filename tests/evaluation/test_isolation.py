"""What it costs that children read the files; only that it is measured is tested, not what it costs."""

from __future__ import annotations

import re

from rag.isolated import Readers
from scripts.evaluation import isolation

FIGURE = re.compile(
    r"processor [\d.]+ s in one process, [\d.]+ s with children: [+-]\d+%"
    r" · clock [\d.]+ s in one process, [\d.]+ s with children: [+-]\d+% \(medians of 1\)"
)


def test_both_ways_give_the_same_passages(tmp_path):
    """Else two different things would be compared."""
    isolation.write_texts(tmp_path, 5)
    files = isolation.files_of(isolation.ARCHIVE)[:5] + isolation.files_of(tmp_path)
    with Readers() as children:
        for file in files:
            apart = children.articles(file, isolation.HOW, [])
            inside = isolation.Inside().articles(file, isolation.HOW, [])
            assert apart.articles == inside.articles != []


def test_made_up_texts_are_different_articles_with_a_day(tmp_path):
    """None is a copy of another."""
    isolation.write_texts(tmp_path, 20)
    read = [
        isolation.Inside().articles(one, isolation.HOW, []) for one in isolation.files_of(tmp_path)
    ]
    found = [spans[0].article for one in read for spans in one.articles]
    assert len({one.text for one in found}) == 20
    assert all(one.published and one.published.year == 2025 for one in found)


def test_reading_is_timed_in_both_ways(tmp_path):
    """With what children add to it, by the processor and by the clock."""
    isolation.write_texts(tmp_path, 3)
    assert FIGURE.fullmatch(isolation.of_reading(isolation.files_of(tmp_path), runs=1))
