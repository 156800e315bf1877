"""The whole: `ingest` and `Engine`, both stories. Only here are the concrete parts named.

ask   question -> window -> hits -> evidence -> gate -> statements, checked -> Answer
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from rag import ingest as ingesting
from rag import suggest
from rag.answering import disagreement, statements
from rag.answering.checks.verify import MIN_COVERED
from rag.errors import LibraryError, ModelError, UsageError
from rag.filters import Filters
from rag.language.questions import asks_for_name
from rag.language.words import search_words
from rag.models.catalogue import CATALOGUE, ENCODER, RERANKER
from rag.models.encoder import BulkEncoder, QuickEncoder, exported, fingerprint
from rag.models.files import language_model, model_files
from rag.models.llm import LlamaModel
from rag.models.reranker import CrossEncoder
from rag.protocols import Encoder, Generator, Progress, Reranker, Stop, silent
from rag.retrieval import evidence, followup, gate, search
from rag.settings import Settings
from rag.store import vectors
from rag.store.library import FILE as LIBRARY_FILE
from rag.store.library import Library
from rag.types import (
    Answer,
    Evidence,
    Explanation,
    Hit,
    Holdings,
    IngestReport,
    Skipped,
    Statement,
    Status,
    Verdict,
    Window,
    in_words,
)
from rag.when import window as dates
from rag.when.quoted import named_days

# raise it when reading, cleaning or cutting changes: the next ingest then reads every file again
READING = 1


# ── the concrete parts ──


def encoder_fingerprint() -> str:
    """The vector space of the default encoder."""
    sha256 = {file.name: file.sha256 for file in CATALOGUE[ENCODER].files}
    return fingerprint(sha256[f"{ENCODER}/model.safetensors"], sha256[f"{ENCODER}/tokenizer.json"])


def quick_encoder(settings: Settings) -> QuickEncoder:
    """The encoder that starts at once; makes its export the first time (15 s)."""
    paths = model_files(ENCODER, settings.models)
    export = exported(
        paths["model.safetensors"].parent,
        settings.models / "all-MiniLM-L6-v2.onnx",
        encoder_fingerprint(),
    )
    return QuickEncoder(export, paths["tokenizer.json"], encoder_fingerprint(), settings.threads)


def bulk_encoder(settings: Settings) -> BulkEncoder:
    """The encoder for many passages."""
    folder = model_files(ENCODER, settings.models)["model.safetensors"].parent
    return BulkEncoder(folder, encoder_fingerprint(), settings.threads)


def cross_encoder(settings: Settings) -> CrossEncoder:
    """The reranker."""
    paths = model_files(RERANKER, settings.models)
    return CrossEncoder(paths["model.onnx"], paths["tokenizer.json"], settings.threads)


def llama_model(settings: Settings) -> LlamaModel:
    """The language model, not loaded yet. Raises ModelError when its file is missing or wrong."""
    path = language_model(settings.model, settings.models)
    name = Path(settings.model).stem if settings.model.endswith(".gguf") else settings.model
    return LlamaModel(
        path,
        name,
        states=settings.models / "states",
        threads=settings.threads,
        tokens=settings.answer_tokens,
    )


# ── ingest ──


def ingest(
    settings: Settings,
    progress: Progress = silent,
    encoder: Encoder | None = None,
    *,
    allow_shrink: bool = False,
) -> IngestReport:
    """Bring the seeds folder into the library and its index: only what changed is read.

    Raises UsageError when more than 30 % of the articles would go, unless `allow_shrink`.
    """

    def encoder_for(expected: int) -> Encoder:
        if encoder:
            return encoder
        many = expected >= settings.bulk_passages
        return bulk_encoder(settings) if many else quick_encoder(settings)

    mark = encoder.fingerprint if encoder else encoder_fingerprint()
    reading = _reading(settings, mark, allow_shrink)
    report = ingesting.ingest(reading, settings.index, encoder_for, mark, progress)
    with Library.open(settings.index) as library:
        vectors.load(library, settings.index)
    return report


def plan(settings: Settings) -> tuple[ingesting.Plan, list[Skipped]]:
    """What an ingest would do, and what it would leave out; nothing is changed."""
    reading = _reading(settings, encoder_fingerprint(), allow_shrink=False)
    skipped: list[Skipped] = []
    found = ingesting.scan(reading, skipped, silent)
    known = {}
    if (settings.index / LIBRARY_FILE).is_file():
        with Library.open(settings.index) as library:
            known = library.files()
    return ingesting.planned(reading, found, known), skipped


def _reading(settings: Settings, mark: str, allow_shrink: bool) -> ingesting.Reading:
    return ingesting.Reading(
        seeds=settings.seeds,
        recipe=f"{READING} {settings.passage_words} {mark}",
        file_bytes=settings.file_bytes,
        passage_words=settings.passage_words,
        commit_passages=settings.commit_passages,
        today=date.today(),
        allow_shrink=allow_shrink,
    )


# ── ask ──


class Engine:
    """Answers questions from the library of `settings`; parts given as arguments replace the
    default ones.

    One engine serves many threads. Models are loaded when they are first needed.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        encoder: Encoder | None = None,
        reranker: Reranker | None = None,
        generator: Generator | None = None,
        say: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.settings = settings
        self._own_encoder = encoder
        self._encoder, self._reranker, self._generator = encoder, reranker, generator
        self._say = say
        self._lock = threading.RLock()
        self._suggesting = threading.Lock()
        self._index: vectors.PassageIndex | None = None

    @property
    def encoder(self) -> Encoder:
        """The encoder for questions."""
        with self._lock:
            self._encoder = self._encoder or quick_encoder(self.settings)
            return self._encoder

    @property
    def reranker(self) -> Reranker:
        """The cross-encoder."""
        with self._lock:
            self._reranker = self._reranker or cross_encoder(self.settings)
            return self._reranker

    @property
    def generator(self) -> Generator:
        """The language model; one for all threads, it would not survive two."""
        with self._lock:
            self._generator = self._generator or llama_model(self.settings)
            return self._generator

    @property
    def has_library(self) -> bool:
        """Whether something was ever ingested."""
        return (self.settings.index / LIBRARY_FILE).is_file()

    def holdings(self) -> Holdings:
        """What the library holds. Raises LibraryError when there is none."""
        with Library.open(self.settings.index) as library:
            return library.holdings()

    def ingest(self, progress: Progress = silent) -> IngestReport:
        """Bring the seeds folder into the library; questions asked from now on use the new state."""
        return ingest(self.settings, progress, self._own_encoder)

    def warm(self) -> None:
        """Load every model, so that no question waits for one; what is missing is told when it is
        needed.
        """
        with suppress(LibraryError, ModelError), Library.open(self.settings.index) as library:
            self._ready(library)
        with suppress(ModelError):
            if isinstance(self.generator, LlamaModel):
                self.generator.load()

    def suggestions(self) -> tuple[str, ...]:
        """Questions that the articles are known to answer, at most four; none without a library."""
        with suppress(LibraryError), Library.open(self.settings.index) as library:
            return tuple(library.suggestions()[0])
        return ()

    def suggest(self, progress: Progress = silent, stop: Stop | None = None) -> tuple[str, ...]:
        """Make the suggested questions that are missing; each takes as long as answering two or three.
        Returns all there are. Nothing is made without a library or a language model, or while another
        call is at it; `stop` gives the model back at once, and the next call goes on. Raises
        IngestRunningError while an ingest is at work.
        """
        stop = stop or threading.Event()
        if len(self.suggestions()) < suggest.WANTED and self._suggesting.acquire(blocking=False):
            try:
                with suppress(LibraryError, ModelError):
                    suggest.suggest(
                        self.settings.index,
                        self.generator,
                        lambda question: self.stream(question, stop=stop),
                        progress,
                        stop,
                        date.today(),
                    )
            finally:
                self._suggesting.release()
        return self.suggestions()

    def answer(self, question: str, **options: object) -> Answer:
        """The complete answer; options as for `stream`."""
        *_, last = self.stream(question, **options)  # type: ignore[arg-type]
        return last

    def stream(
        self,
        question: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        as_of: date | None = None,
        read_dates: bool = True,
        after: Answer | None = None,
        evidence_count: int | None = None,
        write: bool = True,
        stop: Stop | None = None,
    ) -> Iterator[Answer]:
        """The answer as it grows: first with its evidence, then statement by statement; the last
        one is `done`.

        `as_of` is the day the question is asked, against which its words about time are read unless
        `read_dates` is False. `after` is the turn before, for a question that points back to it.
        Without `write` the evidence is all. Raises UsageError for a question that cannot be used
        and LibraryError without a sound library; a language model that is missing or fails ends the
        answer as "failed", with its evidence.
        """
        clock = _Clock()
        question = usable(question, self.settings.question_characters)
        stop = stop or threading.Event()
        with Library.open(self.settings.index) as library:
            passage_index = self._ready(library)
            clock.mark("start")
            asked = self._asked(question, library, filters, as_of, read_dates, after)
            with library.snapshot():
                searched = self._search(asked, library, passage_index, clock)
            found = evidence.choose(
                asked.query.texts[0],
                searched.hits[: self.settings.evidence_passages],
                self.reranker,
                limit=evidence_count or self.settings.evidence,
                per_article=self.settings.article_evidence,
            )
            found = tuple(
                replace(
                    item,
                    also=library.copies(item.article),
                    days=named_days(item.quote, item.article.published),
                )
                for item in found
            )
        clock.mark("evidence")
        clock.total("first_evidence")
        verdict = gate.judge(
            asked.query.texts[-1],
            found,
            searched.hits,
            asked.query.leaning.day,
            asked.query.leaning.weight == search.NOW,
        )
        models = {} if self._own_encoder else {"encoder": ENCODER, "reranker": RERANKER}
        draft = Answer(
            question,
            "answered",
            evidence=found,
            window=asked.window,
            notes=asked.notes,
            timings=clock.seconds,
            models=models,
            standing=asked.standing,
            verdict=verdict,
            explanation=searched,
            as_of=asked.query.leaning.day,
        )
        if not verdict.answerable:
            yield self._ended(draft, clock, "not_found", _why_not(verdict, found))
        elif not write:
            yield self._ended(draft, clock, *_whole(verdict))
        else:
            yield draft.grown(timings=clock.seconds)
            yield from self._written(followup.to_write(question, after), draft, clock, stop)

    def search(
        self,
        question: str,
        *,
        filters: Filters = Filters(),  # noqa: B008 - frozen
        as_of: date | None = None,
        read_dates: bool = True,
        limit: int = 10,
    ) -> tuple[Hit, ...]:
        """The best passages, best first, of at most `limit` different articles; nothing is refused.

        The options are those of `stream`, and so are the errors.
        """
        question = usable(question, self.settings.question_characters)
        with Library.open(self.settings.index) as library:
            passage_index = self._ready(library)
            asked = self._asked(question, library, filters, as_of, read_dates, None)
            with library.snapshot():
                found = self._search(asked, library, passage_index, _Clock())
        known = tuple(dict.fromkeys(hit.passage.article.id for hit in found.hits))[:limit]
        return tuple(hit for hit in found.hits if hit.passage.article.id in known)

    def _written(self, question: str, draft: Answer, clock: _Clock, stop: Stop) -> Iterator[Answer]:
        deadline = statements.Deadline(stop, self.settings.answer_seconds)
        grown = draft
        try:
            grown = grown.grown(models={**draft.models, "language model": self.generator.name})
            for statement in statements.statements(
                question, draft.evidence, self.generator, deadline
            ):
                if not grown.statements:
                    clock.total("first_token")
                grown = grown.grown(
                    statements=(*grown.statements, statement), timings=clock.seconds
                )
                yield grown
            cut = deadline.is_set()
            for differing, statement in disagreement.disagreements(
                question,
                grown.statements,
                draft.evidence,
                lambda group: self._read(question, group, deadline),
            ):
                grown = grown.grown(
                    statements=(*grown.statements, statement),
                    disagreements=(*grown.disagreements, replace(differing, about=draft.question)),
                )
                yield grown
        except statements.Refused:
            if not draft.verdict or not draft.verdict.certain:
                yield self._ended(
                    grown,
                    clock,
                    "not_found",
                    "The nearest passages are shown; they do not answer the question.",
                )
                return
            cut = deadline.is_set()
            grown = grown.grown(notes=(*grown.notes, _QUOTED))
        except ModelError as error:
            yield self._ended(grown, clock, "failed", str(error))
            return
        if stop.is_set():
            yield self._ended(grown, clock, "stopped", "Stopped.")
        elif cut:
            yield self._ended(
                grown,
                clock,
                "stopped",
                f"Writing took longer than {self.settings.answer_seconds:.0f} s.",
            )
        elif not grown.statements:
            yield self._ended(
                grown.grown(statements=(statements.quotation(draft.evidence[0], question),)),
                clock,
                *_whole(draft.verdict),
            )
        else:
            if deadline.passed():
                grown = grown.grown(notes=(*grown.notes, _UNCOMPARED))
            yield self._ended(grown, clock, *_whole(draft.verdict))

    def _read(self, question: str, group: Sequence[Evidence], stop: Stop) -> tuple[Statement, ...]:
        """What one other report says by itself. It speaks of what was asked, so for a name its own
        words may be others than the question's: "Varga beat Brandt" tells who won. Where the time is
        over first, half a sentence says nothing.
        """
        least = 0.0 if asks_for_name(question) else MIN_COVERED
        try:
            found = tuple(statements.statements(question, group, self.generator, stop, least))
        except statements.Refused:
            return ()
        return () if stop.is_set() else found

    def _ended(self, grown: Answer, clock: _Clock, status: Status, note: str = "") -> Answer:
        clock.total("total")
        notes = (*grown.notes, note) if note else grown.notes
        return grown.grown(status=status, notes=notes, timings=clock.seconds, done=True)

    def _ready(self, library: Library) -> vectors.PassageIndex:
        """The index of the library's present generation, beside loaded models. Raises LibraryError
        for a foreign library.
        """
        with self._lock:
            if library.encoder is None:
                raise LibraryError(
                    f"The library is empty. Put articles into {self.settings.seeds} and run:"
                    " python scripts/ingest.py"
                )
            if library.encoder != self.encoder.fingerprint:
                raise LibraryError(
                    f"{library.path} was encoded by another model. Run: python scripts/ingest.py"
                )
            if self._index is None or self._index.generation != library.generation:
                self._index = vectors.load(library, self.settings.index, self._say)
            _ = self.reranker
            return self._index

    def _asked(
        self,
        question: str,
        library: Library,
        filters: Filters,
        as_of: date | None,
        read_dates: bool,
        after: Answer | None,
    ) -> _Asked:
        """What a question asks for: as it stands alone, its time read against the day of asking."""
        day = as_of or date.today()
        standing = followup.standalone(question, after)
        window = dates.window(question, day, library.newest()) if read_dates else None
        notes: tuple[str, ...] = ()
        if filters.since or filters.until:
            undated = library.count_undated()
            notes = (_undated_note(undated),) if undated else ()
            window = Window(filters.since, filters.until)
        searched = dates.published(window, day) if window and window.strict else None
        if searched and not notes and not library.count_dated(searched):
            notes = (
                f"No article is known to be from “{searched.phrase}” ({_span(searched)}), so all were"
                " searched.",
            )
            window = searched = None
        now = read_dates and dates.speaks_of_now(question)
        query = search.Query(
            tuple(
                dict.fromkeys((dates.without(standing, window), dates.without(question, window)))
            ),
            filters,
            searched,
            search.Leaning(day, search.NOW if now else search.ANY_TIME),
        )
        return _Asked(standing, query, window, notes)

    def _search(
        self, asked: _Asked, library: Library, passage_index: vectors.PassageIndex, clock: _Clock
    ) -> Explanation:
        hits, cut = search.search(
            asked.query, library, passage_index, self.encoder, self.settings.leg_hits
        )
        clock.mark("search")
        many, text = self.settings.rerank_hits, asked.query.texts[0]
        read = search.rerank(text, hits[:many], self.reranker)
        clock.mark("rerank")
        words = tuple(search_words(text))
        return Explanation(asked.query.texts, words, (*read, *hits[many:]), tuple(cut))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, read: as it stands alone, what is searched, and what the reader is told."""

    standing: str
    query: search.Query
    window: Window | None
    notes: tuple[str, ...]


class _Clock:
    """Seconds of the stages of one question."""

    def __init__(self) -> None:
        self._began = self._last = time.monotonic()
        self._seconds: dict[str, float] = {}

    @property
    def seconds(self) -> dict[str, float]:
        return dict(self._seconds)

    def mark(self, stage: str) -> None:
        """The time since the last mark."""
        now = time.monotonic()
        self._seconds[stage], self._last = now - self._last, now

    def total(self, moment: str) -> None:
        """The time since the beginning."""
        self._seconds[moment] = time.monotonic() - self._began


def usable(question: str, limit: int) -> str:
    """The question on one line. Raises UsageError when it is empty or too long."""
    sound = question.encode("utf-8", "replace").decode()  # bytes of an argument that are no UTF-8
    plain = " ".join(sound.replace("\0", " ").split())
    if not any(character.isalnum() for character in plain):
        raise UsageError(
            "The question is empty. Ask something, for example: Who will replace Kenneth Genalo?"
        )
    if len(plain) > limit:
        raise UsageError(
            f"The question has {len(plain):,} characters; at most {limit:,} can be read. Shorten it."
        )
    return plain


def _whole(verdict: Verdict | None) -> tuple[Status, str]:
    """The status of an answer that was given, and what it says nothing about."""
    lost = verdict.missing if verdict else ()
    return ("partial" if lost else "answered"), _missing_note(lost)


def _why_not(verdict: Verdict, found: Sequence[Evidence]) -> str:
    """Why the evidence does not answer, as far as that is known; where there is none, nothing speaks
    for itself.
    """
    if not found:
        return ""
    days = [item.article.published for item in found if item.article.published]
    if verdict.signals.get("stale", 0.0) > 0.5 and days:
        return f"The newest of these reports is of {in_words(max(days))}."
    return _missing_note(verdict.missing)


_QUOTED = "The language model found no answer, so the words nearest to the question are quoted."
_UNCOMPARED = "The time was over before all other reports were compared."


def _undated_note(count: int) -> str:
    return (
        "1 article without a date was left out."
        if count == 1
        else f"{count} articles without a date were left out."
    )


def _missing_note(missing: tuple[str, ...]) -> str:
    return f"Nothing in the nearest articles speaks of: {', '.join(missing)}." if missing else ""


def _span(window: Window) -> str:
    if window.since == window.until:
        return f"{window.since}"
    return f"{window.since or '…'} to {window.until or '…'}"
