"""Read RSS and Atom files, one page for each entry; the parser fetches nothing."""

from __future__ import annotations

import io
import re
from typing import Any

from rag.errors import Unreadable
from rag.reading.html.fragment import plain_text
from rag.reading.readers.fields import stated_day, two_letters
from rag.types.files import Page

MAX_ENTRIES = 200_000
PROLOG_BYTES = 4_000  # a document type and the first element are here

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_FEED = re.compile(rb"<(?:\w{1,20}:)?(?:rss|feed|RDF)[\s>]")
_APPEARED = re.compile(r"^The post\b[^\n]{0,300}\bappeared first on\b[^\n]*$", re.MULTILINE)
_READ_ON = re.compile(
    r"^(?:Continue reading|Read more|Read the full (?:story|article)|Read on)\b[^\n.]{0,100}(?:\.\.\.|[.…→»])?$",
    re.MULTILINE | re.IGNORECASE,
)
_CHANNEL = re.compile(r"\s*[-–—|:]?\s*\b(?:RSS|Atom|News)?[ -]?feed$", re.IGNORECASE)


def read_feed(path: str, data: bytes) -> list[Page]:
    """Return the entries of an RSS or Atom file, with their full content where it is there."""
    _refuse_document_type(data)
    if not _FEED.search(_COMMENT.sub(b"", data[:PROLOG_BYTES].replace(b"\0", b""))):
        raise Unreadable("XML, but neither RSS nor Atom")
    import feedparser

    try:
        feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # the parser fails on untrusted markup in many ways
        raise Unreadable(f"a damaged feed ({type(error).__name__})") from error
    if len(feed.entries) > MAX_ENTRIES:
        raise Unreadable(f"more than {MAX_ENTRIES:,} entries; split the file")
    pages = [page for entry in feed.entries if (page := _page(path, entry, feed.feed))]
    if not pages:
        raise Unreadable(f"a feed of {len(feed.entries)} entries, none of them with a text")
    return pages


def _refuse_document_type(data: bytes) -> None:
    plain = data.replace(b"\0", b"")  # in UTF-16 every second byte
    start = re.search(rb"<[A-Za-z]", prolog := _COMMENT.sub(b"", plain[:PROLOG_BYTES]))
    if b"<!doctype" in prolog[: start.start() if start else None].lower() or b"<!ENTITY" in plain:
        raise Unreadable(
            "XML with a document type (DTD), which is refused: it can grow without end"
        )


def _page(path: str, entry: Any, feed: Any) -> Page | None:
    content, language = _content(entry)
    text = _READ_ON.sub("", _APPEARED.sub("", content)).strip()
    if not text:
        return None
    outlet = (entry.get("source") or {}).get("title") or feed.get("title") or ""
    author = (entry.get("author_detail") or {}).get("name") or entry.get("author") or ""
    link = entry.get("link") or ""
    fields = {
        "title": _line(entry.get("title") or ""),
        "outlet": _CHANNEL.sub("", _line(outlet)),
        "author": "" if "@" in author else _line(author),
        "url": link if link.startswith(("http://", "https://")) else "",
        "language": two_letters(language or feed.get("language") or "") or "",
    }
    if day := stated_day(entry.get("published") or ""):
        fields |= {"published": day.isoformat(), "published_from": "publication date in the feed"}
    return Page(path, text, {name: value for name, value in fields.items() if value})


def _content(entry: Any) -> tuple[str, str | None]:
    """Return the longest full content of an entry, else its summary; and its language."""
    given = [one for one in entry.get("content") or [] if one.get("value")]
    if not given and entry.get("summary"):
        given = [entry.get("summary_detail") or {"value": entry.get("summary")}]
    if not given:
        return "", None
    longest = max(given, key=lambda one: len(one.get("value") or ""))
    value, kind = longest.get("value") or "", longest.get("type") or ""
    is_plain = kind == "text/plain" and "<p" not in value
    return value if is_plain else plain_text(value), longest.get("language")


def _line(text: str) -> str:
    return " ".join(plain_text(text).split())
