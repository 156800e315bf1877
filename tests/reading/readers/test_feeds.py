"""RSS and Atom files: one page for each entry."""

from __future__ import annotations

import pytest

from rag.errors import Unreadable
from rag.reading.readers.feeds import read_feed

RSS = """<?xml version="1.0"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>
<title>The Post - RSS Feed</title><language>en-gb</language>
<lastBuildDate>Sat, 12 Apr 2025 00:00:00 +0000</lastBuildDate>
{items}</channel></rss>"""
ITEM = """<item><title>Bridge &amp;amp; road</title><link>https://post.example/1</link>
<dc:creator>A. Lee</dc:creator><pubDate>Tue, 08 Apr 2025 23:15:00 -0500</pubDate>
<description>Short.</description><content:encoded><![CDATA[<p>The mayor opened the bridge.</p>
<p>It is blue.</p><p><a href="/x">Support us</a></p>
<p>The post Bridge appeared first on <a href="/">The Post</a>.</p>]]></content:encoded></item>"""


def rss(*items):
    """A feed with these items."""
    return RSS.format(items="".join(items)).encode()


def test_an_entry_in_full():
    """Content before summary, the day as written, the outlet without its “RSS Feed”; no appeals."""
    (page,) = read_feed("a.xml", rss(ITEM))
    assert page.text == "The mayor opened the bridge.\n\nIt is blue."
    assert page.fields == {
        "title": "Bridge & road",
        "outlet": "The Post",
        "author": "A. Lee",
        "url": "https://post.example/1",
        "language": "en",
        "published": "2025-04-08",
        "published_from": "publication date in the feed",
    }


def test_a_change_is_no_publication():
    """`updated` and `lastBuildDate` give no date."""
    atom = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Bote</title>
    <updated>2025-03-21T06:00:00Z</updated><entry><title>Gans</title>
    <updated>2025-03-20T06:00:00Z</updated><content type="text">Eine Gans. 1 &lt; 2.</content>
    </entry></feed>"""
    (page,) = read_feed("a.atom", atom.encode())
    assert page.text == "Eine Gans. 1 < 2."
    assert page.fields == {"title": "Gans", "outlet": "Bote", "language": "de"}


def test_a_summary_where_there_is_no_content():
    """And the source that an aggregated feed names for an entry."""
    item = '<item><description>&lt;p&gt;News.&lt;/p&gt;</description><source url="x">The Times</source></item>'
    (page,) = read_feed("a.rss", rss(item))
    assert (page.text, page.fields["outlet"]) == ("News.", "The Times")


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss/>', "document type"),
        (
            '<!-- <rss --><!DOCTYPE rss SYSTEM "http://x/"><rss></rss>'.encode("utf-16"),
            "document type",
        ),
        (b"<note><to>you</to></note>", "neither RSS nor Atom"),
        (rss(), "0 entries"),
        (rss("<item><title>x</title></item>"), "1 entries, none of them with a text"),
    ],
)
def test_reasons(data, reason):
    """What cannot be read says why."""
    with pytest.raises(Unreadable, match=reason):
        read_feed("a.xml", data)


def test_a_page_inside_an_entry_is_no_document_type():
    """An entry may hold a whole HTML page."""
    item = "<item><description><![CDATA[<!DOCTYPE html><html><p>News.</p></html>]]></description></item>"
    assert read_feed("a.xml", rss(item))[0].text == "News."
