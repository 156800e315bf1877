"""Answer -> a file to take along: Markdown, a web page that stands alone, or JSON.

All three hold the question, what was said with its marks, where sources differ, and the quotations
with outlet, day, author, headline and file. What comes from articles, questions and the model is text in
every one of them: no Markdown reader makes a link, a picture or a heading of it.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence

from rag.show.harmless import harmless
from rag.show.html import NOTHING, Html, escape, html, joined
from rag.types import Answer, Article, Disagreement, Evidence, Statement, in_words

NEAREST = 3  # passages given when the articles do not say
NAME_CHARACTERS = 60  # of a file's name, without its kind
UNWRITTEN = "No answer was written."
DOUBT = "Not confirmed by the evidence"
DIFFER = {"conflict": "The sources differ on", "updated": "Reports of different days differ on"}

# ── names ──


def file_name(question: str, kind: str) -> str:
    """A name that every system takes: "who-will-replace-kenneth-genalo.md"."""
    ascii_only = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-") or "answer"
    if len(slug) > NAME_CHARACTERS:
        slug = (
            slug[: NAME_CHARACTERS + 1].rpartition("-")[0][:NAME_CHARACTERS]
            or slug[:NAME_CHARACTERS]
        )
    reserved = re.fullmatch(r"con|prn|aux|nul|com\d|lpt\d", slug)  # by Windows
    return f"{'answer-' if reserved else ''}{slug}.{kind}"


# ── what all of them tell ──


def json_text(answer: Answer) -> str:
    """The answer as `--json` prints it."""
    return json.dumps(answer.to_json(), ensure_ascii=False, indent=2) + "\n"


def _asked(answer: Answer) -> str:
    """The day of asking and what was made of it, where words about time were read."""
    window = str(answer.window or "")
    day = f"Asked on {in_words(answer.as_of)}. " if window and answer.as_of else ""
    return f"{day}{window}"


def _unanswered(answer: Answer) -> str:
    """What stands in the place of statements."""
    if answer.status == "not_found":
        return answer.text
    return "" if answer.statements else UNWRITTEN


def _shown(answer: Answer) -> tuple[str, Sequence[Evidence]]:
    """The evidence to give, and what it is: what is cited or compared, else all, else the nearest."""
    if answer.status == "not_found":
        return "The nearest passages", answer.evidence[:NEAREST]
    compared = {
        number for item in answer.disagreements for side in item.values for number in side.evidence
    }
    used = [item for item in answer.evidence if item.cited or item.number in compared]
    return "Evidence", used or answer.evidence


def _sides(item: Disagreement, answer: Answer) -> Iterator[tuple[str, Evidence]]:
    """Each value with each piece of evidence that gives it."""
    known = {one.number: one for one in answer.evidence}
    for side in item.values:
        yield from ((side.value, known[number]) for number in side.evidence if number in known)


def _source(article: Article) -> str:
    """What stands beside the outlet: the day with how it is known, and the author."""
    return " · ".join(filter(None, (article.dated, article.byline)))


def _beside(item: Evidence) -> list[str]:
    """What else there is to know of a quotation."""
    return [line for line in (", ".join(map(str, item.days)), item.elsewhere) if line]


_ADDRESS = re.compile(
    r"https?://[a-z0-9.-]+(?::\d+)?(?:[/?#](?:[\w./?&=#~+,;:@!$'()*-]|%[\da-f]{2})*)?",
    re.ASCII | re.IGNORECASE,
)


def _link(url: str | None) -> str | None:
    """An address that may become a link: http or https, a plain host, plain characters."""
    return url if url and _ADDRESS.fullmatch(url) else None


# ── Markdown ──


def markdown(answer: Answer) -> str:
    """The answer in CommonMark, made of headings, paragraphs, quotations and lists alone."""
    heading, shown = _shown(answer)
    blocks = [
        f"# {inert(answer.question)}",
        inert(_asked(answer)),
        inert(_unanswered(answer)),
        *(_statement_md(item) for item in answer.statements),
        *(_disagreement_md(item, answer) for item in answer.disagreements),
        "\n".join(f"- {inert(note)}" for note in answer.notes),
        f"## {heading}" if shown else "",
        *(_evidence_md(item) for item in shown),
    ]
    return "\n\n".join(block for block in blocks if block) + "\n"


def _statement_md(item: Statement) -> str:
    """A sentence of the model as a paragraph, one of an article as a quotation."""
    before = "> " if item.kind == "quote" else "" if item.supported else f"*{DOUBT}:* "
    return f"{before}{inert(item.text)} {_marks(item.citations, _mark)}".rstrip()


def _disagreement_md(item: Disagreement, answer: Answer) -> str:
    rows = [
        f"- **{inert(value)}**: {inert(one.article.imprint)}, {inert(one.article.day)}:"
        f" “{inert(one.quote)}” {_mark(one.number)}"
        for value, one in _sides(item, answer)
    ]
    return "\n".join([f"{DIFFER[item.kind]} {inert(item.about)}:", "", *rows])


def _evidence_md(item: Evidence) -> str:
    article, link = item.article, _link(item.article.url)
    title = f" · *{inert(article.title)}*" if article.title.strip() else ""
    parts = [
        f"**{_mark(item.number)}** **{inert(article.imprint)}** · {inert(_source(article))}{title}",
        f"> {inert(item.quote)}",
        f"{_code(_one_line(article.path))}",
        f"<{link}>" if link else _code(_one_line(article.url)) if article.url else "",
        *map(inert, _beside(item)),
    ]
    return "\n\n".join(part for part in parts if part)


def _mark(number: int) -> str:
    return f"\\[{number}]"


def _marks(numbers: Sequence[int], mark: Callable[[int], str]) -> str:
    return "".join(mark(number) for number in numbers)


# Whatever CommonMark, its usual extensions (tables, mathematics, footnotes, emoji) and Obsidian take
# for more than itself; a full stop between letters, since "example.com" is a link to some. Not "]":
# it closes nothing, and "\[ … \]" would be mathematics.
_SPECIAL = re.compile(
    r"[\\`*_{}\[>~|$^=#]|:(?=[\w+-]+:)|(?<=[^\W\d_])\.(?=[^\W\d_])|(?<=%)%|%(?=%)|\+(?=\+)|(?<=\+)\+"
)
_OPENING = re.compile(r"^(?:\d+(?=[.)])|(?=[-+:!]))")
# An address or a name that readers make links of, whatever stands before it: shown as code.
_LINKED = re.compile(r"://|www\.|mailto:|xmpp:|@|#\w", re.IGNORECASE)
_BETWEEN = re.compile(r"([\s“”\"]+)")


def inert(text: str) -> str:
    """Text on one line of Markdown that shows as itself and as nothing else."""
    pieces = _BETWEEN.split(_one_line(text))
    shown = "".join(_code(one) if _LINKED.search(one) else _escaped(one) for one in pieces)
    return _OPENING.sub(r"\g<0>\\", shown)


def _escaped(text: str) -> str:
    plain = _SPECIAL.sub(r"\\\g<0>", text)
    return plain.replace("&", "&amp;").replace("<", "&lt;")


def _one_line(text: str) -> str:
    return " ".join(harmless(text).split())


def _code(text: str) -> str:
    """Text as code, between more backticks than it has in a row."""
    longest = max(map(len, re.findall(r"`+", text)), default=0)
    room = " " if text.startswith("`") or text.endswith("`") else ""
    fence = "`" * (longest + 1)
    return f"{fence}{room}{text}{room}{fence}" if text else ""


# ── a web page ──

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


def page(answer: Answer) -> str:
    """The answer as a whole HTML document: its own style, no script, nothing from elsewhere."""
    heading, shown = _shown(answer)
    return html(
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta http-equiv="Content-Security-Policy" content="{}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer"><title>{}</title><style>{}</style></head>'
        '<body><main><h1 dir="auto">{}</h1>{}{}{}{}{}</main></body></html>\n',
        POLICY,
        answer.question,
        STYLE,
        answer.question,
        _prose(answer),
        joined(_disagreement(item, answer) for item in answer.disagreements),
        _notes(answer.notes),
        html("<h2>{}</h2>", heading) if shown else NOTHING,
        html("<ol>{}</ol>", joined(map(_evidence, shown))) if shown else NOTHING,
    )


def _prose(answer: Answer) -> Html:
    return joined(
        [
            _paragraph("small", _asked(answer)),
            _paragraph("refusal", _unanswered(answer)),
            *(_statement(item) for item in answer.statements),
        ]
    )


def _paragraph(kind: str, text: str) -> Html:
    return html('<p class="{}" dir="auto">{}</p>', kind, text) if text else NOTHING


def _statement(item: Statement) -> Html:
    """A sentence of the model as a paragraph, one of an article as a labelled quotation."""
    marks = Html(_marks(item.citations, _anchor))
    if item.kind == "quote":
        return html(
            '<p class="label">In the article’s own words</p><blockquote dir="auto">{} {}</blockquote>',
            item.text,
            marks,
        )
    doubt = "" if item.supported else DOUBT
    return html(
        '{}<p class="statement" dir="auto">{} {}</p>', _paragraph("label", doubt), item.text, marks
    )


def _anchor(number: int) -> Html:
    return html('<a href="#evidence-{}">[{}]</a>', str(number), str(number))


def _disagreement(item: Disagreement, answer: Answer) -> Html:
    rows = joined(
        html(
            '<li dir="auto"><b>{}</b>: {}, {}: “{}” {}</li>',
            value,
            one.article.imprint,
            one.article.day,
            " ".join(one.quote.split()),
            _anchor(one.number),
        )
        for value, one in _sides(item, answer)
    )
    return html('<p dir="auto">{} {}:</p><ul>{}</ul>', DIFFER[item.kind], item.about, rows)


def _notes(notes: Sequence[str]) -> Html:
    items = joined(html('<li dir="auto">{}</li>', note) for note in notes)
    return html('<ul class="small">{}</ul>', items) if notes else NOTHING


def _evidence(item: Evidence) -> Html:
    article, link = item.article, _link(item.article.url)
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
        _source(article),
        article.title,
        item.quote,
        joined(_paragraph("small", line) for line in (article.path, there, *_beside(item))),
    )
