"""HTML of a field, a feed or a mail -> plain text; `page` reads whole web pages.

A stream over the tags: it never builds a tree, so depth costs nothing, and every step goes forward,
so that time grows with length alone (html.parser of Python 3.11 takes 30 s for 500,000 times
"<!--"). Block elements become paragraphs, a line break a line end; hidden text is left out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from rag.reading.html.pruning import BLOCKS, HEADINGS

SMALL_PIXELS = 11  # print of this size or less is small print: addresses, terms

_BLOCKS = BLOCKS - {"form"} | {"caption", "html"}
_UNSEEN = frozenset(
    """
    script style head title noscript template svg math iframe object audio video canvas map nav
    footer aside form button select textarea figcaption
    """.split()
)
# They have no end tag.
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
_SELF_CLOSING = frozenset(("p", "li", "dt", "dd", "td", "th", "tr", "option"))
_NAME = re.compile(r"<(?:!--|[!?]|/?(?P<tag>[A-Za-z][^\s/<>]{0,40})(?=[\s/>]))")
_RAW = {tag: re.compile(f"</{tag}", re.IGNORECASE) for tag in ("script", "style", "textarea")}
_HUGE_NUMBER = re.compile(r"&#\d{8,};?")  # beyond any character, and int() may refuse it
_HIDING = re.compile(
    r"(?<![\w-])hidden(?=\s*(?:=|$|\s\w))|display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0|opacity\s*:\s*0(?:\.0*)?\s*(?:;|$)"
    r"|max-height\s*:\s*0|mso-hide\s*:\s*all",
    re.IGNORECASE,
)
_SIZE = re.compile(r"font-size\s*:\s*(\d{1,3})(?:\.\d+)?\s*(px|pt)", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|i|u|em|strong|span|br|p|div|h[1-6]|ul|ol|li|table|tr|td|img|blockquote|figure|html"
    r"|body|section|article|small|sup|sub|script|style)(?=[\s/>])[^<>]{0,2000}>",
    re.IGNORECASE,
)
_BLOCK_TAG = re.compile(r"<(?:p|br|div|li|td|h[1-6]|blockquote)(?=[\s/>])", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{2,8});", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»)\]]*$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a heading or a cell, with what its markup tells."""

    text: str
    heading: bool = False
    linked: bool = False  # every word of it is a link
    small: bool = False  # small print

    @property
    def navigation(self) -> bool:
        """Whether it only leads elsewhere: "Read more", "Support us"."""
        return self.linked and not self.heading and not _SENTENCE_END.search(self.text)


def looks_like_html(text: str) -> bool:
    """Return whether a text holds tags or entities."""
    return bool(_TAG.search(text) or _ENTITY.search(text))


def plain_text(text: str) -> str:
    """Return a field as plain text, whether it was HTML, HTML escaped twice, or plain already."""
    for _ in range(2):
        if not looks_like_html(text):
            break
        if not _BLOCK_TAG.search(text):  # the line ends of the plain text are its paragraphs
            text = text.replace("\n", "<br>")
        text = html_text(text)
    return text.strip()


def html_text(html: str) -> str:
    """Return the visible paragraphs with blank lines between them, without mere links."""
    return "\n\n".join(block.text for block in blocks(html) if not block.navigation)


def blocks(html: str) -> list[Block]:
    """Return the visible blocks in order, without blank ones."""
    collector = _Blocks()
    for kind, text in _tokens(html):
        if kind == "text":
            collector.words(unescape(_HUGE_NUMBER.sub("", text)))
        elif kind == "end":
            collector.end(text)
        else:
            collector.start(kind, text)
    return list(collector.finished())


def _tokens(html: str) -> Iterator[tuple[str, str]]:
    """Yield ("text", words), ("end", tag) and (tag, attributes), in one pass over the text."""
    position, last_quote = 0, html.rfind('"')
    while (opening := html.find("<", position)) >= 0:
        name = _NAME.match(html, opening)
        if not name:
            yield "text", html[position : opening + 1]
            position = opening + 1
            continue
        if opening > position:
            yield "text", html[position:opening]
        closing = html.find("-->" if name[0] == "<!--" else ">", name.end())
        if closing < 0:
            return  # cut off inside a tag
        if html.count('"', opening, closing) % 2 and closing < last_quote:
            closing = html.find(">", html.find('"', closing))  # a ">" inside an attribute
            if closing < 0:
                return
        tag, attributes = (name["tag"] or "").lower(), html[name.end() : closing]
        position = closing + (3 if name[0] == "<!--" else 1)
        if name[0].startswith("</"):
            yield "end", tag
        elif tag:
            yield tag, attributes
            if tag in _RAW and not attributes.endswith("/"):
                end = _RAW[tag].search(html, position)
                position = end.start() if end else len(html)
    yield "text", html[position:]


@dataclass(slots=True)
class _Open:
    """An element that is still open."""

    tag: str
    unseen: bool
    small: bool


class _Blocks:
    """Collect the blocks while the tags go by."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._count: Counter[str] = Counter()  # of open elements, by tag: no search for strays
        self._unseen = self._small = 0
        self._pieces: list[str] = []
        self._linked = self._free = False  # the block so far has words in links, words outside
        self._all_small = True
        self._done: list[Block] = []

    def start(self, tag: str, attributes: str) -> None:
        """Open an element; a block ends the one before."""
        if tag == "br" and self._pieces:
            self._pieces.append("\n")
        if tag in _BLOCKS:
            self._end_block()
        if tag in _VOID or attributes.endswith("/"):
            return
        if tag in _SELF_CLOSING and self._open and self._open[-1].tag == tag:
            self._pop()
        unseen = tag in _UNSEEN or bool(attributes and _HIDING.search(attributes))
        small = tag == "small" or _is_small(attributes)
        self._open.append(_Open(tag, unseen, small))
        self._count[tag] += 1
        self._unseen += unseen
        self._small += small

    def end(self, tag: str) -> None:
        """Close the element and what was left open inside it."""
        if tag in _BLOCKS:
            self._end_block()
        if not self._count[tag]:
            return
        while self._pop() != tag:
            pass

    def words(self, text: str) -> None:
        """Add words to the current block."""
        if self._unseen:
            return
        self._pieces.append(re.sub(r"\s+", " ", text))
        if text.strip():
            if self._count["a"]:
                self._linked = True
            else:
                self._free = True
            self._all_small &= self._small > 0

    def finished(self) -> Iterator[Block]:
        """Yield all blocks at the end of the input."""
        self._end_block()
        yield from self._done

    def _pop(self) -> str:
        gone = self._open.pop()
        self._count[gone.tag] -= 1
        self._unseen -= gone.unseen
        self._small -= gone.small
        return gone.tag

    def _end_block(self) -> None:
        lines = (" ".join(line.split()) for line in "".join(self._pieces).split("\n"))
        text = re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()
        if text:
            heading = any(self._count[tag] for tag in HEADINGS)
            linked = self._linked and not self._free
            self._done.append(Block(text, heading, linked, self._all_small))
        self._pieces = []
        self._linked = self._free = False
        self._all_small = True


def _is_small(attributes: str) -> bool:
    size = _SIZE.search(attributes)
    if not size:
        return False
    pixels = int(size[1]) * (4 / 3 if size[2].lower() == "pt" else 1)
    return 0 < pixels <= SMALL_PIXELS
