"""Zip files as folders, and kinds told by content."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest

from rag.reading.formats import read_pages
from rag.reading.readers import zip_files
from rag.store.library import Library
from rag.types.files import Skipped, SourceFile
from tests.fakes import (
    WordCountEncoder,
    ingest,
    settings,
)
from tests.hostile import pdf

PAGES = Path(__file__).parents[2] / "pages"
NEWS = b"Bridge opens\n\nThe mayor opened the bridge on Tuesday."


def packed(entries, method=zipfile.ZIP_DEFLATED):
    """A zip file as bytes."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", method) as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content, method)  # no time of day
    return data.getvalue()


def read(data, name="clips.zip"):
    """Pages or the reason, and what was left out."""
    left_out: list[Skipped] = []
    return read_pages(SourceFile(name, data, ""), left_out), left_out


def test_a_zip_is_a_folder():
    """Each file is read by its kind; what is not, is named with its reason."""
    inner = packed({"c.txt": NEWS})
    pages, left_out = read(
        packed({"a.txt": NEWS, "b/c.json": b'{"text": "News."}', "d.xyz": b"x", "e.zip": inner,
                "../f.txt": NEWS, "__MACOSX/g.txt": NEWS, "h/": b""})
    )  # fmt: skip
    assert [page.path for page in pages] == ["clips.zip/a.txt", "clips.zip/b/c.json"]
    assert {item.path: item.reason for item in left_out} == {
        "clips.zip/d.xyz": ".xyz is not read; save it as text, web page or PDF",
        "clips.zip/e.zip": "an archive within an archive; unpack it",
        "clips.zip/../f.txt": "its name leads out of the archive",
        "clips.zip/__MACOSX/g.txt": "hidden",
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (packed({"a.txt": b"a" * 5_000_000}), "more than 100 times its size"),
        (packed({}), "damaged zip|empty archive|no suffix|empty"),
        (packed({"a.xyz": b"x"}), r"nothing that can be read \(1 files; a.xyz: .xyz is not read"),
        (b"PK\3\4" + b"x" * 100, "damaged zip"),
        (packed({"a.txt": NEWS}, zipfile.ZIP_BZIP2), "packed in an unusual way"),
    ],
    ids=["bomb", "empty", "nothing", "damaged", "bzip2"],
)
def test_reasons(data, reason):
    """A bomb, an empty one, a damaged one: named, not opened."""
    found, _ = read(data)
    assert isinstance(found, Skipped)
    assert re.search(reason, found.reason), found.reason


def test_limits_on_all_entries(monkeypatch):
    """Their number and their size together."""
    monkeypatch.setattr(zip_files, "MAX_ENTRIES", 2)
    assert "3 entries" in read(packed(dict.fromkeys("abc", b"x")))[0].reason
    monkeypatch.setattr(zip_files, "MAX_BYTES", 1)
    assert "unpacked" in read(packed({"a": b"xx"}))[0].reason


def test_an_ingest_names_what_it_left_out_again(tmp_path):
    """Also when the archive has not changed and is not opened; positions count through the file."""
    given = settings(tmp_path)
    given.seeds.mkdir(exist_ok=True)
    (given.seeds / "clips.zip").write_bytes(
        packed({"a.txt": NEWS, "b.txt": NEWS.replace(b"bridge", b"road"), "c.xyz": b"x"})
    )
    for new in (2, 0):
        report = ingest(given, encoder=WordCountEncoder())
        assert (report.new, report.articles) == (new, 2)
        assert [item.path for item in report.skipped] == ["clips.zip/c.xyz"]
    with Library.open(given.index) as library:
        assert sorted(article.position for article in library.articles()) == [0, 1]


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.txt", pdf(["The bridge is open."]), "The bridge is open."),
        ("a", pdf(["The bridge is open."]), "The bridge is open."),
        (
            "a.pdf",
            b"<!DOCTYPE html><html><body><p>The bridge is open.</p></body></html>",
            "The bridge",
        ),
        ("a.zip", (PAGES / "cutter.docx").read_bytes(), "coast guard"),
        ("a.xyz", (PAGES / "gazette_alerts.mbox").read_bytes(), "opera house"),
        ("a.data", b'[{"title": "x", "text": "The bridge is open."}]', "The bridge is open."),
        ("a.bin", packed({"a.txt": NEWS}), "Bridge opens"),
        ("a.txt", (PAGES / "feed_rss.xml").read_bytes(), "night markets"),
    ],
)
def test_the_content_tells_the_kind(name, data, text):
    """A missing or a wrong suffix does not matter where the first bytes are plain."""
    pages, _ = read(data, name)
    assert not isinstance(pages, Skipped), pages
    assert text in pages[0].text


def test_other_packed_kinds_are_not_taken_for_archives():
    """A spreadsheet is no folder of clippings."""
    data = packed({"[Content_Types].xml": b"x", "xl/sheet.xml": b"x"})
    assert read(data, "a.xlsx")[0] == Skipped("a.xlsx", ".xlsx is not read; save it as .csv")
    assert isinstance(read(data, "a.docx")[0], Skipped)
