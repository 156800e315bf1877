"""Ask questions about the archive itself, and ordinary ones: which are counted, and is it right?

archive-questions   about the archive of tests/gold: are they recognised, are the numbers those of
                    SQL that shares nothing with the program's?
archive-ordinary    about the news: is one of them taken for a question about the archive?

Thirty questions were written by somebody who had not read what recognises them; every other one of
these is asked by `archive-questions-unread` alone. That half was looked at when the classifier took over,
so of the present rules it is the other half that was not. The
classifier tells what is asked, the library's SQL what is right.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from rag.archive import counted
from rag.archive.asked import asked
from rag.engine import Engine
from rag.filters import Filters
from rag.parts import Models
from rag.protocols import Classifier
from rag.settings import ROOT
from rag.store.library import FILE, Library
from rag.types.archive import Archive
from rag.types.days import in_words
from rag.types.questions import Ask
from scripts.evaluation.collections import digest_of, half, records
from scripts.evaluation.outcomes import Figures, Outcome, summed
from scripts.evaluation.runner import Means, Ready, Task, sampled
from scripts.evaluation.wordings import ARCHIVE, DAY

GOLD = ROOT / "tests" / "gold"
KNOWN = GOLD / "archive_questions.jsonl"  # half of them paraphrased by who wrote the wordings
UNSEEN = GOLD / "archive_paraphrased.jsonl"
ORDINARY = tuple(GOLD / f"{name}.jsonl" for name in ("archive", "seeds", "wordings", "nearmiss"))

RECOGNISED = "recognised as what it asks"
NUMBERS = "numbers equal to independent SQL"
OTHERWISE = "counted as something else"
TAKEN = "taken for a question about the archive"


def kept_archive(means: Means, archive: Path = ARCHIVE) -> Engine:
    """Return an engine over a library of the archive, which the cache keeps."""
    engine = means.engine(seeds=archive, index=means.cache / "archive")
    engine.ingest(means.progress)
    return engine


# ── questions about the archive ──


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a question counts: a kind, and the articles that are meant."""

    kind: str
    about: tuple[str, ...] = ()  # phrases, all of which an article has
    source: str | None = None
    since: str | None = None  # days as in ISO 8601
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """A question about the archive; `kind` says who wrote it."""

    id: str
    kind: str
    question: str
    wanted: Wanted


def cases(unread: bool = False, known: Path = KNOWN, unseen: Path = UNSEEN) -> list[Case]:
    """Return the questions that the project's tests ask, too, and one half of the unseen ones; or,
    `unread`, the other half alone.
    """
    fresh = half([_case(one) for one in records(unseen)], unread, lambda case: case.id)
    return fresh if unread else [*map(_case, records(known)), *fresh]


def _case(one: Mapping[str, Any]) -> Case:
    bounds = {name: one.get(name) for name in ("source", "since", "until")}
    wanted = Wanted(one["kind"], tuple(one["about"]), **bounds)
    return Case(one["id"], one["id"].partition("-")[0], one["question"], wanted)


def task(
    unread: bool = False, known: Path = KNOWN, unseen: Path = UNSEEN, archive: Path = ARCHIVE
) -> Task:
    """Return the task on one half of the unseen questions, and on the known ones with the first."""
    files = (unseen,) if unread else (known, unseen)

    def ready(means: Means) -> Ready[Case]:
        engine = kept_archive(means, archive)
        data = {
            "articles": digest_of(sorted(archive.iterdir())),
            "questions": digest_of(files),
        }
        chosen = {case.id: case for case in cases(unread, known, unseen)}
        return Ready(
            engine.settings,
            {},
            sampled(chosen, means.limit, data),
            lambda case: outcome(case, engine.settings.index, engine.models),
            figures=figures,
        )

    return Task("archive-questions-unread" if unread else "archive-questions", files, ready)


def outcome(case: Case, index: Path, models: Models) -> Outcome:
    """Return whether a question is recognised in the library of an index, and counted rightly."""
    found = answered(case.question, index, models)
    same = found is not None and found.kind == case.wanted.kind
    rates = {RECOGNISED: same, OTHERWISE: found is not None and not same}
    if found:
        rates[NUMBERS] = equal(found, case.wanted, right(case.wanted, index))
    return Outcome(case.id, case.kind, rates)


