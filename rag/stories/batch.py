"""The story of many questions: each asked once, kept beside the report, which is written at the end.

asks -> journal, a line for each outcome -> outcomes, in the order of the asks

A run that was killed goes on where it was: the journal holds the outcomes so far, and the day of asking.
Where questions, options or archive are others than the journal's, everything is asked anew.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TextIO

from rag.atomic import replace_bytes
from rag.errors import UsageError
from rag.filters import Filters
from rag.language import sought
from rag.language.sentences import sentences
from rag.language.words import asks as is_question
from rag.protocols import Progress, Stop
from rag.show.refusal import why
from rag.show.view import Span, correction
from rag.show.view import row as row_in_words
from rag.types.answers import Answer, Outcome
from rag.types.articles import Article, digest
from rag.types.hits import Found, Listed, Sort
from rag.types.questions import Ask

NAME_WORDS = 6  # of a row that asks nothing and is no sentence
ROWS = 12  # of what was counted or listed that an answer repeats
APART = "Not in this order; all of the words."


class Answers(Protocol):
    """What questions and names are put to; the engine is one."""

    def answer(self, ask: Ask, stop: Stop | None = None) -> Answer:
        """The complete answer, or as far as it has come when `stop` is set."""

    def find(
        self, text: str, filters: Filters | None = None, sort: Sort = "fit", limit: int = 20
    ) -> Found:
        """The reports that have what is sought."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The outcomes of an unfinished run in a file, an object a line, the first says of what."""

    path: Path
    of: str  # digest of all that the outcomes depend on
    asked_on: date
    done: Mapping[int, Outcome] = field(default_factory=dict)  # by their rows

    def keep(self, row: int, outcome: Outcome, file: TextIO) -> Journal:
        """Write an outcome to the disk, and return the journal with it."""
        with _writing(self.path):
            file.write(_line({"row": row, **asdict(outcome)}))
            file.flush()
            os.fsync(file.fileno())
        return replace(self, done={**self.done, row: outcome})


def beside(out: Path) -> Path:
    """Return where the journal of a report is."""
    return out.with_name(f"{out.name}.unfinished")


def signature(asks: Sequence[Ask], *circumstances: object) -> str:
    """Return the digest of what is asked, and of all else that outcomes depend on."""
    return digest(repr((list(asks), circumstances)))


def opened(path: Path, of: str, today: date) -> Journal:
    """Return the journal in a file if it is of the same, else a new one of today."""
    try:
        head, *lines = path.read_text("utf-8").split("\n")[:-1]  # a line without an end was torn
        facts = json.loads(head)
        if facts["of"] == of:
            rows = [json.loads(line) for line in lines]
            done = {row.pop("row"): Outcome(**row | {"notes": tuple(row["notes"])}) for row in rows}
            return Journal(path, of, date.fromisoformat(facts["asked_on"]), done)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # none, or none of ours that can be read: begin anew
    return Journal(path, of, today)


def run(
    asks: Sequence[Ask], answers: Answers, journal: Journal, progress: Progress, stop: Stop
) -> Iterator[Outcome]:
    """Yield the outcomes in the order of the asks, those of the journal first; ends early at `stop`."""
    with _appending(journal) as file:
        for row, ask in enumerate(asks):
            if row not in journal.done:
                progress("asking", row, len(asks))
                made = outcome(replace(ask, asked_on=ask.day(journal.asked_on)), answers, stop)
                if stop.is_set():
                    return
                journal = journal.keep(row, made, file)
            yield journal.done[row]
        progress("asking", len(asks), len(asks))


