"""Damaged and hostile files, the same for the same seed: no reader may crash on one, or hang.

python -m tests.hostile FOLDER COUNT SEED      writes them for a look
"""

from __future__ import annotations

import io
import json
import random
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

PAGES = Path(__file__).parent / "pages"
SUFFIXES = [
    ".txt", ".md", ".html", ".mhtml", ".pdf", ".docx", ".json", ".jsonl", ".csv", ".tsv", ".rss",
    ".xml", ".eml", ".mbox", ".zip", ".xyz", "",
]  # fmt: skip
NEWS = "The mayor opened the bridge on Tuesday. Four thousand people came to see it. "
MARKS = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"]

Made = tuple[str, bytes]


def make(folder: Path, count: int, seed: int) -> list[Path]:
    """Write `count` files into a folder; half are damaged copies, the others made to do harm."""
    folder.mkdir(parents=True, exist_ok=True)
    made: list[Path] = []
    for number, (name, data) in zip(range(count), _files(random.Random(seed)), strict=False):
        path = folder / _fitting(f"{number:04}-{name}")
        path.write_bytes(data)
        made.append(path)
    return made


def _files(chance: random.Random) -> Iterator[Made]:
    pages = sorted(path for path in PAGES.iterdir() if path.name != "expected.json")
    while True:
        for hostile in chance.sample(HOSTILE, len(HOSTILE)):
            yield hostile(chance)
            page = chance.choice(pages)
            yield page.name, chance.choice(DAMAGES)(page.read_bytes(), chance)
            chance.shuffle(pages)


def _fitting(name: str) -> str:
    """At most 255 bytes, which is what file systems take."""
    return name.encode()[-255:].decode("utf-8", "ignore") if len(name.encode()) > 255 else name


# ── damage ──


def _truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _beheaded(data: bytes, chance: random.Random) -> bytes:
    return data[chance.randrange(len(data)) :]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(max(1, len(data) // 200)):
        changed[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(changed)


def _zeroed(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + bytes(512) + data[start + 512 :]


def _doubled(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data))
    return data[:start] + data + data[start:]


DAMAGES: list[Callable[[bytes, random.Random], bytes]] = [
    _truncated, _beheaded, _flipped, _zeroed, _doubled,
]  # fmt: skip


# ── harm ──


def _zip_of(entries: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)  # no time of day
    return packed.getvalue()


def _bomb(chance: random.Random) -> Made:
    size = chance.choice([5, 30]) * 1_000_000
    inner = chance.choice(["news.txt", "word/document.xml"])
    return "bomb" + chance.choice([".zip", ".docx"]), _zip_of({inner: b"a" * size})


def _zip_of_zips(chance: random.Random) -> Made:
    data = NEWS.encode()
    for _ in range(chance.randrange(2, 6)):
        data = _zip_of({"inner.zip": data, "clip.txt": NEWS.encode()})
    return "nested.zip", data


def _leading_out(chance: random.Random) -> Made:
    name = chance.choice(["../../escape.txt", "/etc/motd.txt", "C:\\x.txt", "a/../../b.txt"])
    return "slip.zip", _zip_of({name: NEWS.encode(), "good.txt": NEWS.encode()})


def _many_entries(chance: random.Random) -> Made:
    return "many.zip", _zip_of({f"{number}.txt": b"x" for number in range(10_050)})


def _deep_json(chance: random.Random) -> Made:
    opening = chance.choice(["[", '{"a":', '[{"text":'])
    return "deep.json", opening.encode() * 100_000


def _numbers(chance: random.Random) -> Made:
    number = chance.choice(["9" * 10_000, "NaN", "-Infinity", "1e999999"])
    return "numbers.json", f'[{{"text": "{NEWS}", "date": {number}, "id": {number}}}]'.encode()


def _surrogates(chance: random.Random) -> Made:
    return "surrogates.json", b'[{"title": "\\ud800", "text": "\\udfff\\u0000 News \\u202e."}]'


def _long_field(chance: random.Random) -> Made:
    quote = chance.choice(["", '"'])
    return "long.csv", f"title,text\nx,{quote}{'a' * 1_000_000}\n".encode()


def _entities(chance: random.Random) -> Made:
    definitions = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    feed = (
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "lol">{definitions}]><rss><channel><item>'
    )
    return "laughs" + chance.choice([".xml", ".rss", ".html"]), f"{feed}&e8;</item>".encode()


def _deep_markup(chance: random.Random) -> Made:
    kind = chance.choice([".html", ".rss", ".eml"])
    head = {".rss": "<rss><channel><item><description>", ".eml": _MAIL_HEAD}.get(kind, "")
    return f"deep{kind}", (head + "<div>" * 3_000 + NEWS + "</p>" * 3_000).encode()


_MAIL_HEAD = "From: A <a@b.c>\nSubject: x\nContent-Type: text/html\n\n"


def _open_markup(chance: random.Random) -> Made:
    piece = chance.choice(["<!--", "<!", "<a b='", "&#", "</", "<![CDATA[", "<script>", "<?"])
    value = json.dumps({"title": "x", "content_html": f"<p>{NEWS}{piece * 20_000}"})
    return "open.jsonl", value.encode()


def _deep_mail(chance: random.Random) -> Made:
    parts = "".join(
        f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1_500)
    )
    return "deep.eml", f"From: A <a@b.c>\nSubject: x\n{parts}\n{NEWS}".encode()


def _odd_mail(chance: random.Random) -> Made:
    charset = chance.choice(["nonsense", "utf-7", "base64", "rot13", "utf-16"])
    date = chance.choice(
        ["Tue, 99 Foo 2025", "0", "Fri, 31 Dec 9999 23:59:59 -9999", "=?x?q?=FF?="]
    )
    text = f"From: =?utf-8?b?!!!?= <\nSubject: =?{charset}?q?=FF=FE?=\nDate: {date}\n"
    return "odd.eml", f"{text}Content-Type: text/plain; charset={charset}\n\n{NEWS}".encode()


def _long_headers(chance: random.Random) -> Made:
    value = chance.choice(["=?utf-8?q?a?= ", "a@b.c, ", "Re: ", "(", '"', "a=b; "]) * 30_000
    header = chance.choice(["Subject", "From", "Content-Type: text/plain"])
    return "headers.eml", f"To: A <a@b.c>\n{header}: {value}\n\n{NEWS}".encode()


def _wrong_suffix(chance: random.Random) -> Made:
    page = chance.choice(sorted(PAGES.glob("*.*")))
    return f"wrong{chance.choice(SUFFIXES)}", page.read_bytes()


def _binary(chance: random.Random) -> Made:
    start = chance.choice([b"\x7fELF", b"\x89PNG\r\n\x1a\n", b"MZ", b"%PDF-1.7\n", b"PK\3\4", b""])
    return f"binary{chance.choice(SUFFIXES)}", start + chance.randbytes(20_000)


def _mixed_marks(chance: random.Random) -> Made:
    parts = (chance.choice(MARKS) + NEWS.encode(chance.choice(_ENCODINGS)) for _ in range(4))
    return f"marks{chance.choice(SUFFIXES)}", b"".join(parts)


_ENCODINGS = ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "cp1252"]


