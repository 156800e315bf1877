"""The story of a question, from top to bottom.

question -> window -> hits -> evidence -> gate -> statements, checked -> Answer
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date

from rag.answering import writing
from rag.answering.coverage import coverage
from rag.answering.short import short
from rag.answering.statements import Deadline
from rag.archive import counted
from rag.archive.asked import asked
from rag.errors import ModelError
from rag.protocols import Generation, Stop
from rag.retrieval import followup, gate, question, search
from rag.retrieval.help import help_for
from rag.stories import hits, lists, review
from rag.stories.clock import Clock
from rag.stories.opened import Opened
from rag.types.answers import Answer
from rag.types.days import Window
from rag.types.evidence import Coverage, Evidence
from rag.types.files import Unread
from rag.types.help import Help
from rag.types.questions import Ask


def stream(ask: Ask | str, opened: Opened, stop: Stop) -> Iterator[Answer]:
    """Yield the answer as it grows: counted, quoted, or its evidence and then what is written of it."""
    clock = Clock()
    ask = hits.usable(ask, opened.settings)
    server = opened.models.server if ask.write and ask.prose else None
    if about := _about_the_archive(ask, opened):
        yield clock.stamped(about)
        return
    if quoted := _reviewed(ask, opened, clock):
        yield clock.stamped(quoted)
        return
    draft = _draft(ask, opened, clock)
    assert draft.verdict is not None
    if not draft.verdict.answerable:
        yield clock.stamped(writing.not_found(draft, draft.verdict))
    elif not ask.write:
        yield clock.stamped(writing.complete(draft))
    elif not (ask.prose and draft.short):  # a yes or no could not be checked
        yield clock.stamped(writing.quoted(_to_write(ask), draft, opened.models))
    else:
        draft = replace(draft, server=server)
        yield clock.stamped(draft)
        for grown in _written(ask, draft, opened, stop):
            yield clock.stamped(grown)


def _about_the_archive(ask: Ask, opened: Opened) -> Answer | None:
    """Answer a question about the archive itself by counting; None for one about the news."""
    day = ask.day(date.today())
    with opened.articles(ask.filters.as_of) as articles:
        known, newest = counted.naming(articles), articles.newest()
        read = asked(ask, day, newest, known, opened.models.classifier)
        if read is None or (opened.cluster and not read.sure):
            return None
        found = lists.count(read, opened)
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
        help=Help(unread=opened.unread()),
    )


def _reviewed(ask: Ask, opened: Opened, clock: Clock) -> Answer | None:
    """Answer with quotations alone where a summary or a comparison is asked for; else None."""
    with (
        ThreadPoolExecutor(1) as beside,
        opened.generation(ask.filters.as_of) as library,
    ):
        read = question.read(ask, library.articles)
        wish = review.wish(ask, read, library)
        if wish is None:
            return None
        files = beside.submit(opened.unread)
        clock.mark("start")
        found = review.collect(
            wish, lambda query: hits.fused(query, library, opened)[0], opened.models.reader
        )
        sides = review.numbered([hits.printed(items, library) for items in found])
        shown = tuple(item for items in sides for item in items)
        day = read.query.leaning.day
        helped, covered = _beside(ask, day, shown, library, files.result())
        clock.mark("evidence")
    if not shown:
        draft = _draft(ask, opened, clock)
        assert draft.verdict is not None
        return writing.not_found(replace(draft, short=()), draft.verdict)
    draft = Answer(
        ask.question,
        "answered",
        evidence=shown,
        window=read.window,
        notes=read.notes,
        models=opened.models.names,
        standing=read.standing,
        asked_on=day,
        as_of=ask.filters.as_of,
        help=helped,
        coverage=covered,
        library=opened.shelf,
    )
    return review.answered(draft, wish, sides)


def _draft(ask: Ask, opened: Opened, clock: Clock) -> Answer:
    """Return the answer with its evidence and the gate's verdict, and nothing written."""
    with (
        ThreadPoolExecutor(1) as beside,
        opened.generation(ask.filters.as_of) as library,
    ):
        files = beside.submit(opened.unread)  # a second for 100,000 of them
        clock.mark("start")
        read = question.read(ask, library.articles)
        before = question.cited_before(ask)
        searched = hits.searched(read.query, library, opened, clock, before)
        found = hits.chosen(ask, read.query, searched, library, opened)
        leaning = read.query.leaning
        helped, covered = _beside(ask, leaning.day, found, library, files.result())
    verdict = gate.judge(
        read.query.typed, found, searched.hits, leaning.day, leaning.weight == search.NOW
    )
    told = short(_to_write(ask), found, verdict)
    clock.mark("evidence")
    clock.total("first_evidence")
    return Answer(
        ask.question,
        "answered",
        evidence=found,
        window=read.window,
        notes=read.notes,
        models=opened.models.names,
        standing=read.standing,
        short=told,
        verdict=verdict,
        explanation=searched,
        asked_on=leaning.day,
        as_of=ask.filters.as_of,
        help=helped,
        coverage=covered,
        library=opened.shelf,
    )


def _beside(
    ask: Ask, day: date, found: tuple[Evidence, ...], library: Generation, files: Unread
) -> tuple[Help, Coverage]:
    """Return what helps to ask better, and what the answer has to go by."""
    articles = library.articles
    archive = Window(articles.oldest(), articles.newest())
    nearest, instead = [item.article for item in found], articles.suggestions()[0]
    helped = help_for(ask, day, nearest, library.names, archive, files, tuple(instead))
    return helped, coverage(found, archive.until, articles.skipped(), day)


def _written(ask: Ask, draft: Answer, opened: Opened, stop: Stop) -> Iterator[Answer]:
    """Yield the draft as the language model writes it; where there is none, the words that answer."""
    try:
        generator = opened.models.generator
    except ModelError as error:
        noted = draft.grown(notes=(*draft.notes, str(error)))
        yield writing.quoted(_to_write(ask), noted, opened.models)
        return
    deadline = Deadline(stop, opened.settings.answer_seconds)
    yield from writing.written(_to_write(ask), draft, generator, opened.models, deadline)


def _to_write(ask: Ask) -> str:
    return followup.to_write(ask.question, ask.after)
