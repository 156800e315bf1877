"""Answer -> one HTML document that stands alone: its own style, no script, nothing from elsewhere."""

from __future__ import annotations

from rag.show.html import NOTHING, Html, escape, html, joined, listed
from rag.show.view import Difference, Said, View, beside, day_and_author, plain_address
from rag.types import Answer, Evidence

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
STYLE = Html("""
:root { color-scheme: light dark; --ink: #1d1b18; --soft: #5d574f; --paper: #fdfcf9; --line: #ddd7cc;
  --accent: #8a1c1c }
@media (prefers-color-scheme: dark) {
  :root { --ink: #ece8e1; --soft: #b0a99e; --paper: #1b1a18; --accent: #f0a08c; --line: #45413b }
}
body { margin: 0; background: var(--paper); color: var(--ink); font: 17px/1.55 Georgia, "Times New Roman", serif }
main { max-width: 42rem; margin: 0 auto; padding: 2rem 1rem 4rem; overflow-wrap: anywhere }
h1 { font-size: 1.7rem; line-height: 1.25 }
h2 { font-size: 1.1rem; margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem }
h3 { font-size: 1rem; margin: 0 }
blockquote { margin: .5rem 0; padding-left: 1rem; border-left: 3px solid var(--accent); white-space: pre-line }
a { color: var(--accent) }
li { margin-bottom: 1.2rem }
.small, .label { color: var(--soft); font: .85rem/1.5 system-ui, sans-serif; margin: 0 }
.small li { margin: 0 }
ol { list-style: none; padding: 0 }
:target { outline: 2px solid var(--accent); outline-offset: .5rem }
""")


def html_file(answer: Answer) -> str:
    """The answer as a whole HTML document: its own style, no script, nothing from elsewhere."""
    view = View.of(answer)
    return html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><title>{}</title><style>{}</style></head>'
        '<body><main><h1 dir="auto">{}</h1>{}{}{}{}</main></body></html>\n',
        POLICY,
        answer.question,
        STYLE,
        answer.question,
        _prose(view),
        joined(map(_difference, view.differences)),
        listed("small", view.notes),
        html("<h2>{}</h2><ol>{}</ol>", view.heading, joined(map(_evidence, view.evidence)))
        if view.evidence
        else NOTHING,
    )


def _prose(view: View) -> Html:
    before = _paragraph("small", view.asked), _paragraph("refusal", view.unanswered)
    return joined([*before, *map(_statement, view.statements)])


def _paragraph(kind: str, text: str) -> Html:
    return html('<p class="{}" dir="auto">{}</p>', kind, text) if text else NOTHING


def _statement(said: Said) -> Html:
    """A sentence of the model as a paragraph, one of an article as a quotation, each with its label."""
    label, marks = _paragraph("label", said.label), joined(map(_mark, said.cited))
    tag = "blockquote" if said.quoted else "p"
    return html('{}<{} dir="auto">{} {}</{}>', label, tag, said.text, marks, tag)


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


def _evidence(item: Evidence) -> Html:
    article, link = item.article, plain_address(item.article.url)
    there = (
        html('<a href="{}" rel="noopener noreferrer nofollow">{}</a>', link, link)
        if link
        else escape(article.url or "")
    )
    return html(
        '<li id="evidence-{}"><p class="small" dir="auto">[{}] <b>{}</b> · {}</p><h3 dir="auto">{}</h3>'
        '<blockquote dir="auto">{}</blockquote>{}</li>',
        str(item.number),
        str(item.number),
        article.imprint,
        day_and_author(article),
        article.title,
        item.quote,
        joined(_paragraph("small", line) for line in (article.path, there, *beside(item))),
    )
