"""Read plain text and Markdown."""

from __future__ import annotations

import re

from rag.reading.encoding import decoded
from rag.reading.readers.fields import known_fields
from rag.types.files import Page

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FIELD = re.compile(r"^(\w+)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)


def read_text(path: str, data: bytes) -> list[Page]:
    """Return a plain text as one page."""
    return [Page(path, decoded(data))]


def read_markdown(path: str, data: bytes) -> list[Page]:
    """Read Markdown without its marks; front matter (`title: …` between `---`) becomes fields."""
    text = decoded(data)
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    pairs = _FIELD.findall(front.group(1)) if front else []
    given = {name: value.strip().strip("\"'") for name, value in pairs}
    return [Page(path, _plain(body), known_fields(given))]


def _plain(markdown: str) -> str:
    from markdown_it import MarkdownIt

    blocks = []
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown):
        if token.type == "inline":
            # An image's text is a caption at best: not a sentence of the article.
            spans = (span for span in token.children or () if span.type != "image")
            blocks.append("".join(_BREAKS.get(span.type, span.content) for span in spans))
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip())
    return "\n\n".join(block for block in blocks if block.strip())


# A soft break only wraps the source; the sentence goes on.
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}
