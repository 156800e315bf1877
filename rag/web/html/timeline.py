"""A timeline -> HTML: its line of dots, its sentences, each with the way into its article, and the way back."""

from __future__ import annotations

from rag.retrieval.find import Wish
from rag.show import timeline as show
from rag.show.html import NOTHING, Html, html, listed
from rag.types.archive import Timeline
from rag.web.html.buttons import tool
from rag.web.html.found import CLOSE, opening, pills
from rag.web.html.found import link as to_list
from rag.web.links import address


def timeline(wish: Wish, found: Timeline) -> Html:
    """The timeline of what was typed, with what narrows it and the way to take it along."""
    there = address(wish, timeline=True)
    tools = (
        html(
            '<div class="tools" role="group" aria-label="Take it along">{}{}</div>',
            tool("table", there, "Save as CSV"),
            tool("link", there, "Link to this timeline"),
        )
        if found.all
        else NOTHING
    )
    return html(
        '<section class="list-found" aria-label="Timeline"><div class="head"><h2 dir="auto" tabindex="-1">{}</h2>{}'
        '</div>{}<div class="ways"><p class="all">{}</p>{}</div>{}{}{}</section>',
        f"Timeline: {found.topic}",
        CLOSE,
        pills(wish, timeline=True),
        to_list(wish, "As a list of articles"),
        tools,
        listed("notes", found.notes),
        NOTHING if found.all else html('<p class="unwritten">{}</p>', show.NONE),
        show.body(found, opening),
    )
