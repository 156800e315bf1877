"""Seeds -> library: find what changed, read it, encode what is new, publish all of it at once.

    plan by path and sha256 -> read -> articles -> passages -> vectors -> staged, batch by batch
    staged -> articles, copies, full text: one transaction, one generation

Readers see the library as it was before or as it is afterwards. A run after a kill goes on where the
killed one was.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from rag.cluster.address import Address
from rag.cluster.push import push
from rag.errors import LibraryError, NoLibraryError, UsageError
from rag.isolated import Readers
from rag.job import Elsewhere, Job, Prepared, read, recipe
from rag.parts import encoder_fingerprint, passage_encoder
from rag.protocols import Encoder, Progress, silent
from rag.reading import folder as files
from rag.settings import Settings, command
from rag.store import postings, vectors
from rag.store.library import Library
from rag.store.staged import Staged
from rag.store.writer import Writer, writing
from rag.types.files import IngestReport, Skipped, Stamp

MOST_LOST = 0.3  # share of articles that may disappear without --allow-shrink
MANY_BYTES = 200_000_000  # of a folder: reading all of it takes a second
SETTLED = 2.0  # seconds: some disks note the time of a change no finer
FEW = 10  # articles that may always go
CHARACTERS_A_WORD = 6  # English news with its spaces: only for estimating


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ingest has to do, by path."""

    known: Mapping[str, tuple[str, str]]  # sha256 and recipe of the files in the library
    found: Mapping[str, str]  # sha256 of the files in the folder
    fresh: tuple[str, ...]  # to be read: new, changed, or read in another way before
    gone: tuple[str, ...]  # in the library, not in the folder any more
    moved: frozenset[str]  # digests of files that have only got another name
    anew: bool = False  # whether what is in the library was altered, and is all replaced

    @property
    def unchanged(self) -> set[str]:
        """Paths with nothing to do."""
        return self.found.keys() - set(self.fresh)

    def __str__(self) -> str:
        kinds = ["changed" if path in self.known else "new" for path in self.fresh]
        lines = [f"{kind}: {path}" for kind, path in zip(kinds, self.fresh, strict=True)]
        lines += [f"gone: {path}" for path in self.gone]
        return "\n".join([*lines, f"{len(self.unchanged)} files unchanged"])


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

    @property
    def left_aside(self) -> tuple[Skipped, ...]:
        """What was skipped, by path."""
        return tuple(sorted(self.skipped, key=lambda item: item.path))

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
    check: bool = False,
    readers: Callable[[], Readers] = Readers,
    elsewhere: Elsewhere | None = None,
) -> IngestReport:
    """Bring the seeds folder into the library and its index; read only what changed, by `readers`, or
    read and encode it `elsewhere`.

    Where an engine elsewhere searches, the library is copied there. With `check` all of a large library
    is looked at for damage, too. Raises UsageError when more than 30 % of the articles would go, unless
    `allow_shrink`, and for an engine on another computer unless articles may leave this one.
    """
    if settings.engine:  # refused before anything is read
        Address.read(settings.engine).here(settings.leaves)

    def encoder_for(expected: int) -> Encoder:
        return encoder or passage_encoder(settings, expected)

    mark = encoder.fingerprint if encoder else encoder_fingerprint()
    job = replace(_job(settings, mark, allow_shrink), check=check)
    report = bring(job, settings.index, encoder_for, mark, progress, readers, elsewhere)
    with Library.open(settings.index) as library:
        if settings.engine:
            leaves = settings.leaves
            number = push(library, settings.engine, progress, replacing=allow_shrink, leaves=leaves)
            return replace(report, generation=number)
        vectors.refresh(library, settings.index)
        postings.refresh(library, settings.index)
    return report


def plan(settings: Settings) -> tuple[Plan, list[Skipped]]:
    """Return what an ingest would do and what it would leave out; change nothing."""
    job = _job(settings, encoder_fingerprint(), allow_shrink=False)
    skipped: list[Skipped] = []
    known, settled = {}, {}
    with suppress(NoLibraryError), Library.open(settings.index) as library:
        known, settled = library.files(), _settled(job, library, files.stamps(job.seeds))
    return planned(job, scan(job, skipped, silent, settled), known), skipped


