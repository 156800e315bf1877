"""Checked draft -> HTML: its sentences, each with its verdict in words and the articles' words below."""

from __future__ import annotations

from rag.show.drafts import LABELS, instead
from rag.show.html import NOTHING, Html, html, joined
from rag.types.drafts import Checked, CheckedDraft
from rag.types.evidence import Evidence
from rag.web.html.evidence import context


def checked(draft: CheckedDraft) -> Html:
    """The sentences in the order of the draft."""
    rows = joined(map(_sentence, draft.sentences))
    return html('<ol class="draft">{}</ol>', rows) if rows else NOTHING


def _sentence(one: Checked) -> Html:
    told = instead(one)
    return html(
        '<li class="{}"><p class="sentence" dir="auto"><b class="verdict">{}</b> {}{}</p>{}{}</li>',
        one.verdict.replace(" ", "-"),
        LABELS[one.verdict].capitalize(),
        one.text,
        "".join(f" [{number}]" for number in one.citations),
        html('<p class="instead" dir="auto">{}</p>', told) if told else NOTHING,
        joined(map(_evidence, one.evidence)),
    )


def _evidence(item: Evidence) -> Html:
    before, after = context(item)
    about = [item.article.imprint, item.article.day, item.article.title, item.elsewhere]
    return html(
        '<blockquote dir="auto">{}<mark>{}</mark>{}</blockquote><p class="source" dir="auto">{}</p>',
        before,
        item.quote,
        after,
        f"[{item.number}] {' · '.join(filter(None, about))} · {item.article.path}",
    )
