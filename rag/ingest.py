"""Seeds -> library: find what changed, read it, encode what is new, commit whole files in batches.

    plan by path and sha256 -> read -> articles -> passages -> vectors -> one transaction a batch

A run after a kill goes on where the killed one was. New articles are committed before old ones are
deleted.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from rag.errors import LibraryError, UsageError
from rag.parts import bulk_encoder, encoder_fingerprint, quick_encoder
from rag.protocols import Encoder, Progress, silent
from rag.reading import folder as files
from rag.reading import formats
from rag.reading.newspage import articles as newspage
from rag.settings import Settings, command
from rag.store import vectors
from rag.store.library import FILE, Library
from rag.store.passages import passages
from rag.store.writer import Writer, writing
from rag.types import IngestReport, Passage, Skipped

# raise it when reading, cleaning or cutting changes: the next ingest then reads every file again
READING = 1
MOST_LOST = 0.3  # share of articles that may disappear without --allow-shrink
FEW = 10  # articles that may always go
CHARACTERS_A_WORD = 6  # English news with its spaces: only for estimating


@dataclass(frozen=True, slots=True)
class Job:
    """What to ingest and how; files read by another `recipe` are read again."""

    seeds: Path
    recipe: str
    file_bytes: int
    passage_words: int
    commit_passages: int
    today: date
    allow_shrink: bool = False  # whether a large part of the library may go at once


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ingest has to do, by path."""

    known: Mapping[str, tuple[str, str]]  # sha256 and recipe of the files in the library
    found: Mapping[str, str]  # sha256 of the files in the folder
    fresh: tuple[str, ...]  # to be read: new, changed, or read in another way before
    gone: tuple[str, ...]  # in the library, not in the folder any more
    moved: frozenset[str]  # digests of files that have only got another name

    @property
    def unchanged(self) -> set[str]:
        """Paths with nothing to do."""
        return self.found.keys() - set(self.fresh)

    def __str__(self) -> str:
        kinds = ["changed" if path in self.known else "new" for path in self.fresh]
        lines = [f"{kind}: {path}" for kind, path in zip(kinds, self.fresh, strict=True)]
        lines += [f"gone: {path}" for path in self.gone]
        return "\n".join([*lines, f"{len(self.unchanged)} files unchanged"])


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A file that was read: its articles as their passages."""

    path: str
    sha256: str
    articles: list[list[Passage]]
    left_out: int = 0  # words of its pages that are in no article

    @property
    def passages(self) -> list[Passage]:
        """The passages of all its articles."""
        return [passage for article in self.articles for passage in article]


@dataclass(slots=True)
class Tally:
    """Counts of articles, kept while they are committed."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    renamed: int = 0
    left_out: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def replaced(self, old: Iterable[str], new: Iterable[str]) -> None:
        """Count the articles of a file that was there before, by their ids."""
        before, after = set(old), set(new)
        changed = min(len(after - before), len(before - after))
        self.unchanged += len(before & after)
        self.changed += changed
        self.new += len(after - before) - changed
        self.removed += len(before - after) - changed


def ingest(
    settings: Settings,
    progress: Progress = silent,
    encoder: Encoder | None = None,
    *,
    allow_shrink: bool = False,
) -> IngestReport:
    """Bring the seeds folder into the library and its index; read only what changed.

    Raises UsageError when more than 30 % of the articles would go, unless `allow_shrink`.
    """

    def encoder_for(expected: int) -> Encoder:
        if encoder:
            return encoder
        many = expected >= settings.bulk_passages
        return bulk_encoder(settings) if many else quick_encoder(settings)

    mark = encoder.fingerprint if encoder else encoder_fingerprint()
    job = _job(settings, mark, allow_shrink)
    report = bring(job, settings.index, encoder_for, mark, progress)
    with Library.open(settings.index) as library:
        vectors.load(library, settings.index)
    return report


def plan(settings: Settings) -> tuple[Plan, list[Skipped]]:
    """Return what an ingest would do and what it would leave out; change nothing."""
    job = _job(settings, encoder_fingerprint(), allow_shrink=False)
    skipped: list[Skipped] = []
    found = scan(job, skipped, silent)
    known = {}
    if (settings.index / FILE).is_file():
        with Library.open(settings.index) as library:
            known = library.files()
    return planned(job, found, known), skipped


