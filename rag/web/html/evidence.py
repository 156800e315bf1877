"""Evidence -> HTML: the number chips with their quotations, and the cards below the answer."""

from __future__ import annotations

from rag.show.html import NOTHING, Html, counted, html, joined
from rag.show.view import Span, View, correction, parted
from rag.types.answers import Answer
from rag.types.evidence import Evidence

AROUND = 150  # characters of the article that a card shows before and after the quotation


def chip(item: Evidence) -> Html:
    """Return the mark [n], which opens the article, and shows its words when pointed at."""
    number, outlet, day = str(item.number), item.article.imprint, item.article.day
    return html(
        '&nbsp;<a class="chip" href="#evidence-{}" data-do="open" data-value="{}" aria-label="{}">{}'
        '<span class="peek" aria-hidden="true"><b>{}</b><i>{}</i><q>{}</q>{}</span></a>',
        number,
        number,
        f"Evidence {number}: {outlet}, {day}. Open the article.",
        number,
        f"{outlet} · {day}",
        item.article.title,
        " ".join(item.quote.split()),
        html('<span class="correction">{}</span>', told)
        if (told := correction(item.article, item))
        else NOTHING,
    )


def evidence(grown: Answer) -> Html:
    """The evidence as cards; at the end what is cited stands first and the rest is folded."""
    if not grown.evidence:
        return Html('<section class="evidence"></section>')
    view = View.of(grown)
    folded = html(
        "<details><summary>{}</summary>{}</details>",
        f"{counted(len(view.folded), 'more excerpt')}, not cited",
        joined(card(item, view.marked.get(item.number), numbered=False) for item in view.folded),
    )
    return html(
        '<section class="evidence"><h2>{}</h2>{}{}</section>',
        view.heading,
        joined(
            card(item, view.marked.get(item.number), numbered=not view.refused)
            for item in view.evidence
        ),
        folded if view.folded else NOTHING,
    )


def card(item: Evidence, place: Span | None = None, *, numbered: bool = True) -> Html:
    """Return one piece of evidence: its source, headline, words in context, days and copies.

    The words at `place` are those of the short answer.
    """
    before, after = context(item)
    return html(
        '<article class="{}" id="evidence-{}">{}<div>'
        '<p class="source"><b dir="auto">{}</b><span>{}</span></p><h3 dir="auto">'
        '<button type="button" class="headline" data-do="open" data-value="{}">{}</button></h3>'
        '<blockquote dir="auto">{}<mark>{}</mark>{}</blockquote>{}</div></article>',
        "card cited" if item.cited or place else "card",
        str(item.number),
        _number(item, numbered=numbered),
        item.article.imprint,
        item.article.day,
        str(item.number),
        item.article.title,
        before,
        words(parted(item, place)),
        after,
        _beside(item),
    )


def words(parts: tuple[str, str, str]) -> Html:
    """Return a quotation in three parts; the middle one is the short answer, or empty."""
    before, found, after = parts
    told = html('<mark class="found">{}</mark>', found) if found else NOTHING
    return html("{}{}{}", before, told, after)


def _number(item: Evidence, *, numbered: bool) -> Html:
    if not numbered:
        return Html('<span class="number" aria-hidden="true"></span>')
    return html('<span class="number" aria-label="Evidence {}">{}</span>', *(str(item.number),) * 2)


def context(item: Evidence) -> tuple[str, str]:
    """What stands before and after the quotation in its paragraph, cut at whole words."""
    text = item.article.text
    before = text[max(0, item.start - AROUND) : item.start]
    after = text[item.end : item.end + AROUND]
    before, after = before.rpartition("\n")[2], after.partition("\n")[0]
    if item.start - len(before) > 0 and len(before) == AROUND:
        before = f"… {before.partition(' ')[2]}"
    if len(after) == AROUND and item.end + AROUND < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    return before, after


def _beside(item: Evidence) -> Html:
    """Whether it was corrected, the days it names, where else it stands, and its file."""
    copies = joined(
        html(
            '<button type="button" class="copy" dir="auto" data-do="open" data-value="{}">{}</button> ',
            f"{item.number}/{place}",
            f"{copy.outlet}, {copy.day}",
        )
        for place, copy in enumerate(item.also, start=1)
    )
    told = correction(item.article, item)
    lines = [html('<p class="correction" dir="auto">{}</p>', told)] if told else []
    lines += [html('<p class="also" dir="auto">{}</p>', str(named)) for named in item.days]
    if item.elsewhere:
        told = item.elsewhere.partition(":")[0]  # the buttons name them
        lines.append(html('<p class="also" dir="auto">{}: {}</p>', told, copies))
    return joined([*lines, html('<p class="file" dir="auto">{}</p>', item.article.path)])
