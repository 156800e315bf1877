"""What was found, in the terminal."""

from __future__ import annotations

from datetime import date

import pytest

from rag.show.found import EXCERPT, excerpt, heading, lines
from rag.show.shell import MARK, UNMARK, WIDTH
from rag.types.articles import Passage
from rag.types.hits import Found, Listed
from tests.fakes import article

FERRY = article(
    "The ferry\nran late.",
    "Ferry",
    "b.txt",
    source="Post",
    agency="Reuters",
    published=date(2025, 6, 5),
)


def listed(one, *marked, **fields):
    """The whole of an article as a report of a list, with these words marked."""
    marks = tuple((one.text.index(word), one.text.index(word) + len(word)) for word in marked)
    return Listed(Passage(one, 0, len(one.text)), marks, **fields)


def page(*items, **fields):
    """A page with these reports."""
    return Found("", "fit", **{"total": len(items)} | fields, reports=items)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"total": 0}, "0 articles"),
        ({"total": 1}, "1 article"),
        ({"total": 1200, "copies": 1}, "1,200 articles, 1 copy not counted"),
        ({"total": 3, "copies": 2, "near": 4}, "3 articles, 2 copies not counted; 4 more are near"),
        ({"total": 1, "near": 1}, "1 article; 1 more is near"),
        ({"total": 0, "near": 3}, "No article has all of it; 3 are near"),
    ],
)
def test_the_heading_says_how_many_there_are(fields, told):
    """Copies count with their report."""
    assert heading(Found("", "fit", **fields)) == told


def test_a_report_is_its_day_outlet_headline_excerpt_and_file():
    """On lines of their own; white space of the article does not break them."""
    copy = article("", source="Radio")
    [told] = lines(page(listed(FERRY, also=(copy,)), offset=20, total=30), marks=False)
    assert told.splitlines() == [
        "",
        " 21 5 June 2025 · Post (Reuters) · Ferry",
        "    The ferry ran late.",
        "    b.txt · also in 1 outlet: Radio (Reuters text)",
    ]


def test_words_are_marked_where_the_terminal_can():
    """In headline and excerpt, and nowhere else."""
    item = listed(FERRY, "ferry", "late", title_marks=((0, 5),))
    [told] = lines(page(item), marks=True)
    assert f"· {MARK}Ferry{UNMARK}\n" in told
    assert f"The {MARK}ferry{UNMARK} ran {MARK}late{UNMARK}.\n" in told
    [told] = lines(page(item), marks=False)
    assert "\x1b" not in told


def test_reports_that_are_only_near_are_told_apart():
    """Before the first of them."""
    items = [listed(FERRY), listed(FERRY, near=True), listed(FERRY, near=True)]
    told = list(lines(page(*items, total=1, near=2), marks=False))
    assert [line for line in told if line.startswith("\nNear")] == [
        "\nNear, but without all of it:"
    ]
    assert told[1].startswith("\nNear")


def test_an_excerpt_is_around_most_of_the_marks():
    """A long passage is cut at white space; a short one is shown whole."""
    long = article(f"storm {'word ' * 100}harbour of the storm {'word ' * 100}")
    item = listed(long, "storm", "harbour", "of the storm")
    start, end = excerpt(item)
    assert "harbour of the storm" in long.text[start:end]
    assert end - start <= EXCERPT and long.text[start - 1] == " " == long.text[end]
    assert excerpt(listed(long))[0] == 0
    assert excerpt(listed(FERRY)) == (0, len(FERRY.text))


@pytest.mark.parametrize("text", ["x" * 900, "word " * 300, "\n" * 500, "a\n\nb " * 200])
def test_no_line_is_longer_than_the_terminal(text):
    """Even where there is no white space to break it at."""
    one = article(text, "Ferry")
    item = Listed(Passage(one, 0, len(text)), ((300, 310),))
    for told in lines(page(item), marks=False):
        assert all(len(line) <= WIDTH + 4 for line in told.splitlines())


def test_an_article_cannot_move_the_cursor():
    """Neither by its headline, its outlet, its text nor its file."""
    bad = article("\x1b[2Jferry", "\x1b[2JFerry", "\x1b[2Jb.txt", source="\x1b[2JPost")
    [told] = lines(page(listed(bad, "ferry", title_marks=((4, 9),))), marks=True)
    assert told.replace(MARK, "").replace(UNMARK, "").count("\x1b") == 0
