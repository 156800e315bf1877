"""What varies and is passed in: models, indexes, a stop, a listener to progress."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Literal, Protocol, TypeAlias

from rag.filters import Filters
from rag.types.articles import Article, Passage
from rag.types.days import Window
from rag.types.evidence import Evidence
from rag.types.files import Skipped
from rag.types.models import Class, Message, Named, Reading, Roles, Support, Vectors

NameField: TypeAlias = Literal["source", "author"]
"""A field of articles by whose names a question may narrow itself."""

CUT = "…"  # the last piece of a text that a limit cut off


class Encoder(Protocol):
    """Turn texts into vectors; encoders with the same fingerprint share one vector space."""

    fingerprint: str
    dimension: int

    def encode(self, texts: Sequence[str], progress: Progress = ...) -> Vectors:
        """Return unit-length vectors, one row for each text."""


class Reader(Protocol):
    """Read a question and texts together."""

    def read(self, question: str, texts: Sequence[str]) -> list[Reading]:
        """Return a reading for each text."""


class Checker(Protocol):
    """Compare a statement with texts."""

    def check(self, statement: str, texts: Sequence[str]) -> list[Support]:
        """Return whether each text supports the statement."""


class Classifier(Protocol):
    """Tell what texts are."""

    def classify(self, texts: Sequence[str]) -> list[Class]:
        """Return what each text is."""


class Namer(Protocol):
    """Find names in texts."""

    def names(self, texts: Sequence[str]) -> list[list[Named]]:
        """Return the names of each text, in order."""


class Dater(Protocol):
    """Tell what the days that texts name are the days of."""

    def roles(
        self, texts: Sequence[str], places: Sequence[Sequence[tuple[int, int]]]
    ) -> list[list[Roles]]:
        """Return the roles of each place at which each text names a day, in order."""


class Naming(Protocol):
    """What has a namer, and loads it only where it is asked for."""

    @property
    def namer(self) -> Namer:
        """The namer."""


class Judges(Protocol):
    """The networks that judge what is written."""

    @property
    def reader(self) -> Reader:
        """The reader."""

    @property
    def checker(self) -> Checker:
        """The checker."""

    @property
    def classifier(self) -> Classifier:
        """The classifier."""


class Generator(Protocol):
    """The language model: write text for chat messages, piece by piece."""

    name: str

    def load(self) -> None:
        """Get ready to write; the first text then comes sooner."""

    def fits(self, messages: Sequence[Message]) -> bool:
        """Return whether the messages and an answer fit into its context."""

    def write(self, messages: Sequence[Message], stop: Stop) -> Iterator[str]:
        """Write pieces of text until a line ends or `stop` is set; `CUT` is the last where a limit ends it."""


class VectorIndex(Protocol):
    """The vectors of all passages, as they were in one generation of the library."""

    @property
    def generation(self) -> int:
        """The generation that the vectors are of."""

    def search(
        self, vector: Vectors, limit: int, ids: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return ids and cosines of the passages nearest to a unit vector (d), best first, if in
        `ids`.

        Raises ValueError for a vector of another size or with no finite numbers.
        """


