"""Find the paragraphs of an article in a page's tree.

trafilatura chooses (see `page`). Where its choice lacks paragraphs of the article's own element,
and for liveblogs, the whole element is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from rag.language.agencies import agency_of
from rag.reading.html import vocabulary
from rag.reading.html.pruning import BLOCKS, Element, article_around, bare, is_sentence, text_of

REAL_CHARACTERS = 60  # a line as long, with an end, is a sentence of the article
LOST_SHARE = 0.1  # of the article element's sentences; more missing and the choice was bad
HEADER_LINES = 12  # headline, lines of author and date, labels are among the first lines
LABEL_CHARACTERS = 30  # "Premium", "World news"
LIVE_POSTS = 3  # as many lines that are a time of day make a liveblog

_TIME_OF_DAY = re.compile(
    r"\d{1,2}[.:h]\d{2}(?:\s?[ap]\.?m\.?)?(?:\s?(?:[A-Z]{2,4}|Uhr|h))?", re.IGNORECASE
)
_CLOCK_END = re.compile(r"\d\s?[ap]\.m\.$", re.IGNORECASE)
_HEADER_LINE = re.compile(
    r"(?:by|par|por|von|di) \w|\d+[ -]min(?:ute)?s?\b|(?:last )?(?:updated|published|posted)\b"
    r"|(?:aktualisiert|veröffentlicht|stand|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato)\b"
    r"|.{0,60}\b(?:19|20)\d\d\b|.{0,20}\d{4}年",
    re.IGNORECASE,
)


def chosen(root: Element, headline: Element | None, text: str) -> list[str]:
    """Return the paragraphs chosen into `text`, unless the choice lost some of the article."""
    home = _home(root, headline)
    paragraphs = list(_by_table(line.strip() for line in text.split("\n") if line.strip()))
    wanted = [p for p in _paragraphs(home) if _is_real(p) and not vocabulary.is_promotion(p)]
    found = bare(text)
    lost = sum(bare(paragraph) not in found for paragraph in wanted)
    if lost > LOST_SHARE * len(wanted) or not paragraphs:
        return list(_paragraphs(home))
    return paragraphs


def _by_table(lines: Iterable[str]) -> Iterator[str]:
    """Yield the lines of a text, those of a table together."""
    rows: list[str] = []
    for line in lines:
        if line.startswith("|"):
            if set(line) - set("|-"):
                rows.append(line)
            continue
        if rows:
            yield "\n".join(rows)
            rows = []
        yield line
    if rows:
        yield "\n".join(rows)


def is_live(root: Element) -> bool:
    """Return whether a page is a row of posts under times of day."""
    posts = (block for block in root.iter("time", "p", "div", "span", "h3") if _time_of_day(block))
    return sum(1 for _ in zip(range(LIVE_POSTS), posts, strict=False)) == LIVE_POSTS


def live(root: Element) -> list[str]:
    """Return the posts of a liveblog, each with its time of day on a line before it."""
    for element in list(root.iter("time", "p", "div", "span", "h3")):
        if _time_of_day(element):
            element.tag = "p"
    paragraphs: list[str] = []
    stamp = ""
    main = root.find(".//main")
    for paragraph in _paragraphs(root if main is None else main):
        if _TIME_OF_DAY.fullmatch(paragraph):
            stamp = f"{paragraph}\n"
        else:
            paragraphs.append(stamp + paragraph)
            stamp = ""
    return paragraphs


def own(paragraphs: list[str], fields: Mapping[str, str]) -> tuple[list[str], str]:
    """Return the article's own paragraphs, without headline, author, date, offers; and its agency."""
    outlet, kept = fields.get("outlet", ""), []
    seen: set[str] = set()
    header = True
    for at, paragraph in enumerate(paragraphs):
        real = _is_real(paragraph) or vocabulary.is_correction(paragraph)
        header = header and not real and at < HEADER_LINES
        if (header and _heads(paragraph, fields)) or vocabulary.is_promotion(paragraph, outlet):
            continue
        if real and paragraph in seen:
            continue  # a pulled quotation
        seen.add(paragraph)
        kept.append(paragraph)
    agency = ""
    while kept and (known := agency_of(kept[-1])):
        agency = known
        kept.pop()
    if kept and bare(kept[0]) == bare(fields.get("title", "-")):
        kept.pop(0)
    return kept, agency


def _heads(line: str, fields: Mapping[str, str]) -> bool:
    """Return whether a line before the first sentence is about the article, not part of it."""
    known = (fields.get(name, "") for name in ("title", "outlet", "author", "agency"))
    if any(name and bare(name) == bare(line) for name in known):
        return True
    if is_sentence(line) and not _CLOCK_END.search(line):
        return False
    return bool(_HEADER_LINE.match(line)) or (
        len(line.split()) <= 3 and len(line) <= LABEL_CHARACTERS
    )


def _home(root: Element, headline: Element | None) -> Element:
    """Find the article's element: the one named its body, the headline's <article>, else all."""
    for element in root.iter():
        if "articlebody" in (element.get("itemprop") or "").lower():
            return element
    around = article_around(headline)
    if around is not None:
        return around
    articles = list(root.iter("article"))
    main = root.find(".//main")
    return articles[0] if len(articles) == 1 else main if main is not None else root


def _paragraphs(root: Element) -> Iterator[str]:
    """Yield all words below an element, cut where blocks begin and end and at line breaks."""
    from lxml import etree

    pieces: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in BLOCKS or element.tag == "br":
            if text := " ".join("".join(pieces).split()):
                yield text
            pieces = []
        if event == "start" and element.tag not in ("head", "title"):
            pieces.append(element.text or "")
        elif event == "end" and element is not root:
            pieces.append(element.tail or "")
    if text := " ".join("".join(pieces).split()):
        yield text


def _time_of_day(element: Element) -> bool:
    if len(element) > 1 or len(element.text or "") > 20:
        return False
    return bool(_TIME_OF_DAY.fullmatch(text_of(element)))


def _is_real(paragraph: str) -> bool:
    wide = any("\u3040" <= character <= "\u9fff" for character in paragraph[:20])
    return is_sentence(paragraph) and len(paragraph) >= (
        REAL_CHARACTERS // 3 if wide else REAL_CHARACTERS
    )
