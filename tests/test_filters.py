"""FILTERS: what narrows a search, everywhere by the same names and words."""

import inspect
from dataclasses import fields
from datetime import date
from pathlib import PurePath

import pytest

from rag.errors import UsageError
from rag.filters import FILTERS, Filters, chosen, day, one_parameter_each
from rag.settings import ROOT
from rag.types.articles import Article

NAMES = [row.name for row in FILTERS]


def test_every_filter_has_its_field_and_its_column():
    """`Filters` holds a value for each row, and each row names something that articles have."""
    assert [*NAMES, "without"] == [one.name for one in fields(Filters)]
    assert {row.column for row in FILTERS} <= {one.name for one in fields(Article)}


def test_filters_are_read_from_text():
    """Filters are days as the calendar writes them, parts of names, or nothing; anything else is told."""
    assert chosen({"source": "", "since": " 2025-06-05 ", "until": None}) == Filters(
        since=date(2025, 6, 5)
    )
    assert chosen({"author": " Ann "}) == Filters(author="Ann")
    with pytest.raises(UsageError, match="“June” is no day"):
        chosen({"since": "June", "until": ""})
    with pytest.raises(UsageError, match="Exchange the two"):
        chosen({"since": "2025-06-05", "until": "2025-06-01"})


def test_an_empty_day_is_no_day():
    """Nothing, or blanks, restrict nothing."""
    assert day(None) is None and day("  ") is None


def test_only_the_filters_that_are_set_are_listed():
    """Each with its row, in the order of the table."""
    narrowed = Filters(author="Ann", until=date(2025, 6, 5), without=("a.txt",))
    found = [(row.name, value) for row, value in narrowed.rows()]
    assert found == [("author", "Ann"), ("until", date(2025, 6, 5))]


def test_a_function_shows_a_parameter_for_each_filter():
    """In the place of `chosen`, which gets their values however they are given."""

    def search(question: str, *, chosen: dict[str, str], limit: int = 10) -> tuple:
        return question, limit, chosen

    made = one_parameter_each(search, lambda row: str, "")
    assert list(inspect.signature(made).parameters) == ["question", *NAMES, "limit"]
    given = made("Who?", "Post", author="Ann", limit=3)
    assert given == ("Who?", 3, dict.fromkeys(NAMES, "") | {"source": "Post", "author": "Ann"})


@pytest.mark.parametrize("page", ["docs/shell.md", "docs/programs.md"])
def test_every_filter_is_documented(page):
    """For the shell and for programs."""
    text = (ROOT / PurePath(page)).read_text()
    options = {name: f"--{name.replace('_', '-')} " for name in NAMES}
    assert not [name for name in NAMES if f"`{name}`" not in text and options[name] not in text]


def test_the_shell_offers_exactly_the_filters(capsys):
    """Each is an option with the help of its row."""
    from rag.ask import main

    main(["--help"])
    told = " ".join(capsys.readouterr().out.replace("│", " ").split())
    for row in FILTERS:
        assert f"--{row.name.replace('_', '-')} " in told and row.help in told
