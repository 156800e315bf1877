"""Source file -> pages: what each format says, as plain text.

One small reader each, chosen by the file's name. Knows nothing about news; `newspage` turns pages into articles.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

from rag.types import Page, Skipped, SourceFile

CONTROL_SHARE = (
    0.01  # more control characters than this and it is no text (RELIABILITY.md section 2.6)
)
REPLACED_SHARE = 0.05  # more undecodable characters than this and the encoding was not understood

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: it begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Invisible characters that can hide or reorder text: zero-width, bidirectional, tag characters.
_INVISIBLE = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]"
)
# With fewer letters beside ASCII than this a guess says cp852 or cp1250 for English in cp1252.
WESTERN_SHARE = 0.03
_TYPOGRAPHY = bytes(range(128)) + "€…‘’“”•–—™\xa0£".encode("cp1252")
_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_FIELD = re.compile(r"^(\w+)[ \t]*:[ \t]*(\S.*)$", re.MULTILINE)
_FIELD_NAMES = {
    "title": "title",
    "headline": "title",
    "source": "outlet",
    "outlet": "outlet",
    "publisher": "outlet",
    "site": "outlet",
    "author": "author",
    "byline": "author",
    "date": "published",
    "published": "published",
}


def read_pages(file: SourceFile) -> list[Page] | Skipped:
    """The pages of a source file, or why it has none."""
    suffix = PurePosixPath(file.path).suffix.lower()
    reader = READERS.get(suffix)
    if reader is None:
        return Skipped(
            file.path, f"{suffix or 'no suffix'} is not read yet; save it as .txt or .md"
        )
    text = decode(file.data)
    if text is None:
        return Skipped(file.path, "not a text: binary data or an unknown encoding")
    if not text.strip():
        return Skipped(file.path, "empty")
    return [reader(file.path, text)]


def decode(data: bytes) -> str | None:
    """Bytes as NFC text with plain line ends, or None where they are no text.

    Byte order mark, then UTF-16 without one, then UTF-8, then charset-normalizer's guess, then
    cp1252.
    """
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    controls = sum(1 for character in text if character < " " and character not in "\n\t\f")
    if text and (
        controls / len(text) > CONTROL_SHARE or text.count("\ufffd") / len(text) > REPLACED_SHARE
    ):
        return None
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text.replace("\0", ""))).replace(
        "\xa0", " "
    )


def _decode(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    if wide := _unmarked_utf16(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if data.count(0) > CONTROL_SHARE * len(data):
        return data.decode("utf-8", "replace")  # binary; the caller counts
    return data.decode(_guess(data), "replace")


def _unmarked_utf16(data: bytes) -> str | None:
    """UTF-16 whose mark was lost: most pairs of bytes hold a NUL, always on the same side."""
    half = len(data) // 2
    first, second = data[0::2].count(0), data[1::2].count(0)
    if second > half / 2 and first <= CONTROL_SHARE * half:
        return "utf-16-le"
    return "utf-16-be" if first > half / 2 and second <= CONTROL_SHARE * half else None


def _guess(data: bytes) -> str:
    """The likeliest encoding; cp1252 unless more speaks for another one."""
    if len(data.translate(None, _TYPOGRAPHY)) <= WESTERN_SHARE * len(data):
        return "cp1252"
    from charset_normalizer import from_bytes  # only for the rare file: 60 ms

    guesses = from_bytes(data)
    best = guesses.best()
    western = next((guess for guess in guesses if guess.encoding == "cp1252"), best)
    if not best or not western or western.chaos > best.chaos or western.coherence < best.coherence:
        return best.encoding if best else "cp1252"
    return western.encoding


def read_text(path: str, text: str) -> Page:
    """A plain text is its own page."""
    return Page(path, text)


def read_markdown(path: str, text: str) -> Page:
    """Markdown without its marks; front matter (`title: …` between `---` lines) becomes fields."""
    front = _FRONT_MATTER.match(text)
    body = text[front.end() :] if front else text
    return Page(path, _plain(body), _fields(front.group(1)) if front else {})


def _fields(block: str) -> Mapping[str, str]:
    pairs = ((name.lower(), value.strip().strip("\"'")) for name, value in _FIELD.findall(block))
    return {_FIELD_NAMES[name]: value for name, value in pairs if name in _FIELD_NAMES and value}


def _plain(markdown: str) -> str:
    from markdown_it import MarkdownIt

    blocks = []
    for token in MarkdownIt("commonmark", {"html": False}).enable("table").parse(markdown):
        if token.type == "inline":
            spans = (token.children or []) if token.children else []
            # An image's text is a caption at best: not a sentence of the article.
            blocks.append(
                "".join(
                    _BREAKS.get(span.type, span.content) for span in spans if span.type != "image"
                )
            )
        elif token.type in ("fence", "code_block"):
            blocks.append(token.content.rstrip())
    return "\n\n".join(block for block in blocks if block.strip())


# A soft break only wraps the source; the sentence goes on.
_BREAKS = {"softbreak": " ", "hardbreak": "\n"}

READERS: Mapping[str, Callable[[str, str], Page]] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
}
