"""Files that are made to be costly: small to send, long or large to read.

Each is given for a size from 0 to 1; at 1 it is the worst that was found. `tests.hostile` makes
damaged and crooked ones, of a size that any reader takes.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable

NEWS = "The mayor opened the bridge on Tuesday. Four thousand people came to see it. "
MAIL = "From a@b.c Mon Mar  3 10:00:00 2025\nFrom: A <a@b.c>\nSubject: T\nDate: Mon, 3 Mar 2025 10:00:00 +0000\n\n"
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_TYPES = "http://schemas.openxmlformats.org/package/2006/"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def zipped(entries: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file of these; what repeats itself is stored, or it is refused as a bomb before it is read."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return packed.getvalue()


def word(body: str) -> bytes:
    """A Word file with this body, which no other program would write."""
    types = (
        f'<Types xmlns="{_TYPES}content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/><Override PartName="/word/document.xml" ContentType="{_MAIN}"/></Types>'
    )
    relations = (
        f'<Relationships xmlns="{_TYPES}relationships"><Relationship Id="r1" Type="{_OFFICE}"'
        ' Target="word/document.xml"/></Relationships>'
    )
    return zipped(
        {
            "[Content_Types].xml": types,
            "_rels/.rels": relations,
            "word/document.xml": f"<w:document {_W}><w:body>{body}</w:body></w:document>",
        }
    )


_PARAGRAPH = f"<w:p><w:r><w:t>{NEWS}</w:t></w:r></w:p>"


def _spanned(columns: int, rows: int = 1) -> bytes:
    cell = f'<w:tr><w:tc><w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr>{_PARAGRAPH}</w:tc></w:tr>'
    return word(f"{_PARAGRAPH}<w:tbl>{cell * rows}</w:tbl>")


def _page(body: str) -> str:
    return f"<html><body>{body}</body></html>"


def _attributes(size: float) -> str:
    given = " ".join(f"a{number}='{number}'" for number in range(int(500_000 * size)))
    return _page(f"<p {given}>{NEWS * 10}</p>")


def _records(size: float) -> str:
    return json.dumps(
        [{"title": f"T{n}", "text": f"Bridge {n} opened."} for n in range(int(100_000 * size))]
    )


def _zip_of_slow(size: float) -> bytes:
    news = NEWS * (1 + int(5_000 * size))
    slow = {f"w{n}.md": "*a " * int(100_000 * size) + news for n in range(6)}
    return zipped({**slow, "good.txt": NEWS}, zipfile.ZIP_STORED)


COSTLY: dict[str, Callable[[float], str | bytes]] = {
    "deep.html": lambda size: _page("<div>" * int(100_000 * size) + f"<p>{NEWS * 10}</p>"),
    "bold.html": lambda size: _page("<b>" * int(1_000_000 * size) + f"<p>{NEWS * 10}</p>"),
    "attributes.html": _attributes,
    "tables.html": lambda size: _page("<table><tr><td>" * int(3_000 * size) + NEWS * 10),
    "less.html": lambda size: _page("<p>" + "<" * int(9_000_000 * size)),
    "entities.html": lambda size: _page("<p>" + "&amp;" * int(1_900_000 * size) + NEWS * 9),
    "script.html": lambda size: _page(
        "<script type='application/ld+json'>" + '{"a":' * int(200_000 * size) + "</script>" + NEWS
    ),
    "word.txt": lambda size: "a" * int(19_900_000 * size),
    "words.txt": lambda size: "ab " * int(6_600_000 * size),
    "sentences.txt": lambda size: (NEWS * 3 + "\n\n") * int(80_000 * size),
    "initials.txt": lambda size: "A. " * int(6_600_000 * size),
    "open_quotes.txt": lambda size: NEWS + "“a " * int(3_000_000 * size),
    "ticks.txt": lambda size: "`" * int(2_000_000 * size) + NEWS,
    "quotes.txt": lambda size: "“He said ” " * int(1_300_000 * size),
    "guillemets.txt": lambda size: "«" * int(1_000_000 * size) + NEWS + "»" * int(500_000 * size),
    "japanese.txt": lambda size: "。」" * int(3_000_000 * size) + NEWS,
    "brackets.txt": lambda size: "(" * int(19_000_000 * size),
    "lines.txt": lambda size: NEWS + "\n" * int(19_000_000 * size),
    "blank_lines.txt": lambda size: NEWS + "\n " * int(9_000_000 * size),
    "dates.txt": lambda size: "Monday, 3 March 2025, " * int(850_000 * size),
    "months.txt": lambda size: "January " * int(2_400_000 * size),
    "by.txt": lambda size: "By John Smith and " * int(1_000_000 * size),
    "marks.txt": lambda size: "[1]" * int(6_000_000 * size) + NEWS,
    "nested.md": lambda size: ">" * int(100_000 * size) + " " + NEWS,
    "links.md": lambda size: "[" * int(500_000 * size) + NEWS,
    "stars.md": lambda size: "*a " * int(3_000_000 * size),
    "ticks.md": lambda size: "`" * int(1_000_000 * size) + NEWS + "`" * int(999_999 * size),
    "table.csv": lambda size: (
        "title,text\n" + "Bridge,The mayor opened the bridge.\n" * int(100_000 * size)
    ),
    "wide.csv": lambda size: "title,text" + ",c" * int(1_000_000 * size) + f"\nx,{NEWS}",
    "records.json": _records,
    "deep.json": lambda size: '[{"text":' * int(1_000_000 * size),
    "keys.json": lambda size: (
        "{" + ",".join(f'"k{n}":"{NEWS}"' for n in range(int(200_000 * size))) + "}"
    ),
    "number.json": lambda size: f'[{{"text": "{NEWS}", "date": {"9" * int(15_000_000 * size)}}}]',
    "entries.rss": lambda size: (
        "<rss><channel><title>F</title>"
        + f"<item><title>T</title><description>{NEWS}</description></item>" * int(100_000 * size)
        + "</channel></rss>"
    ),
    "deep.rss": lambda size: (
        "<rss><channel><item><description>" + "&lt;div&gt;" * int(300_000 * size) + NEWS
    ),
    "laughs.xml": lambda size: (
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol"><!ENTITY b "'
        + "&a;" * int(1_000_000 * size)
        + '">]><rss><channel><item><title>&b;</title></item></channel></rss>'
    ),
    "many.mbox": lambda size: f"{MAIL}{NEWS}\n\n" * int(100_000 * size),
    "deep.eml": lambda size: (
        "From: a@b.c\nSubject: x\n"
        + "".join(
            f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n'
            for n in range(int(20_000 * size))
        )
    ),
    "subject.eml": lambda size: (
        "From: a@b.c\nSubject: " + "=?utf-8?q?a?= " * int(1_000_000 * size) + f"\n\n{NEWS}"
    ),
    "page.mht": lambda size: (
        "From: x\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
        + f"--b\nContent-Type: text/html\n\n{_page(NEWS * 5)}\n" * int(20_000 * size)
    ),
    "span.docx": lambda size: _spanned(int(200_000_000 * size)),
    "spans.docx": lambda size: _spanned(int(3_000_000 * size), 100),
    "paragraphs.docx": lambda size: word(
        "".join(f"<w:p><w:r><w:t>{n} {NEWS}</w:t></w:r></w:p>" for n in range(int(150_000 * size)))
    ),
    "merged.docx": lambda size: word(
        _PARAGRAPH
        + "<w:tbl>"
        + ("<w:tr>" + "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>" * 3 + "</w:tr>")
        * int(1_500 * size)
        + "</w:tbl>"
    ),
    "bomb.zip": lambda size: zipped({"a.txt": b"a" * int(300_000_000 * size)}),
    "slow.zip": _zip_of_slow,
}
