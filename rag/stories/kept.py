"""The story of standing questions: each is kept with its answer, and asked again where that may be another.

    kept -> search alone -> an article that is new among those that would be read? -> answer -> news

News is what an article says that was not there when the question was kept. What says the same is none,
nor is what was told before. They lie beside the library in a file that is the reader's own: an ingest
never touches it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any, Protocol, get_args

from rag.answering.short import NEARLY
from rag.answering.values import same, tells
from rag.atomic import replace_bytes
from rag.errors import LibraryError, UsageError
from rag.filters import Filters, chosen
from rag.language.marks import unmarked
from rag.language.mentions import missing
from rag.language.questions import asks_for_several, asks_whether
from rag.protocols import Progress, silent
from rag.types.answers import Answer
from rag.types.articles import Article
from rag.types.evidence import Evidence
from rag.types.hits import Sight
from rag.types.kept import Change, Kept, News, Told
from rag.types.questions import Ask

FILE = "standing.json"
VERSION = 1
SEEN = 2_000  # ids that a question remembers: twelve at most are read anew in a run
NEWS = 5  # of a question that are kept, to be shown again
_DAMAGED = (ValueError, KeyError, TypeError, AttributeError, UsageError)
_CHANGING = threading.Lock()  # the file: the page has many threads


class Answers(Protocol):
    """What questions are put to; the engine is one."""

    def glance(self, ask: Ask) -> Sight:
        """The articles that would be read."""

    def answer(self, ask: Ask) -> Answer:
        """The complete answer."""

    def article(self, number: str) -> tuple[Article, tuple[Article, ...]] | None:
        """The article with this id, and its copies; None where it is gone."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run brought: how many questions there are, how many had to be asked, and the news."""

    kept: int
    asked: int
    news: tuple[News, ...] = ()
    notes: tuple[str, ...] = ()  # of questions that cannot be asked any more


# ── the file ──


def load(folder: Path) -> tuple[Kept, ...]:
    """Return the kept questions in the order they were kept.

    Raises LibraryError for a damaged file, which is set aside: the next call finds none.
    """
    path = folder / FILE
    try:
        return _read(path)
    except _DAMAGED as error:
        aside = next(
            name
            for number in count(1)
            if not (name := folder / f"standing-damaged-{number}.json").exists()
        )
        path.replace(aside)
        raise LibraryError(
            f"{path} is damaged, so no question is kept any more. It is now {aside}: mend it and give it"
            " its name again, or keep your questions anew."
        ) from error


def is_kept(folder: Path, question: str, filters: Filters) -> bool:
    """Return whether a question is kept; of a damaged file none is, until `load` tells of it."""
    with suppress(LibraryError, *_DAMAGED):
        return find(question, filters, _read(folder / FILE)) is not None
    return False


def _read(path: Path) -> tuple[Kept, ...]:
    """Return what a file has. Raises LibraryError, and for a damaged one anything of _DAMAGED."""
    try:
        read = json.loads(path.read_bytes())
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise LibraryError(f"{path} cannot be read: {error.strerror}.") from error
    if read["version"] > VERSION:
        raise LibraryError(f"{path} is of a later version of Clippings. Use that one.")
    return tuple(map(_kept, read["questions"]))


def _change(folder: Path, change: Callable[[list[Kept]], list[Kept]]) -> None:
    """Write the questions with a change, made to what the file has now."""
    with _CHANGING:
        questions = change([*load(folder)])
        whole = {"version": VERSION, "questions": list(map(_written, questions))}
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        try:
            replace_bytes(folder / FILE, text.encode("utf-8", "surrogatepass"))
        except OSError as error:
            raise UsageError(f"{folder / FILE} cannot be written: {error.strerror}.") from error


def _written(one: Kept) -> dict[str, Any]:
    """Return what JSON has of a question; a day is its text, a filter only where it is set."""
    narrowed = {row.name: value for row, value in one.filters.rows()}
    facts: dict[str, Any] = json.loads(
        json.dumps({**asdict(one), "filters": narrowed}, default=str)
    )
    return facts


