"""A turn -> HTML: what is going on, the answer sentence by sentence, what it was restricted to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rag.retrieval.find import Wish
from rag.show.html import NOTHING, Html, counted, html, joined, listed
from rag.show.view import INSTEAD, UNWRITTEN, Brief, Column, Difference, Said, View, meant
from rag.types.answers import Answer
from rag.types.days import Window, in_words, span
from rag.types.evidence import Evidence
from rag.types.files import IngestReport, Skipped
from rag.types.help import Guess
from rag.types.questions import Turn
from rag.web.html.buttons import pill, suggestion, tool
from rag.web.html.counts import counts
from rag.web.html.evidence import chip
from rag.web.html.found import to_timeline
from rag.web.html.standing import star
from rag.web.links import question

PLACEHOLDER = Html(
    '<div class="placeholder" aria-hidden="true"><span></span><span></span><span></span></div>'
)
NEAREST = "No answer was made up. The nearest passages stand below."
NOTHING_LEFT = "No article is left by what the search was narrowed to."
STOPPED_EARLY = "Stopped before a sentence was written; below is what the articles hold."
FRESH = '<button type="button" class="{}" data-do="fresh" data-value="">New conversation</button>'
REFERENCES = (("save", "bib", "BibTeX"), ("save", "csl.json", "CSL-JSON"))
TOOLS = (
    ("copy", "md", "Copy"),
    ("save", "md", "Markdown"),
    ("save", "html", "HTML"),
    ("save", "json", "JSON"),
    *REFERENCES,
    ("link", "", "Link to this question"),
)


# ── one line ──


def state(text: str, *, busy: bool = False, seconds: float = 0.0) -> Html:
    """What is going on, in words; the running seconds are for the eye only."""
    clock = html('<span class="clock" aria-hidden="true">{} s</span>', f"{seconds:.0f}")
    return html(
        '<p class="{}"><span role="status">{}</span>{}</p>',
        "state busy" if busy else "state",
        text,
        clock if seconds >= 1 else NOTHING,
    )


def stage(answer: Answer, ahead: int = 0) -> str:
    """The state of an answer in words; `ahead` questions are written before it."""
    if not answer.done:
        if answer.statements:
            return "Writing and checking …"
        if ahead:
            return f"The evidence is there; {counted(ahead, 'question')} before yours …"
        return f"Reading the best of {counted(len(answer.evidence), 'excerpt')} …"
    took = f"{answer.timings.get('total', 0.0):.1f} s"
    return {
        "answered": f"Done in {took}",
        "partial": f"Done in {took}, in part",
        "not_found": f"Searched in {took}",
        "stopped": "Stopped.",
        "failed": f"Searched in {took}; the language model failed",
    }[answer.status]


def problem(text: str) -> Html:
    """An error as one friendly line."""
    return html('<p class="problem" role="alert" dir="auto">{}</p>', text)


def report(done: IngestReport) -> Html:
    """What an ingest did, with the files it could not read."""
    return html(
        '<div class="report"><p role="status">{}</p>{}</div>', str(done), refused(done.skipped)
    )


def refused(files: Sequence[Skipped]) -> Html:
    """Files that were not taken, each with the reason."""
    rows = [
        html('<li dir="auto"><code>{}</code> {}</li>', item.path, item.reason)
        for item in files
        if item.reason != "hidden"
    ]
    return html('<ul class="report">{}</ul>', joined(rows)) if rows else NOTHING


def added(names: Sequence[str]) -> Html:
    """The files that were taken in, under the names they have now."""
    return html('<p class="report" role="status" dir="auto">Added: {}.</p>', ", ".join(names))


# ── the answer ──


def asked(turn: Turn) -> Html:
    """The question alone, while its evidence is being searched."""
    above = joined([_earlier(turn), _head(turn), PLACEHOLDER])
    return html('<section class="answer">{}</section>', above)


def answer(turn: Turn, *, kept: bool = False) -> Html:
    """The question and what is known of its answer at this moment; `kept` where it is a standing one."""
    grown = turn.answer
    assert grown is not None
    view, doing = View.of(grown), stage(grown)
    return html(
        '<section class="answer">{}{}{}{}{}{}{}{}{}{}{}{}</section>',
        _earlier(turn),
        _head(turn),
        _pills(turn, grown),
        counts(view.archive) if view.archive else NOTHING,
        _short(view.short),
        _prose(view, grown),
        joined(_meant(turn, guess) for guess in view.guesses),
        joined(map(_difference, view.differences)),
        listed("notes", (note for note in view.notes if note != doing)),
        _instead(view.instead),
        html('<p class="coverage">{}</p>', view.coverage) if view.coverage else NOTHING,
        _tools(turn, grown, kept),
    )


def _head(turn: Turn) -> Html:
    """The question; at the end also the way out of its conversation, whose place is kept for it."""
    done = turn.answer is not None and turn.answer.done
    fresh = html(FRESH, "fresh" if done else "fresh waiting")
    return html('<div class="head"><h2 dir="auto">{}</h2>{}</div>', turn.question, fresh)


def _short(told: Sequence[Brief]) -> Html:
    """The short answer, large; several as a list; below it how many independent reports say it."""
    words = [html("<b>{}</b>{}", one.text, chip(one.item)) for one in told]
    agreed = listed("agreed", filter(None, (one.agreed for one in told)))
    if len(words) == 1:
        return html('<p class="short" dir="auto">{}</p>{}', *words, agreed)
    return joined([listed("short", words), agreed])


def _prose(view: View, grown: Answer) -> Html:
    if view.refused:
        more = NEAREST if view.evidence else NOTHING_LEFT
        return html('<p class="refusal">{}</p><p class="friendly">{}</p>', view.unanswered, more)
    if view.unanswered:
        reason = STOPPED_EARLY if grown.status == "stopped" else UNWRITTEN
        return html('<p class="unwritten">{}</p>', reason) if view.evidence else NOTHING
    if view.columns:
        return html('<div class="columns">{}</div>', joined(map(_column, view.columns)))
    return joined(map(_statement, view.statements)) or (NOTHING if grown.done else PLACEHOLDER)


def _statement(said: Said) -> Html:
    """A sentence of the model as prose, a sentence of an article as a block of its own."""
    tag, kind = ("blockquote", "quoted") if said.quoted else ("div", "written")
    label = html('<span class="label">{}</span>', said.label) if said.label else NOTHING
    return html(
        '<{} class="statement {}" dir="auto">{}<p>{}{}</p></{}>',
        tag,
        kind,
        label,
        said.text,
        joined(map(chip, said.cited)),
        tag,
    )


def _column(column: Column) -> Html:
    """What a side of a comparison says; also that it says nothing."""
    return html(
        '<section class="said-by"><h3 dir="auto">{}</h3>{}</section>',
        column.heading,
        joined(map(_statement, column.statements))
        or html('<p class="friendly">{}</p>', column.unanswered),
    )


def _difference(item: Difference) -> Html:
    """Each side with who says it, when, and in which words."""
    return html(
        '<table class="differ"><caption>{}</caption><thead><tr><th scope="col">Value</th>'
        '<th scope="col">Source</th><th scope="col">Words</th></tr></thead><tbody>{}</tbody></table>',
        item.caption,
        joined(_side(value, one) for value, one in item.rows),
    )


def _side(value: str, item: Evidence) -> Html:
    return html(
        '<tr><th scope="row" dir="auto">{}</th><td dir="auto">{}<br>{}</td><td dir="auto">“{}”{}</td></tr>',
        value,
        item.article.imprint,
        item.article.day,
        " ".join(item.quote.split()),
        chip(item),
    )


def _meant(turn: Turn, guess: Guess) -> Html:
    """A name that may have been meant, as a link that asks with it."""
    there = link(replace(turn, question=guess.question))
    return html(
        '<p class="meant" dir="auto">{} <a class="list" href="{}" data-do="meant" data-value="{}">{}</a></p>',
        meant(guess),
        f"?{there}",
        guess.question,
        guess.question,
    )


def _instead(questions: Sequence[str]) -> Html:
    """What can be asked instead, each as a button."""
    if not questions:
        return NOTHING
    return html(
        '<div class="instead"><p class="friendly">{}:</p><div class="suggested">{}</div></div>',
        INSTEAD,
        joined(map(suggestion, questions)),
    )


def _tools(turn: Turn, grown: Answer, kept: bool) -> Html:
    """What can be done with a finished answer: taken along, linked to, or kept; before, its place."""
    if not (grown.evidence or grown.archive):
        return NOTHING
    if not grown.done:
        return Html('<div class="tools"></div>')
    tools = TOOLS if grown.evidence else [one for one in TOOLS if one not in REFERENCES]
    buttons = joined(tool(do, value or link(turn), words) for do, value, words in tools)
    return html(
        '{}<div class="tools" role="group" aria-label="Take it along">{}{}</div>',
        _as_timeline(turn, grown),
        star(turn, kept=kept),
        buttons,
    )


def _as_timeline(turn: Turn, grown: Answer) -> Html:
    """The way from a summary to the timeline of its topic."""
    if not (grown.review and grown.review.kind == "summary"):
        return NOTHING
    wish = Wish(grown.review.topic, turn.filters)
    return html('<p class="all">{}</p>', to_timeline(wish, "All of it as a timeline"))


def link(turn: Turn) -> str:
    """What stands behind the ? of an address that asks the same again."""
    return question(turn.question, turn.filters)


# ── what it was restricted to ──


def _pills(turn: Turn, grown: Answer) -> Html:
    """What narrowed the search, each to be taken away."""
    pills = joined(pill("without", what, words) for what, words in _narrowed(turn, grown))
    return html('<div class="pills">{}</div>', pills) if pills else NOTHING


def _narrowed(turn: Turn, grown: Answer) -> Iterator[tuple[str, str]]:
    if turn.before and turn.follows:
        yield "before", f"Follows “{turn.before.question}”"
    if grown.window and grown.window.phrase:
        yield "window", days(grown.window)
    for row, value in turn.filters.rows():
        yield row.name, row.pill.format(value if isinstance(value, str) else in_words(value))


def days(window: Window) -> str:
    """A window in few words: “last week”: only articles from 12 to 18 May 2025."""
    only, done = ("only articles", "") if window.strict else ("articles", " come first")
    return f"“{window.phrase}”: {only} {span(window.since, window.until)}{done}"


# ── the conversation ──


def _earlier(turn: Turn) -> Html:
    """The turns before, folded, each with the beginning of its answer."""
    if not turn.before:
        return NOTHING
    row = '<li><b dir="auto">{}</b><span dir="auto">{}</span></li>'
    return html(
        '<details class="earlier"><summary>{}</summary><ol>{}</ol></details>',
        f"Earlier in this conversation: {counted(len(turn.earlier), 'question')}",
        joined(html(row, one.question, _gist(one.answer)) for one in turn.earlier),
    )


def _gist(grown: Answer | None) -> str:
    if grown is None:
        return "not answered"
    if grown.status == "not_found" or grown.archive:
        return grown.text
    begun = [*map(str, grown.statements[:1]), *(one.text for one in grown.short[:1])]
    return begun[0] if begun else "not answered"