def _job(settings: Settings, mark: str, allow_shrink: bool) -> Job:
    return Job(
        seeds=settings.seeds,
        recipe=f"{READING} {settings.passage_words} {mark}",
        file_bytes=settings.file_bytes,
        passage_words=settings.passage_words,
        commit_passages=settings.commit_passages,
        today=date.today(),
        allow_shrink=allow_shrink,
    )


def bring(
    job: Job,
    folder: Path,
    encoder_for: Callable[[int], Encoder],
    fingerprint: str,
    progress: Progress,
) -> IngestReport:
    """Bring `job.seeds` into the library in `folder`.

    `encoder_for` gives an encoder fit for about so many passages, when some have to be encoded.
    Raises UsageError for unreadable seeds, IngestRunningError, LibraryError when no article is
    left.
    """
    started = time.monotonic()
    tally = Tally()
    found = scan(job, tally.skipped, progress)
    with writing(folder) as library:
        plan = planned(job, found, library.files())
        _guard(job, plan, library)
        tally.unchanged = sum(len(library.article_ids(path)) for path in plan.unchanged)
        tally.skipped += _inside(plan.unchanged, library.skipped())
        size = sum(_size(job.seeds / path) for path in plan.fresh)
        expected = size // (CHARACTERS_A_WORD * job.passage_words)
        encode = _Encoding(encoder_for, fingerprint, expected, progress)
        for batch in _batches(_read(job, plan.fresh, tally.skipped), job.commit_passages):
            _commit(library, job, batch, encode, plan, tally)
        _finish(library, plan, tally)
        library.put_ingested(datetime.now())
        report = IngestReport(
            new=tally.new,
            changed=tally.changed,
            unchanged=tally.unchanged,
            removed=tally.removed,
            renamed=tally.renamed,
            encoded=encode.done,
            left_out=tally.left_out,
            articles=library.count_articles(),
            generation=library.generation,
            skipped=tuple(sorted(tally.skipped, key=lambda item: item.path)),
            seconds=time.monotonic() - started,
        )
    if not report.articles:
        raise LibraryError(_nothing(job.seeds, report.skipped))
    return report


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # gone in the meantime; reading it will say so
        return 0


def scan(job: Job, skipped: list[Skipped], progress: Progress) -> dict[str, str]:
    """Return the sha256 of each readable file by path; the others go into `skipped`."""
    found: dict[str, str] = {}
    for count, entry in enumerate(files.walk(job.seeds), start=1):
        file = files.read(job.seeds, entry, job.file_bytes) if isinstance(entry, str) else entry
        if isinstance(file, Skipped):
            skipped.append(file)
        else:
            found[file.path] = file.sha256
        progress("looking", count, 0)
    return found


def planned(job: Job, found: Mapping[str, str], known: Mapping[str, tuple[str, str]]) -> Plan:
    """Compare the folder with the library."""
    fresh = [path for path in found if known.get(path) != (found[path], job.recipe)]
    gone = [path for path in known if path not in found]
    added = {found[path] for path in fresh if path not in known}
    moved = frozenset(known[path][0] for path in gone) & added
    return Plan(known, found, tuple(fresh), tuple(gone), moved)


def _guard(job: Job, plan: Plan, library: Library) -> None:
    """Stop before a large part of the library goes at once: an unmounted disk looks like this."""
    lost = [path for path in plan.gone if plan.known[path][0] not in plan.moved]
    articles = sum(len(library.article_ids(path)) for path in lost)
    all_of_them = library.count_articles()
    if not job.allow_shrink and articles >= FEW and articles > MOST_LOST * all_of_them:
        raise UsageError(
            f"{articles:,} of {all_of_them:,} articles would be forgotten, because their files are not in"
            f" {job.seeds} any more. Is the disk mounted? If they are to go, run:"
            f" {command('ingest')} --allow-shrink"
        )


def _read(job: Job, paths: Iterable[str], skipped: list[Skipped]) -> Iterator[ReadFile]:
    for path in paths:
        try:
            file = _read_file(job, path, skipped)
        except Exception as error:  # one bad file does not end the run of thousands
            reason = f"its reader failed ({type(error).__name__}: {error}); please report this"
            file = Skipped(path, reason)
        if isinstance(file, Skipped):
            skipped.append(file)
        else:
            yield file


