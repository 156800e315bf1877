"""PDF: paragraphs, without what belongs to the sheet."""

from __future__ import annotations

import pytest

from rag.errors import Unreadable
from rag.reading.readers.pdf import read_pdf
from tests.hostile import pdf

FIRST = "The Post  |  4 June 2025  |  Page 1\nMayor opens bridge\nThe mayor opened the bridge on Tues-\nday."


def test_a_printed_article():
    """Headline by its size, outlet and day from the head, broken words whole, no page numbers."""
    sheets = [
        f"{FIRST} Many people\n\nPost archive - 1 -",
        "The Post  |  4 June 2025  |  Page 2\ncame to see it.\n\nIt is blue.\n\nPost archive - 2 -",
    ]
    (page,) = read_pdf("a.pdf", pdf(sheets, {0: 7, 1: 20}))
    assert page.text == (
        "The mayor opened the bridge on Tuesday. Many people came to see it.\n\nIt is blue."
    )
    assert page.fields == {
        "title": "Mayor opens bridge",
        "outlet": "The Post",
        "published": "2025-06-04",
        "published_from": "head of the printed page",
    }


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (pdf([""]), "scanned.*no OCR"),
        (pdf([]), "without pages"),
        (b"%PDF-1.4\nnothing", "damaged PDF"),
        (
            pdf(["News."]).replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Standard >>"),
            "encrypted|damaged",
        ),
    ],
)
def test_pdf_reasons(data, reason):
    """What cannot be read says why."""
    with pytest.raises(Unreadable, match=reason):
        read_pdf("a.pdf", data)
