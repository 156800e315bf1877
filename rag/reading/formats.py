"""Source file -> pages: choose the reader by the file's name and first bytes.

Knows nothing about news; `newspage` turns pages into articles. A reader may hang or grow on a file
that was made for it: `rag.isolated` reads in children within limits.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import PurePosixPath
from typing import TypeVar

from rag.errors import Unreadable
from rag.reading.encoding import tidied
from rag.types.files import Page, Skipped, SourceFile

Reader = Callable[[str, bytes], list[Page]]
T = TypeVar("T")

ARCHIVE_SECONDS = 300  # of the processor, for all files of an archive; each has the limit of a file
FIELD_CHARACTERS = 1_000  # of a title, an author, an address
LOOK_BYTES = 2_000  # at the beginning of a file, enough to know its kind
SIGN_BYTES = 1_024  # readers look for the sign of a PDF so far

ZIP = b"PK\3\4"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its name for people, its suffixes, its reader and the signs of its content."""

    name: str
    suffixes: tuple[str, ...]
    reader: str = ""  # module:function below rag/reading, imported when the first such file is met
    sign: bytes = b""  # the first bytes, where they tell the kind
    inside: bytes = b""  # a name in a packed file that tells its kind


# One row for each format; of packed formats the plain zip file comes last.
FORMATS = (
    Format("text", (".txt", ".text"), "readers.text:read_text"),
    Format("text", (".md", ".markdown"), "readers.text:read_markdown"),
    Format("web pages", (".html", ".htm", ".xhtml"), "html.page:read_html"),
    Format("web pages", (".mhtml", ".mht"), "html.page:read_mhtml"),
    Format("PDF", (".pdf",), "readers.pdf:read_pdf", b"%PDF-"),
    Format("Word (.docx)", (".docx",), "readers.docx:read_docx", ZIP, b"word/document.xml"),
    Format("mail", (".eml",), "readers.mail:read_mail"),
    Format("mail", (".mbox",), "readers.mail:read_mailbox"),
    Format("feeds", (".rss", ".atom", ".xml"), "readers.feeds:read_feed"),
    Format(".json", (".json",), "readers.records:read_json"),
    Format(".json", (".jsonl", ".ndjson"), "readers.records:read_json_lines"),
    Format(".csv", (".csv", ".tsv"), "readers.records:read_table"),
    Format(".zip", (".zip",), sign=ZIP),
)
KINDS = " or ".join(", ".join(dict.fromkeys(one.name for one in FORMATS)).rsplit(", ", 1))
SIGNS = {suffix: one.sign for one in FORMATS for suffix in one.suffixes}
READERS = {suffix: one.reader for one in FORMATS for suffix in one.suffixes if one.reader}
ARCHIVES = SIGNS.keys() - READERS.keys()
# Kinds that are known and not read, and what their owner can do.
_SAVE_AS = {
    **dict.fromkeys((".doc", ".rtf", ".odt"), "save it as .docx"),
    **dict.fromkeys((".xls", ".xlsx"), "save it as .csv"),
    ".epub": "unpack it: it is a zip file of web pages",
    ".msg": "save it as .eml",
}
_OFFICE = re.compile(rb"\[Content_Types\]\.xml|META-INF/|mimetype")
_HTML = re.compile(
    rb"^\s*(?:<\?xml[^>]{0,200}>\s*)?(?:<!--.{0,1000}?-->\s*)*<(?:!doctype\s+html|html|head|body)[\s>]",
    re.IGNORECASE | re.DOTALL,
)
_FEED = re.compile(rb"^\s*(?:<\?xml.{0,1500}?)?<(?:rss|feed|rdf:RDF)[\s>]", re.DOTALL)
_MAILBOX = re.compile(rb"^From \S[^\n]{0,200}\d\d:\d\d[^\n]{0,20}\d{4}[^\n]{0,10}\r?\n[A-Z][\w-]+:")
_JSON = re.compile(rb"^\s*(?:\[\s*)?\{\s*\"[^\"\n]{1,80}\"\s*:")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def read_pages(file: SourceFile, left_out: list[Skipped] | None = None) -> list[Page] | Skipped:
    """Return the pages of a source file, or the reason why it has none; without limits of its own.

    What cannot be read inside an archive goes into `left_out`.
    """
    return whole(file.path, parts(file), [] if left_out is None else left_out)


def parts(
    file: SourceFile, begin: int = 0, seconds: float = ARCHIVE_SECONDS
) -> Iterator[list[Page] | Skipped]:
    """Yield the pages of each file that an archive holds, from number `begin` on; of others its own.

    What cannot be read is given with the reason. After `seconds` of this process's time the rest of an
    archive is left out.
    """
    try:
        if _kind(file) in ARCHIVES:
            yield from _unpacked(file, begin, time.process_time() + seconds)
        else:
            yield _read(file)
    except Unreadable as reason:
        yield Skipped(file.path, str(reason))


