"""CSV: a table that a spreadsheet opens and never calculates."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from rag.show.csv import COLUMNS, csv_text, listed_rows
from rag.types.articles import Passage
from rag.types.hits import Listed
from tests.fakes import article


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(1)"])
def test_a_cell_that_would_be_calculated_gets_an_apostrophe(cell):
    """It is text from then on."""
    assert next(csv.reader(io.StringIO(csv_text([[cell]])))) == [f"'{cell}"]


@pytest.mark.parametrize("cell", ["\x00=1", "\x1b[1m=1", "\u202e=1"])
def test_controls_cannot_hide_the_beginning_of_a_formula(cell):
    """They are taken out first."""
    assert csv_text([[cell]]) == "'=1\n"


def test_other_cells_stay_as_they_are():
    """Numbers, days, nothing, quotation marks, commas and lines."""
    row = [-1, date(2025, 6, 5), None, 'a "b"', "c, d", "e\nf", "a=b"]
    assert next(csv.reader(io.StringIO(csv_text([row])))) == [
        "-1", "2025-06-05", "", 'a "b"', "c, d", "e\nf", "a=b",
    ]  # fmt: skip


def test_a_report_of_a_list_is_a_row():
    """Under the names of the columns."""
    one = article(
        "=Late. The ferry ran.", "@Ferry", "b.txt", source="Post", published=date(2025, 6, 5)
    )
    copy = article("=Late.", "@Ferry", "c.txt", source="Radio")
    rows = listed_rows([Listed(Passage(one, 0, 6), near=True, also=(copy,))])
    [found] = csv.DictReader(io.StringIO(csv_text([COLUMNS, *rows])))
    assert found == {
        "published": "2025-06-05",
        "outlet": "Post",
        "agency": "",
        "author": "",
        "title": "'@Ferry",
        "passage": "'=Late.",
        "near": "near",
        "also": "also in 1 outlet: Radio",
        "url": "",
        "path": "b.txt",
        "id": one.id,
        "correction": "",
    }
