"""Bytes nobody thought of: every reader gives pages or a reason."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from rag.reading import formats
from rag.reading.encoding import decode
from rag.types.files import Skipped, SourceFile
from tests.hostile import PAGES

SUFFIXES = [".html", ".json", ".jsonl", ".csv", ".md", ".txt", ".rss", ".eml", ".mbox", ".mht"]
SAMPLES = {
    suffix: [path.read_bytes() for path in sorted(PAGES.glob(f"*{suffix}"))] or [b"x"]
    for suffix in SUFFIXES
}
TOKENS = [
    b"<", b">", b"</p>", b"<!--", b"-->", b"<![CDATA[", b"&#0;", b"&#x110000;", b"{", b"}", b"[", b"]",
    b'"', b"\\u", b"\\ud800", b",", b";", b"\t", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"=?",
    b"?=", b"--b\n", b"Content-Type: ", b"From ", b"1e999", b"NaN", b"```", b"---\n", b"\xed\xa0\x80",
]  # fmt: skip


def read(suffix, data):
    """Read in this process: what a reader lets through is seen here, not a child's word for it."""
    pages = formats.read_pages(SourceFile(f"a{suffix}", data, ""))
    if isinstance(pages, Skipped):
        assert pages.reason.strip()
        return
    for page in pages:
        assert page.text.strip()
        f"{page.text}{dict(page.fields)}".encode()
        assert not {"\0", "\x1b", "\u202e"} & set(page.text + "".join(page.fields.values()))


@st.composite
def altered(draw):
    """A good file with stretches exchanged for tokens of its language, doubled or gone."""
    suffix = draw(st.sampled_from(SUFFIXES))
    chance = random.Random(draw(st.integers(0, 2**32)))
    data = chance.choice(SAMPLES[suffix])[:20_000]
    for _ in range(chance.randrange(1, 12)):
        start = chance.randrange(len(data) + 1)
        stop = min(len(data), start + chance.choice([0, 0, 1, 5, 50, 500]))
        token = chance.choice([*TOKENS, data[start:stop] * 2]) * chance.choice([1, 1, 1, 30])
        data = data[:start] + token + data[stop:]
    return suffix, data


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(altered())
def test_altered_files_are_read_or_refused(file):
    """No exception leaves a reader."""
    read(*file)


@given(st.binary(max_size=300))
@example(b"\xff\xfe\0")
@example(b"\xed\xa0\x80")
def test_any_bytes_are_text_or_not(data):
    """Decoding gives storable text, or none."""
    text = decode(data)
    assert text is None or text.encode() is not None
