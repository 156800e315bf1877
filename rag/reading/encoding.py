"""Bytes -> text: find the encoding, and refuse what is not text."""

from __future__ import annotations

import codecs
import re
import unicodedata

from rag.errors import Unreadable

CONTROL_SHARE = 0.01  # more control characters than this and it is binary: prose has hardly any
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
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_BLANK_LINES = re.compile("\n{100,}")
# With fewer letters beside ASCII than this a guess says cp852 or cp1250 for English in cp1252.
WESTERN_SHARE = 0.03
_TYPOGRAPHY = bytes(range(128)) + "€…‘’“”•–—™\xa0£".encode("cp1252")


def decoded(data: bytes) -> str:
    """Return the text of a file's bytes; raise Unreadable where they are binary or blank."""
    text = decode(data)
    if text is None:
        raise Unreadable("not a text: binary data or an unknown encoding")
    if not text.strip():
        raise Unreadable("empty")
    return text


def decode(data: bytes) -> str | None:
    """Return bytes as NFC text with plain line ends, or None where they are not text."""
    text = _decode(data).replace("\r\n", "\n").replace("\r", "\n")
    controls = sum(1 for character in text if character < " " and character not in "\n\t\f")
    binary = controls > CONTROL_SHARE * len(text)
    garbled = text.count("\ufffd") > REPLACED_SHARE * len(text)
    return None if binary or garbled else tidied(text)


def tidied(text: str) -> str:
    """Return a text as it is stored: NFC, plain spaces, nothing invisible or unencodable, 100 line ends in
    a row at most.
    """
    try:
        text.encode()
    except UnicodeEncodeError:  # lone surrogates, as "\\ud800" in JSON
        text = text.encode("utf-8", "replace").decode()
    text = _INVISIBLE.sub("", _CONTROLS.sub("", text))
    text = _BLANK_LINES.sub("\n" * 100, text)  # each would become a line, of 100 bytes and more
    return unicodedata.normalize("NFC", text).replace("\xa0", " ")


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
    """Recognise UTF-16 without its mark: most pairs of bytes hold a NUL on the same side."""
    half = len(data) // 2
    first, second = data[0::2].count(0), data[1::2].count(0)
    if second > half / 2 and first <= CONTROL_SHARE * half:
        return "utf-16-le"
    return "utf-16-be" if first > half / 2 and second <= CONTROL_SHARE * half else None


def _guess(data: bytes) -> str:
    """Return the likeliest encoding; cp1252 unless another one fits better."""
    if len(data.translate(None, _TYPOGRAPHY)) <= WESTERN_SHARE * len(data):
        return "cp1252"
    from charset_normalizer import from_bytes  # only for the rare file: 60 ms

    guesses = from_bytes(data)
    best = guesses.best()
    western = next((guess for guess in guesses if guess.encoding == "cp1252"), best)
    if not best or not western or western.chaos > best.chaos or western.coherence < best.coherence:
        return best.encoding if best else "cp1252"
    return western.encoding