class TextIndex(Protocol):
    """The words of all articles and passages, in any form; headlines count, too."""

    def search_articles(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Keys and scores of the articles with words of a question, best first; only among `keys`
        where given.
        """

    def search_text(
        self, question: str, limit: int, keys: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Ids and scores of the passages with words of a question, best first; only of the articles
        of `keys` where given.
        """


class ArticleList(Protocol):
    """The articles in sight, by day and by report."""

    def newest(self, among: Sequence[int] | None = None) -> list[int]:
        """The keys, newest article first; only those `among` given ones."""

    def in_sight(self, keys: Sequence[int]) -> list[int]:
        """Those of the keys that are in sight, in their order."""

    def once(self, keys: Sequence[int]) -> list[int]:
        """The first key of each report, in their order; all of them must be in sight."""

    def others(self, keys: Sequence[int], report: int) -> list[int]:
        """Those of the keys that are in sight and of another report."""


class StoredArticles(Protocol):
    """Articles and their passages, by number."""

    def article_keys(self, filters: Filters, window: Window | None) -> list[int] | None:
        """Keys of the articles that filters and window leave, or None for all."""

    def passage_ids(self, keys: Sequence[int]) -> list[int]:
        """Ids of the passages of articles."""

    def origins(self, ids: Sequence[int]) -> dict[int, tuple[int, date | None]]:
        """Key and day of publication of the article by passage id; ids that are gone are left out."""

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Passages by id; ids that are gone are left out."""


class DatedArticles(Protocol):
    """Articles by their day of publication."""

    def newest(self) -> date | None:
        """The last day that an article is from."""

    def count_dated(self, window: Window) -> int:
        """Number of articles published inside a window."""

    def count_undated(self) -> int:
        """Number of articles without a date."""


class KnownNames(Protocol):
    """The words and the names of all articles, in normal form."""

    def knows(self, word: str) -> bool:
        """Return whether an article has a word."""

    def near(self, word: str) -> list[tuple[str, str]]:
        """Return the names that a word may be misspelled for, likeliest first, each with its spelling."""


class ListedArticles(StoredArticles, DatedArticles, Protocol):
    """Articles as a list shows them."""

    def copies(self, article: Article) -> tuple[Article, ...]:
        """The other articles of the same report."""

    def keys_of(self, article: Article) -> list[int]:
        """The keys of articles with the same id."""

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """The vectors of passages (n x d), in the order of their ids."""


class AskedArticles(DatedArticles, Protocol):
    """Articles as a question needs them; a library on this computer has them, and one elsewhere."""

    @property
    def generation(self) -> int:
        """The number of what was published last."""

    def origins(self, ids: Sequence[int]) -> dict[int, tuple[int, date | None]]:
        """Key and day of publication of the article by passage id; ids that are gone are left out."""

    def passages(self, ids: Sequence[int]) -> dict[int, Passage]:
        """Passages by id; ids that are gone are left out."""

    def article(self, number: str) -> Article | None:
        """The article with this id, or None."""

    def copies(self, article: Article) -> tuple[Article, ...]:
        """The other articles of the same report."""

    def keys_of(self, article: Article) -> list[int]:
        """The keys of articles with the same id."""

    def last_key(self) -> int:
        """The highest key that an article has."""

    def oldest(self) -> date | None:
        """The first day that an article is from."""

    def values(self, field: NameField) -> list[str]:
        """The outlets or the authors that articles have, each once."""

    def skipped(self) -> tuple[Skipped, ...]:
        """What the last ingest left out, and why."""

    def suggestions(self) -> tuple[dict[str, str], dict[str, int]]:
        """Questions by the id of the article that answers each, and how often others were tried."""


class Among(Protocol):
    """The articles that filters and days leave, as the legs of a search read them: numbers and scores,
    best first.
    """

    def articles(self, question: str, limit: int) -> list[tuple[int, float]]:
        """Keys of the articles with words of a question."""

    def passages(self, question: str, limit: int, keys: Sequence[int]) -> list[tuple[int, float]]:
        """Ids of the passages with words of a question, of the articles of `keys`."""

    def nearest(self, vector: Vectors, limit: int) -> list[tuple[int, float]]:
        """Ids and cosines of the passages nearest to a unit vector (d)."""

    def at(self, item: Evidence) -> list[int]:
        """Ids of the passages in which the words of a piece of evidence stand; unscored."""


class Generation(Protocol):
    """One generation of a library, all that a question needs of it: whatever engine searches it."""

    @property
    def articles(self) -> AskedArticles:
        """Its articles."""

    @property
    def names(self) -> KnownNames:
        """The words and names that they have."""

    def among(self, filters: Filters, window: Window | None) -> Among:
        """What filters and window leave of them. Raises UsageError for an outlet or author that none has."""


class Stop(Protocol):
    """A flag that somebody else may raise, such as threading.Event."""

    def is_set(self) -> bool:
        """Return whether to stop."""


class Progress(Protocol):
    """A listener to the progress of a long job."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Report `done` of `total` steps of `stage`; total 0 when it is not known."""


def silent(stage: str, done: int, total: int) -> None:
    """Report nothing."""
