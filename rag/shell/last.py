"""The last answer of the shell, kept beside the library, for a question that goes on from it (`-c`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from rag.atomic import replace_bytes
from rag.errors import UsageError
from rag.filters import chosen
from rag.types.answers import Answer, Review, Statement
from rag.types.archive import Archive
from rag.types.articles import Article
from rag.types.evidence import Evidence

FILE = "last-answer.json"

Opened = Callable[[str], tuple[Article, tuple[Article, ...]] | None]
"""The id of an article -> it and its copies, or None."""


def keep(answer: Answer, folder: Path) -> None:
    """Remember what a next question may point back to; a folder that cannot be written keeps nothing."""
    review = answer.review
    kept = {
        "question": answer.question,
        "standing": answer.standing,
        "status": answer.status,
        "statements": [[one.text, one.kind, one.supported] for one in answer.statements],
        "review": [review.kind, review.topic] if review else None,
        "archive": _counted(answer.archive) if answer.archive else None,
        "cited": [[*item.place, item.number] for item in answer.cited],
    }
    with suppress(OSError):
        replace_bytes(folder / FILE, json.dumps(kept).encode())


def kept(folder: Path, opened: Opened) -> Answer:
    """Return the last answer as far as a next question needs it: what it cited, if that is still there.

    Raises UsageError where none was kept.
    """
    try:
        told: dict[str, Any] = json.loads((folder / FILE).read_bytes())
        return Answer(
            told["question"],
            told["status"],
            tuple(Statement(text, kind, (), known) for text, kind, known in told["statements"]),
            tuple(_cited(told["cited"], opened)),
            standing=told["standing"],
            review=Review(*told["review"]) if told["review"] else None,
            archive=_archive(told["archive"]) if told["archive"] else None,
            done=True,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError("There is no last answer to go on from. Ask without -c first.") from error


def _counted(archive: Archive) -> dict[str, Any]:
    return {"kind": archive.kind, "query": archive.query, "filters": archive.filters.texts()}


def _archive(told: dict[str, Any]) -> Archive:
    """Return what was counted, without the numbers: they are counted anew."""
    filters = chosen(told["filters"])
    return Archive(told["kind"], "", 0, 0, "", query=told["query"], filters=filters)


def _cited(places: list[Any], opened: Opened) -> Iterator[Evidence]:
    for number_of_article, start, end, number in places:
        if (found := opened(number_of_article)) and end <= len(found[0].text):
            yield replace(Evidence(number, found[0], start, end, 0.0), cited=True)
