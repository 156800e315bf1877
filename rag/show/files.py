"""An answer as a file to take along: its kinds and its name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping

from rag.show.html_file import html_file
from rag.show.json_file import json_file
from rag.show.markdown import markdown
from rag.show.pack import Pack
from rag.show.references import bibtex, csl
from rag.types.answers import Answer

FILES: Mapping[str, Callable[[Answer, Pack | None], str]] = {
    "md": lambda answer, _: markdown(answer),
    "html": html_file,
    "csl.json": csl,
    "json": json_file,
    "bib": bibtex,
}
"""Kind, which is also the end of the file's name -> what makes the text of an answer and its pack."""
KINDS = ".md, .html, .json, .bib or .csl.json"
NAME_CHARACTERS = 60  # of a file's name, without its kind


def kind_of(name: str) -> str | None:
    """Return the kind of a file by its name, or None: "csl.json" for "cited.csl.json"."""
    return next((kind for kind in FILES if name.lower().endswith(f".{kind}")), None)


def file_name(question: str, kind: str) -> str:
    """A name that every system takes: "who-will-replace-kenneth-genalo.md"."""
    ascii_only = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-") or "answer"
    if len(slug) > NAME_CHARACTERS:
        slug = slug[: NAME_CHARACTERS + 1].rpartition("-")[0] or slug[:NAME_CHARACTERS]
    reserved = re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", slug)  # by Windows
    return f"{'answer-' if reserved else ''}{slug}.{kind}"
