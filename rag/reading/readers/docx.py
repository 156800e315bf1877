"""Read Word files (.docx): paragraphs and the rows of tables, in order."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

from rag.errors import Unreadable
from rag.reading.readers.zip_files import opened
from rag.types.files import Page

MOST_COLUMNS = 63  # Word's own limit; a cell that claims more would be read so many times
XML_BYTES = 30_000_000  # of a Word file; a long novel has 3 million

_GENERATED = re.compile(
    r"(?:python-docx|(?:microsoft )?word|untitled|document\d*|.*\.docx?)$", re.I
)


def read_docx(path: str, data: bytes) -> list[Page]:
    """Read paragraphs and rows of tables, in order, without heads and feet of the sheets."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable("an old or encrypted Word file; save it as .docx without a password")
    with opened(data) as archive:
        infos = archive.infolist()
        if sum(i.file_size for i in infos if i.filename.endswith((".xml", ".rels"))) > XML_BYTES:
            raise Unreadable(f"a Word file of more than {XML_BYTES / 1e6:.0f} MB of text")
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        _bound_spans(document)
        paragraphs = list(filter(None, _blocks(document)))
        title, author = document.core_properties.title or "", document.core_properties.author or ""
        styled = [
            paragraph.text.strip()
            for paragraph in document.paragraphs[:20]
            if paragraph.style is not None and paragraph.style.name == "Title"
        ]
    except Exception as error:  # the parser fails on damaged files in many ways
        raise Unreadable(f"a damaged Word file ({type(error).__name__})") from error
    text = "\n\n".join(paragraphs)
    if not text.strip():
        raise Unreadable("a Word file without a text")
    fields = {"title": next(filter(None, styled), "")}
    # Properties are often left from a template: they count when the text says the same.
    if not fields["title"] and title in text and not _GENERATED.match(title):
        fields["title"] = title
    if len(author.split()) > 1 and author in text:
        fields["author"] = author
    return [Page(path, text, {name: value for name, value in fields.items() if value.strip()})]


def _bound_spans(document: Any) -> None:
    """Let no cell of a table cover more columns than a table can have."""
    for span in document.element.body.iter("{*}gridSpan"):
        for name, value in span.attrib.items():
            if not (value.isdecimal() and len(value) <= 2 and int(value) <= MOST_COLUMNS):
                span.set(name, str(MOST_COLUMNS))


def _blocks(document: Any) -> Iterator[str]:
    for item in document.iter_inner_content():
        rows = getattr(item, "rows", None)
        if rows is None:
            yield str(item.text).strip()
        for row in rows or ():
            cells = [" ".join(cell.text.split()) for cell in row.cells]
            # A merged cell is given once for every column that it covers.
            single = [cell for n, cell in enumerate(cells) if cell and cells[n - 1 : n] != [cell]]
            yield "; ".join(single)
