"""A library on this computer -> what a question needs of one generation of it, by SQLite and FAISS."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.filters import Filters
from rag.protocols import KnownNames, TextIndex, VectorIndex
from rag.store.fulltext import FullText
from rag.store.library import Library
from rag.store.names import Names
from rag.types.days import Window
from rag.types.evidence import Evidence
from rag.types.models import Vectors


@dataclass(frozen=True, slots=True)
class LibraryGeneration:
    """A library in a snapshot, with the indexes of the same generation."""

    articles: Library
    text: TextIndex
    index: VectorIndex

    @property
    def names(self) -> KnownNames:
        """The words and names that its articles have."""
        return Names(self.articles.db)

    def among(self, filters: Filters, window: Window | None) -> LibraryAmong:
        """Return what filters and window leave; raise UsageError for an unknown outlet or author."""
        keys = self.articles.article_keys(filters, window)
        ids = None if keys is None else self.articles.passage_ids(keys)
        return LibraryAmong(self, keys, ids)


@dataclass(frozen=True, slots=True)
class LibraryAmong:
    """The articles with these keys and their passages' ids; None is all of them."""

    generation: LibraryGeneration
    keys: Sequence[int] | None
    ids: Sequence[int] | None

    def articles(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Return keys and BM25 scores for a question's words, best first."""
        return self.generation.text.search_articles(question, limit, self.keys)

    def passages(self, question: str, limit: int, keys: Sequence[int]) -> list[tuple[int, float]]:
        """Return passage ids and BM25 scores for its words, best first, of the articles of `keys`."""
        return self.generation.text.search_text(question, limit, keys)

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return passage ids and cosines for a unit vector (d), best first."""
        return self.generation.index.search(vector, limit, self.ids)

    def at(self, item: Evidence) -> list[int]:
        """Return the ids of the passages in which the words of a piece of evidence stand."""
        found = self.generation.articles.passages_at(item)
        if self.ids is None or not found:
            return found
        left = set(self.ids)
        return [number for number in found if number in left]


def of(library: Library, index: VectorIndex, text: TextIndex | None = None) -> LibraryGeneration:
    """Return the present generation of a library, whose vectors are in `index`."""
    return LibraryGeneration(library, text or FullText(library.db), index)
