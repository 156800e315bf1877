"""Mails and mailboxes: one page for each message."""

from __future__ import annotations

from email.message import EmailMessage

import pytest

from rag.errors import Unreadable
from rag.reading.readers.mail import read_mail, read_mailbox

TEXT = "The mayor opened the bridge on Tuesday.\n\nFour thousand people came to see it and stayed."


def mail(text=TEXT, html=None, **headers):
    """A message as bytes."""
    message = EmailMessage()
    given = {"From": "The Post <a@post.example>", "Subject": "Bridge"} | headers
    for name, value in given.items():
        message[name] = value
    if text:
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
    else:
        message.set_content(html, subtype="html")
    return bytes(message)


def test_a_newsletter():
    """The plain part, the headers as fields, nothing that every issue repeats."""
    text = f"View this email in your browser\n\n{TEXT}\n\n-- \nThe Post\n1 Castle Square\nUnsubscribe\n"
    data = mail(text, "<p>HTML</p>", Date="Fri, 02 May 2025 23:00:00 -0500")
    (page,) = read_mail("a.eml", data)
    assert page.text == TEXT
    assert page.fields == {
        "title": "Bridge",
        "outlet": "The Post",
        "published": "2025-05-02",
        "published_from": "mail header",
    }


def test_html_only():
    """What a reader sees: no preheader, no links elsewhere, no small print at the end."""
    html = (
        '<div style="display:none">Preheader</div><h1>Bridge</h1><p>The mayor came.</p>'
        '<p><a href="x">Read more</a></p><p style="font-size:11px">1 Castle Square</p>'
        "<small>Prices are late.</small>"
    )
    assert read_mail("a.eml", mail(None, html))[0].text == "Bridge\n\nThe mayor came."


@pytest.mark.parametrize(
    "subject", ["Re: Bridge", "AW: Re: [post-news] Bridge", "[Post] Bridge", "=?utf-8?q?Bridge?="]
)
def test_titles(subject):
    """Marks of answers and lists are no headline."""
    data = f"From: a@b.c\nSubject: {subject}\n\nText.".encode()
    (page,) = read_mail("a.eml", data)
    assert page.fields == {"title": "Bridge"}


def test_a_forwarded_mail():
    """Outlet and day are those of the first sender; without them neither is known."""
    inner = (
        "---------- Forwarded message ---------\nFrom: The Post <a@post.example>\n"
        f"Date: Fri, May 2, 2025 at 6:00 AM\nSubject: Bridge opened\nTo: <me@x.example>\n\n{TEXT}"
    )
    given = {"From": "Me <me@x.example>", "Date": "Mon, 05 May 2025 08:00:00 +0000"}
    (page,) = read_mail("a.eml", mail(f"Look!\n\n{inner}", Subject="Fwd: Bridge", **given))
    assert page.text == TEXT
    assert page.fields["title"] == "Bridge opened"
    assert (page.fields["outlet"], page.fields["published"]) == ("The Post", "2025-05-02")
    (page,) = read_mail("a.eml", mail(Subject="Fwd: Bridge", **given))
    assert page.fields == {"title": "Bridge"}


def test_a_mailbox():
    """Each message with a text; a quoted “From ” in a text begins none."""
    envelope = b"From a@b.c Mon Jan 20 06:05:00 2025\n"
    second = mail("Two.\n\n>From here on it rained.")
    pages = read_mailbox("a.mbox", envelope + mail() + b"\n" + envelope + second)
    assert [page.text for page in pages] == [TEXT, "Two.\n\nFrom here on it rained."]
    assert read_mail("a.eml", envelope + mail())[0].text == TEXT


@pytest.mark.parametrize(
    ("read", "data", "reason"),
    [
        (read_mail, b"just words\n", "not a mail"),
        (read_mail, mail("\n"), "without a text"),
        (read_mailbox, b"From here\n", "not a mailbox"),
        (read_mailbox, b"From a@b.c Mon Jan 20 06:05:00 2025\nx\n", "none of them with a text"),
    ],
)
def test_reasons(read, data, reason):
    """What cannot be read says why."""
    with pytest.raises(Unreadable, match=reason):
        read("a.eml", data)


def test_an_unknown_character_set():
    """The bytes themselves are asked."""
    data = (
        "From: A <a@b.c>\nSubject: x\nContent-Type: text/plain; charset=nonsense\n\nKöln".encode()
    )
    assert read_mail("a.eml", data)[0].text == "Köln"
