"""Files that are made to be costly: each is read or given up within its limits, and the others are read."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from datetime import date

import pytest

from rag.children import Limits
from rag.isolated import Cutting, Readers
from rag.settings import ROOT
from rag.stories.ingest import ingest
from rag.types.files import Skipped, SourceFile
from tests.costly import COSTLY, NEWS, word, zipped
from tests.fakes import WordCountEncoder, settings

FULL = bool(os.environ.get("CLIPPINGS_FULL"))
HOW = Cutting(date(2026, 11, 21), 140)


def source(name, data):
    """A file as it is read from the folder."""
    return SourceFile(name, data.encode() if isinstance(data, str) else data, "")


@pytest.fixture(scope="module")
def readers():
    """Two children."""
    with Readers() as made:
        yield made


@pytest.mark.slow
@pytest.mark.parametrize("name", COSTLY)
def test_a_hundredth_of_the_worst_is_read_or_refused_at_once(readers, name):
    """No reader takes a time that grows with the square: a hundredth takes no second or two."""
    data = COSTLY[name](0.01)
    left_out: list[Skipped] = []
    read = readers.articles(source(name, data), HOW, left_out)
    for skipped in [*left_out, *([read] if isinstance(read, Skipped) else [])]:
        assert skipped.reason.strip()
        assert "crashed" not in skipped.reason and "failed" not in skipped.reason


def test_a_cell_that_claims_all_columns_is_one_cell(readers):
    """913 bytes, which took four hours: Word itself has 63 columns."""
    data = COSTLY["span.docx"](1.0)
    assert len(data) < 1_500
    read = readers.pages(source("span.docx", data), [])
    assert read[0].text.split("\n\n") == [NEWS.strip(), NEWS.strip()]
    odd = word(
        f"<w:p><w:r><w:t>{NEWS}</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:tcPr>"
        '<w:gridSpan w:val="99999999999999999999"/></w:tcPr><w:p/></w:tc></w:tr></w:tbl>'
    )
    assert readers.pages(source("odd.docx", odd), [])[0].text.startswith("The mayor")


def test_a_million_line_ends_are_a_hundred(readers):
    """Each would be a line of its own for every step that looks at lines."""
    [page] = readers.pages(source("a.txt", NEWS + "\n" * 1_000_000 + NEWS), [])
    assert len(page.text) < 2 * len(NEWS) + 200


HANG = "*a " * 3_000_000


@pytest.mark.slow
def test_a_bad_file_costs_itself_alone(tmp_path):
    """An ingest names it with its reason, and reads what is before and behind it."""
    given = settings(tmp_path, a=NEWS, z=NEWS.replace("mayor", "queen"))
    (given.seeds / "hang.md").write_text(HANG)
    report = ingest(given, encoder=WordCountEncoder())
    assert (report.new, [item.path for item in report.skipped]) == (2, ["hang.md"])
    assert "too costly to read" in report.skipped[0].reason


@pytest.mark.slow
def test_a_bad_file_in_an_archive_costs_itself_alone():
    """A new child goes on with the next one."""
    files = {"a.txt": NEWS, "hang.md": HANG + NEWS * 2_000, "z.txt": NEWS * 2}
    data = zipped(files, zipfile.ZIP_STORED)
    left_out: list[Skipped] = []
    with Readers(limits=Limits(memory_bytes=150_000_000, seconds=5)) as readers:
        read = readers.articles(source("clips.zip", data), HOW, left_out)
    assert [one[0].article.path for one in read.articles] == ["clips.zip/a.txt", "clips.zip/z.txt"]
    assert [one[0].article.position for one in read.articles] == [0, 1]
    assert [item.path for item in left_out] == ["clips.zip/hang.md"]
    assert "too costly to read" in left_out[0].reason


@pytest.mark.timed
def test_the_worst_stay_within_time_and_memory():
    """All of them at full size: 30 seconds of the processor and 1 GB each; the counts are printed."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.costly_full"], cwd=ROOT, capture_output=True, text=True
    )
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
