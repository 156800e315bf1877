"""Answer -> the articles it cites, for programs that keep references: BibTeX and CSL-JSON."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from rag.show.harmless import harmless
from rag.show.pack import Pack
from rag.show.view import View, plain_address
from rag.types.answers import Answer
from rag.types.articles import Article

# What LaTeX takes for more than itself. A brace is named, since BibTeX counts one with a backslash, too.
_SPECIAL: Mapping[str, str] = {
    **{one: f"\\{one}" for one in "&%$#_"},
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
}
_WORD = re.compile(r"[a-z0-9]+")
ID_CHARACTERS = 6  # of an article's id, so that no two keys are the same


def bibtex(answer: Answer, _: Pack | None = None) -> str:
    """An entry for each article that is shown, in their order, with the fields of biblatex."""
    return "\n".join(map(_entry, _articles(answer)))


def csl(answer: Answer, _: Pack | None = None) -> str:
    """The same as CSL-JSON, a list of items."""
    return json.dumps([*map(_item, _articles(answer))], ensure_ascii=False, indent=2) + "\n"


def _articles(answer: Answer) -> list[Article]:
    return [*{item.article.id: item.article for item in View.of(answer).evidence}.values()]


def _entry(article: Article) -> str:
    writer, link = article.author or article.agency, plain_address(article.url)
    fields = {
        "title": f"{{{_escaped(article.title)}}}",
        "author": f"{{{_escaped(writer)}}}"
        if writer
        else "",  # as it is printed, not as name and surname
        "journaltitle": _escaped(article.source) if article.source else "",
        "howpublished": "" if article.source else _escaped(article.path),
        "date": article.published.isoformat() if article.published else "",
        "url": link or "",
        "note": _escaped(f"File: {article.path}"),
    }
    rows = "".join(f",\n  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@{'article' if article.source else 'misc'}{{{_key(article)}{rows}\n}}\n"


def _item(article: Article) -> dict[str, Any]:
    day, writer = article.published, article.author or article.agency
    fields = {
        "id": _key(article),
        "type": "article-newspaper",
        "title": _plain(article.title),
        "author": [{"literal": _plain(writer)}] if writer else None,
        "container-title": _plain(article.source) if article.source else None,
        "issued": {"date-parts": [[day.year, day.month, day.day]]} if day else None,
        "URL": plain_address(article.url),
        "language": article.language,
        "note": _plain(f"File: {article.path}"),
    }
    return {name: value for name, value in fields.items() if value is not None}


def _key(article: Article) -> str:
    """A name for an article in letters that every program takes: "straits-2025-e4354c"."""
    day = [str(article.published.year)] if article.published else []
    words = [*_words(article.source or article.title or ""), "article"]
    return "-".join([words[0], *day, article.id[:ID_CHARACTERS]])


def _words(text: str) -> Iterator[str]:
    """The words of a text in plain letters, without “the”."""
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return (word for word in _WORD.findall(ascii_only.lower()) if word not in ("the", "a", "an"))


def _escaped(text: str) -> str:
    return "".join(_SPECIAL.get(one, one) for one in _plain(text))


def _plain(text: str) -> str:
    """Text on one line."""
    return " ".join(harmless(text).split())
