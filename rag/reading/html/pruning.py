"""Take out of a page's tree what no reader sees, then what is not the article.

Boxes that hold most of a page's words stay, however they are called: a name is only a hint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from rag.reading.html import vocabulary

Element: TypeAlias = Any  # of lxml

BULK = 0.4  # a box with more of the page's words than this is not a box
LINE_CHARACTERS = 160
CELL_CHARACTERS = 300  # a table cell with more text than this is there for the layout

HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
BLOCKS = vocabulary.words("""
    address article aside blockquote body center dd details div dl dt fieldset figure footer form
    header hr li main ol p pre section summary table tbody td tfoot th thead tr ul h1 h2 h3 h4 h5 h6
""")
_UNSEEN = ("script", "style", "noscript", "template", "iframe", "object", "embed", "canvas")
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|max-height|opacity)\s*:\s*0(?:\.0*)?(?![.\d])"
    r"|font-size\s*:\s*1px|color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}|clip\s*:\s*rect\(\s*0"
    r"|(?:left|top|right)\s*:\s*-\d{3,}",
    re.IGNORECASE,
)
MASTHEAD = re.compile(
    r"\b(?:logo|masthead|site-?(?:title|name)|brand|hdr|publication)\b", re.IGNORECASE
)
_COLOUR = re.compile(r"(?<![\w-])(color|background(?:-color)?)\s*:\s*([^;]{1,40})", re.IGNORECASE)
_FRAME = ("html", "head", "body")
_LINES = ("p", "div", "span", "li", "time", "small", "b", "address", "td")
_LOOSE = ("span", "time", "a", "b", "strong", "em", "small", "address", "font", "abbr")
_ITEMS = ("p", "li", "div")
_TABLE = ("table", "tbody", "thead", "tfoot", "tr", "td", "th")
_FINE = ("1", "-1", "-2")  # sizes of <font>
_WORDS = re.compile(r"\w+")
_SENTENCE_END = re.compile(r"[.!?…。！？][\"'”’»」)\]]*$")


def text_of(element: Element) -> str:
    """Return all words of an element, with single spaces."""
    return " ".join("".join(element.itertext()).split())


def names_of(element: Element) -> str:
    """Return the class and id of an element."""
    return f"{element.get('class', '')} {element.get('id', '')}"


def bare(text: str) -> str:
    """Return a text's letters and digits alone, in lower case."""
    return re.sub(r"\W+", "", text).lower()


def is_sentence(text: str) -> bool:
    """Return whether a line ends like a sentence."""
    return bool(_SENTENCE_END.search(text))


def article_around(element: Element | None) -> Element | None:
    """Return the <article> that holds an element, or None."""
    while element is not None and element.tag != "article":
        element = element.getparent()
    return element


def leaf_blocks(root: Element) -> Iterator[Element]:
    """Yield the innermost blocks of a tree, and the loose words between blocks, in order."""
    holding = {block.getparent() for block in root.iter(*BLOCKS)}
    for element in list(holding):
        while element is not None and (element := element.getparent()) not in holding:
            holding.add(element)
    for element in root.iter():
        loose = element.tag in _LOOSE and element.getparent() in holding
        if (loose or element.tag in BLOCKS) and element not in holding:
            yield element


def drop_unseen(root: Element) -> None:
    """Take out what a reader of the page does not see."""
    hidden = _hidden_by_style(root)
    _drop(root, lambda element: _is_unseen(element, hidden))
    sizes = _lengths(root)
    bulk = BULK * sizes[root]
    _drop(root, lambda e: e.get("aria-hidden", "").lower() == "true" and sizes[e] < bulk)


def drop_boxes(root: Element) -> None:
    """Take out navigation, captions, advertisements, comments: everything beside the article."""
    sizes = _lengths(root)
    bulk = BULK * sizes[root]
    holding = _ancestors_of(root, lambda e: e.tag == "h1" or _corrects(e))
    tabled = _ancestors_of(root, lambda e: e.tag == "table")
    _drop(
        root,
        lambda e: (
            sizes[e] < bulk
            and e not in holding
            and not (e.tag == "figure" and e in tabled)
            and _is_box(e)
        ),
    )
    for element in holding:
        if element.tag in vocabulary.TAGS:  # a footer that holds a correction
            element.tag = "div"
            element.attrib.clear()
    _drop_promoted_lists(root, sizes)


def drop_lines(root: Element) -> None:
    """Take out the lines of author and date, fine print and paragraphs that are only a link."""
    sizes = _lengths(root)
    _drop(root, lambda e: e.tag in _LINES and sizes[e] <= LINE_CHARACTERS and _is_line(e))
    _drop(root, lambda e: e.tag in _ITEMS and sizes[e] <= CELL_CHARACTERS and _is_elsewhere(e))


def open_layout_tables(root: Element) -> None:
    """Turn tables that only place things into plain boxes; take out cells that only link."""
    sizes = _lengths(root)
    laid_out = _ancestors_of(
        root, lambda e: e.tag == "p" or (e.tag in ("td", "th") and sizes[e] > CELL_CHARACTERS)
    )
    cells = [e for e in root.iter("td", "th") if sizes[e] <= CELL_CHARACTERS and _is_linked(e)]
    opened = set()
    for element in list(root.iter(*_TABLE)):
        if element in laid_out or (element.tag != "table" and element.getparent() in opened):
            element.tag = "div"
            opened.add(element)
    for cell in cells:
        if cell.tag == "div":
            cell.clear(keep_tail=True)