def _job(settings: Settings, mark: str, allow_shrink: bool) -> Job:
    return Job(
        seeds=settings.seeds,
        recipe=recipe(settings.passage_words, mark),
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
    readers: Callable[[], Readers] = Readers,
    elsewhere: Elsewhere | None = None,
) -> IngestReport:
    """Bring `job.seeds` into the library in `folder`.

    `encoder_for` gives an encoder fit for about so many passages, when some have to be encoded.
    Raises UsageError for unreadable seeds, IngestRunningError, LibraryError when no article is
    left.
    """
    started = time.monotonic()
    tally = Tally()
    began, seen = datetime.now(), files.stamps(job.seeds)
    with readers() as children, writing(folder) as library:
        found = scan(job, tally.skipped, progress, _settled(job, library, seen))
        altered = library.is_altered(job.check)
        plan = planned(job, found, library.files(), anew=altered)
        _guard(job, plan, library)
        if altered:
            library.drop_damaged_vectors()
        others = plan.known.keys() - plan.unchanged
        tally.unchanged = library.count_articles() - sum(
            len(library.article_ids(path)) for path in others
        )
        tally.skipped += _inside(plan.unchanged, library.skipped())
        there = library.resume(job.recipe, found)
        todo = [path for path in plan.fresh if path not in there]
        size = sum(_size(job.seeds / path) for path in todo)
        expected = size // (CHARACTERS_A_WORD * job.passage_words)
        encode = _Encoding(encoder_for, fingerprint, expected, progress)
        if elsewhere and todo:
            encode.tell()
            with closing(elsewhere(job, todo)) as done:
                for prepared in done:
                    tally.skipped += prepared.skipped
                    _keep(library, prepared.files, encode.given(library, prepared))
        else:
            for batch in _batches(_read(job, todo, children, tally.skipped), job.commit_passages):
                texts = [text for file in batch for text in file.texts]
                _keep(library, batch, encode.into(library, texts))
        _publish(library, plan, fingerprint, tally, (began, seen), progress)
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
            skipped=tally.left_aside,
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


def scan(
    job: Job, skipped: list[Skipped], progress: Progress, known: Mapping[str, str]
) -> dict[str, str]:
    """Return the sha256 of each readable file by path, that of some is `known`; the others go into
    `skipped`.
    """
    found: dict[str, str] = {}
    for count, entry in enumerate(files.walk(job.seeds), start=1):
        if isinstance(entry, str) and entry in known:
            found[entry] = known[entry]
            continue
        file = files.read(job.seeds, entry, job.file_bytes) if isinstance(entry, str) else entry
        if isinstance(file, Skipped):
            skipped.append(file)
        else:
            found[file.path] = file.sha256
        progress("looking", count, 0)
    return found


def _settled(job: Job, library: Library, now: Mapping[str, Stamp]) -> dict[str, str]:
    """Return the sha256 of the files in a large folder that are not read again: their size and the moment
    of their last change are those that the last ingest noted, and that was some time after the change.
    """
    if job.check or sum(stamp.size for stamp in now.values()) < MANY_BYTES:
        return {}
    try:
        looked = datetime.fromisoformat(library.meta("ingested") or "").timestamp()
    except (ValueError, TypeError):  # never, or a note that is damaged
        return {}
    before = (looked - SETTLED) * 1e9
    then, known = library.seen(), library.files()
    return {
        path: known[path][0]
        for path, stamp in now.items()
        if path in known and then.get(path) == stamp and stamp.modified < before
    }


def planned(
    job: Job, found: Mapping[str, str], known: Mapping[str, tuple[str, str]], anew: bool = False
) -> Plan:
    """Compare the folder with the library; `anew`, every file is to be read, and replaces all there is."""
    fresh = [path for path in found if anew or known.get(path) != (found[path], job.recipe)]
    gone = [path for path in known if path not in found]
    added = {found[path] for path in fresh if path not in known}
    moved = frozenset(known[path][0] for path in gone) & added
    return Plan(known, found, tuple(fresh), tuple(gone), moved, anew)


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


def _read(
    job: Job, paths: Iterable[str], readers: Readers, skipped: list[Skipped]
) -> Iterator[Staged]:
    for file, left_out in readers.ahead(lambda path: _read_file(job, path, readers), paths):
        skipped += left_out
        if file:
            yield file


