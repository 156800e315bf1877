"""What the page offers to other programs, over HTTP and MCP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from rag.engine import Engine
from rag.errors import ClippingsError
from rag.show.json import hit_json, to_json
from rag.types import Ask
from rag.web import actions


def programs(engine: Engine) -> tuple[Callable[..., Any], ...]:
    """The named endpoints, also MCP tools where these are switched on; each returns JSON as text,
    since MCP would print a dictionary the way Python does.
    """

    def ask(
        question: str,
        as_of: str = "",
        source: str = "",
        since: str = "",
        until: str = "",
        any_time: bool = False,
    ) -> str:
        """Answer a question from the news articles, each sentence with the exact words it rests on.

        Args:
            question: The question, in English.
            as_of: The day of asking, like 2025-06-04; empty for today.
            source: Only articles of this outlet; a part of its name will do.
            since: Only articles from this day on.
            until: Only articles up to this day.
            any_time: Do not read the question's words about time.
        """
        with _errors():
            filters = actions.chosen(source, since, until)
            asked = Ask(question, filters, actions.day(as_of), read_dates=not any_time)
            return _json(to_json(engine.answer(asked)))

    def search(
        question: str, source: str = "", since: str = "", until: str = "", limit: int = 10
    ) -> str:
        """Find the passages of the news articles that fit a question best; no answer is written.

        Args:
            question: The question, or a few words.
            source: Only articles of this outlet; a part of its name will do.
            since: Only articles from this day on.
            until: Only articles up to this day.
            limit: How many articles at most, 1 to 50.
        """
        with _errors():
            asked = Ask(question, actions.chosen(source, since, until))
            hits = engine.search(asked, limit=max(1, min(limit, 50)))
            return _json([hit_json(hit) for hit in hits])

    return ask, search


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what people may meet into an error of the endpoint, in words."""
    try:
        yield
    except ClippingsError as error:
        raise gr.Error(str(error), print_exception=False) from error