@contextmanager
def _appending(journal: Journal) -> Iterator[TextIO]:
    """Open the journal to go on: written anew without a torn line, then at its end."""
    head = _line({"of": journal.of, "asked_on": journal.asked_on.isoformat()})
    lines = [_line({"row": row, **asdict(one)}) for row, one in journal.done.items()]
    with _writing(journal.path):
        replace_bytes(journal.path, "".join([head, *lines]).encode())
        file = journal.path.open("a", encoding="utf-8", newline="\n")
    with file:
        yield file


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Say in words which file cannot be written."""
    try:
        yield
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.") from error


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=True) + "\n"


# ── kept nowhere ──


@dataclass(frozen=True, slots=True)
class Batch:
    """Many questions as far as they have been asked."""

    of: int  # rows
    asked_on: date
    rows: tuple[Outcome, ...] = ()

    @property
    def done(self) -> bool:
        """Whether all rows have been asked."""
        return len(self.rows) == self.of

    @property
    def missed(self) -> int:
        """How many rows are without a hit so far."""
        return sum(not one.hit for one in self.rows)


def growing(asks: Sequence[Ask], answers: Answers, asked_on: date, stop: Stop) -> Iterator[Batch]:
    """Yield the batch after each row, in the order of the asks; ends early at `stop`."""
    grown = Batch(len(asks), asked_on)
    for ask in asks:
        made = outcome(replace(ask, asked_on=ask.day(asked_on)), answers, stop)
        if stop.is_set():
            return
        grown = replace(grown, rows=(*grown.rows, made))
        yield grown


# ── one row ──


def outcome(ask: Ask, answers: Answers, stop: Stop) -> Outcome:
    """Ask a question, or find where a name is mentioned; what cannot be asked has its reason as a note."""
    narrowed = ask.filters.texts()
    try:
        known = is_name(ask.question)
        made = _mentioned(ask, answers) if known else _answered(answers.answer(ask, stop))
    except UsageError as error:
        made = Outcome(ask.question, "refused", error.exit_code, notes=(str(error),))
    return replace(made, narrowed=narrowed)


def is_name(text: str) -> bool:
    """Return whether a row is a name, or a few words, not a question and not a sentence."""
    return not is_question(text) and not text.endswith(".") and len(text.split()) <= NAME_WORDS


def as_sought(name: str) -> str:
    """Return what finds a name as a phrase; what has signs of its own is left as it is."""
    return sought.phrase(name) if sought.read(name).plain else name


def _mentioned(ask: Ask, answers: Answers) -> Outcome:
    """Find the words as a phrase, else all of them; the newest report that has them is quoted."""

    def find(text: str) -> Found:
        return answers.find(text, ask.filters, "day", 1)

    typed = as_sought(ask.question)
    found, notes = find(typed), []
    if not found.total and typed != ask.question and (apart := find(ask.question)).total:
        found = apart
        notes = [APART]
    if not found.total:
        meant = (f"{one.typed}: {one.offered}?" for one in found.did_you_mean)
        return Outcome(ask.question, "not_found", 3, notes=(*found.notes, *meant))
    count = (
        "1 article mentions it." if found.total == 1 else f"{found.total:,} articles mention it."
    )
    newest = found.reports[0]
    made = Outcome(ask.question, "mentioned", 0, answer=count, notes=(*found.notes, *notes))
    return _quoted(made, newest.article, _around(newest))


def _around(item: Listed) -> Span | None:
    """Return the place of the sentence with what was sought; None where only the headline has it."""
    passage = item.passage.start, item.passage.end
    for start, _ in item.marks[:1]:
        known = sentences(item.article.text)
        return next(((a, b) for a, b in known if a <= start < b), passage)
    return None


def _answered(answer: Answer) -> Outcome:
    notes = (str(answer.window or ""), *why(answer), *answer.notes)
    meant = (one.question for one in answer.help.did_you_mean)
    made = Outcome(
        answer.question,
        answer.status,
        answer.exit_code,
        notes=tuple(filter(None, (*notes, *(f"Did you mean: {one}" for one in meant)))),
    )
    if answer.status == "not_found":
        return made
    told = " ".join(" ".join(one.text.split()) for one in answer.statements)
    short = " · ".join(" ".join(one.text.split()) for one in answer.short)
    made = replace(made, short=short, answer=told or short)
    if answer.archive:
        rows = "; ".join(map(row_in_words, answer.archive.rows[:ROWS]))
        return replace(made, answer=" ".join(filter(None, (answer.archive.text, rows))))
    numbers = [one.evidence for one in answer.short] + [item.number for item in answer.cited]
    known = {item.number: item for item in answer.evidence}
    best = next((known[number] for number in numbers if number in known), None)
    return _quoted(made, best.article, (best.start, best.end)) if best else made


def _quoted(made: Outcome, article: Article, place: Span | None) -> Outcome:
    """Add the words at a place of an article, or its headline, and whose they are."""
    start, end = place or (0, 0)
    words = article.text[start:end] if place else article.title
    about: dict[str, Any] = {
        "outlet": article.source or "",
        "day": article.published.isoformat() if article.published else "",
        "title": article.title,
        "quotation": " ".join(words.split()),
        "path": article.path,
        "url": article.url or "",
        "article": article.id,
        "start": start,
        "end": end,
    }
    told = correction(article)
    return replace(made, notes=(*made.notes, *([told] if told else [])), **about)
