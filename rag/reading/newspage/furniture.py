"""Recognise what is not news on a news page: by the phrases of furniture.toml.

A line is furniture as a whole; a promotion may also be inside a paragraph. Names of outlets and
people are never listed here.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from rag.language.agencies import AGENCY
from rag.reading.newspage.layout import ended

SHORT_CHARACTERS = 90  # a longer line without a full stop is a sentence that was cut off
CAPTION_CHARACTERS = 400
CONSENT_CHARACTERS = 500

_TABLES = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
_LINES = frozenset(re.split(r" \| |\n", _TABLES["lines"].strip()))
_BEGINNINGS = tuple(re.split(r" \| |\n", _TABLES["beginnings"].strip()))

# Inside a paragraph: promotions that ask the reader for something, up to their full stop.
_ASKS = r"(?:Join|Follow|Subscribe to|Sign up (?:for|to)|Download|Get|Install|Visit)"
_THINGS = (
    r"(?:(?:Telegram|WhatsApp|YouTube|Viber|Signal|LINE) channels?|newsletters?|\binbox\b|\bapp\b"
    r"|on (?:Facebook|Twitter|Instagram|TikTok|Telegram|WhatsApp|LinkedIn|X)\b|push notifications"
    r"|breaking news (?:alerts|delivered)|news alerts)"
)
PROMOTION = re.compile(rf"\b{_ASKS}\b[^.!?\n]{{0,120}}?{_THINGS}[^.!?\n]{{0,160}}(?:[.!?]|$)")
CHANNEL = re.compile(
    r"\b(?:Join|Follow|Subscribe to) (?P<outlet>[A-Z][\w&.\- ]{0,40}?)"
    r"(?:'s|’s|s'|s’)? (?:Telegram|WhatsApp|YouTube) channel"
)
_OUR = re.compile(r"\b(?:our|us|your|you|'s|’s)\b|’s|'s")
MARKS = re.compile(r"\[\[\w+:[^\]\n]{0,40}\]\]|\[\+?\d+ chars\]|\{\{[^}\n]{0,60}\}\}")

_CONSENT = re.compile(r"\bcookies?\b", re.IGNORECASE)
_CONSENTS = re.compile(
    r"\b(?:we|our partners|this (?:web)?site|by (?:continuing|clicking|using)|accept|consent|preferences)\b",
    re.IGNORECASE,
)
_READER = re.compile(
    r"^(?:You(?:'re|’re| are| have| received?| get)? (?:receiv|getting|subscrib|signed|reached|read|this)"
    r"|(?:Already|Not) a (?:subscriber|member)|To continue reading|To read (?:this|the full)"
    r"|This (?:article|story|content) is (?:for|only for|available to|exclusive)"
    r"|(?:Get|Enjoy) unlimited|Cancel (?:at )?any ?time|Support (?:our|independent)"
    r"|Thank you for (?:reading|subscribing)"
    r"|Want (?:more|to read)|Like what you|Enjoying this|Have a (?:tip|story)|Got a (?:tip|story)"
    r"|Reply STOP|If you no longer wish)[^\n]{0,300}$"
)
_NAME = r"[A-Z][\w.'’&/-]{0,40}"
_CREDIT_END = re.compile(
    rf"(?:\b(?:PHOTOS?|Photos?|Picture|PICTURE|Image|IMAGE|Credit|CREDIT|Foto|FOTO)\s?(?::|by)\s?"
    rf"(?:(?:{AGENCY})|(?!(?:{AGENCY})\b){_NAME}(?: {_NAME}){{0,6}})"
    r"|[(\[](?:Photos?|Picture|Image|Credit|Courtesy|Foto)[^()\[\]\n]{0,80}[)\]]"
    r"|\b[A-Z]{2,10}/[A-Z][^\n.]{1,60}|[/ ](?:Getty Images|Shutterstock|File photo|Handout)"
    r"|©\s?[^\n]{2,60})\W{0,2}$"
)
CREDIT = re.compile(
    rf"\s*\b(?:FILE )?(?:PHOTO|PICTURE|IMAGE): (?:{AGENCY}|[A-Z]{{2,}}(?:[ /][A-Z]{{2,}}){{0,4}})\b"
    r"|\s*[(\[](?:Photo|Image|Picture|Credit)(?: credit)?(?: by|:)[^()\[\]\n]{1,80}[)\]]"
)
"""A credit inside a paragraph."""
_SEGMENTS = re.compile(r"\s[|·•>»/]\s|\s{3,}")
_LINK = re.compile(r"^(?:(?:https?|file)://|www\.)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?(?:\s|$)")
_LINK_ANYWHERE = re.compile(r"(?:https?://|www\.)\S+")
REST = re.compile(
    r"^(?:\d+ )?comments?(?: ?\(\d+\))?\W*$|^(?:leave|post|add) a (?:comment|reply)\W*$",
    re.IGNORECASE,
)
"""The heading of the comments, which go on to the end of the article."""
REMARK = re.compile(r"\b(?:reply|likes?|report|ago|says:|wrote:|upvote|thumbs)\b", re.IGNORECASE)
"""What comments are marked by."""
LIST_HEADING = re.compile(
    r"^(?:related(?: \w+)?|more (?:on this|stories|news|from .{1,40}|galleries)|read (?:more|next|also)|also read"
    r"|most (?:read|popular|viewed)|trending(?: now)?|recommended(?: .{1,20})?|see also"
    r"|you (?:may|might) (?:also )?like"
    r"|key (?:events|moments|points)|editors?['’]?s?['’]? picks|top stories|latest news|don['’]t miss)\W*$",
    re.IGNORECASE,
)
"""The heading of a list of other articles' titles."""


