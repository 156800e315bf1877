"""The library, here or on a Milvus -> one generation of it with its models and indexes, open for a story."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date

from rag.cluster.milvus import Cluster
from rag.errors import LibraryError, NoLibraryError, UsageError
from rag.parts import Models
from rag.protocols import AskedArticles, Generation, VectorIndex
from rag.settings import Settings, command
from rag.store import generation, listing, postings, summary, vectors
from rag.store.fulltext import Often
from rag.store.library import FILE, Library
from rag.store.listing import Listing
from rag.store.postings import ArticleWords
from rag.stories.unread import unread
from rag.types.archive import Holdings
from rag.types.files import Unread
from rag.types.models import Shelf


class Opened:
    """What stories need: the settings, the models, and the library as it is at that moment.

    Vectors and list are kept until there is another generation. One serves many threads. Raises UsageError
    for a library on another computer, unless articles and questions may leave this one.
    """

    def __init__(self, settings: Settings, models: Models, say: Callable[[str], None]) -> None:
        self.settings, self.models = settings, models
        leaves = settings.leaves
        self.cluster = Cluster(settings.engine, leaves=leaves) if settings.engine else None
        self._say = say
        self._lock = threading.RLock()
        self._index: VectorIndex | None = None
        self._listing: Listing | None = None
        self._words: tuple[int, ArticleWords | None] | None = None  # of a generation
        self._often = Often()

    # ── what there is ──

    @property
    def shelf(self) -> Shelf | None:
        """Where the library is, if an engine elsewhere searches it."""
        return self.cluster.shelf if self.cluster else None

    @property
    def has_library(self) -> bool:
        """Whether an ingest has ever ended; what is wrong with a library is said where it is used, as is
        that one elsewhere is empty.
        """
        if self.cluster:
            return True
        try:
            with self.library():
                return True
        except NoLibraryError:
            return False
        except LibraryError:
            return True

    def holdings(self) -> Holdings:
        """Return what the library holds. Raises LibraryError when there is none."""
        if self.cluster:
            return self.cluster.holdings()
        with self.library() as library:
            return summary.holdings(library)

    def unread(self) -> Unread:
        """Return which files of the folder the library has not read as they are now; of a library elsewhere
        only where it is fed from here.
        """
        if self.cluster and not (self.settings.index / FILE).is_file():
            return Unread()
        return unread(self.settings)

    # ── open ──

    def library(self, as_of: date | None = None) -> Library:
        """Open the library as it is, or as it was on a day, for what SQL does over the whole of it.

        Raises UsageError where it is elsewhere.
        """
        if self.cluster:
            raise UsageError(self.cluster.no_lists)
        return Library.open(self.settings.index, as_of)

    @contextmanager
    def articles(self, as_of: date | None = None) -> Iterator[AskedArticles]:
        """Let every read in the block see the articles of one generation; nothing can be searched."""
        if self.cluster:
            yield self.cluster.articles(as_of)
            return
        with self.library(as_of) as library, library.snapshot():
            yield library

    @contextmanager
    def generation(self, as_of: date | None = None) -> Iterator[Generation]:
        """Let every read in the block see one generation, as it is or as it was on a day.

        An ingest may end at any moment, and copies are found by numbers that the next generation gives
        anew. Raises LibraryError for a foreign library.
        """
        if self.cluster:
            _ = self.models.reader
            yield self.cluster.generation(self.models.encoder.fingerprint, as_of)
            return
        with self.library(as_of) as library:
            while True:
                index = self._ready(library)  # before the snapshot: it may have to be built in one
                counted, words = self._worded(library)
                with library.snapshot():
                    if index.generation == counted == library.generation:
                        text = postings.text_of(library, words, self._often)
                        yield generation.of(library, index, text)
                        return

    def _ready(self, library: Library) -> VectorIndex:
        """Return the index of the present generation, models loaded; raise for a foreign library."""
        if self._index is None and library.encoder is not None:
            _ = self.models.encoder
            with ThreadPoolExecutor(1) as beside:  # large files are read and hashed meanwhile
                reading = beside.submit(lambda: self.models.reader)
                self.index(library)
                self._worded(library)
                reading.result()
        index = self.index(library)
        _ = self.models.reader
        return index

    def index(self, library: Library) -> VectorIndex:
        """Return the index of the present generation; raise LibraryError for a foreign library."""
        with self._lock:
            if library.encoder is None:
                raise LibraryError(
                    f"The library is empty. Put articles into {self.settings.seeds} and run:"
                    f" {command('ingest')}"
                )
            if library.encoder != self.models.encoder.fingerprint:
                raise LibraryError(
                    f"{library.path} was encoded by another model ({library.encoder}; here is"
                    f" {self.models.encoder.fingerprint}). Run: {command('ingest')}"
                )
            if self._index is None or self._index.generation != library.generation:
                self._index = vectors.load(library, self.settings.index, self._say)
            return self._index

    def listed(self, library: Library) -> Listing:
        """Return all articles of the present generation, by day; of another day they are read anew."""
        if library.db.as_of:
            return listing.load(library)
        with self._lock:
            if self._listing is None or self._listing.generation != library.generation:
                self._listing = listing.load(library)
            return self._listing

    def _worded(self, library: Library) -> tuple[int, ArticleWords | None]:
        """Return the present generation and the words of its articles, where it is large."""
        with self._lock:
            now = library.generation
            if self._words is None or self._words[0] != now:
                words = postings.load(library, self.settings.index, self._say)
                self._words = words.generation if words else now, words
            return self._words
