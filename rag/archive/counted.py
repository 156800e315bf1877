"""What was asked -> the result, by SQL over the library alone: nothing is searched, ranked or read.

chosen articles -> reports, each with its first and last day -> number and rows

Further copies of a report and older versions of an article do not count. In a series a report counts
on the day it was first printed; of outlets it counts for each that printed it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, lru_cache
from typing import Any

from rag.archive import people, told
from rag.archive.asked import Asked
from rag.archive.slots import Known
from rag.filters import Filters
from rag.language import sought
from rag.language.agencies import agency_of
from rag.language.words import words
from rag.protocols import AskedArticles, NameField, Naming
from rag.store.fulltext import expression
from rag.store.library import Library
from rag.store.soundness import day_of
from rag.types.archive import Archive, Counted, Tally
from rag.types.days import in_words
from rag.types.models import NameKind

LISTED = 10  # articles or names; the list itself is one click away
# reports, and characters of each, that tell which names there are: two seconds of a processor
READ, BEGINNING = 600, 4_000
SPREAD = 2_654_435_761, 1 << 32  # times a key, modulo: the order of the reports that are read
NAMED_BY: tuple[NameField, NameField] = ("source", "author")
LEAST_NAME = 3  # letters of a name by which an outlet or an author is meant

_CHOSEN = """
    chosen AS (
        SELECT key, id, title, source, published, coalesce(nullif(report, 0), -key) AS report
        FROM articles WHERE NOT superseded {narrowed}
    ),
    reports AS (
        SELECT report, min(key) AS key, min(published) AS first, max(published) AS last, count(*) AS printed
        FROM chosen GROUP BY report
    )
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """The articles that are meant: `rows` runs SQL over the tables `chosen` and `reports` of them."""

    library: Library
    asked: Asked
    models: Naming

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Run a statement over the chosen articles."""
        narrowed, given = "", []
        keys = self.library.article_keys(self.asked.filters, None)
        if keys is not None:
            narrowed += " AND key IN (SELECT value FROM json_each(?))"
            given.append(json.dumps(keys))
        if self.asked.mention.phrases:
            narrowed += " AND key IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
            given.append(expression(sought.read(self.asked.mention.query).wanted))
        tables = _CHOSEN.format(narrowed=narrowed)
        return self.library.db.rows(f"WITH {tables} {sql}", (*given, *values))


def count(asked: Asked, library: Library, models: Naming) -> Archive:
    """Count what was asked. Raises UsageError for an outlet or author that is not in the library."""
    with library.snapshot():
        chosen = Selection(library, asked, models)
        facts = _facts(chosen)
        rows = _ROWS[asked.kind](chosen)
        return Archive(
            asked.kind,
            told.chosen(asked),
            facts.number,
            facts.copies,
            told.answer(asked, facts, rows),
            rows,
            asked.mention.query,
            asked.filters,
            told.how(asked, facts, _undated(chosen)),
        )


def named(articles: AskedArticles, name: str) -> Filters:
    """Return the filter on the only outlet or author with this name or part of it; else an empty one."""
    return naming(articles)(name)


def naming(articles: AskedArticles) -> Known:
    """Return what does so for many names; the articles' own are read once, for the first of them."""

    @cache
    def there(field: NameField) -> list[tuple[str, str]]:
        return [(one, f" {' '.join(words(one))} ") for one in articles.values(field)]

    def filters(name: str) -> Filters:
        wanted = " ".join(word for word in words(name) if word != "the")
        if len(wanted) < LEAST_NAME:
            return Filters()
        outlets, authors = (
            [one for one, told in there(field) if f" {wanted} " in told] for field in NAMED_BY
        )
        if len(outlets) == 1:  # of several, none is meant for certain
            return Filters(source=outlets[0])
        return Filters(author=authors[0]) if len(authors) == 1 else Filters()

    return filters


def _facts(chosen: Selection) -> told.Facts:
    ((number, printed, first, last),) = chosen.rows(
        "SELECT count(*), coalesce(sum(printed), 0), min(first), max(last) FROM reports"
    )
    ((outlets,),) = chosen.rows("SELECT count(DISTINCT source) FROM chosen")
    return told.Facts(number, printed - number, outlets, day_of(first), day_of(last))


def _undated(chosen: Selection) -> int:
    """Count the reports without a date that would be meant but for their day."""
    if chosen.asked.filters.as_of:
        return chosen.library.count_undated()
    filters = replace(chosen.asked.filters, since=None, until=None)
    any_day = replace(chosen, asked=replace(chosen.asked, filters=filters))
    ((count,),) = any_day.rows("SELECT count(*) FROM reports WHERE first IS NULL")
    return int(count)


