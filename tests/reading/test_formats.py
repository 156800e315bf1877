"""Bytes to text, and each format to plain text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.encoding import decode
from rag.reading.formats import read_pages
from rag.types.files import Page, Skipped, SourceFile

NEWS = "The mayor’s “naïve” plan – worth £5 million – failed on Tuesday in Köln.\n"
SPANISH = "El señor Ibáñez dijo que “España” ganó después de un año difícil, según el periódico. "
JAPANESE = "東京都の小池百合子知事は水曜日、新しい予算案を発表した。会議は午後に開かれた。" * 2
CHINESE = "北京市政府星期三宣布了新的预算计划，市长表示将增加公共交通投资。" * 2


def page(text: str, path: str = "a.md") -> Page:
    """The only page of a file with this text."""
    (found,) = read_pages(SourceFile(path, text.encode(), ""))
    return found


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_decode_western(encoding):
    """News with typographic quotes is read whole in every usual encoding, marked or not."""
    assert decode(NEWS.encode(encoding)) == NEWS


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("The mayor’s plan, she said, “is dead”. " * 5, "cp1252"),  # few bytes to guess from
        (SPANISH, "cp1252"),  # as likely cp1250, where ñ is ń
        (JAPANESE, "shift_jis"),
        (CHINESE, "gb18030"),
        ("Президент заявил, что выборы пройдут в октябре.", "cp1251"),
    ],
)
def test_decode_guesses(text, encoding):
    """An encoding without a mark is guessed; western typography is not taken for another script."""
    assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01" + bytes(60) + b"\x10\x20\x30" * 20,
        bytes(1000) + b"abc",  # a sparse file
        bytes(range(256)) * 8,
        b"text" + b"\x1b" * 4,
        b"\xff\xfe" + b"\x00\xd8" * 50,  # UTF-16 of lone surrogates
    ],
    ids=["program", "sparse", "all bytes", "controls", "surrogates"],
)
def test_decode_refuses_binary(data):
    """Data with too many control or undecodable characters is no text."""
    assert decode(data) is None


def test_decode_tidies():
    """Line ends become plain, accents one character, no-break spaces spaces, and a NUL goes."""
    assert decode(b"a\r\nb\rc\n" + "e\u0301\xa0".encode() + b"x" * 100 + b"\0") == (
        "a\nb\nc\né " + "x" * 100
    )


def test_decode_removes_what_cannot_be_seen():
    """Zero-width, bidirectional and tag characters, which can hide words or turn them, are gone."""
    hidden = "\u200b\u200d\u202e\u2066\u2069\ufeff\U000e0041"
    assert decode(f"pay{hidden}ment".encode()) == "payment"


@given(
    st.binary(max_size=400)
    | st.text(max_size=100).map(lambda text: text.encode("cp1252", "ignore"))
)
def test_decode_takes_anything(data):
    """Any bytes give None or a text in NFC without carriage returns, NULs and lone surrogates."""
    text = decode(data)
    if text is not None:
        assert not set(text) & set("\r\0\xa0\u200b\u202e")
        assert unicodedata.is_normalized("NFC", text)
        text.encode()


@pytest.mark.parametrize(
    ("path", "data", "reason"),
    [
        ("a.xyz", b"x", ".xyz is not read; save it as text, web page or PDF"),
        ("README", b"x", "no suffix is not read; save it as text, web page or PDF"),
        ("a.txt", b"", "empty"),
        ("a.txt", b" \n\xef\xbb\xbf\n", "empty"),
        ("a.txt", bytes(100), "not a text: binary data or an unknown encoding"),
    ],
)
def test_skipped_with_a_reason(path, data, reason):
    """A file that gives no page is skipped in words for its owner."""
    assert read_pages(SourceFile(path, data, "")) == Skipped(path, reason)


def test_text_is_its_own_page():
    """A plain text is not touched, whatever the case of its suffix."""
    assert page("# no *mark*\n---\n", "a.TXT") == Page("a.TXT", "# no *mark*\n---\n")


def test_front_matter():
    """Front matter becomes fields under our names, without quotes, empty and unknown entries."""
    text = page(
        '---\nHeadline: "Trump: no"\nauthor:\nsite: The Post\ndate: 2025-06-04\ntags: x\n---\n'
        "Hello.\n"
    )
    assert text.fields == {
        "title": "Trump: no",
        "outlet": "The Post",
        "published": "2025-06-04",
        "published_from": "field date",
    }
    assert text.text == "Hello."


def test_a_rule_is_no_front_matter():
    """A line of dashes inside the text does not make fields."""
    assert page("Hello.\n\n---\ntitle: x\n---\n").fields == {}


def test_markdown_becomes_plain():
    """Marks go, words stay: headings, emphasis, links, lists, quotes, code."""
    source = (
        "# Storm\n\nThe **mayor** [said](https://x.y) *so*.\n\n- one\n- `two`\n\n> quoted\n\n"
        "```\ncode\n```\n"
    )
    assert page(source).text == "Storm\n\nThe mayor said so.\n\none\n\ntwo\n\nquoted\n\ncode"


def test_markdown_lines_are_joined():
    """A wrapped sentence is one line again; a hard break stays a line end."""
    assert page("The mayor\nsaid so.  \nThen left.\n").text == "The mayor said so.\nThen left."


def test_markdown_images_are_left_out():
    """An image and its text are no sentence of the article."""
    assert page("![A caption](x.png)\n\nHello ![icon](y.png)world.\n").text == "Hello world."


def test_markdown_tables_keep_their_cells():
    """Every cell of a table is kept, without its bars."""
    text = page("| Name | Votes |\n|---|---|\n| Lee | 49.42 |\n").text
    assert text.split() == ["Name", "Votes", "Lee", "49.42"]


def test_markdown_html_is_text():
    """HTML in Markdown is text like any other; nothing is interpreted."""
    assert page("a <b onclick=x>b</b>\n").text == "a <b onclick=x>b</b>"
