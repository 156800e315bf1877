"""Answer, evidence and holdings -> HTML for the page: tags from constants, text through `escape`.

Articles, file names, questions and what the model writes are not trusted. They get into the page
only as parts of `html`, which escapes whatever is not HTML already, so none can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape as without_markup
from typing import LiteralString

from rag.terminal import harmless
from rag.types import (
    Answer,
    Disagreement,
    Evidence,
    Holdings,
    IngestReport,
    Skipped,
    Statement,
    span,
)

NEAREST = 3  # passages shown when the articles do not say; the others are folded
OUTLETS = 12  # named in the archive; the others are folded
PLACEHOLDER = (
    '<div class="placeholder" aria-hidden="true"><span></span><span></span><span></span></div>'
)
NOTHING_WRITTEN = "No answer could be written; below is what the articles hold."
STOPPED_EARLY = "Stopped before a sentence was written; below is what the articles hold."


class Html(str):
    """Text that is markup already: constants of this module with escaped text in between."""

    __slots__ = ()


def escape(text: str) -> Html:
    """Text that no browser takes for markup and that cannot reorder what stands around it: without
    controls, bidirectional overrides and lone surrogates.
    """
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return Html(without_markup(harmless(sound), quote=True))


def html(template: LiteralString, *parts: str) -> Html:
    """A constant template with its places filled; parts that are not Html are escaped."""
    return Html(
        template.format(*(part if isinstance(part, Html) else escape(part) for part in parts))
    )


def joined(pieces: Iterable[Html]) -> Html:
    """Pieces of markup, one after the other."""
    return Html("".join(pieces))


# ── one line ──


def state(text: str, *, busy: bool = False, seconds: float | None = None) -> Html:
    """What is going on, in words; the running seconds are for the eye only."""
    clock = (
        html('<span class="clock" aria-hidden="true">{} s</span>', f"{seconds:.0f}")
        if seconds is not None and seconds >= 1
        else Html("")
    )
    return html(
        '<p class="{}"><span role="status">{}</span>{}</p>',
        Html("state busy" if busy else "state"),
        text,
        clock,
    )


def stage(answer: Answer) -> str:
    """The state of an answer in words."""
    if not answer.done:
        excerpts = counted(len(answer.evidence), "excerpt")
        return "Writing …" if answer.statements else f"Reading {excerpts} …"
    took = f"{answer.timings.get('total', 0.0):.1f} s"
    return {
        "answered": f"Done in {took}",
        "partial": f"Done in {took}, in part",
        "not_found": f"Searched in {took}",
        "stopped": "Stopped.",
        "failed": "The evidence was found, but no answer was written.",
    }[answer.status]


def problem(text: str) -> Html:
    """An error as one friendly line."""
    return html('<p class="problem" role="alert" dir="auto">{}</p>', text)


def report(done: IngestReport) -> Html:
    """What an ingest did."""
    return html('<p class="report" role="status">{}</p>', str(done))


# ── the answer ──


def asked(question: str) -> Html:
    """The question alone, while its evidence is being searched."""
    return html(
        '<section class="answer"><h2 dir="auto">{}</h2>{}</section>', question, Html(PLACEHOLDER)
    )


def answer(grown: Answer) -> Html:
    """The question and what is known of its answer at this moment."""
    evidence = {item.number: item for item in grown.evidence}
    return html(
        '<section class="answer"><h2 dir="auto">{}</h2>{}{}{}</section>',
        grown.question,
        _prose(grown, evidence),
        joined(_disagreement(item, evidence) for item in grown.disagreements),
        _notes(grown),
    )


def _prose(grown: Answer, evidence: dict[int, Evidence]) -> Html:
    if grown.status == "not_found":
        return html('<p class="refusal">{}</p>', grown.text)
    statements = joined(_statement(item, evidence) for item in grown.statements)
    if statements:
        return statements
    if not grown.done:
        return Html(PLACEHOLDER)
    reason = STOPPED_EARLY if grown.status == "stopped" else NOTHING_WRITTEN
    return html('<p class="unwritten">{}</p>', reason) if grown.evidence else Html("")


def _statement(item: Statement, evidence: dict[int, Evidence]) -> Html:
    """A sentence of the model as prose, a sentence of an article as a block of its own."""
    chips = joined(chip(evidence[number]) for number in item.citations if number in evidence)
    if item.kind == "quote":
        return html(
            '<blockquote class="statement quoted" dir="auto"><span class="label">In the article’s own words</span>'
            "<p>{}{}</p></blockquote>",
            item.text,
            chips,
        )
    doubt = "" if item.supported else '<span class="label">Not confirmed by the evidence</span>'
    return html(
        '<div class="statement written" dir="auto">{}<p>{}{}</p></div>',
        Html(doubt),
        item.text,
        chips,
    )


def chip(item: Evidence) -> Html:
    """The mark [n], kept at the last word: a link to the card; the pointer sees the quote."""
    number, (outlet, day) = str(item.number), _source(item)
    return html(
        '&nbsp;<a class="chip" href="#evidence-{}" title="{}" aria-label="{}">[{}]</a>',
        number,
        f"{outlet}, {day}: “{' '.join(item.quote.split())}”",
        f"Evidence {number}, {outlet}",
        number,
    )


def _disagreement(item: Disagreement, evidence: dict[int, Evidence]) -> Html:
    values = joined(
        html(
            '<li><b dir="auto">{}</b>{}</li>',
            value.value,
            joined(chip(evidence[number]) for number in value.evidence if number in evidence),
        )
        for value in item.values
    )
    return html(
        '<div class="differ"><p>The sources differ on <span dir="auto">{}</span>:</p><ul>{}</ul></div>',
        item.about,
        values,
    )


def _notes(grown: Answer) -> Html:
    said = stage(grown)
    notes = [note for note in (str(grown.window or ""), *grown.notes) if note and note != said]
    if not notes:
        return Html("")
    return html(
        '<ul class="notes">{}</ul>', joined(html('<li dir="auto">{}</li>', note) for note in notes)
    )


# ── the evidence ──


def evidence(grown: Answer) -> Html:
    """The evidence as cards; at the end what is cited stands first and the rest is folded."""
    if not grown.evidence:
        return Html('<section class="evidence"></section>')
    shown, folded, heading = _arranged(grown)
    return html(
        '<section class="evidence"><h2>{}</h2>{}{}</section>',
        heading,
        joined(card(item) for item in shown),
        _folded(folded),
    )


def _arranged(grown: Answer) -> tuple[Sequence[Evidence], Sequence[Evidence], str]:
    """What is shown, what is folded, and what it is called; nothing moves while an answer grows."""
    if not grown.done:
        return grown.evidence, (), "Evidence"
    if grown.status == "not_found":
        return grown.evidence[:NEAREST], grown.evidence[NEAREST:], "The nearest passages"
    compared = {
        number for item in grown.disagreements for side in item.values for number in side.evidence
    }
    used = [item for item in grown.evidence if item.cited or item.number in compared]
    if not used:
        return grown.evidence, (), "Evidence"
    return used, [item for item in grown.evidence if item not in used], "Evidence"


def card(item: Evidence) -> Html:
    """One piece of evidence: its number, who printed it and when, headline, exact words, file."""
    outlet, day = _source(item)
    return html(
        '<article class="{}" id="evidence-{}"><span class="number" aria-label="Evidence {}">{}</span><div>'
        '<p class="source"><b dir="auto">{}</b><span>{}</span></p><h3 dir="auto">{}</h3>'
        '<blockquote dir="auto">{}</blockquote>{}<p class="file" dir="auto">{}</p></div></article>',
        Html("card cited" if item.cited else "card"),
        *(str(item.number),) * 3,
        outlet,
        day,
        item.article.title,
        item.quote,
        joined(html('<p class="also" dir="auto">{}</p>', line) for line in _beside(item)),
        item.article.path,
    )


def _beside(item: Evidence) -> list[str]:
    """What else there is to know of a quotation: the days it names, where else it stands."""
    return [line for line in (", ".join(map(str, item.days)), item.elsewhere) if line]


def _source(item: Evidence) -> tuple[str, str]:
    """The outlet with its agency, and the day, in words where they are not known."""
    article = item.article
    agency = f" ({article.agency})" if article.agency else ""
    return f"{article.source or 'unknown outlet'}{agency}", article.day


def _folded(items: Sequence[Evidence]) -> Html:
    if not items:
        return Html("")
    return html(
        "<details><summary>{}</summary>{}</details>",
        f"{counted(len(items), 'more excerpt')}, not cited",
        joined(card(item) for item in items),
    )


# ── the archive ──


def dateline(holdings: Holdings) -> Html:
    """What the archive holds, in one line."""
    if not holdings.articles:
        return Html('<p class="dateline">The archive is empty.</p>')
    facts = [counted(holdings.articles, "article")]
    if holdings.outlets:
        facts.append(counted(len(holdings.outlets), "outlet"))
    if holdings.first and holdings.last:
        facts.append(span(holdings.first, holdings.last).removeprefix("of "))
    if holdings.undated:
        facts.append(f"{holdings.undated:,} without a date")
    return html(
        '<p class="dateline">{}</p>', joined(html("<span>{}</span>", fact) for fact in facts)
    )


def no_dateline() -> Html:
    """The line of an archive that is not there."""
    return Html('<p class="dateline">Nothing is indexed yet.</p>')


def archive(holdings: Holdings) -> Html:
    """What the archive holds: the outlets with their articles, and the files that were left out."""
    if not holdings.articles:
        return html(
            '<p class="missing">{}</p>{}',
            "The archive is empty. Put articles into the seeds folder and press “Index the folder”.",
            _skipped(holdings.skipped),
        )
    outlets = list(holdings.outlets.items())
    unknown = holdings.articles - sum(holdings.outlets.values())
    if unknown > 0:
        outlets.append(("unknown outlet", unknown))
    rows = [
        html('<li><span dir="auto">{}</span><b>{}</b></li>', name, f"{count:,}")
        for name, count in outlets
    ]
    more = (
        html(
            "<details><summary>{}</summary><ul>{}</ul></details>",
            counted(len(rows) - OUTLETS, "more outlet"),
            joined(rows[OUTLETS:]),
        )
        if len(rows) > OUTLETS
        else Html("")
    )
    return html(
        '<div class="holdings"><ul>{}</ul>{}{}</div>',
        joined(rows[:OUTLETS]),
        more,
        _skipped(holdings.skipped),
    )


def no_archive(reason: str) -> Html:
    """What to do where there is nothing to ask yet, and why it is so."""
    return html(
        '<p class="missing" dir="auto">{}</p><p class="missing">{}</p>',
        reason,
        "Or press “Index the folder” here.",
    )


def _skipped(files: Sequence[Skipped]) -> Html:
    told = [item for item in files if item.reason != "hidden"]
    if not told:
        return Html("")
    return html(
        '<details class="skipped"><summary>{}</summary><ul>{}</ul></details>',
        f"{counted(len(told), 'file')} not read",
        joined(
            html(
                '<li><code dir="auto">{}</code><span dir="auto">{}</span></li>',
                item.path,
                item.reason,
            )
            for item in told
        ),
    )


# ── words ──


def counted(number: int, thing: str) -> str:
    """A number with its noun: 1 article, 2 articles."""
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
