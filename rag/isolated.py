"""Source file -> its pages or its articles, read by children within limits: a bad file costs itself alone.

    with Readers() as readers:
        pages = readers.pages(file, left_out)

`told` is what a child does; it knows the readers, this process only what they give.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, TypeVar

from rag.children import LIMITS, Children, Limits, Lost
from rag.reading import formats
from rag.reading.newspage import articles as newspage
from rag.settings import usable_cores
from rag.store.passages import passages
from rag.types.articles import Article, Passage
from rag.types.files import Page, Skipped, SourceFile

CHILDREN = 2  # one goes on where the other has a file that takes long; each may take 1 GB
AHEAD = 4  # files that are read before they are needed: 20 MB of text each at most

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Cutting:
    """How pages become passages: `today` bounds dates without a year, `words` are those of a passage."""

    today: date
    words: int


@dataclass(frozen=True, slots=True)
class CutUp:
    """The articles of a file as their passages; `left_out` words of its pages are in none of them."""

    articles: list[list[Passage]]
    left_out: int


class Readers:
    """A few children that read files; a context manager that ends them."""

    def __init__(self, count: int = CHILDREN, limits: Limits = LIMITS) -> None:
        self._count = max(1, min(count, usable_cores()))
        needed = dict.fromkeys(one.partition(":")[0] for one in formats.READERS.values())
        modules = [f"rag.reading.{name}" for name in needed]
        self._children = Children("rag.isolated:told", modules, limits, self._count)

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self._children.close()

    def pages(self, file: SourceFile, left_out: list[Skipped]) -> list[Page] | Skipped:
        """Return the pages of a file, or why it has none; what an archive leaves out in `left_out`."""
        parts = self._parts(file, {}, lambda part: [Page(**page) for page in part["pages"]])
        return formats.whole(file.path, parts, left_out)

    def articles(self, file: SourceFile, how: Cutting, left_out: list[Skipped]) -> CutUp | Skipped:
        """Return the articles of a file, or why it has none; what an archive leaves out in `left_out`."""
        given = {"today": how.today.isoformat(), "words": how.words}
        parts = self._parts(file, given, lambda part: [part])
        read = formats.whole(file.path, parts, left_out)
        if isinstance(read, Skipped):
            return read
        told = [one for part in read for one in part["articles"]]
        if not told:
            return Skipped(file.path, "no article text in it")
        # Positions count through all parts of the file.
        articles = [_passages(one, position) for position, one in enumerate(told)]
        return CutUp(articles, max(0, sum(part["left_out"] for part in read)))

    def ahead(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield what `work` makes of each item, in their order, some of it before it is needed."""
        threads = ThreadPoolExecutor(self._count)
        begun: deque[Future[R]] = deque()
        try:
            for item in items:
                begun.append(threads.submit(work, item))
                if len(begun) > AHEAD:
                    yield begun.popleft().result()
            while begun:
                yield begun.popleft().result()
        finally:
            threads.shutdown(wait=False, cancel_futures=True)

    def _parts(
        self, file: SourceFile, given: Mapping[str, Any], made: Callable[[Any], list[R]]
    ) -> Iterator[list[R] | Skipped]:
        """Yield what a child makes of each part of a file; after a lost part the next ones are read."""
        names, done, left = [file.path], 0, float(formats.ARCHIVE_SECONDS)
        while done < len(names):
            call = {**given, "path": file.path, "begin": done, "seconds": max(0.0, left)}
            took = 0.0
            try:
                for part in self._children.run(call, file.data):
                    if "names" in part:
                        names = part["names"]
                        continue
                    done, took = done + 1, part["took"]
                    skipped = "reason" in part
                    yield Skipped(part["path"], part["reason"]) if skipped else made(part)
                return
            except Lost as reason:
                yield Skipped(names[done], str(reason))
                done, left = done + 1, left - took - self._children.limits.seconds


# ── in the child ──


def told(given: Mapping[str, Any], data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the names of a file's parts, then what is in each: its pages or, if asked for, articles; with
    the seconds of the processor that it took so far.
    """
    file, began = SourceFile(given["path"], data, ""), time.process_time()
    if names := formats.names(file):
        yield {"names": names}
    for part in formats.parts(file, given["begin"], given["seconds"]):
        read = _read(given, part)
        yield {**read, "took": time.process_time() - began}


def _read(given: Mapping[str, Any], part: Sequence[Page] | Skipped) -> dict[str, Any]:
    if isinstance(part, Skipped):
        return asdict(part)
    if "words" in given:
        return _cut(part, date.fromisoformat(given["today"]), given["words"])
    return {"pages": [{**asdict(page), "fields": dict(page.fields)} for page in part]}


def _cut(pages: Sequence[Page], today: date, words: int) -> dict[str, Any]:
    articles = [one for page in pages for one in newspage.articles(page, today)]
    all_words = sum(max(page.words, len(page.text.split())) for page in pages)
    kept = sum(len(f"{one.title} {one.text}".split()) for one in articles)
    return {"articles": [_told(one, words) for one in articles], "left_out": all_words - kept}


def _told(article: Article, words: int) -> dict[str, Any]:
    """An article as JSON, with the places of its passages."""
    published = article.published.isoformat() if article.published else None
    spans = [(one.start, one.end) for one in passages(article, words)]
    return {**asdict(article), "published": published, "spans": spans}


def _passages(article: Mapping[str, Any], position: int) -> list[Passage]:
    """The passages of an article that came as JSON; it is the same value in each of them."""
    known = {name: value for name, value in article.items() if name != "spans"}
    published = date.fromisoformat(known["published"]) if known["published"] else None
    whole = Article(**{**known, "published": published, "position": position})
    return [Passage(whole, start, end) for start, end in article["spans"]]