def _read_file(job: Job, path: str, skipped: list[Skipped]) -> ReadFile | Skipped:
    file = files.read(job.seeds, path, job.file_bytes)
    pages = file if isinstance(file, Skipped) else formats.read_pages(file, skipped)
    if isinstance(file, Skipped) or isinstance(pages, Skipped):
        return pages  # type: ignore[return-value]
    articles = [one for page in pages for one in newspage.articles(page, job.today)]
    if not articles:
        return Skipped(path, "no article text in it")
    # Positions count through all pages of the file.
    articles = [replace(one, position=position) for position, one in enumerate(articles)]
    spans = [passages(one, job.passage_words) for one in articles]
    words = sum(max(page.words, len(page.text.split())) for page in pages)
    kept = sum(len(f"{one.title} {one.text}".split()) for one in articles)
    return ReadFile(path, file.sha256, spans, max(0, words - kept))


def _inside(archives: Set[str], skipped: Iterable[Skipped]) -> list[Skipped]:
    """Return what was skipped inside unchanged archives: clips.zip/photo.jpg."""
    parents = (({*map(str, PurePosixPath(item.path).parents)}, item) for item in skipped)
    return [item for above, item in parents if above & archives]


def _batches(read: Iterable[ReadFile], size: int) -> Iterator[list[ReadFile]]:
    batch: list[ReadFile] = []
    for file in read:
        batch.append(file)
        if sum(len(item.passages) for item in batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


class _Encoding:
    """Encode batch after batch with one encoder, made when needed, and report the progress."""

    def __init__(
        self,
        encoder_for: Callable[[int], Encoder],
        fingerprint: str,
        expected: int,
        progress: Progress,
    ) -> None:
        self._encoder_for, self._expected, self._progress = encoder_for, expected, progress
        self.fingerprint = fingerprint
        self._encoder: Encoder | None = None
        self.done = 0

    def into(self, library: Writer, texts: list[str]) -> Callable[[], None]:
        """Encode the texts without a vector; return the writing, for the caller's transaction."""
        todo = library.without_vector(texts, self.fingerprint)
        if not todo:
            return lambda: None
        self._encoder = self._encoder or self._encoder_for(self._expected)
        before = self.done
        vectors = self._encoder.encode(todo, self._tell)
        self.done = before + len(todo)
        return lambda: library.put_vectors(todo, vectors, self.fingerprint)

    def _tell(self, stage: str, done: int, total: int) -> None:
        self._progress(stage, self.done + done, max(self._expected, self.done + total))


def _commit(
    library: Writer,
    job: Job,
    batch: list[ReadFile],
    encode: _Encoding,
    plan: Plan,
    tally: Tally,
) -> None:
    put_vectors = encode.into(
        library, [passage.encoded_text for file in batch for passage in file.passages]
    )
    with library.transaction():
        put_vectors()
        for file in batch:
            tally.left_out += file.left_out
            ids = [spans[0].article.id for spans in file.articles]
            if file.path in plan.known:
                tally.replaced(library.article_ids(file.path), ids)
            elif file.sha256 in plan.moved:
                tally.renamed += len(ids)
            else:
                tally.new += len(ids)
            library.put_file(file.path, file.sha256, job.recipe, file.articles)


def _finish(library: Writer, plan: Plan, tally: Tally) -> None:
    """Remove what is gone, find the copies, store what was skipped; do nothing if nothing changed."""
    unread = plan.known.keys() & {item.path for item in tally.skipped}
    gone = sorted(unread | set(plan.gone))
    skipped = tuple(sorted(tally.skipped, key=lambda item: item.path))
    moved_on = gone or tally.new or tally.changed or tally.removed or tally.renamed
    if not moved_on and library.skipped() == skipped:
        return
    with library.transaction():
        for path in gone:
            followed = plan.known[path][0] in plan.moved
            tally.removed += 0 if followed else len(library.article_ids(path))
            library.remove_file(path)
        if moved_on:
            library.put_reports()
        library.put_skipped(skipped)
        library.sweep()


def _nothing(seeds: Path, skipped: tuple[Skipped, ...]) -> str:
    reasons = "; ".join(
        f"{item.path}: {item.reason}" for item in skipped if item.reason != "hidden"
    )
    left_out = f" Left out: {reasons}." if reasons else ""
    return f"No articles in {seeds}.{left_out} Put text, web or PDF files there and run: {command('ingest')}"
