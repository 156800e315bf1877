"""Outcomes of many questions -> a report: a page, a table for spreadsheets, or an object for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date

from rag.filters import FILTERS
from rag.show.csv import csv_text
from rag.show.html import NOTHING, Html, counted, escape, html, joined, listed
from rag.show.view import plain_address
from rag.types.answers import REFUSAL, Outcome
from rag.types.days import in_words

COLUMNS = tuple("status short answer outlet day title quotation path url notes exit_code".split())
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
DOUBT = "A sentence is not confirmed by the evidence"
_UNVERIFIED = 4  # the exit code
_MINUTE = 60  # seconds, and minutes of an hour
STATUS = {
    "answered": "Answered",
    "partial": "Answered in part",
    "mentioned": "Mentioned",
    "not_found": REFUSAL,
    "stopped": "Not finished in time",
    "failed": "Quoted: the language model failed",
    "refused": "Not asked",
}


def csv_report(rows: Sequence[Outcome], _: date) -> str:
    """A line for each question, its filters after it."""
    narrowed = [row.name for row in FILTERS if any(row.name in one.narrowed for one in rows)]
    lines = [
        [
            one.question,
            *(one.narrowed.get(name, "") for name in narrowed),
            *(getattr(one, name) for name in COLUMNS if name not in ("notes", "exit_code")),
            " ".join(one.notes),
            one.exit_code,
        ]
        for one in rows
    ]
    return csv_text([["question", *narrowed, *COLUMNS], *lines])


def json_report(rows: Sequence[Outcome], asked_on: date) -> str:
    """One object: the day of asking, the rows, and the questions without a hit."""
    found = {
        "asked_on": asked_on.isoformat(),
        "rows": [asdict(one) for one in rows],
        "without": [one.question for one in rows if not one.hit],
    }
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def html_report(rows: Sequence[Outcome], asked_on: date) -> str:
    """One document that stands alone: the questions without a hit, then a table of all."""
    missed = [one.question for one in rows if not one.hit]
    title = counted(len(rows), "question")
    return html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><title>{}</title><style>{}</style></head>'
        '<body><main><h1>{}</h1><p class="small">{}</p>{}<table><thead><tr>'
        '<th scope="col">Question</th><th scope="col">Answer</th><th scope="col">Words</th></tr></thead>'
        "<tbody>{}</tbody></table></main></body></html>\n",
        POLICY,
        title,
        _STYLE,
        title,
        f"Asked on {in_words(asked_on)}. {len(rows) - len(missed):,} with a hit, {len(missed):,} without.",
        joined([html("<h2>{}</h2>", "Without a hit"), listed("small", missed)])
        if missed
        else NOTHING,
        joined(map(_row, rows)),
    )


_STYLE = Html(
    """
:root { color-scheme: light dark; --ink: #1d1b18; --soft: #5d574f; --paper: #fdfcf9; --line: #ddd7cc;
  --accent: #8a1c1c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece8e1; --soft: #b0a99e; --paper: #1b1a18; --accent: #f0a08c; --line: #45413b }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 Georgia, "Times New Roman", serif }
main { max-width: 72rem; margin: 0 auto; padding: 2rem 1rem 4rem; overflow-wrap: anywhere }
h1 { font-size: 1.7rem } h2 { font-size: 1.1rem }
a { color: var(--accent) }
table { width: 100%; border-collapse: collapse; table-layout: fixed }
th, td { text-align: left; vertical-align: top; padding: .6rem .8rem .6rem 0; border-top: 1px solid var(--line);
  font-weight: normal }
thead th, .small { color: var(--soft); font: .85rem/1.5 system-ui, sans-serif }
p { margin: 0 0 .4rem }
.small li { margin: 0 }
@media print { body { font-size: 11px } }
"""
)


def _row(one: Outcome) -> Html:
    narrowed = (
        f"{row.label}: {one.narrowed[row.name]}" for row in FILTERS if row.name in one.narrowed
    )
    link = plain_address(one.url)
    there = (
        html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', link, one.path)
        if link
        else escape(one.path)
    )
    about = " · ".join(filter(None, (one.outlet, one.day, one.title)))
    words = [html('<p dir="auto">“{}”</p>', one.quotation)] if one.quotation else []
    return html(
        '<tr><th scope="row" dir="auto">{}{}</th><td>{}{}{}{}</td><td>{}{}{}</td></tr>',
        one.question,
        joined(_small(line) for line in narrowed),
        _small(status(one)),
        html('<p dir="auto"><b>{}</b></p>', one.short) if one.short else NOTHING,
        html('<p dir="auto">{}</p>', one.answer)
        if one.answer and one.answer != one.short
        else NOTHING,
        joined(map(_small, one.notes)),
        joined(words),
        _small(about) if about else NOTHING,
        html('<p class="small" dir="auto">{}</p>', there) if one.path else NOTHING,
    )


def status(one: Outcome) -> str:
    """How a row ended, in words."""
    return STATUS[one.status] if one.exit_code != _UNVERIFIED else DOUBT


def duration(seconds: float) -> str:
    """A time as people say it: "40 s", "12 min", "3 h 5 min"."""
    if round(seconds) < _MINUTE:
        return f"{seconds:.0f} s"
    hours, minutes = divmod(round(seconds / _MINUTE), _MINUTE)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes else ""]
    return " ".join(filter(None, parts))


def _small(text: str) -> Html:
    return html('<p class="small" dir="auto">{}</p>', text) if text else NOTHING


REPORTS: Mapping[str, Callable[[Sequence[Outcome], date], str]] = {
    "html": html_report,
    "csv": csv_report,
    "json": json_report,
}
"""Kind, which is also the end of the file's name -> what makes the text."""
