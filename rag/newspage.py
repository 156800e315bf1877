"""Page -> articles: split it, leave out what is no news, say who printed it, who wrote it, when.

A saved aggregator page holds a main article, boilerplate and "related articles", each under a
heading of its own:

    AsiaOne
    12 minutes ago
    - AsiaOne
    New Jersey mayor sues Trump officials …, World News
    WASHINGTON - The mayor of Newark …
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.types import Article, Page

AGENCIES = {
    "REUTERS": "Reuters",
    "AFP": "AFP",
    "AP": "AP",
    "BLOOMBERG": "Bloomberg",
    "XINHUA": "Xinhua",
    "KYODO NEWS": "Kyodo News",
    "YONHAP": "Yonhap",
    "DPA": "dpa",
    "ANSA": "ANSA",
    "EFE": "EFE",
    "PTI": "PTI",
    "BERNAMA": "Bernama",
}
OUTLETS = {
    "straits times": "The Straits Times",
    "st": "The Straits Times",
}  # spellings of one outlet

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_MONTH = "|".join(_MONTHS)
_AGENCY = "|".join(AGENCIES)

_RELATED = re.compile(
    r"^(?P<outlet>\S.{0,60})\n(?P<age>\d+ (?:minute|hour|day)s? ago)\n- (?P=outlet)\n(?P<title>.+)$",
    re.MULTILINE,
)
_PROMOTIONS = re.compile(r"Join (?P<outlet>[A-Z]\w+)'s Telegram channel[^.\n]*\.?")
_NOT_NEWS = re.compile(
    r"\[\[nid:\d+\]\]|^(?:Try Our AI Features|Explore what .{1,40} AI can do for you:|Comments|No comments yet\W*"
    r"|Related Articles|Advertisement|ADVERTISEMENT|Read more:?|Share this article|Subscribe to .{1,60})\s*$",
    re.MULTILINE,
)
_CAPTION_LINE = re.compile(
    r"^(?:FILE PHOTO|FILE PICTURE|PHOTO|Photo|Image|Picture)\s*:.*$", re.MULTILINE
)
_CREDIT = re.compile(rf"PHOTO: (?:{_AGENCY}|[A-Z][A-Z ]+)\b")
# "Storm hits coast" before a line end or a capital; not in "Storm hits coast of Norway, killing two"
_HEADLINE_END = re.compile(r"\s*(?:\n|$)|\s+[^\sa-z,;:.–—-]")
_SECTION = re.compile(
    r", (?:World|Asia|Singapore|Malaysia|China|Business|Sports?|Entertainment|Lifestyle) News$"
)
_SIGNED = re.compile(rf"(?<=[.!?”\"'])\s+(?P<agency>{_AGENCY})\s*$")
_DATELINE = re.compile(
    rf"^(?:[A-Z][A-Za-z'.]+(?:[ /,-]+[A-Z][A-Za-z'.]+)*)\s*(?:,\s*(?:{_MONTH})\s+\d{{1,2}})?\s*"
    rf"\((?P<agency>{_AGENCY})\)\s*[-–—]",
    re.IGNORECASE,
)
_NAMED_DAY = re.compile(
    rf"\b(?:(?P<weekday>{'|'.join(_DAYS)})\s+\()?(?P<month>{_MONTH}) (?P<day>\d{{1,2}})\b(?!,? \d{{4}})"
)
_ISO_DATE = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})(?!\d)")  # "T10:00" may follow
_LONG_DATE = re.compile(
    rf"\b(?:(?P<d1>\d{{1,2}})\s+)?(?P<month>{_MONTH})\s+(?:(?P<d2>\d{{1,2}}),?\s+)?(?P<year>\d{{4}})\b"
)

_STRAIGHT = str.maketrans(
    "‘’“”", "''\"\""
)  # a headline and its repetition may differ in their quotes

LEAD_CHARACTERS = 400  # an article names its own day in its first sentence or two
HEADLINE_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page that is one article, before cleaning."""

    text: str
    title: str | None = None
    outlet: str | None = None
    age: str | None = None  # "12 minutes ago"


def articles(page: Page, today: date) -> list[Article]:
    """The articles of a page, cleaned. `today` bounds dates that a page gives without a year."""
    pieces = list(split(page.text))
    day = page_day(page.text, today)
    found = (_article(page, piece, position, day) for position, piece in enumerate(pieces))
    return [article for article in found if article.text]


