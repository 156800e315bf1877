"""A sheet of questions: what is asked, with its filters; what cannot be read is named by its line."""

from __future__ import annotations

from datetime import date

import pytest

from rag.errors import UsageError
from rag.filters import Filters
from rag.reading.sheets import asks
from rag.types.questions import Ask

BASE = Ask("")


def read(folder, text, name="questions.csv", base=BASE):
    """What is asked of a file with this text, as questions and filters."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return [(one.question, one.filters) for one in asks(path, base)]


def test_the_first_column_is_asked_and_the_others_narrow_it(tmp_path):
    """By the names of the filters, or by their labels on the page; an empty cell narrows nothing."""
    told = "question,outlet,since\nWho resigned?,The Times,2025-06-01\nAda Holm,,\n"
    assert read(tmp_path, told) == [
        ("Who resigned?", Filters(source="The Times", since=date(2025, 6, 1))),
        ("Ada Holm", Filters()),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "name\nAda Holm\n\nBo Brandt\n",
        "Ada Holm\nBo Brandt",
        "\ufeffName\r\nAda Holm\r\nBo Brandt\r\n",
        'names\n"Ada Holm"\n  Bo   Brandt  \n',
        "name;source\nAda Holm;\nBo Brandt;\n",
    ],
)
def test_a_list_of_names_needs_no_first_line(tmp_path, text):
    """Blank lines, marks of Windows and spaces around a name are no names."""
    assert read(tmp_path, text) == [("Ada Holm", Filters()), ("Bo Brandt", Filters())]


def test_a_plain_text_has_a_question_a_line(tmp_path):
    """Commas part nothing there."""
    text = "Who, if anyone, resigned?\n\nAda Holm\n"
    assert [one for one, _ in read(tmp_path, text, "list.txt")] == [
        "Who, if anyone, resigned?",
        "Ada Holm",
    ]


def test_a_cell_takes_the_place_of_what_was_chosen_for_all(tmp_path):
    """Where it is empty, what was chosen for all counts."""
    base = Ask("", Filters(source="Times", until=date(2025, 7, 1)))
    found = read(tmp_path, "question,source\nWho?,Herald\nWhen?,\n", base=base)
    assert [one.source for _, one in found] == ["Herald", "Times"]
    assert {one.until for _, one in found} == {date(2025, 7, 1)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("question\n", "has no question"),
        ("question,colour\nWho?,red\n", "line 1: “colour” is no filter"),
        ("Who, if anyone, resigned?\n", "line 1: “ if anyone” is no filter"),
        ("question,since\nWho?,\nWhen?,June\n", "line 3: “June” is no day"),
        ("question,since,until\nWho?,2025-06-02,2025-06-01\n", "line 2: No day is from"),
        ("question,source\n,Times\n", "line 2: the question is missing"),
        ("question,source\nWho?,Times,more\n", "line 2: “more” stands in a column without"),
        (b"\x00\x01\x02" * 50, "not a text"),
    ],
)
def test_what_cannot_be_asked_is_named_with_its_line(tmp_path, text, said):
    """Before anything is asked."""
    with pytest.raises(UsageError) as error:
        read(tmp_path, text)
    assert said.replace("“ ", "“") in str(error.value).replace("“ ", "“")
    assert "questions.csv" in str(error.value)


def test_a_file_that_is_not_there_is_named(tmp_path):
    """In one sentence."""
    with pytest.raises(UsageError, match=r"none\.csv cannot be read: No such file"):
        asks(tmp_path / "none.csv", BASE)
