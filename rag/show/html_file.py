"""Answer, pack -> one HTML document that stands alone: its own style, no script, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rag.settings import command
from rag.show.html import NOTHING, Html, escape, html, joined, listed
from rag.show.pack import Pack, Quotation, in_page
from rag.show.view import (
    INSTEAD,
    Brief,
    Column,
    Difference,
    Said,
    Span,
    View,
    beside,
    day_and_author,
    meant,
    parted,
    plain_address,
    row,
)
from rag.types.answers import Answer
from rag.types.archive import Archive
from rag.types.evidence import Evidence

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = Html("\n" + Path(__file__).with_suffix(".css").read_text("utf-8"))
HERE = Html("\0")  # where the pack goes; no text has this character, `escape` leaves it out


def html_file(answer: Answer, pack: Pack | None = None) -> str:
    """The answer as a whole HTML document: its own style, no script, nothing from elsewhere; with a pack
    also what it takes to check it.
    """
    if pack is None:
        return _page(answer, NOTHING)
    before, _, after = _page(answer, joined([_checkable(pack), HERE])).partition(HERE)
    return in_page(pack, before, after)


def _page(answer: Answer, end: Html) -> str:
    view = View.of(answer)
    return html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><title>{}</title><style>{}</style></head>'
        '<body><main><h1 dir="auto">{}</h1>{}{}{}{}{}{}{}</main></body></html>\n',
        POLICY,
        answer.question,
        STYLE,
        answer.question,
        _prose(view),
        joined(map(_difference, view.differences)),
        listed("small", view.notes),
        joined(_paragraph("small", f"{meant(one)} {one.question}") for one in view.guesses),
        html(
            "<h2>{}</h2><ol>{}</ol>",
            view.heading,
            joined(_evidence(item, view.marked.get(item.number)) for item in view.evidence),
        )
        if view.evidence
        else NOTHING,
        _below(view),
        end,
    )


def _prose(view: View) -> Html:
    before = _paragraph("small", view.asked), _paragraph("refusal", view.unanswered)
    counted = [_archive(view.archive)] if view.archive else []
    said = [*map(_statement, view.statements), _columns(view.columns)]
    return joined([*before, *counted, *map(_short, view.short), *said])


def _below(view: View) -> Html:
    """What can be asked instead, then what the answer had to go by."""
    instead = _paragraph("small", f"{INSTEAD}:") if view.instead else NOTHING
    lines = _paragraph("small", view.coverage), _paragraph("small", view.unread)
    return joined([instead, listed("small", view.instead), *lines])


def _paragraph(kind: str, text: str) -> Html:
    return html('<p class="{}" dir="auto">{}</p>', kind, text) if text else NOTHING


def _archive(found: Archive) -> Html:
    """What was counted, and its rows as a list."""
    rows = listed("counted", map(row, found.rows))
    return html('<p class="short" dir="auto"><b>{}</b></p>{}', found.text, rows)


def _short(one: Brief) -> Html:
    told = html('<p class="short" dir="auto"><b>{}</b> {}</p>', one.text, _mark(one.item))
    return joined([told, _paragraph("small", one.agreed)])


def _statement(said: Said) -> Html:
    """A sentence of the model as a paragraph, one of an article as a quotation, each with its label."""
    label, marks = _paragraph("label", said.label), joined(map(_mark, said.cited))
    tag = "blockquote" if said.quoted else "p"
    return html('{}<{} dir="auto">{} {}</{}>', label, tag, said.text, marks, tag)


def _columns(columns: Sequence[Column]) -> Html:
    """What the sides of a comparison say, beside each other where there is room."""
    made = (
        html(
            '<section><h3 dir="auto">{}</h3>{}{}</section>',
            column.heading,
            _paragraph("small", column.unanswered),
            joined(map(_statement, column.statements)),
        )
        for column in columns
    )
    return html('<div class="columns">{}</div>', joined(made)) if columns else NOTHING


def _mark(item: Evidence) -> Html:
    return html('<a href="#evidence-{}">[{}]</a>', str(item.number), str(item.number))


def _difference(item: Difference) -> Html:
    rows = joined(
        html(
            '<li dir="auto"><b>{}</b>: {}, {}: “{}” {}</li>',
            value,
            one.article.imprint,
            one.article.day,
            " ".join(one.quote.split()),
            _mark(one),
        )
        for value, one in item.rows
    )
    return html('<p dir="auto">{}:</p><ul>{}</ul>', item.heading, rows)


def _evidence(item: Evidence, place: Span | None) -> Html:
    article, link = item.article, plain_address(item.article.url)
    before, found, after = parted(item, place)
    there = (
        html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', link, link)
        if link
        else escape(article.url or "")
    )
    return html(
        '<li id="evidence-{}"><p class="small" dir="auto">[{}] <b>{}</b> · {}</p><h3 dir="auto">{}</h3>'
        '<blockquote dir="auto">{}{}{}</blockquote>{}</li>',
        str(item.number),
        str(item.number),
        article.imprint,
        day_and_author(article),
        article.title,
        before,
        html("<mark>{}</mark>", found) if found else NOTHING,
        after,
        joined(_paragraph("small", line) for line in (article.path, there, *beside(item))),
    )


# ── how it can be checked ──


def _checkable(pack: Pack) -> Html:
    """What the pack holds, for people to read."""
    return html(
        '<details class="small"><summary>How this can be checked</summary>'
        "<p>Each quotation is a stretch of the text of an article, counted in characters. Whether it still is"
        " says <code>{} FILE</code>, without a network, for this page as a file. The checksums (SHA-256) show"
        " changes; they are no signature.</p>{}{}{}</details>",
        command("check"),
        listed("small", map(_told, pack.quotations)),
        listed("small", _made_with(pack)),
        listed("small", _left_out(pack)),
    )


def _told(one: Quotation) -> str:
    """Where a quotation is, and what is known of its article."""
    place = f"{one.path}, article {one.position + 1}, characters {one.start:,} to {one.end:,}"
    known = f" (known from: {one.published_from})" if one.published_from else ""
    facts = [
        f"author: {one.author}" if one.author else "",
        f"date: {one.published}{known}" if one.published else "no date",
        f"address: {one.url}" if one.url else "",
        f"SHA-256 of the file: {one.file_sha256 or 'unknown'}",
        f"of the article’s text: {one.text_sha256}",
    ]
    return f"[{one.number}] {' · '.join(filter(None, [place, *facts]))}"


def _made_with(pack: Pack) -> Iterator[str]:
    """Which program, models and library made the answer, and how sure it was."""
    yield f"Clippings {pack.program}"
    for job, model in pack.models.items():
        sums = "; ".join(f"{name} {sha256}" for name, sha256 in model.files.items())
        yield f"{job}: {model.name}" + (f" (SHA-256: {sums})" if sums else "")
    if index := pack.index:
        state = f"generation {index.generation}, schema {index.schema}, reading {index.reading}"
        yield f"index: {state}, encoded by {index.encoder or 'nothing'}"
    if gate := pack.gate:
        yield (
            f"The evidence answers with a probability of {gate.probability}; from {gate.threshold} on there"
            " is an answer."
        )


def _left_out(pack: Pack) -> Iterator[str]:
    """The sentences that were not shown, and why."""
    for one in pack.rejected:
        yield f"Written and left out: “{one.text}” ({'; '.join(one.problems)})"
