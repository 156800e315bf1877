"""Rank whole articles, not passages, by bm25s; English stop words, no stemming."""

from __future__ import annotations

import json
from typing import Any

import bm25s

from scripts.evaluation.peers import PASSAGES, Place, Search

CHARACTERS = 6000  # of each article


def index(place: Place) -> None:
    """Index the beginning of each article; k1 and b are Lucene's."""
    names, texts = zip(*place.articles(), strict=True)
    found = bm25s.BM25(k1=1.2, b=0.75)
    found.index(_words([text[:CHARACTERS] for text in texts]), show_progress=False)
    found.save(str(place.folder))
    (place.folder / "names.json").write_text(json.dumps(names))


def opened(place: Place) -> Search:
    """Return a search for the articles themselves."""
    found = bm25s.BM25.load(str(place.folder))
    names = json.loads((place.folder / "names.json").read_text())

    def search(question: str) -> list[str]:
        count = min(PASSAGES, len(names))
        places, _ = found.retrieve(_words([question]), k=count, show_progress=False)
        return [names[place] for place in places[0]]

    return search


def _words(texts: list[str]) -> Any:
    return bm25s.tokenize(texts, stopwords="en", show_progress=False)
