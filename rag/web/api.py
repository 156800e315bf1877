"""What the page offers to other programs, over HTTP and MCP."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import gradio as gr

from rag import filters
from rag.engine import Engine
from rag.errors import ClippingsError
from rag.language import sought
from rag.show.json import draft_json, hit_json, listed_json, to_json
from rag.types import Ask, Sort


def programs(engine: Engine) -> tuple[Callable[..., Any], ...]:
    """Return the named endpoints; they give JSON as text: MCP would print a dictionary as Python."""

    def ask(
        question: str,
        as_of: str = "",
        *,
        chosen: dict[str, str],
        any_time: bool = False,
        prose: bool = engine.settings.prose,
    ) -> str:
        """Answer a question from the news articles, each sentence with the exact words it rests on.

        Args:
            question: The question, in English.
            as_of: The day of asking, like 2025-06-04; empty for today.
            any_time: Do not read the question's words about time.
            prose: Let a language model write sentences; else the articles' own sentences answer.
        """
        with _errors():
            narrowed, asked_on = filters.chosen(chosen), filters.day(as_of)
            asked = Ask(question, narrowed, asked_on, read_dates=not any_time, prose=prose)
            return _json(to_json(engine.answer(asked)))

    def search(question: str, *, chosen: dict[str, str], limit: int = 10, sort: str = "fit") -> str:
        """Find the passages of the news articles that fit a question best; no answer is written.

        "A phrase" in quotation marks keeps its order, -word leaves out, OR joins two words, name~ also
        finds names with a wrong letter: then articles are found by their words alone. No question
        lists all articles, newest first.

        Args:
            question: The question, or a few words; empty for all articles.
            limit: How many articles at most, 1 to 50.
            sort: "fit" for the best first, "day" for the newest articles that have all the words.
        """
        with _errors():
            narrowed, most = filters.chosen(chosen), max(1, min(limit, 50))
            asked = sought.read(question)
            if sort == "fit" and asked.wanted and asked.plain:
                hits = engine.search(Ask(question, narrowed), limit=most)
                return _json([hit_json(hit) for hit in hits])
            found = engine.find(question, narrowed, cast(Sort, sort), most)
            return _json([listed_json(item) for item in found.reports])

    def check(draft: str) -> str:
        """Check every sentence of a draft against the news articles; no language model is asked.

        Each is supported, only alleged, contradicted, not found, or a quotation altered, with the articles' words.

        Args:
            draft: The text, in English, plain or in Markdown.
        """
        with _errors():
            *_, last = engine.check(draft)
            return _json(draft_json(last))

    return _described(ask), _described(search), check


def _described(function: Callable[..., str]) -> Callable[..., str]:
    """Give an endpoint an argument for each filter, and say so at the end of its description."""
    made = filters.one_parameter_each(function, lambda _: str, "")
    lines = [f"    {row.name}: {row.help}" for row in filters.FILTERS]
    made.__doc__ = "\n".join([inspect.getdoc(function) or "", *lines])
    return made


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what people may meet into an error of the endpoint, in words."""
    try:
        yield
    except ClippingsError as error:
        raise gr.Error(str(error), print_exception=False) from error
