"""One parser of full dates behind every door: news pages, fields of files, web pages."""

from __future__ import annotations

from datetime import date

import pytest

from rag.reading.full_dates import full_dates, parse_date
from rag.reading.html.dates import in_line, stamp
from rag.reading.html.page import read_html
from rag.reading.newspage.bylines import facts_of
from rag.reading.readers.fields import known_fields, stated_day

JUNE_4 = date(2025, 6, 4)
DATES = [
    ("2025-06-04", JUNE_4),
    ("2025/06/04", JUNE_4),
    ("2025.06.04", JUNE_4),
    ("2025年6月4日", JUNE_4),
    ("2025년 6월 4일", JUNE_4),
    ("4 June 2025", JUNE_4),
    ("4th of June 2025", JUNE_4),
    ("04-Jun-2025", JUNE_4),
    ("June 4, 2025", JUNE_4),
    ("Jun. 4th 2025", JUNE_4),
    ("4 de junio de 2025", JUNE_4),
    ("4. Juni 2025", JUNE_4),
    ("1er juin 2025", date(2025, 6, 1)),
    ("4 giugno 2025", JUNE_4),
    ("04.06.2025", JUNE_4),
    ("4. 6. 2025", JUNE_4),
    ("13/06/2025", date(2025, 6, 13)),
    ("06/13/2025", date(2025, 6, 13)),
    ("13-06-2025", date(2025, 6, 13)),
    ("6/6/2025", date(2025, 6, 6)),
    ("Wednesday, 4 June 2025", JUNE_4),
    ("3/4/2025", None),  # March or April
    ("03-04-2025", None),
    ("Monday, 4 June 2025", None),  # it was a Wednesday
    ("June 4, 2025 (Monday)", None),
    ("31 June 2025", None),
    ("2025-02-30", None),
    ("13/13/2025", None),
    ("0001-01-01", None),  # what programs write for "no date"
    ("June 2025", None),
    ("4 June", None),
]


@pytest.mark.parametrize(("text", "day"), DATES)
def test_every_door_reads_a_full_date_alike(text, day):
    """A line of a news page, a field, a time stamp and the head of a web page agree on each date."""
    line = facts_of(f"By Jane Doe | {text}")
    (page,) = read_html("a.html", f"<h1>The bridge opens</h1><p>{text}</p><p>{'x. ' * 60}".encode())
    doors = {
        "text": parse_date(text),
        "line of a news page": line.published if line else None,
        "field": stated_day(text),
        "time stamp": stated.day if (stated := stamp(text, "meta date")) else None,
        "line of a web page": in_line(text),
        "web page": date.fromisoformat(page.fields["published"])
        if "published" in page.fields
        else None,
    }
    assert doors == dict.fromkeys(doors, day)


@pytest.mark.parametrize(
    "text", [text for text, day in DATES if day is None and any(full_dates(text))]
)
def test_a_date_without_a_sure_day_is_no_field(text):
    """Neither the date nor its origin is given where the day would be a guess."""
    assert known_fields({"date": text}) == {}


def test_full_dates_are_found_in_order_with_their_places():
    """A date without a sure day is found too, so that its words can be taken out of a line."""
    text = "From 3/4/2025 to 5 April 2025"
    found = [(text[start:end], day) for start, end, day in full_dates(text)]
    assert found == [("3/4/2025", None), ("5 April 2025", date(2025, 4, 5))]


@pytest.mark.parametrize(
    ("language", "day"),
    [("", None), ("en", None), ("en-US", date(2025, 3, 4)), ("en-GB", date(2025, 4, 3)), ("de", date(2025, 4, 3))],
)  # fmt: skip
def test_the_language_decides_an_ambiguous_date(language, day):
    """3/4/2025 is March in the United States, April where the day stands first, else unknown."""
    assert [found.day for found in full_dates("3/4/2025", language)] == [day]


@pytest.mark.parametrize(
    "text", ["12-34-5678", "1.2025.3", "ISBN 978-3-16-148410-0", "12/06/20251"]
)
def test_numbers_that_are_no_date_are_not_found(text):
    """Telephone numbers, versions and book numbers are left alone."""
    assert list(full_dates(text)) == []
