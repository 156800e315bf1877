"""A library on a Milvus, as a question needs it: rag.protocols.Generation by its rows and conditions.

Fusion, reading, evidence and checks are the same as over a library on this computer. What SQL does over
the whole of one (counts, lists, timelines, names nearly like another) is not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from rag.cluster import rows
from rag.cluster.address import Address
from rag.cluster.conditions import (
    Sight,
    between,
    day,
    joined,
    narrowed,
    of_numbers,
    of_texts,
    ordinal,
)
from rag.cluster.rows import State
from rag.cluster.server import PATIENCE, Kind, Row, Scored, Server
from rag.errors import LibraryError, NoLibraryError
from rag.filters import Filters
from rag.language.words import search_words, words
from rag.protocols import NameField
from rag.settings import command
from rag.store.names import plainly
from rag.store.terms import terms
from rag.types.archive import Holdings
from rag.types.articles import Article, Passage
from rag.types.days import Window
from rag.types.evidence import Evidence
from rag.types.files import Skipped
from rag.types.models import Shelf, Vectors

READ = 20  # articles with the stem of a word, in which the word itself is looked for


class Cluster:
    """A library on a Milvus; nothing is connected before it is asked. One serves many threads.

    Raises UsageError where it is not on this computer, unless articles and questions may leave it.
    """

    def __init__(self, url: str, patience: float = PATIENCE, *, leaves: bool = False) -> None:
        self.address = Address.read(url)
        self.server = Server(self.address, patience, leaves=leaves)
        self._state: State | None = None

    @property
    def no_lists(self) -> str:
        """What is said where SQL would have to go over the whole library."""
        return (
            f"This library is on Milvus at {self.address}: counts, lists and timelines are made from a"
            " library on this computer. Ask about the news, or name a folder in CLIPPINGS_INDEX."
        )

    @property
    def shelf(self) -> Shelf:
        """What people are told of where it is."""
        return Shelf(str(self.address), not self.server.is_here)

    def state(self) -> State:
        """Return the last generation. Raises NoLibraryError before one was published, and LibraryError."""
        known = self._state
        if known is None:
            self.server.open()
        numbers = [row["id"] for row in self.server.rows("generations", "id >= 0", ["id"])]
        if not numbers:
            raise NoLibraryError(f"No library at {self.address}. Fill it: {command('ingest')}")
        if known is None or known.generation != max(numbers):
            known = self._state = self._told(max(numbers))
        return known

    def _told(self, number: int) -> State:
        found = self.server.rows("generations", of_numbers("id", [number]), ["record"])
        if not found:  # two ingests have ended meanwhile
            raise LibraryError(f"{self.address} is being filled. Ask again.")
        return rows.state(found[0], self.address)

    def holdings(self) -> Holdings:
        """Return what the library holds."""
        return self.state().holdings

    def articles(self, as_of: date | None = None) -> MilvusArticles:
        """Return the articles of the last generation, as they are or as they were on a day."""
        state = self.state()
        return MilvusArticles(self.server, state, Sight(state.generation, as_of))

    def generation(self, encoder: str, as_of: date | None = None) -> MilvusGeneration:
        """Return the last generation, to be searched with vectors of an encoder.

        Raises LibraryError where it was encoded by another one.
        """
        found = self.articles(as_of)
        if found.state.encoder != encoder:
            raise LibraryError(
                f"{self.address} was encoded by another model ({found.state.encoder}; here is {encoder})."
                f" Run where it is fed, with this version of Clippings: {command('ingest')}"
            )
        return MilvusGeneration(found)


@dataclass(frozen=True, slots=True)
class MilvusGeneration:
    """One generation of a library on a Milvus."""

    articles: MilvusArticles

    @property
    def names(self) -> MilvusNames:
        """The words that its articles have."""
        return MilvusNames(self.articles)

    def among(self, filters: Filters, window: Window | None) -> MilvusAmong:
        """Return what filters and window leave; raise UsageError for an unknown outlet or author."""
        known = {"source": self.articles.values("source"), "author": self.articles.values("author")}
        condition = joined(self.articles.sight.shown, *narrowed(filters, window, known))
        return MilvusAmong(self.articles.server, condition)


@dataclass(frozen=True, slots=True)
class MilvusAmong:
    """The articles and passages of which a condition holds."""

    server: Server
    condition: str

    def articles(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Return keys and BM25 scores for a question's words, best first."""
        found = self._best("articles", question, limit, self.condition)
        return [(int(row["key"]), score) for _, score, row in found]

    def passages(self, question: str, limit: int, keys: Sequence[int]) -> list[tuple[int, float]]:
        """Return passage ids and BM25 scores for its words, best first, of the articles of `keys`."""
        if not keys:
            return []
        condition = joined(self.condition, of_numbers("key", keys))
        found = self._best("passages", question, limit, condition)
        return [(number, score) for number, score, _ in found]

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Return passage ids and cosines for a unit vector (d), best first."""
        found = self.server.nearest(vector.tolist(), limit, self.condition)
        return [(number, score) for number, score, _ in found]

    def at(self, item: Evidence) -> list[int]:
        """Return the ids of the passages in which the words of a piece of evidence stand."""
        same = joined(self.condition, of_texts("content", [item.article.id]))
        versions = [row["id"] for row in self.server.rows("articles", same, ["id"])]
        there = f"first < {item.end} and last > {item.start}"
        condition = joined(self.condition, of_numbers("article", versions), there)
        return sorted(row["id"] for row in self.server.rows("passages", condition, ["id"]))

    def _best(self, kind: Kind, question: str, limit: int, condition: str) -> list[Scored]:
        stems = _stems(search_words(question))
        return self.server.best(kind, stems, limit, condition) if stems else []


@dataclass(frozen=True, slots=True)
class MilvusArticles:
    """The articles of one generation on a Milvus, as they are or as they were on a day."""

    server: Server
    state: State
    sight: Sight

    @property
    def generation(self) -> int:
        """The number of what was published last."""
        return self.state.generation

    def values(self, field: NameField) -> list[str]:
        """Return the outlets or the authors that articles have, each once."""
        held = self.state.holdings.outlets if field == "source" else self.state.authors
        return [*held]

    def origins(self, ids: Sequence[int]) -> dict[int, tuple[int, date | None]]:
        """Return the article's key and day of publication by passage id, for the ids that are there."""
        condition = joined(self.sight.shown, of_numbers("id", ids))
        found = self.server.rows("passages", condition, ["id", "key", "published"])
        return {row["id"]: (row["key"], day(row["published"])) for row in found}

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Return passages by id, if they are there. Raises AlteredError for an altered article."""
        condition = joined(self.sight.shown, of_numbers("id", ids))
        spans = self.server.rows("passages", condition, ["id", "article", "first", "last"])
        versions = dict.fromkeys(row["article"] for row in spans)
        found = self._read(of_numbers("id", versions))
        whole = {row["id"]: article for row, article in found}
        return {
            row["id"]: Passage(whole[row["article"]], row["first"], row["last"], row["id"])
            for row in spans
            if row["article"] in whole
        }

    def article(self, number: str) -> Article | None:
        """Return the article with this id, or None."""
        found = self._read(joined(self.sight.known, of_texts("content", [number])))
        return found[0][1] if found else None

    def copies(self, article: Article) -> tuple[Article, ...]:
        """Return the other articles of the same report, each outlet and file once."""
        if not article.report:
            return ()
        condition = joined(self.sight.shown, of_numbers("report", [article.report]))
        place = article.path, article.position
        found = sorted(self._read(condition), key=lambda one: (one[0]["published"], one[0]["key"]))
        return tuple(copy for _, copy in found if (copy.path, copy.position) != place)

    def keys_of(self, article: Article) -> list[int]:
        """Return the keys of the articles with this one's id: the same text may be in two files."""
        condition = joined(self.sight.known, of_texts("content", [article.id]))
        return sorted(row["key"] for row in self.server.rows("articles", condition, ["key"]))

    def last_key(self) -> int:
        """Return the highest key that an article has: those that come later have higher ones."""
        return self.state.last_key

    def count_dated(self, window: Window) -> int:
        """Count the articles published inside a window."""
        return self.server.count("articles", joined(self.sight.known, between(window)))

    def count_undated(self) -> int:
        """Count the articles without a date, in sight or not."""
        return self.state.holdings.undated

    def oldest(self) -> date | None:
        """Return the day of the oldest dated article."""
        first, as_of = self.state.holdings.first, self.sight.as_of
        return None if first and as_of and as_of < first else first

    def newest(self) -> date | None:
        """Return the day of the newest dated article; of an earlier day by halves, since Milvus sorts
        nothing.
        """
        first, last, as_of = self.oldest(), self.state.holdings.last, self.sight.as_of
        if first is None or last is None or as_of is None or last <= as_of:
            return last if first else None
        low, high = ordinal(first), ordinal(as_of)  # there is one on `low` or later
        while low < high:
            middle = (low + high + 1) // 2
            if self.count_dated(Window(day(middle), day(high))):
                low = middle
            else:
                high = middle - 1
        return day(low)

    def skipped(self) -> tuple[Skipped, ...]:
        """Return what the last ingest left out, and why."""
        return self.state.holdings.skipped

    def suggestions(self) -> tuple[dict[str, str], dict[str, int]]:
        """Return the questions whose articles are in sight; what was tried, only who feeds it knows."""
        kept = self.state.suggestions
        condition = joined(self.sight.shown, of_texts("content", kept.values()))
        there = {row["content"] for row in self.server.rows("articles", condition, ["content"])}
        return {asked: number for asked, number in kept.items() if number in there}, {}

    def _read(self, condition: str) -> list[tuple[Row, Article]]:
        """Return articles with the fields by which they are sorted."""
        fields = ["id", "key", "published", "record"]
        found = self.server.rows("articles", condition, fields)
        where = self.server.address
        return [(row, rows.article(rows.whole(row["record"], where))) for row in found]


@dataclass(frozen=True, slots=True)
class MilvusNames:
    """The words of all articles. Which of them are nearly alike, only a library on this computer knows."""

    articles: MilvusArticles

    def knows(self, word: str) -> bool:
        """Return whether an article has a word in normal form; accents make no difference."""
        stems = _stems([word])
        if not stems:
            return False
        sight, bare = self.articles.sight.known, plainly(word)
        found = self.articles.server.best("articles", stems, READ, sight)
        texts = self.articles._read(of_numbers("id", [number for number, *_ in found]))
        return any(bare in words(plainly(f"{one.title}\n{one.text}")) for _, one in texts)

    def near(self, word: str) -> list[tuple[str, str]]:
        """Return no name for a misspelled one."""
        return []


def _stems(typed: Sequence[str]) -> str:
    return " ".join(stem for stems in terms(typed) for stem in stems)
