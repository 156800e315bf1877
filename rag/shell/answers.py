"""What the shell asks: the open page of the same folders and settings, else an engine of its own.

Loading the models takes seconds; the page has them. It is left, without a word, as soon as it does not answer, also in
the middle of an answer: the engine then answers from the beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from rag.filters import Filters
from rag.protocols import Progress, Stop
from rag.settings import Settings
from rag.shell import channel
from rag.show.pack import Pack
from rag.types.answers import Answer
from rag.types.archive import Holdings
from rag.types.articles import Article
from rag.types.files import IngestReport
from rag.types.hits import Found, Sight, Sort
from rag.types.questions import Ask

if TYPE_CHECKING:
    from rag.engine import Engine


class Answers:
    """Answers as an engine of these settings does; one of `make` is made where no page is asked."""

    def __init__(
        self,
        settings: Settings,
        say: Callable[[str], None],
        make: Callable[..., Engine] | None = None,
        *,
        own: bool = False,
    ) -> None:
        self.settings = settings
        self._say, self._make = say, make
        self._page = None if own else channel.note_for(settings)
        self._engine: Engine | None = None

    @property
    def has_library(self) -> bool:
        """Whether an ingest has ever ended."""
        there = bool(self._one("has_library"))
        if not there:
            self._page = None  # the first ingest is work of this process
        elif self._page:
            self._say("Asked the open page.")
        return there

    def ingest(self, progress: Progress) -> IngestReport:
        """Bring the seeds folder into the library, in this process."""
        return self._own.ingest(progress)

    def holdings(self) -> Holdings:
        """What the library holds."""
        got: Holdings = self._one("holdings")
        return got

    def stream(self, ask: Ask, stop: Stop = channel.NEVER) -> Iterator[Answer]:
        """Yield the answer as it grows; where a page was left, not again what it has told."""
        dated = replace(ask, asked_on=ask.day(date.today()))  # the page may be in another time zone
        page, told = self._page, 0
        for moment in self._asked("stream", dated, stop=stop):
            if self._page is page or moment.done or len(moment.statements) > told:
                told = len(moment.statements)
                yield moment

    def answer(self, ask: Ask, stop: Stop | None = None) -> Answer:
        """Return the complete answer, or as far as it has come when `stop` is set."""
        *_, last = self.stream(ask, stop or channel.NEVER)
        return last

    def article(self, number: str) -> tuple[Article, tuple[Article, ...]] | None:
        """Return the article with this id and its copies, or None."""
        got: tuple[Article, tuple[Article, ...]] | None = self._one("article", number)
        return got

    def glance(self, ask: Ask) -> Sight:
        """Return the articles that would be read for a question."""
        got: Sight = self._one("glance", ask)
        return got

    def find(
        self, text: str, filters: Filters | None = None, sort: Sort = "fit", limit: int = 20
    ) -> Found:
        """Return the reports that have what is sought."""
        got: Found = self._one("find", text, filters, sort, limit)
        return got

    def pack(self, answer: Answer) -> Pack:
        """Return what it takes to check an answer later; how it was found is no part of that."""
        got: Pack = self._one("pack", replace(answer, explanation=None))
        return got

    def _one(self, name: str, *given: Any) -> Any:
        [value] = self._asked(name, *given)
        return value

    def _asked(self, name: str, *given: Any, stop: Stop = channel.NEVER) -> Iterator[Any]:
        """Yield what the page answers to a call; where it is gone, what the engine does."""
        if self._page:
            try:
                yield from channel.asked(self._page, name, given, stop)
                return
            except channel.Gone:
                self._page = None
        own = getattr(self._own, name)
        if name == "stream":
            yield from own(*given, stop)
        else:
            yield own(*given) if callable(own) else own

    @property
    def _own(self) -> Engine:
        from rag.engine import (
            Engine,  # numpy, onnxruntime: not where a page is asked, nor for --help
        )

        self._engine = self._engine or (self._make or Engine)(self.settings, say=self._say)
        return self._engine