def answered(question: str, index: Path, models: Models) -> Archive | None:
    """Return what the program counts for a question, or None where it goes the usual way."""
    with Library.open(index) as library:
        known = counted.naming(library)
        read = asked(Ask(question), DAY, library.newest(), known, models.classifier)
        found = counted.count(read, library, models) if read else None
    return found if read and found and (found.number or read.sure) else None


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Return the sums of all questions, and of each who wrote some."""
    return summed([*(replace(one, kind="all") for one in outcomes), *outcomes])


# ── what is right ──


@dataclass(frozen=True, slots=True)
class Right:
    """The reports that are meant: their number, that of further copies, and what rows would say."""

    number: int
    copies: int
    months: Mapping[str, int]
    outlets: Mapping[str, int]
    first: str | None  # days as in ISO 8601
    last: str | None


def right(wanted: Wanted, index: Path) -> Right:
    """Count by substrings in the library's file, without full text and the program's SQL."""
    where, values = ["NOT superseded"], []
    for phrase in wanted.about:
        where.append("replace(lower(title || ' ' || text), char(10), ' ') LIKE ?")
        values.append(f"%{phrase.lower()}%")
    bounds = {"source =": wanted.source, "published >=": wanted.since, "published <=": wanted.until}
    for comparison, value in bounds.items():
        if value:
            where.append(f"{comparison} ?")
            values.append(value)
    sql = f"SELECT report, published, source FROM articles WHERE {' AND '.join(where)}"
    with closing(sqlite3.connect(index / FILE)) as connection:
        rows = connection.execute(sql, values).fetchall()
    days: dict[int, str | None] = {}
    for report, day, _ in sorted(rows, key=lambda row: row[1] or "9"):
        days.setdefault(report, day)
    dated = [day for _, day, _ in rows if day]
    return Right(
        len(days),
        len(rows) - len(days),
        Counter(day[:7] if day else "no date" for day in days.values()),
        Counter(source for _, source in {(report, source) for report, _, source in rows}),
        min(dated, default=None),
        max(dated, default=None),
    )


def equal(found: Archive, wanted: Wanted, right: Right) -> bool:
    """Return whether the number is right and, of the kind that is wanted, the rows, too."""
    return (found.number, found.copies) == (right.number, right.copies) and (
        found.kind != wanted.kind or _rows_equal(found, right)
    )


def _rows_equal(found: Archive, right: Right) -> bool:
    rows = {row.label: row.count for row in found.rows}
    if found.kind in ("months", "outlets"):
        return rows == (right.months if found.kind == "months" else right.outlets)
    ends = {"first": right.first, "oldest": right.first, "last": right.last, "newest": right.last}
    if day := ends.get(found.kind):
        return next(iter(rows), "").startswith(in_words(date.fromisoformat(day)))
    return True


# ── ordinary questions ──


@dataclass(frozen=True, slots=True)
class Plain:
    """A question about the news."""

    id: str
    kind: str
    question: str


def ordinary(news: Path, gold: Sequence[Path] = ORDINARY) -> list[Plain]:
    """Return the questions of the news set, where it is there, and those of tests/gold."""
    files = [*([news] if news.is_file() else []), *gold]
    kinds = {news: "news", gold[0]: "gold"}
    return [
        Plain(f"{path.stem} {number}", kinds.get(path, "other gold"), question)
        for path in files
        for number, question in enumerate(_questions(path), start=1)
    ]


def _questions(path: Path) -> Iterator[str]:
    """Yield the questions of a file in one of the forms of tests/gold."""
    for one in records(path):
        yield from [one["question"]] if "question" in one else one.get("wordings", ())
        yield from (row["q"] for name in ("answered", "missed") for row in one.get(name, ()))


def ordinary_task(news: Path, gold: Sequence[Path] = ORDINARY) -> Task:
    """Return the task on ordinary questions; without the news set on those of tests/gold alone."""

    def ready(means: Means) -> Ready[Plain]:
        mark = digest_of([*([news] if news.is_file() else []), *gold])
        chosen = {case.id: case for case in ordinary(news, gold)}
        data = {"articles": mark, "questions": mark}
        classifier = means.engine().models.classifier
        return Ready(
            means.settings,
            {},
            sampled(chosen, means.limit, data),
            lambda case: ordinary_outcome(case, classifier),
        )

    return Task("archive-ordinary", tuple(gold), ready)


def ordinary_outcome(case: Plain, classifier: Classifier) -> Outcome:
    """Return whether a question is taken for one about an archive that has whatever is mentioned, and
    in which every name is an outlet: in no other would more of them be.
    """
    read = asked(Ask(case.question), DAY, DAY, every_name, classifier)
    return Outcome(case.id, case.kind, {TAKEN: read is not None})


def every_name(name: str) -> Filters:
    """Return the filter on an outlet: each name in capitals is one."""
    return Filters(name) if all(word[0].isupper() for word in name.split()) else Filters()