def _kept(read: dict[str, Any]) -> Kept:
    return Kept(
        question=str(read["question"]),
        since=date.fromisoformat(read["since"]),
        filters=chosen(read["filters"]),
        read_dates=bool(read["read_dates"]),
        told=tuple(map(_told, read["told"])),
        last=int(read["last"]),
        seen=tuple(map(str, read["seen"])),
        news=tuple(map(_news, read["news"])),
    )


def _told(read: dict[str, Any]) -> Told:
    return Told(
        value=str(read["value"]),
        quotation=str(read["quotation"]),
        outlet=str(read["outlet"]),
        title=str(read["title"]),
        article=str(read["article"]),
        start=int(read["start"]),
        end=int(read["end"]),
        published=_day(read["published"]),
    )


def _news(read: dict[str, Any]) -> News:
    before, now = (_told(read[side]) if read[side] else None for side in ("before", "now"))
    if read["kind"] not in get_args(Change):
        raise ValueError(read["kind"])
    return News(str(read["question"]), read["kind"], before, now, _day(read["on"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


# ── keeping ──


def keep(ask: Ask, answers: Answers, folder: Path, today: date) -> Kept:
    """Keep a question with its answer of today; one that is kept already stays as it is.

    Raises UsageError for a question whose answer cannot become another, or is none of one article.
    """
    if known := find(ask.question, ask.filters, load(folder)):
        return known
    if ask.filters.as_of:
        raise UsageError(
            f"As known on {ask.filters.as_of}, nothing changes any more. Keep the question without that day."
        )
    new = Kept(ask.question, today, ask.filters, ask.read_dates)
    sight = answers.glance(new.ask(today))  # first: what comes in between is new the next time
    answer = answers.answer(new.ask(today))
    if answer.archive or answer.review:
        raise UsageError(
            "Only a question about the news can be kept: what is counted or quoted from many articles"
            " is another answer each time."
        )
    sides = tuple(told for told, _ in _sides(answer))
    new = replace(new, told=sides, last=sight.last, seen=sight.found)
    _change(folder, lambda known: [*(one for one in known if not _is(one, new)), new])
    return new


def find(question: str, filters: Filters, among: Sequence[Kept]) -> Kept | None:
    """Return the kept question that asks this among the same articles."""
    return next((one for one in among if (one.question, one.filters) == (question, filters)), None)


def remove(folder: Path, number: int | None = None) -> tuple[Kept, ...]:
    """Forget a question by its place in the list, from 1, or all of them; return what is forgotten."""
    there = load(folder)
    if number is None:
        gone = there
    elif 1 <= number <= len(there):
        gone = (there[number - 1],)
    else:
        held = f"There are {len(there):,}." if there else "None is kept."
        raise UsageError(f"No kept question has the number {number}. {held}")
    _change(folder, lambda known: [one for one in known if not any(_is(one, it) for it in gone)])
    return gone


def forget(folder: Path, question: str, filters: Filters) -> None:
    """Forget a question; nothing happens where it is not kept."""
    if gone := find(question, filters, load(folder)):
        _change(folder, lambda known: [one for one in known if not _is(one, gone)])


def _is(one: Kept, other: Kept) -> bool:
    return (one.question, one.filters) == (other.question, other.filters)


# ── asking again ──


def run(answers: Answers, folder: Path, today: date, progress: Progress = silent) -> Ran:
    """Ask the kept questions again whose evidence may be another, and keep what is known now.

    What is found is kept question by question, so a run that was killed tells nothing twice.
    """
    questions, asked = load(folder), 0
    news: list[News] = []
    notes: list[str] = []
    for place, one in enumerate(questions):
        progress("standing questions", place, len(questions))
        try:
            again = _again(one, answers, today)
        except UsageError as error:  # its outlet or author is not in the library any more
            notes.append(f"“{one.question}” cannot be asked: {error}")
            continue
        if again:
            asked += 1
            news += again.news[: len(again.news) - len(one.news)]
            _put(replace(again, news=again.news[:NEWS]), folder)
    progress("standing questions", len(questions), len(questions))
    return Ran(len(questions), asked, tuple(news), tuple(notes))


def _put(one: Kept, folder: Path) -> None:
    """Write what is known of a question now, unless it was forgotten in the meantime."""
    _change(folder, lambda known: [one if _is(one, it) else it for it in known])


def _again(one: Kept, answers: Answers, today: date) -> Kept | None:
    """Return a question as it is known now, its news in front; None where nothing can be new."""
    sight = answers.glance(one.ask(today))
    anew = sight.last < one.last  # the library was removed, and its keys begin at 1 again
    last = 0 if anew else one.last
    fresh = {number for number, key in sight.best.items() if key > last} - set(one.seen)
    gone = bool(one.told) and answers.article(one.told[0].article) is None
    if not (fresh or gone or anew):
        return None
    answer = answers.answer(one.ask(today))
    sides = list(_sides(answer))
    found = list(_news_of(one, answer, sides, fresh))
    if gone and not sides:
        found = [News(one.question, "gone", one.told[0])]
    told = tuple(side for side, _ in sides) or (() if gone else one.told)
    dated = [replace(item, on=today) for item in found]
    seen = tuple(dict.fromkeys((*one.seen, *sight.best)))[-SEEN:]
    last = min(one.last, sight.last)
    return replace(one, told=told, last=last, seen=seen, news=(*dated, *one.news))


def _sides(answer: Answer) -> Iterator[tuple[Told, Change | None]]:
    """Yield what an answer says and what other reports say instead, with the sort of news it would be."""
    if answer.status == "not_found":
        return
    known = {item.number: item for item in answer.evidence}
    differ: Change | None = next((one.kind for one in answer.disagreements), None)
    for short in answer.short:
        yield _of(known[short.evidence], short.text), "changed"
    if not answer.short:  # asked yes or no, or nothing surely answers: a sentence is quoted
        for statement in answer.statements[:1]:
            yield _of(known[statement.citations[0]], ""), differ
    for one in answer.disagreements:
        for value in one.values[1:]:
            yield _of(known[value.evidence[0]], value.value), one.kind


def _nearly(answer: Answer) -> Iterator[tuple[Told, Change | None]]:
    """Yield what later reports answer nearly as probably as the answer's own, and do not say what it says.

    The reader cannot know which of two is true: without this "yellow" hides a later "red".
    """
    several = asks_for_several(answer.question)
    for short in () if several or answer.status == "not_found" else answer.short[:1]:
        known = {item.number: item for item in answer.evidence}
        best = _of(known[short.evidence], short.text)
        for item in answer.evidence:
            likely = item.answers >= NEARLY * short.probability and item.found
            if likely and not tells(answer.question, item.quote, short.text):
                told = _of(item, unmarked(item.found_text))
                if _earlier(best, told):
                    yield told, "updated"


def _of(item: Evidence, value: str) -> Told:
    article = item.article
    words = " ".join(item.quote.split())
    place = article.outlet, article.title, article.id, item.start, item.end
    return Told(" ".join(value.split()), words, *place, article.published)


def _news_of(
    one: Kept, answer: Answer, sides: Sequence[tuple[Told, Change | None]], fresh: Collection[str]
) -> Iterator[News]:
    """Yield what new articles say otherwise than all that was known, each value once."""
    articles = {item.article.id: item.article for item in answer.evidence}
    nowhere = set(answer.verdict.missing if answer.verdict and one.told else ())
    known = [*one.told, *(news.now for news in one.news if news.now)]
    for told, sort in (*sides, *_nearly(answer)):
        lost = missing(one.question, [articles[told.article]]) if told.article in fresh else ()
        if told.article not in fresh or not set(lost) <= nowhere:
            continue  # who lacks a name of the question that others have tells of another matter
        if not one.told:
            yield News(one.question, "answered", None, told)
            return
        if sort and _is_news(one.question, told, known):
            yield News(one.question, sort, one.told[0], told)
            known.append(told)


def _earlier(one: Told, other: Told) -> bool:
    """Return whether an article is of an earlier day than another; not where a day is unknown."""
    return bool(one.published and other.published and one.published < other.published)


def _is_news(question: str, told: Told, known: Sequence[Told]) -> bool:
    """Return whether an article says what none of the known ones said, and is none of an earlier day."""
    first, *others = known
    if _earlier(told, first):
        return False
    known = [first, *(one for one in others if not _earlier(one, first))]  # without its history
    if asks_whether(question):
        return all(told.quotation != one.quotation for one in known)
    return not any(
        same(question, told.value, one.value) or tells(question, one.quotation, told.value)
        for one in known
    )
