"""Source file -> pages: chooses the reader by the file's name and first bytes.

Knows nothing about news; `newspage` turns pages into articles.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath

from rag.errors import Unreadable
from rag.types import Page, Skipped, SourceFile

Reader = Callable[[str, bytes], list[Page]]

# Where the reader of a suffix lives, below rag/readers: imported when the first such file is met.
READERS = {
    ".txt": "text:read_text",
    ".text": "text:read_text",
    ".md": "text:read_markdown",
    ".markdown": "text:read_markdown",
}


def read_pages(file: SourceFile) -> list[Page] | Skipped:
    """The pages of a source file, or why it has none."""
    suffix = PurePosixPath(file.path).suffix.lower()
    if suffix not in READERS:
        return Skipped(file.path, f"{suffix or 'no suffix'} is not read; save it as .txt or .md")
    try:
        return _reader(READERS[suffix])(file.path, file.data)
    except Unreadable as reason:
        return Skipped(file.path, str(reason))


def _reader(place: str) -> Reader:
    module, function = place.split(":")
    reader: Reader = getattr(import_module(f"rag.readers.{module}"), function)
    return reader
