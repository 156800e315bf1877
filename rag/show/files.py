"""An answer as a file to take along: its kinds and its name."""

from __future__ import annotations

import re
import unicodedata

from rag.show.html_file import html_file
from rag.show.json import json_text
from rag.show.markdown import markdown

FILES = {"md": markdown, "html": html_file, "json": json_text}
"""Kind, which is also the end of the file's name -> what makes the text."""
NAME_CHARACTERS = 60  # of a file's name, without its kind


def file_name(question: str, kind: str) -> str:
    """A name that every system takes: "who-will-replace-kenneth-genalo.md"."""
    ascii_only = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-") or "answer"
    if len(slug) > NAME_CHARACTERS:
        slug = slug[: NAME_CHARACTERS + 1].rpartition("-")[0] or slug[:NAME_CHARACTERS]
    reserved = re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", slug)  # by Windows
    return f"{'answer-' if reserved else ''}{slug}.{kind}"
