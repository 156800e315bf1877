"""Word: paragraphs, without what belongs to the sheet."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from rag.errors import Unreadable
from rag.reading.readers.docx import read_docx


def word(build):
    """A Word file as bytes."""
    document, packed = docx.Document(), io.BytesIO()
    build(document)
    document.save(packed)
    return packed.getvalue()


def test_word():
    """Paragraphs and rows in order; the title from its style; no head, no template's properties."""

    def build(document):
        document.sections[0].header.paragraphs[0].text = "Confidential"
        document.add_heading("Vote on the bridge", 0)
        document.add_paragraph("The council voted. By Ann Lee")
        table = document.add_table(2, 2)
        for cell, text in zip(table._cells, ["Party", "Seats", "Greens", "12"], strict=True):
            cell.text = text
        document.add_paragraph("It was close.")
        document.core_properties.title = "Monthly report"
        document.core_properties.author = "Ann Lee"

    (page,) = read_docx("a.docx", word(build))
    assert page.text.split("\n\n") == [
        "Vote on the bridge", "The council voted. By Ann Lee", "Party; Seats", "Greens; 12", "It was close.",
    ]  # fmt: skip
    assert page.fields == {"title": "Vote on the bridge", "author": "Ann Lee"}


def test_word_reasons():
    """An old file, a bomb, an empty and a damaged one."""
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 5_000_000)
    cases = {
        b"\xd0\xcf\x11\xe0old": "old or encrypted",
        bomb.getvalue(): "100 times its size",
        word(lambda document: None): "without a text",
        b"PK\3\4nothing": "damaged zip",
    }
    for data, reason in cases.items():
        with pytest.raises(Unreadable, match=reason):
            read_docx("a.docx", data)
