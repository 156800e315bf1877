"""Read what a web page tells machines: JSON-LD, meta tags, window title; and find its headline."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rag.reading.html.pruning import MASTHEAD, Element, bare, names_of, text_of

LINKED_CHARACTERS = 2_000_000  # more JSON than this describes no article

_ARTICLE_TYPES = frozenset(("BlogPosting", "LiveBlogPosting", "Report", "Review"))
_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Metadata:
    """A page's metadata, gathered once."""

    linked: Mapping[str, Any]  # the JSON-LD node of the article
    nodes: Mapping[str, Mapping[str, Any]]  # all JSON-LD nodes by @id
    metas: Mapping[str, str]  # by lower-case name, the first of each
    title: str  # of the browser's window
    headline: Element | None
    language: str

    @property
    def is_live(self) -> bool:
        """Whether the page calls itself a liveblog."""
        return "LiveBlogPosting" in str(self.linked.get("@type"))

    def named(self, value: Any) -> str:
        """Return the name of a JSON-LD thing: itself, its reference, or the first of several."""
        for _ in range(4):
            if isinstance(value, list):
                value = value[0] if value else ""
            elif isinstance(value, dict):
                value = value.get("name") or self.nodes.get(str(value.get("@id")), {}).get("name")
        return plain(value) if isinstance(value, str) else ""


def plain(text: str) -> str:
    """Return a field in one line, without tags."""
    return " ".join(_TAG.sub("", html.unescape(text)).split())


def read_metadata(root: Element, nodes: list[dict[str, Any]]) -> Metadata:
    """Read a page's metadata and find its headline."""
    metas: dict[str, str] = {}
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or "").strip().lower()
        if name and meta.get("content", "").strip():
            metas.setdefault(name, meta.get("content").strip())
    window = root.find(".//title")
    title = plain(text_of(window).split("<")[0]) if window is not None else ""
    known = [title, metas.get("og:title", ""), *(str(n.get("headline", "")) for n in nodes)]
    headline = _headline_element(root, [plain(one) for one in known if one])
    language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
    shown = text_of(headline) if headline is not None else plain(metas.get("og:title", title))
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node}
    return Metadata(_article_node(nodes, shown), by_id, metas, title, headline, language.strip())


def linked_nodes(root: Element) -> list[dict[str, Any]]:
    """Return the JSON-LD nodes of a page: members of its lists and graphs, not their references."""
    nodes = []
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip(" ;\n")
        try:
            value = json.loads(text[:LINKED_CHARACTERS], strict=False)
        except (ValueError, RecursionError):
            continue
        waiting = [value]
        while waiting:
            node = waiting.pop(0)
            if isinstance(node, list):
                waiting.extend(node[:1000])
            elif isinstance(node, dict):
                nodes.append(node)
                waiting.extend(node[key] for key in ("@graph", "mainEntity") if key in node)
    return nodes


def _article_node(nodes: list[dict[str, Any]], headline: str) -> dict[str, Any]:
    """Return the node of this page's article, of several the one with its headline; or {}."""
    of_articles = [node for node in nodes if _is_article(node)]
    same = [
        n
        for n in of_articles
        if _like(plain(str(n.get("headline") or n.get("name") or "")), headline)
    ]
    if same or len(of_articles) == 1:
        return (same or of_articles)[0]
    pages = [n for n in nodes if n.get("@type") == "WebPage"]
    return pages[0] if len(pages) == 1 and not of_articles else {}


def _is_article(node: Mapping[str, Any]) -> bool:
    kinds = node.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return any(str(kind).endswith("Article") or kind in _ARTICLE_TYPES for kind in kinds)


def _headline_element(root: Element, told: list[str]) -> Element | None:
    """Return the heading that the page's title repeats, else its only <h1>."""
    first = list(root.iter("h1"))
    for heading in [*first, *root.iter("h2", "h3")]:
        text = text_of(heading)
        if len(text) >= 10 and any(
            _like(text, title) or text.lower() in title.lower() for title in told
        ):
            return heading
    alone = [h for h in first if len(text_of(h)) >= 10 and not MASTHEAD.search(names_of(h))]
    alone = alone or ([] if told else list(root.iter("h2")))
    return alone[0] if len(alone) == 1 else None


def _like(one: str, other: str) -> bool:
    return bool(bare(one)) and bare(one) == bare(other)
