"""Read saved web pages: HTML, and MHTML as browsers write it.

Characters -> tree -> facts -> text: the facts are read before the lines of author and date are
taken out. Nothing is loaded, no entity is resolved, no page raises anything but Unreadable.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.errors import Unreadable
from rag.reading.encoding import decode, decoded
from rag.reading.html import body as article_text
from rag.reading.html import facts, pruning
from rag.reading.html.fragment import html_text
from rag.reading.html.metadata import linked_nodes, read_metadata
from rag.reading.html.pruning import Element
from rag.types.files import Page

if TYPE_CHECKING:
    from email.message import Message

HEAD_BYTES = 4096  # where a page must declare its encoding
BROKEN_SHARE = 0.1  # of the characters beyond ASCII may be damaged in an encoding that fits
ACCENTED_SHARE = 0.2  # of a Western text; more such characters are another script, misread
KEPT_SHARE = 0.5  # of a page's words; a parser that keeps fewer has lost its way
TREE_CHARACTERS = 12_000_000  # of markup; more would take a gigabyte as a tree
CHOICE_ELEMENTS = 12_000  # trafilatura takes 2 s; its time grows with the square of the elements
STREAM_CHARACTERS = 2_000_000  # the stream reader is the last resort

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
_SUPERSETS = {  # what browsers read under these names (WHATWG Encoding)
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "tis-620": "cp874",
    "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
}  # fmt: skip
_RAW = frozenset(("script", "style", "noscript", "template", "title", "textarea"))
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PAGE_TYPES = ("text/html", "application/xhtml+xml")


def read_html(path: str, data: bytes) -> list[Page]:
    """Return the article of a web page, with its metadata."""
    return [_page(path, _markup(data))]


def read_mhtml(path: str, data: bytes) -> list[Page]:
    """Return the article of a page that a browser saved with its pictures in one file."""
    from email import message_from_bytes, policy

    try:
        message = message_from_bytes(data, policy=policy.compat32)
        part = next(part for part in message.walk() if part.get_content_type() in _PAGE_TYPES)
        body = part.get_payload(decode=True)
        declared, address = part.get_content_charset(), _address(part) or _address(message)
    except StopIteration:
        raise Unreadable("no web page in the MHTML file") from None
    except Exception as error:  # email raises many kinds on damaged headers
        raise Unreadable(f"damaged MHTML: {type(error).__name__}") from error
    if not isinstance(body, bytes):
        raise Unreadable("no web page in the MHTML file")
    page = _page(path, _markup(body, declared))
    return [replace(page, fields={**address, **page.fields})]


def _address(part: Message) -> dict[str, str]:
    told = str(part.get("Content-Location") or part.get("Snapshot-Content-Location") or "").strip()
    return {"url": told} if told.startswith("http") else {}


def _page(path: str, markup: str) -> Page:
    if len(markup) > TREE_CHARACTERS:
        megabytes = f"{len(markup) / 1e6:.0f} MB"
        raise Unreadable(f"a web page of {megabytes} of HTML: too large to be an article")
    root = _tree(markup)
    if root is None:
        return _untreed(path, markup, {})
    length = sum(len(text.strip()) for text in _texts(root))
    words = sum(len(text.split()) for text in _texts(root))  # menus and boxes included
    nodes = linked_nodes(root)
    pruning.drop_unseen(root)
    metadata = read_metadata(root, nodes)
    masthead = facts.masthead_of(root)
    pruning.open_layout_tables(root)
    pruning.drop_boxes(root)
    fields = facts.facts(root, metadata, masthead)
    if length < KEPT_SHARE * _crude_length(markup):
        return _untreed(path, markup, fields)
    if metadata.is_live or article_text.is_live(root):
        paragraphs = article_text.live(root)
    else:
        pruning.drop_lines(root)
        paragraphs = article_text.chosen(root, metadata.headline, _choice(root))
    return replace(_clean_page(path, paragraphs, fields), words=words)


def _choice(root: Element) -> str:
    """Return the article's lines as trafilatura chooses them; "" where it fails or is too slow."""
    import trafilatura

    if sum(1 for _ in root.iter()) > CHOICE_ELEMENTS:
        return ""
    try:
        return str(trafilatura.extract(root, include_comments=False, include_tables=True) or "")
    except Exception:  # it may fail on a broken page, which is still there
        return ""


def _untreed(path: str, markup: str, fields: dict[str, str]) -> Page:
    """Return the visible words of a page that the parser gave up."""
    return _clean_page(path, html_text(markup[:STREAM_CHARACTERS]).split("\n\n"), fields)


def _clean_page(path: str, paragraphs: list[str], fields: dict[str, str]) -> Page:
    kept, agency = article_text.own(paragraphs, fields)
    text = decode("\n\n".join(kept).replace("\xad", "").encode("utf-8", "replace")) or ""
    if not text.strip():
        raise Unreadable("no article text in the page")
    fields = {"agency": agency, **fields} if agency and agency != fields.get("outlet") else fields
    plain = {name: decode(value.encode("utf-8", "replace")) or "" for name, value in fields.items()}
    return Page(path, text, {name: value.strip() for name, value in plain.items() if value.strip()})


def _tree(markup: str) -> Element | None:
    from lxml import etree, html

    # huge_tree: elements may lie 2,048 deep instead of 256; what is deeper is lost without a word.
    parser = html.HTMLParser(
        encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        return html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return None


def _texts(root: Element) -> Iterator[str]:
    """Yield the texts between the tags of the whole page, without those of scripts."""
    for element in root.iter():
        if element.tag not in _RAW:
            yield element.text or ""
        yield element.tail or ""


def _crude_length(markup: str) -> int:
    """Count the characters between the tags without a parser, in linear time."""
    length, raw = 0, ""
    for piece in markup.split("<"):
        tag, _, words = piece.partition(">")
        name = _TAG_NAME.match(tag)
        if raw:
            raw = "" if name and name[0].lower() == f"/{raw}" else raw
        elif name and name[0].lower() in _RAW:
            raw = name[0].lower()
        elif name or piece is markup:
            length += len(words.strip())
    return length


def _markup(data: bytes, declared: str | None = None) -> str:
    """Decode a page: as UTF-8, else as declared, else by a guess."""
    text = None if data.startswith(_MARKS) or 0 in data else _declared(data, declared)
    return decoded(data if text is None else text.encode("utf-8", "replace"))


def _declared(data: bytes, declared: str | None) -> str | None:
    told = _CHARSET.search(data[:HEAD_BYTES])
    names = [declared, told[1].decode("ascii") if told else None]
    escaped = b"\x1b$" in data  # ISO-2022-JP, which is ASCII to the eye of UTF-8
    for name in ("iso2022_jp" if escaped else None, "utf-8", *names):
        text = _as(name, data) if name else None
        if text is not None:
            return text
    return None


def _as(name: str, data: bytes) -> str | None:
    """Decode the bytes in an encoding, or return None where too much looks wrong."""
    try:
        known = codecs.lookup(name).name
        encoding = _SUPERSETS.get(known, known)
        text = data.decode(encoding, "replace")
    except (LookupError, ValueError):
        return None
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    if text.count("\ufffd") > BROKEN_SHARE * foreign:
        return None
    return None if encoding == "cp1252" and foreign > ACCENTED_SHARE * len(text) else text
