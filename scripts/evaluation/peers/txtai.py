"""Search by txtai's hybrid index, BM25 and vectors by halves, over paragraphs."""

from __future__ import annotations

from txtai import Embeddings
from txtai.pipeline import Segmentation

from scripts.evaluation.peers import PASSAGES, Place, Search


def index(place: Place) -> None:
    """Index the paragraphs that its own pipeline cuts; each has its article's name as id."""
    cut, found = Segmentation(paragraphs=True), _embeddings(place)
    found.index((name, part) for name, text in place.articles() for part in cut(text))
    found.save(str(place.folder))


def opened(place: Place) -> Search:
    """Return a search for the ids of paragraphs."""
    found = _embeddings(place)
    found.load(str(place.folder))
    return lambda question: [row["id"] for row in found.search(question, PASSAGES)]


def _embeddings(place: Place) -> Embeddings:
    return Embeddings(path=str(place.encoder), hybrid=True, content=True)
