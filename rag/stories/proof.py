"""The story of a proof: an answer goes out with its pack, and months later the pack is checked.

    answer -> the files of its articles, models, library -> Pack
    Pack -> the files of today, by the library where it has read them as they are -> what became of each quotation

The folder is what counts: of a file that was changed since the last ingest, the file itself is read. Where there
is no library, or no folder, the other is enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from datetime import date
from pathlib import Path, PurePosixPath

from rag.answering.checks.quotations import nearest
from rag.errors import AlteredError, LibraryError, NoLibraryError, UsageError
from rag.isolated import Cutting, Readers
from rag.job import READING
from rag.models.catalogue import CATALOGUE
from rag.models.files import file_sha256
from rag.reading import folder
from rag.settings import VERSION, Settings
from rag.show import pack as packs
from rag.show.pack import Index, Model, Pack, Quotation, Traced
from rag.store.library import Library
from rag.store.schema import SCHEMA_VERSION
from rag.types.answers import Answer
from rag.types.articles import Article, digest
from rag.types.files import Skipped

ALIKE = 0.5  # how like a stretch must be (difflib over words) for an article to be taken for the quoted one
# Characters before and after the place of a quotation in which the nearest stretch is looked for, and of the
# quotation itself: comparing takes a second or two for so many, and for long ones minutes.
AROUND, COMPARED = 20_000, 2_000
FRESH = 500  # files that the library has not read and that are read for an article; more would take minutes
COPIES = 3  # articles that are named where the words are in others
LANGUAGE_MODEL = "language model"
PLAIN = (".txt", ".text", ".md", ".markdown")  # files whose bytes are their text
BY_PLACE, BY_NAME, BY_ID = 1, 2, 3  # how surely an article is the quoted one
FACTS = {
    "title": "headline",
    "source": "outlet",
    "agency": "agency",
    "author": "author",
    "published": "date",
    "url": "address",
    "correction": "correction",
}
"""Field of an article that a pack keeps -> its name for people."""


# ── an answer goes out ──


def packed(answer: Answer, settings: Settings) -> Pack:
    """Return the pack of an answer; what the library does not know any more is left open."""
    files: dict[tuple[str, int], tuple[str, str]] = {}
    index = None
    with suppress(LibraryError), Library.open(settings.index) as library, library.snapshot():
        for article in (item.article for item in answer.evidence):
            if file := library.file_of(article):
                files[article.path, article.position] = file
        index = Index(
            library.generation, SCHEMA_VERSION, READING, settings.passage_words, library.encoder
        )
    return packs.pack(answer, files, VERSION, models(answer, settings), index)


def models(answer: Answer, settings: Settings) -> dict[str, Model]:
    """Return the models of an answer by their jobs, with the sha256 of their files."""
    made = {job: Model(name, _sums(job, name, settings)) for job, name in answer.models.items()}
    if answer.server and LANGUAGE_MODEL in made:  # whose files are not known, whatever it is called
        made[LANGUAGE_MODEL] = Model(f"{answer.server.name} at {' or '.join(answer.server.urls)}")
    return made


def _sums(job: str, name: str, settings: Settings) -> Mapping[str, str]:
    if name in CATALOGUE:
        return {file.name: file.sha256 for file in CATALOGUE[name].files}
    own = Path(settings.model).expanduser()
    if job == LANGUAGE_MODEL and own.suffix == ".gguf" and own.stem == name:
        with suppress(OSError):
            return {own.name: file_sha256(own, settings.models)}
    return {}


# ── a pack comes back ──


def traced(
    pack: Pack, settings: Settings, say: Callable[[str], None] = lambda _: None
) -> Iterator[Traced]:
    """Yield what became of each quotation, in their order; `say` is told what had to be left aside.

    Raises UsageError or LibraryError where there is neither a folder of articles nor a sound library.
    """
    with _today(settings, say) as today:
        for one in pack.quotations:
            yield _trace(one, today, pack.program)


@contextmanager
def _today(settings: Settings, say: Callable[[str], None]) -> Iterator[_Today]:
    """Open the articles of today: the folder with its library, or the one of them that is there."""
    has_folder, library = settings.seeds.is_dir(), None
    with ExitStack() as opened:
        try:
            library = opened.enter_context(Library.open(settings.index))
        except NoLibraryError:
            if not has_folder:
                raise UsageError(
                    f"Nothing to check against: no folder {settings.seeds}, and no index in"
                    f" {settings.index}. Name them in CLIPPINGS_SEEDS and CLIPPINGS_INDEX."
                ) from None
        except LibraryError as error:
            if not has_folder:
                raise
            say(f"Only the files are read: {error}")
        if not has_folder:
            say(f"No folder {settings.seeds}: the articles are those of the last ingest.")
        yield _Today(library, settings, opened.enter_context(Readers(1)))


class _Today:
    """The articles as they are now, by their files; each file is read once."""

    def __init__(self, library: Library | None, settings: Settings, readers: Readers) -> None:
        self._library, self._settings, self._readers = library, settings, readers
        self._known = library.files() if library else {}
        self._articles: dict[str, tuple[Article, ...]] = {}
        self._sums: dict[str, str | Skipped] = {}
        self._fresh: dict[str, str] | None = None
        self.has_folder = settings.seeds.is_dir()

    def place(self, one: Quotation) -> str:
        """The file of a quotation, also where the pack does not know in which archive file it is."""
        path = PurePosixPath(one.path)
        tried = [one.file] if one.file else [str(part) for part in (path, *path.parents[:-1])]
        return next((part for part in tried if isinstance(self.sum(part), str)), tried[0])

    def sum(self, path: str) -> str | Skipped:
        """The sha256 of a file as it is now, or why it cannot be read."""
        if path not in self._sums:
            self._sums[path] = self._known_sum(path) if not self.has_folder else self._sum(path)
        return self._sums[path]

    def text(self, path: str) -> str:
        """The text of a file whose bytes are one, else nothing."""
        if not self.has_folder or PurePosixPath(path).suffix.lower() not in PLAIN:
            return ""
        file = folder.read(self._settings.seeds, path, self._settings.file_bytes)
        return "" if isinstance(file, Skipped) else file.data.decode("utf-8", "replace")

    def articles(self, path: str) -> tuple[Article, ...]:
        """The articles of a file; none of one that cannot be read."""
        if path not in self._articles:
            self._articles[path] = self._read(path)
        return self._articles[path]

    def elsewhere(self, one: Quotation) -> Iterator[str]:
        """Yield the other files in which its article may be: those the library knows, those it has not read."""
        if self._library:
            yield from (
                path for path, (sha256, _) in self._known.items() if sha256 == one.file_sha256
            )
            yield from self._library.files_with(one.article, one.title, one.url)
        fresh = self.fresh()
        yield from (path for path, sha256 in fresh.items() if sha256 == one.file_sha256)
        yield from list(fresh)[:FRESH]

    def fresh(self) -> Mapping[str, str]:
        """The sha256 of the files of the folder that the library has not read as they are, by times alone."""
        if self._fresh is None:
            now = folder.stamps(self._settings.seeds) if self.has_folder else {}
            seen = self._library.seen() if self._library else {}
            sums = (
                (path, self.sum(path)) for path, stamp in now.items() if seen.get(path) != stamp
            )
            self._fresh = {path: one for path, one in sums if isinstance(one, str)}
        return self._fresh

    def holding(self, words: str, but: str) -> list[str]:
        """The paths of other articles of the library that have these very words."""
        paths = self._library.holding(words, COPIES + 1) if self._library else ()
        return [path for path in paths if path != but][:COPIES]

    def _known_sum(self, path: str) -> str | Skipped:
        known = self._known.get(path)
        return known[0] if known else Skipped(path, "the library does not have it")

    def _sum(self, path: str) -> str | Skipped:
        try:
            file = folder.read(self._settings.seeds, path, self._settings.file_bytes)
            if not isinstance(file, Skipped):
                return file.sha256
            there = file.reason.startswith("its place") or (self._settings.seeds / path).exists()
            return file if there else Skipped(path, "it is not in the folder any more")
        except OSError as error:
            return Skipped(path, f"cannot be read: {error.strerror}")

    def _read(self, path: str) -> tuple[Article, ...]:
        now, known = self.sum(path), self._known.get(path)
        if isinstance(now, Skipped):
            return ()
        if self._library and known and known[0] == now:
            with suppress(AlteredError):
                return self._library.articles_of(path)
        if not self.has_folder:
            return ()
        file = folder.read(self._settings.seeds, path, self._settings.file_bytes)
        how = Cutting(date.today(), self._settings.passage_words)
        read = file if isinstance(file, Skipped) else self._readers.articles(file, how, [])
        if isinstance(read, Skipped):
            self._sums[path] = read
            return ()
        return tuple(spans[0].article for spans in read.articles)


def _trace(one: Quotation, today: _Today, program: str) -> Traced:
    """Look for a quotation where it was, then elsewhere in its file, then for its article in other files."""
    path = today.place(one)
    articles = today.articles(path)
    own = _own(one, articles)
    if held := _held(one, path, own or articles, today):
        return held
    changed = next(filter(None, (_changed(one, article) for article in own)), None)
    if not (own and _kin(one, own[0]) > BY_PLACE):  # else it is there, whatever others say
        for other in dict.fromkeys(today.elsewhere(one)):
            away = _own(one, today.articles(other), BY_NAME) if other != path else []
            for article in away:
                # a copy of then does not hide that the quoted one has changed
                was_there = changed and article.path in one.also
                if not was_there and (moved := _moved(one, article)):
                    return moved
            changed = changed or next(filter(None, (_changed(one, two) for two in away)), None)
    now, copies = today.sum(path), today.holding(one.quote, but=one.path)
    also = [f"The same words are in {', '.join(copies)}."] if copies else []
    if changed:
        as_it_was = _unread(path, program) if now == one.file_sha256 else []
        return replace(changed, notes=(*changed.notes, *as_it_was, *also))
    reason = now.reason if isinstance(now, Skipped) else "its article is not in it any more"
    return Traced(one, "gone", notes=(f"{path}: {reason}.", *also))


def _unread(path: str, program: str) -> list[str]:
    """Say what it means that the file of a changed quotation is the one of then."""
    return [
        f"{path} has the bytes it had: the pack was altered, or Clippings {VERSION} reads the file otherwise"
        f" than {program or 'the version that wrote it'}."
    ]


def _held(one: Quotation, path: str, articles: Sequence[Article], today: _Today) -> Traced | None:
    """Find the words of a quotation in its file, at their place or elsewhere; None where they are not."""
    for article in articles:
        there = article.text[one.start : one.end]
        if _place(article) == (one.path, one.position) and there == one.quote:
            return Traced(one, "same", notes=_notes(one, article, today.sum(path)))
    for article in articles:
        if moved := _moved(one, article):
            return moved
    if len(today.articles(path)) <= 1 and _found(one, today.text(path)):
        return Traced(one, "moved", notes=(f"In {path}, outside the article as it is read now.",))
    return None


def _own(one: Quotation, articles: Sequence[Article], least: int = 1) -> list[Article]:
    """Return the articles that are the quoted one, at `least` so surely; the surest first, then the nearest."""
    own = [article for article in articles if _kin(one, article) >= least]
    return sorted(own, key=lambda two: (-_kin(one, two), abs(two.position - one.position)))


def _kin(one: Quotation, article: Article) -> int:
    """How surely an article is the quoted one: 3 by its id or text, 2 by headline and outlet or by its
    address, 1 by its place alone, 0 not at all.
    """
    if article.id == one.article or _is_text_of(one, article):
        return BY_ID
    has_headline = one.title and one.title != _name(one.path)
    named = has_headline and (article.title, article.source) == (one.title, one.source)
    if named or (one.url and article.url == one.url):
        return BY_NAME
    return BY_PLACE if _place(article) == (one.path, one.position) else 0


def _is_text_of(one: Quotation, article: Article) -> bool:
    """Return whether it is the same text of the same outlet: without a headline it is called like its file."""
    return article.source == one.source and digest(article.text) == one.text_sha256


def _name(path: str) -> str:
    """What an article without a headline is called."""
    return " ".join(PurePosixPath(path).stem.replace("_", " ").split())


def _place(article: Article) -> tuple[str, int]:
    return article.path, article.position


def _moved(one: Quotation, article: Article) -> Traced | None:
    """The quotation where its words are elsewhere in an article, else None."""
    found = _found(one, article.text)
    if not found:
        return None
    start, end = found
    where = f"{article.path}, article {article.position + 1}, characters {start:,} to {end:,}"
    spaces = " with other spaces or line ends" if article.text[start:end] != one.quote else ""
    return Traced(one, "moved", notes=(f"Now in {where}{spaces}.", *_notes(one, article)))


def _changed(one: Quotation, article: Article) -> Traced | None:
    """The quotation with what is there in its place; None where the article is another one."""
    start = min(one.start, len(article.text))
    first, last = max(0, start - AROUND), start + len(one.quote) + AROUND
    text = article.text[first:last]
    ratio, there = nearest(one.quote[:COMPARED], text)
    if ratio < ALIKE and _kin(one, article) <= BY_PLACE:
        return None
    return Traced(one, "changed", _whole(one, text, there, first), _notes(one, article))


def _found(one: Quotation, text: str) -> tuple[int, int] | None:
    """Where a text has the words of a quotation, nearest to where they were; spaces may be others."""
    begin, end = r"(?<!\w)" * one.quote[:1].isalnum(), r"(?!\w)" * one.quote[-1:].isalnum()
    for words in (re.escape(one.quote), r"\s+".join(map(re.escape, one.quote.split()))):
        places = [found.span() for found in re.finditer(f"{begin}{words}{end}", text)]
        if places:
            return min(places, key=lambda place: abs(place[0] - one.start))
    return None


def _whole(one: Quotation, text: str, there: str, first: int) -> str:
    """A stretch with as many marks before and after it as the quotation has; `first` is where `text` begins."""
    if not there:
        return ""
    places = [found.start() for found in re.finditer(re.escape(there), text)]
    start = min(places, key=lambda place: abs(place + first - one.start))
    before = re.match(r"\W*", one.quote)
    after = re.search(r"\W*$", one.quote)
    lead, trail = (len(part[0]) if part else 0 for part in (before, after))
    return text[max(0, start - lead) : start + len(there) + trail]


def _notes(one: Quotation, article: Article, now: str | Skipped | None = None) -> tuple[str, ...]:
    """What is known of an article that is not what was known; `now` is the sha256 of its file."""
    told = []
    for name, word in FACTS.items():
        then, value = getattr(one, name), getattr(article, name)
        value = value.isoformat() if isinstance(value, date) else value
        if then != value:
            told.append(f"Its {word} was “{then or 'unknown'}”, is “{value or 'unknown'}”.")
    if not told and now and one.file_sha256 and now != one.file_sha256:
        told.append("Its file was changed, but not these words.")
    return tuple(told)
