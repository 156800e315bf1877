"""How long Find takes; only that it is measured is tested, not how long it takes."""

from __future__ import annotations

import re

from rag.engine import Engine
from rag.settings import Settings
from scripts.evaluation import finding
from scripts.evaluation.__main__ import main
from tests.fakes import engine_of

FIGURE = re.compile(r"[\d.]+ ms p50, [\d.]+ ms p95 \(n = \d+\)")


def test_find_is_timed_in_a_library_as_it_is(tmp_path):
    """Words, every operator, and pages of all articles, each with its n."""
    told = dict(finding.of_library(engine_of(tmp_path)))
    assert [name.rpartition(": ")[2] for name in told] == [
        "words",
        "a phrase",
        "OR and -",
        "a name with ~",
        "a page of all",
    ]
    assert all(FIGURE.fullmatch(figure) for figure in told.values())


def test_a_long_list_is_made_of_different_articles(tmp_path):
    """None of them is a copy; every one has a day and an outlet."""
    finding.make(tmp_path / "index", 300)
    found = Engine(Settings(index=tmp_path / "index", threads=1)).find(limit=5)
    assert (found.total, found.copies, len(found.reports)) == (300, 0, 5)
    days = [one.passage.article.published for one in found.reports]
    assert days == sorted(days, reverse=True)
    assert all(one.passage.article.source for one in found.reports)


def test_pages_of_a_long_list_are_timed(capsys):
    """In a library that is made for it."""
    assert main(["benchmark", "--listed", "60"]) == 0
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", capsys.readouterr().out, re.M)
    assert [name for name, _ in rows[1:]] == [
        "making 60 short articles",
        "the first page of all, cold",
        "a page of all",
        "a page of an outlet",
        "a page of a month",
        "a page of those with a word",
    ]
    assert all(FIGURE.fullmatch(figure) for _, figure in rows[3:])