# ── rows ──


def _nothing(_: Selection) -> tuple[Tally, ...]:
    return ()


def _series(characters: int) -> Callable[[Selection], tuple[Tally, ...]]:
    """Count reports by the first characters of their first day; those without one come last."""

    def rows(chosen: Selection) -> tuple[Tally, ...]:
        found = chosen.rows(
            "SELECT coalesce(substr(first, 1, ?), ?), count(*) FROM reports GROUP BY 1"
            " ORDER BY first IS NULL, 1",
            characters,
            told.NO_DATE,
        )
        return tuple(Tally(*row) for row in found)

    return rows


def _outlets(chosen: Selection) -> tuple[Tally, ...]:
    found = chosen.rows(
        "SELECT coalesce(source, ?), count(DISTINCT report) FROM chosen GROUP BY 1 ORDER BY 2 DESC, 1",
        told.NO_OUTLET,
    )
    return tuple(Tally(*row) for row in found)


def _articles(side: str, *, one_day: bool) -> Callable[[Selection], tuple[Tally, ...]]:
    """List reports by their first or last printing, the first or the last one first.

    With `one_day` only those of the same day as the first of the list; else those without a day
    follow.
    """
    order = "" if side == "min" else "DESC"
    dated = "WHERE published IS NOT NULL" if one_day else ""

    def rows(chosen: Selection) -> tuple[Tally, ...]:
        # SQLite takes the other columns from the row that has the least or greatest day.
        found = chosen.rows(
            f"SELECT id, {side}(published) AS day, source, title, count(*) FROM chosen"
            f" {dated} GROUP BY report ORDER BY day IS NULL, day {order}, key LIMIT ?",
            LISTED,
        )
        return tuple(
            Tally(_article(day, outlet, title), printed, number)
            for number, day, outlet, title, printed in found
            if not one_day or day == found[0][1]
        )

    return rows


def _article(day: str | None, outlet: str | None, title: str) -> str:
    told_day = in_words(date.fromisoformat(day)) if day else told.NO_DATE
    return " · ".join((told_day, outlet or told.NO_OUTLET, " ".join(title.split())))


_told = lru_cache(maxsize=2)(people.counted)  # the page asks for people, then for organisations


def _names(kind: NameKind) -> Callable[[Selection], tuple[Tally, ...]]:
    """Count the names of people or organisations; neither an outlet's nor a news agency's.

    Which names they are, a sample of the reports tells; each is counted in all of them.
    """

    def rows(chosen: Selection) -> tuple[Tally, ...]:
        sample = chosen.rows(
            "SELECT a.title, substr(a.text, 1, ?) FROM reports JOIN articles a ON a.key = reports.key"
            " ORDER BY a.key * ? % ? LIMIT ?",
            BEGINNING,
            *SPREAD,
            READ,
        )
        namer: Any = chosen.models.namer  # a protocol says nothing of hashes
        outlets = {row.label.lower() for row in _outlets(chosen)}
        likely = [
            name
            for name, _ in _told(tuple(sample), namer).get(kind, ())
            if not agency_of(name) and not any(name.lower() in outlet for outlet in outlets)
        ]
        found = [Tally(name, _having(chosen, name)) for name in likely[: 2 * LISTED]]
        return tuple(sorted(found, key=lambda one: (-one.count, one.label))[:LISTED])

    return rows


def _having(chosen: Selection, name: str) -> int:
    """Count the reports that have a name as it is written here."""
    ((number,),) = chosen.rows(
        "SELECT count(DISTINCT chosen.report) FROM chosen JOIN articles a USING (key)"
        " WHERE key IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?)"
        " AND instr(replace(a.title || char(10) || a.text, '’', char(39)), ?)",
        expression(sought.read(sought.phrase(name)).wanted),
        name,
    )
    return int(number)


_ROWS: dict[Counted, Callable[[Selection], tuple[Tally, ...]]] = {
    "articles": _nothing,
    "months": _series(7),
    "days": _series(10),
    "outlets": _outlets,
    "newest": _articles("max", one_day=False),
    "oldest": _articles("min", one_day=False),
    "first": _articles("min", one_day=True),
    "last": _articles("max", one_day=True),
    "names": _names("person"),
    "organisations": _names("organisation"),
    "holdings": _names("person"),
}
