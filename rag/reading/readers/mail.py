"""Read mails and mailboxes (newsletters, alerts), one page for each message."""

from __future__ import annotations

import re
from contextlib import suppress
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr
from typing import cast

from rag.errors import Unreadable
from rag.reading.encoding import decode
from rag.reading.html.fragment import Block, blocks
from rag.reading.readers.fields import stated_day, two_letters
from rag.types.files import Page

MAX_MESSAGES = 200_000
HEADER_CHARACTERS = 2_000  # the library takes 11 s for a subject of 300,000
FOOTER_SHARE = 0.4  # what follows the signature mark is a footer when it is at most this much

_ENVELOPE = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From [^\n]{0,300}\d{4}[^\n]{0,20}\n")
_QUOTED_ENVELOPE = re.compile(rb"^>(>*From )", re.MULTILINE)
_PREFIX = re.compile(
    r"^\s*(?:(?:fwd?|re|aw|wg|tr|rv|sv)(?:\[\d+\])?\s*:|\[[^\]\n]{1,40}\])\s*", re.IGNORECASE
)
_FORWARDED = re.compile(r"^\s*(?:fwd?|wg|tr|rv)\s*:", re.IGNORECASE)
_INNER = re.compile(
    r"^-{2,}\s*(?:Forwarded|Original) [Mm]essage\s*-{2,}\s*\n(?P<head>(?:[A-Z][\w-]{1,15}:[^\n]*\n+){1,8})",
    re.MULTILINE,
)
_SIGNATURE = re.compile(r"^-- ?$", re.MULTILINE)
_BOILERPLATE = re.compile(
    r"^[^\n]{0,80}\b(?:view (?:this|it|in|the|online)\b[^\n]{0,60}\b(?:browser|online|web)"
    r"|unsubscribe|manage (?:your )?(?:preferences|subscriptions?|newsletters)|update your preferences"
    r"|email preferences|add us to your address book|forward(?:ed)? (?:this|it)\b[^\n]{0,30}\bfriend"
    r"|you(?:'|’)?(?: a)?re (?:getting|receiving) this|you (?:get|receive|received) this (?:e-?mail|newsletter|message)"
    r"|this (?:e-?mail|newsletter) was sent (?:to|by)|sent from my \w+|no longer (?:want|wish) to receive"
    r"|privacy policy|was this (?:email|newsletter) forwarded|sign up here|(?:having )?trouble viewing"
    r")\b[^\n]{0,200}$",
    re.MULTILINE | re.IGNORECASE,
)
_BARE_LINK = re.compile(r"^[ \t]*[<\[(]?https?://\S+[>\])]?[ \t]*$", re.MULTILINE)
# The standard library raises any of these on broken headers.
_HEADER_ERRORS = (ValueError, LookupError, TypeError, AttributeError, MessageError)
_COPYRIGHT = re.compile(r"^\s*(?:©|\(c\)|copyright\b)", re.IGNORECASE)