def _read_file(job: Job, path: str, readers: Readers) -> tuple[Staged | None, list[Skipped]]:
    file = files.read(job.seeds, path, job.file_bytes)
    return (None, [file]) if isinstance(file, Skipped) else read(job, file, readers)


def _inside(archives: Set[str], skipped: Iterable[Skipped]) -> list[Skipped]:
    """Return what was skipped inside unchanged archives: clips.zip/photo.jpg."""
    parents = (({*map(str, PurePosixPath(item.path).parents)}, item) for item in skipped)
    return [item for above, item in parents if above & archives]


def _batches(read: Iterable[Staged], size: int) -> Iterator[list[Staged]]:
    batch: list[Staged] = []
    for file in read:
        batch.append(file)
        if sum(len(item.texts) for item in batch) >= size:
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
        vectors = self._encoder.encode(todo, self.tell)
        self.done = before + len(todo)
        return lambda: library.put_vectors(todo, vectors, self.fingerprint)

    def given(self, library: Writer, prepared: Prepared) -> Callable[[], None]:
        """Take the vectors that the library has not from what was encoded elsewhere; return the writing."""
        texts = [text for file in prepared.files for text in file.texts]
        rows = {text: row for row, text in enumerate(texts)}
        todo = library.without_vector(texts, self.fingerprint)
        vectors = prepared.vectors[[rows[text] for text in todo]]
        self.done += len(todo)
        self.tell()
        return lambda: library.put_vectors(todo, vectors, self.fingerprint)

    def tell(self, stage: str = "encoding", done: int = 0, total: int = 0) -> None:
        """Report `done` of `total` texts of the batch at work, after those of all before it."""
        self._progress(stage, self.done + done, max(self._expected, self.done + total))


def _keep(library: Writer, files: Iterable[Staged], put_vectors: Callable[[], None]) -> None:
    """Keep files that were read and encoded; no reader sees them yet."""
    with library.noting():
        put_vectors()
        library.stage(files)


def _publish(
    library: Writer,
    plan: Plan,
    encoder: str,
    tally: Tally,
    looked: tuple[datetime, Mapping[str, Stamp]],
    progress: Progress,
) -> None:
    """Bring what is staged in sight, remove what is gone, find the copies: one new generation.

    If nothing changed there is none, and only the moment is noted.
    """
    unread = plan.known.keys() & {item.path for item in tally.skipped}
    gone = sorted(unread | set(plan.gone))
    changed = gone or plan.anew or not library.is_finished
    if not changed and library.skipped() == tally.left_aside:
        with library.noting():
            library.put_ingested(*looked)
        return
    with library.transaction():
        before = {path: library.article_ids(path) for path in plan.known.keys() - plan.unchanged}
        if plan.anew:
            library.clear()
        for done, path in enumerate(plan.fresh, start=1):
            if file := library.staged_file(path):
                _put(library, plan, file, before, tally)
            progress("storing", done, len(plan.fresh))
        for path in gone:
            followed = plan.known[path][0] in plan.moved
            tally.removed += 0 if followed else len(before[path])
            library.remove_file(path)
        lost = bool(gone or before or plan.anew or encoder != library.encoder)
        if changed and library.is_large and not lost:
            library.add_reports()
        elif changed:
            library.put_reports()
        library.put_encoder(encoder)
        library.put_skipped(tally.left_aside)
        library.unstage()
        if lost or not library.is_large:
            library.sweep()
        library.put_ingested(*looked)


def _put(
    library: Writer, plan: Plan, file: Staged, before: Mapping[str, list[str]], tally: Tally
) -> None:
    """Put the articles of a file in the place of those it had before, and count them."""
    tally.left_out += file.left_out
    tally.skipped += file.skipped
    ids = [spans[0].article.id for spans in file.articles]
    if file.path in plan.known:
        tally.replaced(before[file.path], ids)
    elif file.sha256 in plan.moved:
        tally.renamed += len(ids)
    else:
        tally.new += len(ids)
    library.put_file(file.path, file.sha256, file.recipe, file.articles)


def _nothing(seeds: Path, skipped: tuple[Skipped, ...]) -> str:
    reasons = "; ".join(
        f"{item.path}: {item.reason}" for item in skipped if item.reason != "hidden"
    )
    left_out = f" Left out: {reasons}." if reasons else ""
    return f"No articles in {seeds}.{left_out} Put text, web or PDF files there and run: {command('ingest')}"
