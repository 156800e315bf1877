"""The story of a question, from top to bottom.

question -> window -> hits -> evidence -> gate -> statements, checked -> Answer
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date

from rag import review, suggest
from rag.answering import writing
from rag.answering.coverage import coverage
from rag.answering.short import short
from rag.answering.statements import Deadline
from rag.answering.verdicts import verdict
from rag.archive import counted
from rag.archive.asked import Asked, asked
from rag.cluster.milvus import Cluster
from rag.cluster.push import push
from rag.errors import LibraryError, ModelError, NoLibraryError, UsageError
from rag.filters import Filters
from rag.ingest import ingest
from rag.language import reviews
from rag.language.typed import usable
from rag.language.words import asks, search_words
from rag.parts import Models
from rag.proof import packed
from rag.protocols import (
    AskedArticles,
    Checker,
    Classifier,
    Dater,
    Encoder,
    Generation,
    Generator,
    Namer,
    Progress,
    Reader,
    Stop,
    VectorIndex,
    silent,
)
from rag.reading import drafts
from rag.retrieval import (
    claims,
    evidence,
    find,
    followup,
    gate,
    near,
    question,
    quotations,
    search,
    timeline,
)
from rag.retrieval.find import Wish
from rag.retrieval.guesses import retyped
from rag.retrieval.help import help_for
from rag.retrieval.quotations import FEW, Topic
from rag.retrieval.search import Query
from rag.settings import Settings, command
from rag.show.pack import Pack
from rag.store import generation, listing, summary, vectors
from rag.store.fulltext import FullText, Often
from rag.store.library import FILE, Library
from rag.store.listing import Listing
from rag.store.names import Names
from rag.types import (
    Answer,
    Archive,
    Article,
    Ask,
    Checked,
    CheckedDraft,
    Claim,
    Coverage,
    Cut,
    Evidence,
    Explanation,
    Found,
    Help,
    Hit,
    Holdings,
    IngestReport,
    Listed,
    Sight,
    Sort,
    Timeline,
    Unread,
    Window,
)
from rag.unread import unread
from rag.when.quoted import named_days


class Engine:
    """Answers questions from the library of `settings`; loads models when they are first needed.

    Given models replace the default ones. One engine serves many threads.
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
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self.models = Models(
            settings, encoder, reader, generator, checker, classifier, namer, dater
        )
        self._say = say
        self._lock = threading.RLock()
        self._suggesting = threading.Lock()
        self._index: VectorIndex | None = None
        self._cluster = Cluster(settings.engine) if settings.engine else None
        self._listing: Listing | None = None
        self._often = Often()

    # ── the archive ──

    @property
    def has_library(self) -> bool:
        """Whether an ingest has ever ended; what is wrong with a library is said where it is used, as is
        that one elsewhere is empty.
        """
        if self._cluster:
            return True
        try:
            with self._opened():
                return True
        except NoLibraryError:
            return False
        except LibraryError:
            return True

    def holdings(self) -> Holdings:
        """Return what the library holds. Raises LibraryError when there is none."""
        if self._cluster:
            return self._cluster.holdings()
        with self._opened() as library:
            return summary.holdings(library)

    def unread(self) -> Unread:
        """Return which files of the folder the library has not read as they are now; of a library elsewhere
        only where it is fed from here.
        """
        if self._cluster and not (self.settings.index / FILE).is_file():
            return Unread()
        return unread(self.settings)

    def ingest(self, progress: Progress = silent) -> IngestReport:
        """Bring the seeds folder into the library; questions asked from now on use the new state."""
        return ingest(self.settings, progress, self.models.given_encoder)

    def warm(self) -> None:
        """Load every model, so that no question waits; missing ones are reported when needed."""
        with ThreadPoolExecutor(1) as beside:
            if self.settings.prose:
                beside.submit(self._load_generator)  # the work is that of another process
            with suppress(LibraryError, ModelError), self._generation():
                pass

    def _load_generator(self) -> None:
        with suppress(ModelError):
            self.models.generator.load()

    def suggestions(self) -> tuple[str, ...]:
        """Return at most four questions that the articles are known to answer."""
        with suppress(LibraryError), self._articles() as articles:
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
                    if self._cluster:
                        with Library.open(self.settings.index) as library:
                            push(library, self.settings.engine)
            finally:
                self._suggesting.release()
        return self.suggestions()

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
        clock = _Clock()
        ask = self._usable(ask)
        server = self.models.server if ask.write and ask.prose else None
        if about := self._about_the_archive(ask):
            yield clock.stamped(about)
            return
        if quoted := self._reviewed(ask, clock):
            yield clock.stamped(quoted)
            return
        draft = self._draft(ask, clock)
        assert draft.verdict is not None
        if not draft.verdict.answerable:
            yield clock.stamped(writing.not_found(draft, draft.verdict))
        elif not ask.write:
            yield clock.stamped(writing.complete(draft))
        elif not (ask.prose and draft.short):  # a yes or no could not be checked
            yield clock.stamped(writing.quoted(self._asks(ask), draft, self.models))
        else:
            draft = replace(draft, server=server)
            yield clock.stamped(draft)
            for grown in self._written(ask, draft, stop or threading.Event()):
                yield clock.stamped(grown)

    def count(self, wanted: Asked) -> Archive:
        """Count articles; raises LibraryError without a library and UsageError for unknown names."""
        with self._opened(wanted.filters.as_of) as library:
            return counted.count(wanted, library, self.models)

    def search(self, ask: Ask | str, limit: int = 10) -> tuple[Hit, ...]:
        """Return the best passages of at most `limit` articles, best first; raise as `stream` does."""
        ask = self._usable(ask)
        with self._generation(ask.filters.as_of) as library:
            read = question.read(ask, library.articles)
            before = question.cited_before(ask)
            found = self._search(read.query, library, _Clock(), before)
        known = tuple(dict.fromkeys(hit.passage.article.id for hit in found.hits))[:limit]
        return tuple(hit for hit in found.hits if hit.passage.article.id in known)

    def glance(self, ask: Ask) -> Sight:
        """Return the articles that would be read for a question; no network reads anything.

        Raises as `stream` does.
        """
        ask = self._usable(ask)
        with self._generation(ask.filters.as_of) as library:
            articles = library.articles
            query = question.read(ask, articles).query
            found = [hit.passage.article for hit in self._hits(query, library)[0]]
            best = found[: self.settings.rerank_hits]
            keys = {one.id: min(articles.keys_of(one)) for one in dict.fromkeys(best)}
            return Sight(keys, tuple(dict.fromkeys(one.id for one in found)), articles.last_key())

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
        wish = Wish(text, filters or Filters(), sort, limit, offset)
        wish = find.usable(wish, self.settings.question_characters)
        with self._opened(wish.filters.as_of) as library, library.snapshot():

            def nearest(typed: str, keys: Sequence[int] | None) -> list[tuple[int, float]]:
                with self._opened() as beside:  # it may have to be built
                    index = self._indexed(beside)
                ids = None if keys is None else library.passage_ids(keys)
                return index.search(self.models.encoder.encode([typed])[0], find.PASSAGES, ids)

            words, names, listed = FullText(library.db), Names(library.db), self._listed(library)
            found = find.Finder(library, listed, words, nearest, names.near).find(wish)
            if found.total or not wish.text:
                return found
            return replace(found, did_you_mean=retyped(wish.text, names))

    def timeline(self, text: str, filters: Filters | None = None) -> Timeline:
        """Return what the articles say of a name, of words as `find` takes them, or to a question, in the
        order in which it happened; raise as `find` does.
        """
        asked = timeline.topic(usable(text, self.settings.question_characters))
        narrowed = filters or Filters()
        with self._opened(narrowed.as_of) as library:
            about = reviews.wanted(asked, Names(library.db).knows)
        if about and about.kind == "summary":
            asked = about.topic
        elif asks(asked) and not timeline.is_name(asked):
            return self._asked_timeline(Ask(asked, narrowed))
        found = self.find(asked, narrowed, "day", timeline.REPORTS)
        items = timeline.mentions(asked, found.reports)
        made = timeline.arranged(asked, items, self.models.classifier, self.models.dater)
        left = found.total - len(found.reports)
        more = (f"Only the newest {timeline.REPORTS} of {found.total:,} articles were read.",)
        notes = (*found.notes, *(more if left else ()))
        return replace(made, notes=notes, as_of=narrowed.as_of)

    def _asked_timeline(self, ask: Ask) -> Timeline:
        """Return the sentences that answer a question best, by the reader, as a timeline."""
        with self._generation(ask.filters.as_of) as library:
            read = question.read(ask, library.articles)
            hits, _ = self._hits(read.query, library)
            topic = Topic(ask.question, ask.question)
            most = {"limit": timeline.SENTENCES, "per_report": FEW}
            found = quotations.best(topic, hits, self.models.reader, **most)
            printed = self._printed(found, library)
        made = timeline.arranged(ask.question, printed, self.models.classifier, self.models.dater)
        return replace(made, notes=read.notes, as_of=ask.filters.as_of)

    def near(
        self, article: Article, limit: int = 5, as_of: date | None = None
    ) -> tuple[Listed, ...]:
        """Return the nearest reports of others within a week; raise LibraryError without a library."""
        with self._opened(as_of) as library, library.snapshot():
            return near.near(article, library, self._listed(library), limit)

    def article(
        self, number: str, as_of: date | None = None
    ) -> tuple[Article, tuple[Article, ...]] | None:
        """Return the article with this id and its copies, or None; raise LibraryError without a library."""
        with self._articles(as_of) as articles:
            found = articles.article(number)
            return (found, articles.copies(found)) if found else None

    def pack(self, answer: Answer) -> Pack:
        """Return what it takes to check an answer later (rag.proof)."""
        return packed(answer, self.settings)

    def _listed(self, library: Library) -> Listing:
        """Return all articles of the present generation, by day; of another day they are read anew."""
        if library.db.as_of:
            return listing.load(library)
        with self._lock:
            if self._listing is None or self._listing.generation != library.generation:
                self._listing = listing.load(library)
            return self._listing

    # ── somebody's draft ──

    def check(
        self, text: str, progress: Progress = silent, stop: Stop | None = None
    ) -> Iterator[CheckedDraft]:
        """Yield a draft as its sentences are checked, one by one, until it is `done` or stopped.

        Each is compared with what the articles say nearest to it; no language model is loaded.
        Raises UsageError for a draft that cannot be used and LibraryError without a sound library.
        """
        stop = stop or threading.Event()
        found = drafts.claims(text, self.settings.draft_characters)
        draft = CheckedDraft(unchecked=len(found))
        for place, claim in enumerate(found):
            if stop.is_set():
                break
            progress("checking", place, len(found))
            draft = draft.grown(self._checked(claim))
            yield draft
        progress("checking", len(draft.sentences), len(found))
        yield replace(draft, done=True)

    def _checked(self, claim: Claim) -> Checked:
        """Compare a claim with the windows nearest to it; what is cited comes with its copies."""
        with self._generation() as library:
            searched = self._search(claims.query(claim), library, _Clock())
            hits = searched.hits[: self.settings.evidence_passages]
            near = claims.nearest(claim, hits, self.models.reader)
            one = verdict(claim, near, self.models)
            copies = library.articles.copies
            cited = (replace(item, also=copies(item.article)) for item in one.evidence)
            return replace(one, evidence=tuple(cited))

    def _usable(self, ask: Ask | str) -> Ask:
        ask = Ask(ask, prose=self.settings.prose) if isinstance(ask, str) else ask
        sound = usable(ask.question, self.settings.question_characters)
        return replace(ask, question=sound)

    def _about_the_archive(self, ask: Ask) -> Answer | None:
        """Answer a question about the archive itself by counting; None for one about the news."""
        day = ask.day(date.today())
        with self._articles(ask.filters.as_of) as articles:
            known, newest = counted.naming(articles), articles.newest()
            read = asked(ask, day, newest, known, self.models.classifier)
            if read is None or (self._cluster and not read.sure):
                return None
            found = self.count(read)
        if not (found.number or read.sure):
            return None
        return Answer(
            ask.question,
            "answered",
            window=read.window,
            notes=found.notes,
            done=True,
            standing=ask.question,
            asked_on=day,
            as_of=ask.filters.as_of,
            archive=found,
            help=Help(unread=self.unread()),
        )

    def _reviewed(self, ask: Ask, clock: _Clock) -> Answer | None:
        """Answer with quotations alone where a summary or a comparison is asked for; else None."""
        with (
            ThreadPoolExecutor(1) as beside,
            self._generation(ask.filters.as_of) as library,
        ):
            read = question.read(ask, library.articles)
            wish = review.wish(ask, read, library)
            if wish is None:
                return None
            files = beside.submit(self.unread)
            clock.mark("start")
            found = review.collect(
                wish, lambda query: self._hits(query, library)[0], self.models.reader
            )
            sides = review.numbered([self._printed(items, library) for items in found])
            shown = tuple(item for items in sides for item in items)
            day = read.query.leaning.day
            helped, covered = self._beside(ask, day, shown, library, files.result())
            clock.mark("evidence")
        if not shown:
            draft = self._draft(ask, clock)
            assert draft.verdict is not None
            return writing.not_found(replace(draft, short=()), draft.verdict)
        draft = Answer(
            ask.question,
            "answered",
            evidence=shown,
            window=read.window,
            notes=read.notes,
            models=self.models.names,
            standing=read.standing,
            asked_on=day,
            as_of=ask.filters.as_of,
            help=helped,
            coverage=covered,
        )
        return review.answered(draft, wish, sides)

    def _draft(self, ask: Ask, clock: _Clock) -> Answer:
        """Return the answer with its evidence and the gate's verdict, and nothing written."""
        with (
            ThreadPoolExecutor(1) as beside,
            self._generation(ask.filters.as_of) as library,
        ):
            files = beside.submit(self.unread)  # a second for 100,000 of them
            clock.mark("start")
            read = question.read(ask, library.articles)
            searched = self._search(read.query, library, clock, question.cited_before(ask))
            found = self._evidence(ask, read.query, searched, library)
            leaning = read.query.leaning
            helped, covered = self._beside(ask, leaning.day, found, library, files.result())
        verdict = gate.judge(
            read.query.typed, found, searched.hits, leaning.day, leaning.weight == search.NOW
        )
        told = short(self._asks(ask), found, verdict)
        clock.mark("evidence")
        clock.total("first_evidence")
        return Answer(
            ask.question,
            "answered",
            evidence=found,
            window=read.window,
            notes=read.notes,
            models=self.models.names,
            standing=read.standing,
            short=told,
            verdict=verdict,
            explanation=searched,
            asked_on=leaning.day,
            as_of=ask.filters.as_of,
            help=helped,
            coverage=covered,
        )

    def _beside(
        self,
        ask: Ask,
        day: date,
        found: tuple[Evidence, ...],
        library: Generation,
        files: Unread,
    ) -> tuple[Help, Coverage]:
        """Return what helps to ask better, and what the answer has to go by."""
        articles = library.articles
        archive = Window(articles.oldest(), articles.newest())
        nearest, instead = [item.article for item in found], articles.suggestions()[0]
        helped = help_for(ask, day, nearest, library.names, archive, files, tuple(instead))
        return helped, coverage(found, archive.until, articles.skipped(), day)

    def _search(
        self,
        query: Query,
        library: Generation,
        clock: _Clock,
        before: Sequence[Evidence] = (),
    ) -> Explanation:
        """Return the hits, read by the reader, and what was cut; what the turn before cited is read, too."""
        hits, cut = self._hits(query, library)
        clock.mark("search")
        many = self.settings.rerank_hits
        best = search.with_cited(hits[:many], before, query, library)
        read = search.rerank(query.whole, best, self.models.reader)
        clock.mark("rerank")
        words = tuple(search_words(query.whole))
        known = {hit.passage.id for hit in read}
        rest = (hit for hit in hits[many:] if hit.passage.id not in known)
        return Explanation(query.texts, words, (*read, *rest), tuple(cut))

    def _hits(self, query: Query, library: Generation) -> tuple[list[Hit], list[Cut]]:
        """Return the fused hits of full text and vectors, and what was cut."""
        return search.search(query, library, self.models.encoder, self.settings.leg_hits)

    def _evidence(
        self, ask: Ask, query: Query, searched: Explanation, library: Generation
    ) -> tuple[Evidence, ...]:
        """Return the spans that answer best, with their copies and the days they name."""
        found = evidence.choose(
            query.whole,
            searched.hits[: self.settings.evidence_passages],
            self.models.reader,
            self.models.classifier,
            limit=ask.evidence or self.settings.evidence,
            per_article=self.settings.article_evidence,
        )
        return self._printed(found, library)

    def _printed(self, found: Sequence[Evidence], library: Generation) -> tuple[Evidence, ...]:
        """Return evidence with its copies and the days it names."""
        return tuple(
            replace(
                item,
                also=library.articles.copies(item.article),
                days=named_days(item.quote, item.article.published),
            )
            for item in found
        )

    def _written(self, ask: Ask, draft: Answer, stop: Stop) -> Iterator[Answer]:
        asked = self._asks(ask)
        try:
            generator = self.models.generator
        except ModelError as error:
            noted = draft.grown(notes=(*draft.notes, str(error)))
            yield writing.quoted(asked, noted, self.models)
            return
        deadline = Deadline(stop, self.settings.answer_seconds)
        yield from writing.written(asked, draft, generator, self.models, deadline)

    def _asks(self, ask: Ask) -> str:
        return followup.to_write(ask.question, ask.after)

    def _opened(self, as_of: date | None = None) -> Library:
        """Open the library as it is, or as it was on a day, for what SQL does over the whole of it.

        Raises UsageError where it is elsewhere.
        """
        if self._cluster:
            raise UsageError(self._cluster.no_lists)
        return Library.open(self.settings.index, as_of)

    @contextmanager
    def _articles(self, as_of: date | None = None) -> Iterator[AskedArticles]:
        """Let every read in the block see the articles of one generation; nothing can be searched."""
        if self._cluster:
            yield self._cluster.articles(as_of)
            return
        with self._opened(as_of) as library, library.snapshot():
            yield library

    def _ready(self, library: Library) -> VectorIndex:
        """Return the index of the present generation, models loaded; raise for a foreign library."""
        index = self._indexed(library)
        _ = self.models.reader
        return index

    @contextmanager
    def _generation(self, as_of: date | None = None) -> Iterator[Generation]:
        """Let every read in the block see one generation, as it is or as it was on a day.

        An ingest may end at any moment, and copies are found by numbers that the next generation gives
        anew. Raises LibraryError for a foreign library.
        """
        if self._cluster:
            _ = self.models.reader
            yield self._cluster.generation(self.models.encoder.fingerprint, as_of)
            return
        with self._opened(as_of) as library:
            while True:
                index = self._ready(library)  # before the snapshot: it may have to be built in one
                with library.snapshot():
                    if index.generation == library.generation:
                        yield generation.of(library, index, self._often)
                        return

    def _indexed(self, library: Library) -> VectorIndex:
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


class _Clock:
    """Seconds of the stages of one question."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._seconds: dict[str, float] = {}

    def mark(self, stage: str) -> None:
        """Note the time since the last mark."""
        now = time.monotonic()
        self._seconds[stage], self._last = now - self._last, now

    def total(self, moment: str) -> None:
        """Note the time since the beginning, once."""
        self._seconds.setdefault(moment, time.monotonic() - self._began)

    def stamped(self, grown: Answer) -> Answer:
        """Return the answer with the seconds of all that has happened."""
        if grown.statements:
            self.total("first_token")
        if grown.done:
            self.total("total")
        return replace(grown, timings=dict(self._seconds))
