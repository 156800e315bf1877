"""JSON, JSON lines and tables: one page for each record."""

from __future__ import annotations

import csv
import json

import pytest

from rag.errors import Unreadable
from rag.reading.readers import records
from rag.reading.readers.fields import RECORD_NAMES, known_fields, stated_day
from rag.reading.readers.records import read_json, read_json_lines, read_table

TEXT = "The mayor opened the bridge. Four thousand people came."


def one(value):
    """The only page of a JSON value."""
    (page,) = read_json("a.json", json.dumps(value).encode())
    return page


@pytest.mark.parametrize(
    "around",
    [
        lambda record: record,
        lambda record: [record],
        lambda record: {"status": "ok", "articles": [record]},
        lambda record: {"response": {"total": 1, "results": [record]}},
        lambda record: {"hits": {"hits": [{"_id": "1", "_source": record}]}},
        lambda record: {"data": [{"id": "1", "attributes": record}]},
    ],
)
def test_a_record_is_found_wherever_it_lies(around):
    """One object, a list, a list inside objects, an object inside the record."""
    page = one(around({"title": "Bridge", "body": TEXT}))
    assert (page.text, page.fields["title"]) == (TEXT, "Bridge")


def test_usual_spellings_and_values():
    """Nested sources, lists of authors, language tags and times of day come under our names."""
    page = one(
        {
            "headline": "Bridge",
            "articleBody": TEXT,
            "publishedAt": "2025-06-05T23:30:00-05:00",
            "source": {"id": None, "name": "The Post"},
            "authors": [{"name": "By A. Lee"}, "B. Cho"],
            "canonical_url": "https://post.example/1",
            "lang": "en-US",
        }
    )
    assert page.fields == {
        "title": "Bridge",
        "outlet": "The Post",
        "author": "A. Lee, B. Cho",
        "url": "https://post.example/1",
        "published": "2025-06-05",
        "published_from": "field publishedAt",
        "language": "en",
    }


def test_html_in_a_field_becomes_plain():
    """Paragraphs are kept, marks and what nobody sees are not; so with HTML that was escaped."""
    page = one({"content_html": "<p>One &amp; <b>two</b>.</p><p hidden>no</p><p>Three.</p>"})
    assert page.text == "One & two.\n\nThree."
    assert one({"text": "&lt;p&gt;One.&lt;/p&gt;&lt;p&gt;Two.&lt;/p&gt;"}).text == "One.\n\nTwo."
    assert one({"text": "5 < 6 and 7 > 3, said <i>all</i>.\nTrue."}).text.endswith(
        "said all.\nTrue."
    )


def test_a_summary_stands_in_for_a_text():
    """And is not taken where there is one; the mark of an interface that cut the text goes."""
    assert one({"title": "x", "description": TEXT}).text == TEXT
    assert one({"description": "Short.", "content": f"{TEXT} … [+2134 chars]"}).text == TEXT


def test_own_names():
    """The mapping can be replaced."""
    data = json.dumps({"meldung": TEXT, "blatt": "Bote"}).encode()
    (page,) = read_json("a.json", data, {**RECORD_NAMES, "meldung": "text", "blatt": "outlet"})
    assert (page.text, page.fields) == (TEXT, {"outlet": "Bote"})


def test_lines():
    """One object a line; broken lines do not spoil the others; a .json of lines is read as well."""
    data = f'{{"text": "{TEXT}"}}\n\n{{"text": "Two."}}\n{{"te'.encode()
    assert [page.text for page in read_json_lines("a.jsonl", data)] == [TEXT, "Two."]
    assert len(read_json("a.json", data.rpartition(b"\n")[0])) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_in_each_delimiter(delimiter):
    """The first line decides; a quoted field may hold line ends and delimiters."""
    lines = [["Title", "Text", "Source"], ["Bridge", f'"One{delimiter}\ntwo ""x""."', "The Post"]]
    data = "\n".join(delimiter.join(cells) for cells in lines).encode()
    (page,) = read_table("a.csv", data)
    assert page.text == f'One{delimiter}\ntwo "x".'.replace("\t", "\t")
    assert page.fields == {"title": "Bridge", "outlet": "The Post"}


@pytest.mark.parametrize(
    ("read", "data", "reason"),
    [
        (read_json, b"[" * 100_000, "nested too deeply"),
        (read_json, b'{"text": ', "not JSON: .* in line 1"),
        (read_json, b'["a", "b"]', "neither a list of articles"),
        (
            read_json,
            b'[{"id": 1, "x": "y"}, {"id": 2}]',
            "none of its 2 records has a text; .* id, x",
        ),
        (read_json_lines, b"no\nno\n", "none of its 2 lines is a JSON object"),
        (read_table, b"a,b\n1,2\n", "names no column for the text"),
        (read_table, b"title,text\n", "no records"),
    ],
)
def test_reasons(read, data, reason):
    """What cannot be read says why."""
    with pytest.raises(Unreadable, match=reason):
        read("a", data)


def test_traps():
    """Numbers of ten thousand digits, NaN and half characters harm nothing."""
    data = b'{"text": "\\ud800 News.", "date": NaN, "id": ' + b"9" * 10_000 + b"}"
    assert read_json("a.json", data)[0].text.endswith(" News.")


def test_too_many_records(monkeypatch):
    """A file of too many is refused whole."""
    monkeypatch.setattr(records, "MAX_RECORDS", 2)
    with pytest.raises(Unreadable, match="split the file"):
        read_json("a.json", json.dumps([{"text": TEXT}] * 3).encode())
    with pytest.raises(Unreadable, match="split the file"):
        read_table("a.csv", b"text\na\nb\nc\n")


@pytest.mark.parametrize(
    ("stated", "day"),
    [
        ("2025-06-04T23:59:00-08:00", "2025-06-04"),
        ("20250604", "2025-06-04"),
        ("Wed, 04 Jun 2025 10:00:00 GMT", "2025-06-04"),
        ("June 4th, 2025", "2025-06-04"),
        ("4 September 2025", "2025-09-04"),
        ("04.06.2025", "2025-06-04"),
        ("13/06/2025", "2025-06-13"),
        ("06/13/2025", "2025-06-13"),
        ("04/06/2025", None),  # April or June
        ("1749045600", "2025-06-04"),
        ("1749045600000", "2025-06-04"),
        ("2025-02-30", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_stated_days(stated, day):
    """A day is read as it was written, and not at all where it would be a guess."""
    found = stated_day(stated)
    assert (found.isoformat() if found else None) == day


def test_an_ambiguous_date_is_no_date():
    """And neither its field nor its origin is given."""
    assert known_fields({"date": "04/06/2025"}) == {}


def test_an_address_is_no_outlet():
    """`source` may hold either."""
    assert known_fields({"source": "https://x.example/a"}) == {"url": "https://x.example/a"}


def test_the_field_limit_of_csv_is_put_back():
    """A long field is read whole; the limit of the process is the same afterwards, also on a fault."""
    before = csv.field_size_limit()
    long = f"{TEXT} " * (before // len(TEXT))
    (page,) = read_table("a.csv", f"title,text\nBridge,{long}\n".encode())
    assert len(page.text) > before
    with pytest.raises(Unreadable):
        read_table("a.csv", b"what,else\n1,2\n")
    assert csv.field_size_limit() == before
