"""What the page offers to other programs, over HTTP and MCP."""

from __future__ import annotations

import inspect
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import gradio as gr

from rag import filters
from rag.engine import Engine
from rag.errors import ClippingsError, UsageError
from rag.language import sought
from rag.show.json import draft_json, hit_json, listed_json, to_json
from rag.show.news import kept_json
from rag.show.timeline import to_json as timeline_json
from rag.stories import kept
from rag.types.answers import Answer
from rag.types.hits import Sort
from rag.types.questions import Ask


class Turns:
    """The last answers that programs were given, for questions that go on from one of them."""

    MOST = 200

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Answer] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, answer: Answer) -> str:
        """Return the name under which an answer is known from now on; the oldest one is forgotten."""
        name = secrets.token_urlsafe(8)
        with self._lock:
            self._answers[name] = answer
            while len(self._answers) > self.MOST:
                self._answers.popitem(last=False)
        return name

    def known(self, name: str) -> Answer:
        """Return an answer by its name; raise UsageError where it is not known any more."""
        with self._lock:
            if name in self._answers:
                return self._answers[name]
        raise UsageError(f"No turn “{name[:40]}” is known here any more. Ask without it.")


def programs(engine: Engine) -> tuple[Callable[..., Any], ...]:
    """Return the named endpoints; they give JSON as text: MCP would print a dictionary as Python."""
    turns = Turns()

    def ask(
        question: str,
        asked_on: str = "",
        *,
        chosen: dict[str, str],
        any_time: bool = False,
        prose: bool = engine.settings.prose,
        after: str = "",
    ) -> str:
        """Answer a question from the news articles, each sentence with the exact words it rests on.

        Args:
            question: The question, in English.
            asked_on: The day of asking, like 2025-06-04; empty for the one of as_of, or today.
            any_time: Do not read the question's words about time.
            prose: Let a language model write sentences; else the articles' own sentences answer.
            after: The `turn` of an answer, for a question that goes on from it ("And who replaces him?").
        """
        with _errors():
            _texts(question=question, asked_on=asked_on, after=after, **chosen)
            narrowed, day = filters.chosen(chosen), filters.day(asked_on)
            turn = (after or "").strip()
            before = turns.known(turn) if turn else None
            asked = Ask(question, narrowed, day, not any_time, before, prose=prose)
            found = engine.answer(asked)
            return _json({**to_json(found), "turn": turns.keep(found)})

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
            _texts(question=question, sort=sort, **chosen)
            if not isinstance(limit, int | float) or limit != limit:
                raise UsageError("limit is no number. Give one from 1 to 50.")
            narrowed, most = filters.chosen(chosen), int(max(1, min(limit, 50)))
            asked = sought.read(question)
            if sort == "fit" and asked.wanted and asked.plain:
                hits = engine.search(Ask(question, narrowed), limit=most)
                return _json([hit_json(hit) for hit in hits])
            found = engine.find(question, narrowed, cast(Sort, sort), most)
            return _json([listed_json(item) for item in found.reports])

    def timeline(topic: str, *, chosen: dict[str, str]) -> str:
        """Tell what happened when: every sentence of the news articles about something, with its day.

        The day is the one that the sentence says, "on Thursday" read against the day of its article;
        `printed` is that day. What tells none, or not surely, is in `undated`: nothing is guessed.

        Args:
            topic: A name, words as for search, or a question.
        """
        with _errors():
            _texts(topic=topic, **chosen)
            return _json(timeline_json(engine.timeline(topic, filters.chosen(chosen))))

    def check(draft: str) -> str:
        """Check every sentence of a draft against the news articles; no language model is asked.

        Each is supported, only alleged, contradicted, not found, or a quotation altered, with the articles' words.

        Args:
            draft: The text, in English, plain or in Markdown.
        """
        with _errors():
            _texts(draft=draft)
            *_, last = engine.check(draft)
            return _json(draft_json(last))

    def standing() -> str:
        """List the kept questions, each with its answer as it is known and what changed since it was kept.

        A change has both quotations. Every ingest asks the questions again whose answers it may change.
        """
        with _errors():
            return _json([kept_json(one) for one in kept.load(engine.settings.index)])

    return _described(ask), _described(search), _described(timeline), check, standing


def _described(function: Callable[..., str]) -> Callable[..., str]:
    """Give an endpoint an argument for each filter, and say so at the end of its description."""
    made = filters.one_parameter_each(function, lambda _: str, "")
    lines = [f"    {row.name}: {row.help}" for row in filters.FILTERS]
    made.__doc__ = "\n".join([inspect.getdoc(function) or "", *lines])
    return made


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _texts(**given: Any) -> None:
    """Raise UsageError for an argument that is no text: a program may send anything."""
    for name, value in given.items():
        if not isinstance(value, str) and (
            value is not None or name in ("question", "draft", "topic")
        ):
            raise UsageError(f"{name} is no text. Give one in quotation marks.")


@contextmanager
def _errors() -> Iterator[None]:
    """Turn what people may meet into an error of the endpoint, in words."""
    try:
        yield
    except ClippingsError as error:
        raise gr.Error(str(error), print_exception=False) from error
