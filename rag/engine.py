"""All that Clippings does with a library, as doors ask for it; each story is told in `rag.stories`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

from rag.archive.asked import Asked
from rag.cluster.push import push
from rag.errors import LibraryError, ModelError
from rag.filters import Filters
from rag.isolated import Readers
from rag.parts import Models
from rag.protocols import (
    Checker,
    Classifier,
    Dater,
    Encoder,
    Generator,
    Namer,
    Progress,
    Reader,
    Stop,
    silent,
)
from rag.retrieval.find import Wish
from rag.settings import Settings
from rag.show.pack import Pack
from rag.store.library import Library
from rag.stories import draft, hits, lists, question, suggest
from rag.stories.ingest import ingest
from rag.stories.opened import Opened
from rag.stories.proof import packed
from rag.types.answers import Answer
from rag.types.archive import Archive, Holdings, Timeline
from rag.types.articles import Article
from rag.types.drafts import CheckedDraft
from rag.types.files import IngestReport, Unread
from rag.types.hits import Found, Hit, Listed, Sight, Sort
from rag.types.models import Shelf
from rag.types.questions import Ask


class Engine:
    """Answers questions from the library of `settings`; loads models when they are first needed.

    Given models replace the default ones. One engine serves many threads. Raises UsageError for a library
    on another computer, unless articles and questions may leave this one.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoder: Encoder | None = None,
        reader: Reader | None = None,
        generator: Generator | None = None,
        checker: Checker | None = None,
        classifier: Classifier | None = None,
        namer: Namer | None = None,
        dater: Dater | None = None,
        readers: Callable[[], Readers] = Readers,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self._readers = readers
        self.models = Models(
            settings, encoder, reader, generator, checker, classifier, namer, dater
        )
        self._opened = Opened(settings, self.models, say)
        self._suggesting = threading.Lock()

    # ── a question ──

    def answer(self, ask: Ask | str, stop: Stop | None = None) -> Answer:
        """Return the complete answer, or as far as it has come when `stop` is set."""
        *_, last = self.stream(ask, stop)
        return last

    def stream(self, ask: Ask | str, stop: Stop | None = None) -> Iterator[Answer]:
        """Yield the answer as it grows: its evidence, then statement by statement until it is
        `done`.

        Raises UsageError for an unusable question, or a language model that may not be asked, and
        LibraryError without a sound library. A missing or failing language model leaves the words of the
        articles as the answer; where that of a server fails, it is `failed`.
        """
        yield from question.stream(ask, self._opened, stop or threading.Event())

    def search(self, ask: Ask | str, limit: int = 10) -> tuple[Hit, ...]:
        """Return the best passages of at most `limit` articles, best first; raise as `stream` does."""
        return hits.passages(ask, self._opened, limit)

    def glance(self, ask: Ask) -> Sight:
        """Return the articles that would be read for a question; no network reads anything.

        Raises as `stream` does.
        """
        return hits.glance(ask, self._opened)

    def pack(self, answer: Answer) -> Pack:
        """Return what it takes to check an answer later (rag.stories.proof)."""
        return packed(answer, self.settings)

    # ── somebody's draft ──

    def check(
        self, text: str, progress: Progress = silent, stop: Stop | None = None
    ) -> Iterator[CheckedDraft]:
        """Yield a draft as its sentences are checked, one by one, until it is `done` or stopped.

        Each is compared with what the articles say nearest to it; no language model is loaded.
        Raises UsageError for a draft that cannot be used and LibraryError without a sound library.
        """
        yield from draft.check(text, self._opened, progress, stop or threading.Event())

    # ── lists of the archive ──

    def count(self, wanted: Asked) -> Archive:
        """Count articles; raises LibraryError without a library and UsageError for unknown names."""
        return lists.count(wanted, self._opened)

    def find(
        self,
        text: str = "",
        filters: Filters | None = None,
        sort: Sort = "fit",
        limit: int = 20,
        offset: int = 0,
    ) -> Found:
        """Return a page of the reports that have what is sought (rag.language.sought), by no reader.

        Without a text these are all articles by day. Raises UsageError for a text of which nothing can
        be made, and LibraryError without a sound library.
        """
        return lists.find(Wish(text, filters or Filters(), sort, limit, offset), self._opened)

    def timeline(self, text: str, filters: Filters | None = None) -> Timeline:
        """Return what the articles say of a name, of words as `find` takes them, or to a question, in the
        order in which it happened; raise as `find` does.
        """
        return lists.timeline(text, filters or Filters(), self._opened)

    def near(
        self, article: Article, limit: int = 5, as_of: date | None = None
    ) -> tuple[Listed, ...]:
        """Return the nearest reports of others within a week; raise LibraryError without a library."""
        return lists.near(article, limit, as_of, self._opened)

    def article(
        self, number: str, as_of: date | None = None
    ) -> tuple[Article, tuple[Article, ...]] | None:
        """Return the article with this id and its copies, or None; raise LibraryError without a library."""
        return lists.article(number, as_of, self._opened)

    # ── the library ──

    @property
    def has_library(self) -> bool:
        """Whether an ingest has ever ended; what is wrong with a library is said where it is used, as is
        that one elsewhere is empty.
        """
        return self._opened.has_library

    @property
    def shelf(self) -> Shelf | None:
        """Where the library is, if an engine elsewhere searches it."""
        return self._opened.shelf

    def holdings(self) -> Holdings:
        """Return what the library holds. Raises LibraryError when there is none."""
        return self._opened.holdings()

    def unread(self) -> Unread:
        """Return which files of the folder the library has not read as they are now; of a library elsewhere
        only where it is fed from here.
        """
        return self._opened.unread()

    def ingest(self, progress: Progress = silent) -> IngestReport:
        """Bring the seeds folder into the library; questions asked from now on use the new state."""
        return ingest(self.settings, progress, self.models.given_encoder, readers=self._readers)

    def warm(self) -> None:
        """Load every model, so that no question waits; missing ones are reported when needed."""
        with ThreadPoolExecutor(1) as beside:
            if self.settings.prose:
                beside.submit(self._load_generator)  # the work is that of another process
            with suppress(LibraryError, ModelError), self._opened.generation():
                pass

    def _load_generator(self) -> None:
        with suppress(ModelError):
            self.models.generator.load()

    # ── questions to begin with ──

    def suggestions(self) -> tuple[str, ...]:
        """Return at most four questions that the articles are known to answer."""
        with suppress(LibraryError), self._opened.articles() as articles:
            return tuple(articles.suggestions()[0])
        return ()

    def suggest(self, progress: Progress = silent, stop: Stop | None = None) -> tuple[str, ...]:
        """Make the suggested questions that are missing, in seconds each, and return all there are.

        Does nothing without a library or a language model, or while another call is at work. `stop`
        ends it at once; the next call goes on. Raises IngestRunningError during an ingest.
        """
        stop = stop or threading.Event()
        if len(self.suggestions()) < suggest.WANTED and self._suggesting.acquire(blocking=False):
            try:
                with suppress(LibraryError, ModelError):
                    suggest.suggest(
                        self.settings.index,
                        self.models.generator,
                        lambda asked: self.stream(asked, stop),
                        progress,
                        stop,
                        date.today(),
                    )
                    if self.settings.engine:
                        with Library.open(self.settings.index) as library:
                            push(library, self.settings.engine, leaves=self.settings.leaves)
            finally:
                self._suggesting.release()
        return self.suggestions()