def split(text: str) -> Iterator[Piece]:
    """The main article of a page, then each related one under its own heading."""
    headings = list(_RELATED.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    main = text[: headings[0].start()] if headings else text
    if main.strip():
        yield Piece(main)
    for heading, end in zip(headings, ends, strict=False):
        yield Piece(
            text[heading.end() : end],
            heading["title"].strip(),
            heading["outlet"].strip(),
            heading["age"],
        )


def _article(page: Page, piece: Piece, position: int, page_date: date | None) -> Article:
    outlet = piece.outlet or page.fields.get("outlet") or _promoted(piece.text)
    title = _SECTION.sub("", piece.title or page.fields.get("title", "")) or None
    text, agency = clean(piece.text, title)
    if title is None:
        title, text = _headline(text, page.path)
    article = Article(
        path=page.path,
        position=position,
        title=title,
        text=text,
        source=OUTLETS.get(outlet.lower(), outlet) if outlet else None,
        agency=agency,
        author=page.fields.get("author"),
    )
    return _dated(article, page.fields.get("published"), piece.age, page_date)


def _promoted(text: str) -> str | None:
    """The outlet that advertises its own channel in the article."""
    promotion = _PROMOTIONS.search(text)
    return OUTLETS.get(promotion["outlet"].lower()) if promotion else None


def clean(text: str, title: str | None = None) -> tuple[str, str | None]:
    """The article's own sentences, and the agency that signed them.

    A caption that stands before a repeated headline goes with that headline; a caption line or a
    credit goes alone.
    """
    text = _CAPTION_LINE.sub("", _NOT_NEWS.sub("", _PROMOTIONS.sub("", text))).strip()
    repeated = text.translate(_STRAIGHT).find(title.translate(_STRAIGHT)) if title else -1
    if title and repeated >= 0 and (repeated == 0 or _CREDIT.search(text, 0, repeated)):
        end = repeated + len(title)
        text = text[end:] if _HEADLINE_END.match(text, end) else text
    text = _tidy(_CREDIT.sub("", text))
    signed, wire = _SIGNED.search(text), _DATELINE.match(text)
    mark = signed or wire
    agency = AGENCIES[mark["agency"].upper()] if mark else None
    return (text[: signed.start()] if signed else text), agency


def _tidy(text: str) -> str:
    lines = (re.sub(r"[ \t\f]+", " ", line).strip() for line in text.split("\n"))
    return re.sub(r"\n{2,}", "\n\n", "\n".join(lines)).strip()


def _headline(text: str, path: str) -> tuple[str, str]:
    """The first line as headline where it looks like one; otherwise the file's name."""
    first, _, rest = text.partition("\n")
    if rest.strip() and len(first) <= HEADLINE_CHARACTERS and not first.endswith((".", ",", ";")):
        return first.strip(), rest.strip()
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[0].replace("_", " "), text


def _dated(article: Article, given: str | None, age: str | None, page_date: date | None) -> Article:
    """The article with its date and how it is known; without one where nothing says it."""
    if given and (day := parse_date(given)):
        return replace(article, published=day, published_from="given in the file")
    if age and page_date:
        unit = timedelta(days=int(age.split()[0]) if "day" in age else 0)
        return replace(
            article, published=page_date - unit, published_from=f"“{age}” on a page of {page_date}"
        )
    return article


def page_day(text: str, today: date) -> date | None:
    """The latest day that the articles of a page name with weekday and date, as in "Tuesday (June
    3)".

    Weekday and day fix the year to one in five or six: the latest not after `today`. Days without a
    weekday are read in that year. A page is at least as young as the latest day in the lead of one
    of its articles.
    """
    leads = "\n".join(_lead(piece) for piece in split(text))
    named = list(_NAMED_DAY.finditer(leads))
    anchors = [day for mark in named if mark["weekday"] and (day := _fixed(mark, today))]
    if not anchors:
        return None
    year = max(anchors).year
    days = (_day(year, mark["month"], int(mark["day"])) for mark in named)
    return max((day for day in days if day and day <= today), default=None)


def _lead(piece: Piece) -> str:
    return clean(piece.text, piece.title)[0][:LEAD_CHARACTERS]


def _fixed(mark: re.Match[str], today: date) -> date | None:
    for year in range(today.year, today.year - 7, -1):
        day = _day(year, mark["month"], int(mark["day"]))
        if day and day <= today and _DAYS[day.weekday()] == mark["weekday"]:
            return day
    return None


def _day(year: int, month: str, day: int) -> date | None:
    try:
        return date(year, _MONTHS.index(month) + 1, day)
    except ValueError:
        return None


def parse_date(text: str) -> date | None:
    """A full date as metadata give it: 2025-06-04, 4 June 2025, June 4, 2025; None for anything
    less.
    """
    if iso := _ISO_DATE.search(text):
        try:
            return date(*map(int, iso.groups()))
        except ValueError:
            return None
    long = _LONG_DATE.search(text)
    day = (long["d1"] or long["d2"]) if long else None
    return _day(int(long["year"]), long["month"], int(day)) if long and day else None
