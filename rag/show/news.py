"""Kept questions and their news -> words for shell and page, and objects for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rag.show.harmless import harmless
from rag.types.answers import REFUSAL
from rag.types.days import in_words
from rag.types.kept import Change, Kept, News, Told

SORTS: Mapping[Change, str] = {
    "changed": "answer changed",
    "updated": "reports of different days",
    "conflict": "another report says otherwise",
    "answered": "answered now",
    "gone": "no longer in the archive",
}


def headline(news: News) -> str:
    """Say it in one line: "answer changed: 1,800 → 3,000 · The Straits Times, 4 June 2025"."""
    sides = [side for side in (news.before, news.now) if side]
    values = [side.value for side in sides[:-1] if side.value] + [words(sides[-1])]
    return f"{SORTS[news.kind]}: {' → '.join(values)} · {sides[-1].dated}"


def words(side: Told) -> str:
    """The words that answer, or the quotation where none do by themselves."""
    return side.value or f"“{side.quotation}”"


def quotations(news: News) -> Iterator[tuple[str, Told]]:
    """Yield the words of both sides, the old ones first."""
    for name, side in (("old", news.before), ("new", news.now)):
        if side:
            yield name, side


def told(news: News) -> str:
    """The question, the news, and below it both quotations."""
    lines = [news.question, f"  {headline(news)}"]
    lines += [f"  [{name}] “{one.quotation}” {one.dated}" for name, one in quotations(news)]
    return harmless("\n".join(lines))


def listed(number: int, one: Kept) -> str:
    """A kept question: its number, what narrows it, its answer as it is known, its news."""
    lines = [f"{number:>3}  {one.question}", f"     {state(one)}"]
    lines += [f"     {days(news)}{headline(news)}" for news in one.news]
    return harmless("\n".join(lines))


def state(one: Kept) -> str:
    """What is known of a kept question: "1,800 · The Straits Times, 4 June 2025 · kept on 5 June 2025"."""
    answer = f"{words(one.told[0])} · {one.told[0].dated}" if one.told else REFUSAL
    narrowed = [f"{row.label}: {value}" for row, value in one.filters.rows()]
    return " · ".join([answer, *narrowed, f"kept on {in_words(one.since)}"])


def days(news: News) -> str:
    """The day on which news was told, before it: "9 June 2025: "."""
    return f"{in_words(news.on)}: " if news.on else ""


def kept_json(one: Kept) -> dict[str, Any]:
    """A kept question for programs, with its answer as it is known and its news."""
    return {
        "question": one.question,
        "filters": one.filters.texts(),
        "since": one.since.isoformat(),
        "told": [_told_json(side) for side in one.told],
        "news": [news_json(news) for news in one.news],
    }


def news_json(news: News) -> dict[str, Any]:
    """News for programs: which sort, both sides, and the line that people read."""
    return {
        "question": news.question,
        "kind": news.kind,
        "before": _told_json(news.before) if news.before else None,
        "now": _told_json(news.now) if news.now else None,
        "on": news.on.isoformat() if news.on else None,
        "text": headline(news),
    }


def _told_json(side: Told) -> dict[str, Any]:
    names = ("value", "quotation", "outlet", "title", "article", "start", "end")
    day = side.published.isoformat() if side.published else None
    return {**{name: getattr(side, name) for name in names}, "published": day}