class _Bounded(policy.EmailPolicy):
    """The library's policy, for headers of ordinary length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return name and value of a header, cut to a length that people write."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:HEADER_CHARACTERS]


def read_mail(path: str, data: bytes) -> list[Page]:
    """Read one message: its plain text where it has one, else its HTML."""
    if data.startswith(b"From "):
        return read_mailbox(path, data)
    return [_page(path, data)]


def read_mailbox(path: str, data: bytes) -> list[Page]:
    """Return the messages of a mailbox file that have a text."""
    starts = list(_ENVELOPE.finditer(data))
    if not starts:
        raise Unreadable("not a mailbox: no line that begins with “From ” and ends with a year")
    if len(starts) > MAX_MESSAGES:
        raise Unreadable(f"more than {MAX_MESSAGES:,} messages; split the file")
    ends = [start.start() for start in starts[1:]] + [len(data)]
    messages = (data[start.end() : end] for start, end in zip(starts, ends, strict=True))
    pages: list[Page] = []
    for message in messages:
        with suppress(Unreadable):  # the others may be whole
            pages.append(_page(path, _QUOTED_ENVELOPE.sub(rb"\1", message)))
    if not pages:
        raise Unreadable(f"a mailbox of {len(starts)} messages, none of them with a text")
    return pages


def _page(path: str, data: bytes) -> Page:
    try:
        message = cast(EmailMessage, BytesParser(policy=_Bounded()).parsebytes(data))
        subject, sender = _header(message, "Subject"), _header(message, "From")
        date, language = _header(message, "Date"), _header(message, "Content-Language")
        text = _text(message)
    except (*_HEADER_ERRORS, RecursionError) as error:
        raise Unreadable(f"a damaged mail ({type(error).__name__})") from error
    if not subject and not sender:
        raise Unreadable("not a mail: neither a sender nor a subject")
    if _FORWARDED.match(subject):
        # When it was sent on says nothing about when it was published, nor by whom.
        inner = _INNER.search(text)
        head = inner["head"] if inner else ""
        text = text[inner.end() :] if inner else text
        sender, date = _inner(head, "From"), _inner(head, "Date") or _inner(head, "Sent")
        subject = _inner(head, "Subject") or subject
    outlet = parseaddr(sender)[0].strip().strip("\"'")
    text = _without_footer(text, outlet)
    if not text:
        raise Unreadable("a mail without a text")
    fields = {"title": _title(subject), "outlet": "" if "@" in outlet else outlet}
    fields["language"] = two_letters(language) or ""
    if day := stated_day(date):
        fields |= {"published": day.isoformat(), "published_from": "mail header"}
    return Page(path, text, {name: value for name, value in fields.items() if value})


def _header(message: EmailMessage, name: str) -> str:
    """Return a header in one line; "" where the library cannot parse it."""
    try:
        return " ".join(str(message.get(name, "")).split())
    except _HEADER_ERRORS:
        return ""


def _inner(head: str, name: str) -> str:
    found = re.search(rf"^{name}:[ \t]*(.*)$", head, re.MULTILINE)
    return found[1].strip().replace("*", "") if found else ""


def _title(subject: str) -> str:
    while (shorter := _PREFIX.sub("", subject)) != subject:
        subject = shorter
    return subject.strip()


def _text(message: EmailMessage) -> str:
    plain = message.get_body(("plain",))
    text = _decoded(plain) if plain is not None else ""
    if text.strip():
        return text
    html = message.get_body(("html",))
    return _paragraphs(blocks(_decoded(html))) if html is not None else ""


def _decoded(part: object) -> str:
    """Decode a part in the character set that it names, else in the one that its bytes show."""
    if not isinstance(part, EmailMessage):
        return ""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    try:
        text = payload.decode(part.get_content_charset() or "utf-8")
    except (LookupError, UnicodeDecodeError):
        text = decode(payload) or ""
    return text.replace("\r\n", "\n")


def _paragraphs(found: list[Block]) -> str:
    """Return HTML's blocks without links elsewhere and without the small print at the end."""
    kept = [block for block in found if not block.navigation]
    while kept and kept[-1].small:
        kept.pop()
    return "\n\n".join(block.text for block in kept)


def _without_footer(text: str, outlet: str) -> str:
    """Cut the text at the signature mark, and drop what every issue of a newsletter repeats."""
    marks = list(_SIGNATURE.finditer(text))
    if marks and len(text) - marks[-1].end() <= FOOTER_SHARE * len(text):
        text = text[: marks[-1].start()]
    text = _BARE_LINK.sub("", _BOILERPLATE.sub("", text))
    paragraphs = [one.strip() for one in re.split(r"\n\s*\n", text) if one.strip()]
    while paragraphs and _is_address(paragraphs[-1], outlet):
        paragraphs.pop()
    return "\n\n".join(paragraphs)


def _is_address(paragraph: str, outlet: str) -> bool:
    """Recognise "© The Gazette" or "The Gazette, 1 Castle Square" at the end of a mail."""
    addressed = paragraph.startswith((f"{outlet},", f"{outlet} |", f"{outlet} ·"))
    return bool(_COPYRIGHT.match(paragraph) or (outlet and addressed))