def _drop(root: Element, unwanted: Callable[[Element], bool]) -> None:
    """Empty unwanted elements, but keep the text after them and the body itself."""
    from lxml import etree

    for element in [e for e in root.iter() if e.tag not in _FRAME and unwanted(e)]:
        element.clear(keep_tail=True)
        if element.tag not in BLOCKS:  # thousands of empty ones would cost trafilatura minutes
            element.tag = "gone"
    etree.strip_tags(root, "gone")


def _is_unseen(element: Element, hidden: frozenset[str]) -> bool:
    names = {f".{name}" for name in element.get("class", "").split()} | {f"#{element.get('id')}"}
    if element.tag in _UNSEEN or "hidden" in element.attrib or names & hidden:
        return True
    return _hides(element.get("style", ""))


def _hides(style: str) -> bool:
    if _HIDING.search(style):
        return True
    colours = {name.lower()[:5]: value.strip().lower() for name, value in _COLOUR.findall(style)}
    return len(colours) == 2 and len(set(colours.values())) == 1


def _hidden_by_style(root: Element) -> frozenset[str]:
    """Return the plain selectors (.name, #name) that a page's style sheet hides on every screen."""
    found: set[str] = set()
    for style in root.iter("style"):
        depth = 0
        for rule in (style.text or "").split("}"):
            selector, _, body = rule.rpartition("{")
            depth = max(0, depth + rule.count("{") - 1)
            if depth or "@" in selector or not _HIDING.search(body):
                continue
            names = (name.strip() for name in selector.split(","))
            found.update(name for name in names if re.fullmatch(r"[.#][\w-]+", name))
    return frozenset(found)


def _is_box(element: Element) -> bool:
    tag = element.tag
    if tag in HEADINGS or tag == "main":
        return False
    if tag in vocabulary.TAGS or tag.startswith("amp-"):
        return True
    role = element.get("role", "").lower()
    return role in vocabulary.ROLES or vocabulary.is_box(names_of(element))


def _corrects(element: Element) -> bool:
    if element.tag not in ("p", "div", "em", "span", "li", "strong", "b"):
        return False
    names = names_of(element).lower()
    named = "correction" in names or "clarification" in names
    return named or vocabulary.is_correction((element.text or "").strip()[:80])


def _ancestors_of(root: Element, wanted: Callable[[Element], bool]) -> set[Element]:
    """Return the elements that are or hold a wanted one."""
    found: set[Element] = set()
    for element in root.iter():
        if wanted(element):
            while element is not None and element not in found:
                found.add(element)
                element = element.getparent()
    return found


def _drop_promoted_lists(root: Element, sizes: dict[Element, int]) -> None:
    """Take out headings over other things, with the lists and links below them."""
    for heading in list(root.iter(*HEADINGS[1:], "strong", "b", "p")):
        if root not in heading.iterancestors():
            continue  # taken out with a heading before it
        if not 0 < sizes[heading] < LINE_CHARACTERS or not _promotes(heading, sizes):
            continue
        box = heading.getparent()
        if heading.tag in HEADINGS and heading.getprevious() is None and _is_of_lines(box, sizes):
            box.clear(keep_tail=True)
            continue
        for following in heading.itersiblings():
            if following.tag not in ("ul", "ol") and not _is_title(following):
                break
            following.clear(keep_tail=True)
        heading.clear(keep_tail=True)


def _is_title(element: Element) -> bool:
    """Return whether an element is empty, a link, or a short line that is not a sentence."""
    text = text_of(element)
    short = len(text) < LINE_CHARACTERS and not is_sentence(text)
    return short or _is_linked(element)


def _promotes(heading: Element, sizes: dict[Element, int]) -> bool:
    text = text_of(heading)
    if heading.tag == "p" and (is_sentence(text) or len(heading) == 0):
        return False  # an ordinary paragraph; the words of its line decide later
    if heading.tag in ("strong", "b") and sizes[heading.getparent()] > sizes[heading] + 2:
        return False  # a bold word in a paragraph
    return vocabulary.is_promoting_heading(text)


def _is_of_lines(box: Element, sizes: dict[Element, int]) -> bool:
    """Return whether a box holds a heading and short lines: other titles, an offer, a form."""
    bulk = BULK * sizes[box.getroottree().getroot()]
    if box.tag in ("main", "article", *_FRAME) or sizes[box] >= bulk:
        return False
    return all(len(text_of(block)) < LINE_CHARACTERS for block in leaf_blocks(box))


def _is_line(element: Element) -> bool:
    text = text_of(element)
    if not text or is_sentence(text):
        return False
    named = vocabulary.is_line(names_of(element)) or element.get("itemprop") == "author"
    return element.tag in ("small", "time") or named


def _is_elsewhere(element: Element) -> bool:
    """Return whether an element is fine print or a paragraph that only links elsewhere."""
    elsewhere = _is_linked(element) or _is_only(element, _is_small)
    return elsewhere and not vocabulary.is_correction(text_of(element))


def _is_linked(element: Element) -> bool:
    return _is_only(element, lambda e: e.tag == "a")


def _is_small(element: Element) -> bool:
    return element.tag == "small" or (element.tag == "font" and element.get("size") in _FINE)


def _is_only(element: Element, wanted: Callable[[Element], bool]) -> bool:
    """Return whether all words of an element are inside wanted elements."""
    words = len(_WORDS.findall("".join(element.itertext())))
    inside = sum(len(_WORDS.findall("".join(e.itertext()))) for e in element.iter() if wanted(e))
    return 0 < words <= inside


def _lengths(root: Element) -> dict[Element, int]:
    """Count the characters that each element holds, once, from the leaves up."""
    sizes: dict[Element, int] = {}
    for element in reversed(list(root.iter())):
        own = len((element.text or "").strip())
        sizes[element] = own + sum(sizes[c] + len((c.tail or "").strip()) for c in element)
    return sizes
