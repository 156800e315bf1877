"""Search by txtai's hybrid index, BM25 and vectors by halves, over paragraphs; answer by its RAG pipeline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from txtai import Embeddings
from txtai.pipeline import Segmentation

from scripts.evaluation.peers import PASSAGES, Place, Search

FOUND = 3  # its pipeline's default
# Its documentation's for RAG.
PROMPT = """
Answer the following question using the provided context.

Question:
{question}

Context:
{context}
"""


def index(place: Place) -> None:
    """Index the paragraphs that its own pipeline cuts; each has its article's name as id."""
    found = _embeddings(place)
    found.index(_paragraphs(place.articles()))
    found.save(str(place.folder))


def add(place: Place, name: str) -> None:
    """Add the paragraphs of one article to the index, and save it."""
    found = _loaded(place)
    found.upsert(_paragraphs([(name, place.text(name))]))
    found.save(str(place.folder))


def opened(place: Place) -> Search:
    """Return a search for the ids of paragraphs."""
    found = _loaded(place)
    return lambda question: [row["id"] for row in found.search(question, PASSAGES)]


def evidence(place: Place, question: str) -> list[str]:
    """Return the paragraphs that its pipeline would read, best first."""
    return [row["text"] for row in _loaded(place).search(question, FOUND)]


def answer(place: Place, question: str) -> str:
    """Answer by its RAG pipeline: the whole context of the model, as it does by default."""
    from txtai import RAG

    rag = RAG(
        _loaded(place),
        str(place.model),
        context=FOUND,
        template=PROMPT,
        output="flatten",
        n_threads=place.threads,
    )
    return str(rag(question))


def _paragraphs(articles: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    cut = Segmentation(paragraphs=True)
    return ((name, part) for name, text in articles for part in cut(text))


def _loaded(place: Place) -> Embeddings:
    found = _embeddings(place)
    found.load(str(place.folder))
    return found


def _embeddings(place: Place) -> Embeddings:
    return Embeddings(path=str(place.encoder), hybrid=True, content=True)
