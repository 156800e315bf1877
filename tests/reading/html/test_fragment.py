"""HTML of a field to plain text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reading.html.fragment import blocks, html_text, plain_text


def test_blocks_become_paragraphs():
    """Also without end tags; a line break is a line end."""
    assert html_text("<h2>A</h2><p>b <i>c</i>&amp;d<br>e<li>f<li>g") == "A\n\nb c&d\ne\n\nf\n\ng"


def test_what_nobody_sees_is_left_out():
    """Scripts, styles, comments, hidden elements and what they hold."""
    html = (
        "<style>p{}</style><script>'</p>'</script><!-- <p>x</p> --><p hidden>x</p>"
        '<div style="display: none">x<b>x</b></div><p title="a > b" class="hidden-not">seen</p>'
    )
    assert html_text(html) == "seen"


def test_links_elsewhere_are_left_out():
    """A block of links alone; a linked headline and a linked sentence stay."""
    html = (
        "<h2><a>Storm</a></h2><p><a>It <b>rained</b>.</a></p><p><a>Read more</a></p><p>x <a>y</a>"
    )
    assert html_text(html) == "Storm\n\nIt rained.\n\nx y"


def test_small_print_is_marked():
    """By its tag or its size."""
    html = '<p>a</p><p style="font-size:8pt">b</p><small>c</small><p style="font-size:12px">d</p>'
    assert [block.small for block in blocks(html)] == [False, True, True, False]


@pytest.mark.parametrize("text", ["5 < 6 & 7 > 3", "a\n\nb", "AT&T", "<Storm> hits"])
def test_plain_text_stays(text):
    """Signs that are no markup are not touched."""
    assert plain_text(text) == text


@pytest.mark.timed
@pytest.mark.parametrize(
    "piece", ["<!--", "<!", "<a b='", '<a b=">', "&#", "</", "<", "<div>", "<p "]
)
def test_time_grows_with_length_only(piece):
    """Nothing that is opened and not closed is searched for again and again."""
    started = time.process_time()  # others may be at work on this computer
    html_text(f"<p>{piece * 100_000}")
    assert time.process_time() - started < 5


@given(st.text(alphabet="<>/!-'\"=&;# abp", max_size=60))
def test_anything_is_read(text):
    """Any text gives blocks without blank ones."""
    assert all(block.text.strip() for block in blocks(text))