def _one_word(chance: random.Random) -> Made:
    word = chance.choice(["a", "A.", "-", "(", " ", "“", "1,", "\n", "By "]) * 200_000
    return f"word{chance.choice(['.txt', '.md', '.html', '.csv', '.eml'])}", word.encode()


def _odd_name(chance: random.Random) -> Made:
    name = chance.choice(
        ["new\nline", "esc\x1b[31mred", "<img src=x>", "-rf", "é" * 120, "a\u202eb"]
    )
    return f"{name}{chance.choice(['.txt', '.json', '.zip', '.docx', ''])}", NEWS.encode()


def _blank(chance: random.Random) -> Made:
    return f"blank{chance.choice(SUFFIXES)}", chance.choice(
        [b"", b" \n", b"\0", bytes(5_000), b"\n" * 9]
    )


def _scanned(chance: random.Random) -> Made:
    return "scan.pdf", pdf([""] * chance.randrange(3))


def _heavy_pdf(chance: random.Random) -> Made:
    """Pages that lead back to themselves, and one stream used by many."""
    data = pdf([NEWS] * 3)
    return "heavy.pdf", data.replace(b"/Count 3", b"/Count 3000000").replace(b"4 0 R", b"2 0 R", 1)


HOSTILE: list[Callable[[random.Random], Made]] = [
    _bomb, _zip_of_zips, _leading_out, _many_entries, _deep_json, _numbers, _surrogates,
    _long_field, _entities, _deep_markup, _open_markup, _deep_mail, _odd_mail, _long_headers, _wrong_suffix,
    _binary, _mixed_marks, _one_word, _odd_name, _blank, _scanned, _heavy_pdf,
]  # fmt: skip


def pdf(sheets: list[str], sizes: dict[int, int] | None = None) -> bytes:
    """A small PDF, one sheet for each text, a line of print for each line; `sizes` by line number."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    kids = []
    for sheet in sheets:
        height, drawn = 780, []
        for number, line in enumerate(sheet.split("\n") if sheet else []):
            size = (sizes or {}).get(number, 11)
            height -= 14 if line else 28
            shown = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
            drawn.append(f"BT /F1 {size} Tf 1 0 0 1 60 {height} Tm ({shown}) Tj ET")
        stream = "\n".join(line for line in drawn if "()" not in line)
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >>"
            f" >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    body, places = "%PDF-1.4\n", []
    for number, value in enumerate(objects, start=1):
        places.append(len(body))
        body += f"{number} 0 obj\n{value}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    trailer = (
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    )
    return (body + end + trailer).encode("latin-1")


if __name__ == "__main__":
    for written in make(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])):
        print(ascii(str(written)))