def is_furniture(line: str) -> bool:
    """Return whether a whole line is not news."""
    bare = " ".join(line.split())
    plain = bare.lower().replace("’", "'").strip(" .…:>»→-–—[]()*_↓▼+")
    if not plain or plain in _LINES or MARKS.fullmatch(bare):
        return True
    short = len(bare) <= SHORT_CHARACTERS
    begins = len(bare) <= 160 or bare.startswith(("©", "FILE", "Photo"))
    if begins and bare.lower().startswith(_BEGINNINGS):
        return True
    if is_caption(bare) or (_LINK.match(bare) and short and _is_link(bare)):
        return True
    return (short and is_menu(line)) or is_asking(bare)


def _is_link(line: str) -> bool:
    first = line.split(" ", 1)[0].lower()
    return first.startswith(("http", "www.", "file:")) or "/" in first


def is_menu(line: str) -> bool:
    """Return whether a line is short words side by side (“Save   Share   Hide”) or an address."""
    line = line.strip()
    if ended(line) or len(line) > SHORT_CHARACTERS * 2:
        return False
    segments = [part.strip() for part in _SEGMENTS.split(line) if part.strip()]
    if len(segments) >= 2:
        return all(len(part.split()) <= 5 and not part[0].islower() for part in segments)
    return bool(_LINK_ANYWHERE.search(line)) and len(line.split()) <= 12


def is_caption(line: str) -> bool:
    """Return whether a line is a photo's caption: it ends with its credit."""
    credit = _CREDIT_END.search(line, max(0, len(line) - 120))
    return len(line) <= CAPTION_CHARACTERS and bool(credit)


def is_asking(line: str) -> bool:
    """Return whether a line asks the reader for consent, an address or a subscription."""
    if len(line) > CONSENT_CHARACTERS:
        return False
    if _CONSENT.search(line) and len(_CONSENTS.findall(line)) >= 2:
        return True
    return bool(_READER.match(line)) or bool(PROMOTION.fullmatch(line) and _OUR.search(line))


def without_promotions(paragraph: str) -> str:
    """Return a paragraph without the promotions and marks inside it."""
    paragraph = MARKS.sub("", paragraph)
    return PROMOTION.sub(lambda m: "" if _OUR.search(m[0]) else m[0], paragraph)
