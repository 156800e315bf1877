"""Read the facts of a web page: title, outlet, author, agency, date, url, language.

From JSON-LD, then meta tags, then the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.reading.html.bylines import author_and_agency
from rag.reading.html.dates import published
from rag.reading.html.metadata import Metadata, plain
from rag.reading.html.pruning import MASTHEAD, Element, names_of, text_of

_SEPARATOR = re.compile(r"\s+[|–—\-·•:»«]+\s+|\s*[|：｜]\s*|:\s+")
_DOMAIN = re.compile(r"https?:|^@|/")


def facts(root: Element, metadata: Metadata, masthead: str = "") -> dict[str, str]:
    """Return the fields of a page, from a tree that is already pruned."""
    found = {
        "title": title_of(metadata),
        "url": _url(root, metadata),
        "language": _language(metadata),
    }
    found["outlet"] = outlet_of(metadata, found["title"], masthead)
    found["author"], found["agency"] = author_and_agency(root, metadata)
    if found["agency"] == found["outlet"]:
        found["agency"] = ""
    if date := published(root, metadata):
        found |= {"published": date.day.isoformat(), "published_from": date.how}
    return {name: value for name, value in found.items() if value}


def title_of(metadata: Metadata) -> str:
    """Return the headline on the page, else the one in its metadata."""
    if metadata.headline is not None:
        return text_of(metadata.headline)
    told = metadata.linked.get("headline")
    for given in (
        told if isinstance(told, str) else "",
        *map(metadata.metas.get, ("og:title", "dc.title", "twitter:title")),
    ):
        if given and plain(given):
            return _without_outlet(plain(given), metadata.metas.get("og:site_name", ""))
    return _without_outlet(metadata.title, metadata.metas.get("og:site_name", ""))


def outlet_of(metadata: Metadata, title: str, masthead: str = "") -> str:
    """Return the outlet on which most statements agree; of equals the first."""
    part = ""
    if title and title.lower() in metadata.title.lower():
        at = metadata.title.lower().index(title.lower())
        before, after = metadata.title[:at], metadata.title[at + len(title) :]
        parts = [piece.strip() for piece in _SEPARATOR.split(after if after.strip() else before)]
        part = next((piece for piece in reversed(parts) if piece), "")
    metas = "og:site_name application-name dc.publisher publisher citation_journal_title".split()
    given = [
        plain(metadata.metas.get(metas[0], "")),
        metadata.named(metadata.linked.get("publisher")),
        *(plain(metadata.metas.get(name, "")) for name in metas[1:]),
        part.strip(" |–—-·•:："),
        masthead,
    ]
    names = [name for name in given if name and len(name) <= 80 and not _DOMAIN.search(name)]
    return max(
        names, key=lambda name: sum(name.lower() == other.lower() for other in names), default=""
    )


def masthead_of(root: Element) -> str:
    """Return the name in the page's masthead, or ""."""
    for element in root.iter("a", "div", "p", "span", "header", "td", "h2", "strong"):
        if element.tag == "header" or MASTHEAD.search(names_of(element)):
            text = " ".join((element.text or "").split()) if element.tag == "header" else ""
            text = text or next((line for line in _first_text(element)), "")
            if 2 < len(text) <= 60:
                return text
    return ""


def _first_text(element: Element) -> Iterator[str]:
    for text in element.itertext():
        if text.strip():
            yield " ".join(text.split())
            return


def _without_outlet(title: str, outlet: str) -> str:
    """Return a window's title without the outlet at its end or start."""
    marks = list(_SEPARATOR.finditer(title))
    for mark in reversed(marks):
        before, after = title[: mark.start()].strip(), title[mark.end() :].strip()
        if outlet and outlet.lower() in (before.lower(), after.lower()):
            return after if before.lower() == outlet.lower() else before
    if not outlet and marks and not marks[-1].group().startswith(":"):
        before, after = title[: marks[-1].start()].strip(), title[marks[-1].end() :].strip()
        return before if len(after.split()) <= 5 < len(before.split()) else title
    return title


def _url(root: Element, metadata: Metadata) -> str:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and str(link.get("href")).startswith(
            "http"
        ):
            return str(link.get("href")).strip()
    linked = (metadata.linked.get(name) for name in ("url", "mainEntityOfPage", "@id"))
    for told in (metadata.metas.get("og:url"), *linked):
        told = told.get("@id") if isinstance(told, dict) else told
        if isinstance(told, str) and told.startswith("http") and "#" not in told:
            return told.strip()
    return ""


def _language(metadata: Metadata) -> str:
    given = metadata.language, metadata.metas.get("og:locale"), metadata.linked.get("inLanguage")
    told = next(filter(None, given), "")
    code = re.split(r"[-_]", str(told).strip().lower())[0]
    return code if re.fullmatch(r"[a-z]{2}", code) else ""