def names(file: SourceFile) -> list[str]:
    """Return the paths of an archive's files, as `parts` has them; none for another or a bad file."""
    from rag.reading.readers.zip_files import entry_names

    try:
        inside = entry_names(file.data) if _kind(file) in ARCHIVES else []
    except Unreadable:  # `parts` says so
        return []
    return [f"{file.path}/{name}" for name in inside]


def whole(
    path: str, read: Iterable[list[T] | Skipped], left_out: list[Skipped]
) -> list[T] | Skipped:
    """Join what the parts of a file gave; where none gave anything, return the reason."""
    found: list[T] = []
    reasons: list[Skipped] = []
    for part in read:
        if isinstance(part, Skipped):
            reasons.append(part)
        else:
            found += part
    if found:
        left_out += reasons
        return found
    if [one.path for one in reasons] == [path]:
        return reasons[0]
    return Skipped(path, _nothing_inside(reasons))


def content_fits(kind: str, data: bytes) -> bool:
    """Return whether content begins with the sign of its kind, or else with no sign at all."""
    sign = SIGNS[kind]
    others = tuple(set(SIGNS.values()) - {sign, b""})
    return sign in data[:SIGN_BYTES] and not data.startswith(others)


def _read(file: SourceFile) -> list[Page]:
    kind = _kind(file)
    if kind not in READERS:
        advice = _SAVE_AS.get(kind, "save it as text, web page or PDF")
        raise Unreadable(f"{kind or 'no suffix'} is not read; {advice}")
    module, function = READERS[kind].split(":")
    reader: Reader = getattr(import_module(f"rag.reading.{module}"), function)
    pages = [_tidied(page) for page in reader(file.path, file.data)]
    if not (pages := [page for page in pages if page.text.strip()]):
        raise Unreadable("empty")
    return pages


def _unpacked(file: SourceFile, begin: int, end: float) -> Iterator[list[Page] | Skipped]:
    from rag.reading.readers.zip_files import entries

    for entry in entries(file.data, begin):
        inner = SourceFile(f"{file.path}/{entry.name}", entry.data, "")
        try:
            if entry.reason:
                raise Unreadable(entry.reason)
            if _kind(inner) in ARCHIVES:
                raise Unreadable("an archive within an archive; unpack it")
            if time.process_time() > end:
                raise Unreadable("reading the archive took too long; unpack it")
            yield _read(inner)
        except Unreadable as reason:
            yield Skipped(inner.path, str(reason))


def _nothing_inside(reasons: list[Skipped]) -> str:
    if not reasons:
        return "an empty archive"
    first = f"{reasons[0].path.rpartition('/')[2]}: {reasons[0].reason}"
    return f"an archive with nothing that can be read ({len(reasons)} files; {first})"


def _kind(file: SourceFile) -> str:
    """Return the suffix that fits the content, where its first bytes are plain; else its own."""
    suffix, start = PurePosixPath(file.path).suffix.lower(), file.data[:LOOK_BYTES]
    if suffix in _SAVE_AS or suffix in (".mhtml", ".mht"):
        return suffix
    for mark in _MARKS:
        start = start.removeprefix(mark)
    start = start.replace(b"\0", b"")  # UTF-16 of plain letters
    if signed := [one for one in FORMATS if one.sign and start.startswith(one.sign)]:
        return _signed_kind(signed, file.data, suffix)
    if _HTML.match(start):
        return suffix if suffix in (".html", ".htm", ".xhtml") else ".html"
    if _FEED.match(start):
        return ".xml"
    if suffix in READERS and suffix != ".eml":
        return suffix
    if _MAILBOX.match(start):
        return ".mbox"
    return ".json" if _JSON.match(start) and suffix not in READERS else suffix


def _signed_kind(signed: Sequence[Format], data: bytes, suffix: str) -> str:
    kind = next(one.suffixes[0] for one in signed if one.inside in data)
    if kind in ARCHIVES and suffix not in ARCHIVES and _OFFICE.search(data[:LOOK_BYTES]):
        return suffix if suffix not in READERS else ".odt"
    return kind


def _tidied(page: Page) -> Page:
    """Make what a reader's library let through storable, with nothing hidden in it."""
    lines = {name: " ".join(tidied(value).split()) for name, value in page.fields.items()}
    fields = {name: line[:FIELD_CHARACTERS] for name, line in lines.items() if line}
    return replace(page, text=tidied(page.text), fields=fields)
