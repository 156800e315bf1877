"""What the parts of the page do with the engine and the files: what they show, in words or markup."""

from __future__ import annotations

import base64
import os
import time
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any

from rag.archive.asked import Asked
from rag.engine import Engine
from rag.errors import ClippingsError, LibraryError
from rag.filters import FILTERS, chosen
from rag.protocols import Progress
from rag.reading import folder
from rag.retrieval.find import Wish
from rag.show import timeline
from rag.show.csv import COLUMNS, csv_text, listed_rows
from rag.show.files import FILES, file_name
from rag.show.html import NOTHING
from rag.show.markdown import markdown
from rag.show.outcomes import REPORTS
from rag.show.view import Span
from rag.stories.batch import Batch
from rag.types.answers import Outcome
from rag.types.articles import Article
from rag.types.files import SourceFile
from rag.types.hits import Found, Listed
from rag.types.questions import Turn
from rag.web import links, uploads
from rag.web.html import answer, archive, article, counts
from rag.web.html.found import TABLE
from rag.web.walls.dropped import discard


def holdings(engine: Engine) -> tuple[str, str, list[str]]:
    """What there is to ask: as one line, in detail, and the outlets to choose from."""
    try:
        found = engine.holdings()
    except LibraryError as error:
        return archive.NO_DATELINE, archive.no_archive(str(error)), []
    line = archive.dateline(found, engine.models.server, engine.shelf)
    return line, archive.archive(found), list(found.outlets)


def index_folder(engine: Engine, progress: Progress) -> str:
    """Bring the folder into the library and say what was done."""
    try:
        return answer.report(engine.ingest(progress))
    except ClippingsError as error:
        return answer.problem(str(error))


def add_files(engine: Engine, paths: list[str], progress: Progress) -> str:
    """Copy files into the folder, index it, and say what became of each."""
    given = [(Path(path), Path(path).name) for path in paths]
    try:
        added, refused = uploads.add(given, engine.settings.seeds, engine.settings.file_bytes)
    finally:
        discard([path for path, _ in given], Path(os.environ.get("GRADIO_TEMP_DIR", os.devnull)))
    if not added:
        return answer.refused(refused)
    return answer.added(added) + index_folder(engine, progress) + answer.refused(refused)


def without(turn: Turn, what: str) -> Turn:
    """The same question with one restriction less."""
    if what == "window":
        return replace(turn, read_dates=False, answer=None)
    if what == "before":
        return replace(turn, before=None, answer=None)
    lifted: dict[str, Any] = {row.name: None for row in FILTERS if row.name == what}
    return replace(turn, filters=replace(turn.filters, **lifted), answer=None)


def parcel(engine: Engine, turn: Turn | None, kind: str) -> dict[str, Any]:
    """The answer as a file for the browser to save."""
    if not (turn and turn.answer and kind in FILES):
        return {}
    text = FILES[kind](turn.answer, engine.pack(turn.answer))
    return _saved(file_name(turn.question, kind), text.encode("utf-8", "replace"))


def original(engine: Engine, number: str) -> dict[str, Any]:
    """Return the file of the article with this id, or the archive file that holds it."""
    found = _article(engine, number)
    if not found:
        return {}
    settings, path = engine.settings, PurePosixPath(found[0].path)
    for place in (path, *path.parents):  # the library's word is no proof: `folder.read` looks
        file = folder.read(settings.seeds, str(place), settings.file_bytes)
        if isinstance(file, SourceFile):
            return _saved(place.name, file.data)
    return {}


def whole(
    engine: Engine,
    number: str,
    found: Found | None,
    as_of: date | None = None,
    at: Span | None = None,
) -> str:
    """The article with this id, with its copies and the reports near it; one of a list as it is there.

    The words `at` a place are marked.
    """
    opened = _article(engine, number, as_of)
    if not opened:
        return article.CLOSED
    one, also = opened
    return article.whole(one, also, near(engine, one, as_of), found, at)


def row_opened(engine: Engine, one: Outcome) -> str:
    """The article that a row of many questions quotes, at its words."""
    as_of = chosen(one.narrowed).as_of
    return whole(engine, one.article, None, as_of, (one.start, one.end) if one.end else None)


def near(engine: Engine, one: Article, as_of: date | None = None) -> tuple[Listed, ...]:
    """The reports of others that tell the same story; none where these cannot be looked for."""
    try:
        return engine.near(one, as_of=as_of)
    except ClippingsError:
        return ()


def _article(
    engine: Engine, number: str, as_of: date | None = None
) -> tuple[Article, tuple[Article, ...]] | None:
    try:
        return engine.article(number, as_of)
    except LibraryError:
        return None


def table(engine: Engine, there: str) -> dict[str, Any]:
    """The list of an address as a table for a spreadsheet; nothing where it cannot be made."""
    try:
        wish = links.wish_of(there)
        if links.is_timeline(there):
            return _timeline_table(engine, wish)
        found = engine.find(wish.text, wish.filters, wish.sort, TABLE)
    except ClippingsError:
        return {}
    text = csv_text([COLUMNS, *listed_rows(found.reports)])
    return _saved(file_name(wish.text or "articles", "csv"), text.encode("utf-8", "replace"))


def report(batch: Batch | None, kind: str) -> dict[str, Any]:
    """Many questions, as far as they were asked, as a file for the browser to save."""
    if not (batch and batch.rows and kind in REPORTS):
        return {}
    text = REPORTS[kind](batch.rows, batch.asked_on)
    name = file_name(f"questions {batch.asked_on}", kind)
    return _saved(name, text.encode("utf-8", "replace"))


def _timeline_table(engine: Engine, wish: Wish) -> dict[str, Any]:
    """Return a timeline as a table for a spreadsheet."""
    found = engine.timeline(wish.text, wish.filters)
    text = csv_text([timeline.COLUMNS, *timeline.rows(found)])
    return _saved(file_name(f"timeline {wish.text}", "csv"), text.encode("utf-8", "replace"))


@lru_cache(maxsize=4)  # seconds for 5,000 articles, so once for a generation
def _named(engine: Engine, generation: int) -> str:
    return counts.named(engine.count(Asked("names")), engine.count(Asked("organisations")))


def named(engine: Engine) -> str:
    """The people and organisations named in most articles."""
    try:
        return _named(engine, engine.holdings().generation)
    except ClippingsError:
        return NOTHING


def _saved(name: str, data: bytes) -> dict[str, Any]:
    return {"do": "save", "name": name, "data": base64.b64encode(data).decode(), "at": time.time()}


def copied(turn: Turn | None) -> dict[str, Any]:
    """The answer with its quotes, for the clipboard."""
    if not (turn and turn.answer):
        return {}
    return {"do": "copy", "text": markdown(turn.answer), "at": time.time()}
