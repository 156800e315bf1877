"""List the measurements of the development sets by name; their texts stay where they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from rag.errors import UsageError
from scripts.evaluation import (
    archive,
    classes,
    drafts,
    given,
    injection,
    library,
    misspelled,
    nearmiss,
    people,
    reading,
    seeds,
    spans,
    standing,
    support,
    timeline,
    unread,
    wordings,
)
from scripts.evaluation.peers import task as peers
from scripts.evaluation.runner import Task

# The unanswerable questions are about 2024: the library that is asked ends before.
FROZEN = date(2023, 12, 31)
_GIVEN = (
    ("squad2", "squad2_dev/squad2.json", given.squad2, 100),
    ("rgb", "rgb/en_fact.json", given.rgb, 86),
    ("ramdocs", "ramdocs/ramdocs.jsonl", given.ramdocs, 50),
)
_SPANS = (
    ("newsqa", "newsqa_dev/newsqa.jsonl", spans.newsqa),
    ("squad2", "squad2_dev/squad2.json", spans.squad2),
)
_SUPPORT = (
    ("bench", "attributionbench/dev.jsonl", support.bench),
    ("qags", "support_dev/qags.jsonl", support.judged),
    ("anli", "support_dev/anli.jsonl", support.judged),
)


def development(data: Path) -> list[Task]:
    """Return what `all` measures, the quick ones first; files may be missing."""
    clef, time = data / "clef2020_checkthat_t2", data / "time_magazine"
    realtime = data / "realtimeqa"
    news = realtime / "small_dev_articles.jsonl.gz"
    return [
        *(spans.task(name, data / file, read) for name, file, read in _SPANS),
        *(support.task(name, data / file, read) for name, file, read in _SUPPORT),
        library.task("retrieval", news, realtime / "small_dev_questions.jsonl"),
        library.task("retrieval", clef / "verified_claims.jsonl", clef / "dev.jsonl"),
        library.task("retrieval", time / "docs.jsonl", time / "queries.jsonl"),
        library.task("refusal", news, realtime / "abstain_dev.jsonl", FROZEN),
        library.task("answers", news, realtime / "qa_dev_clean.jsonl"),
        *(given.task(name, data / file, read, drawn) for name, file, read, drawn in _GIVEN),
        injection.task("injection-archive", data / "injection_seeds.jsonl"),
    ]


def others(data: Path) -> list[Task]:
    """Return what is measured by its whole name only."""
    realtime = data / "realtimeqa"
    news, asked = realtime / "small_dev_articles.jsonl.gz", realtime / "small_dev_questions.jsonl"
    return [
        reading.TASK,
        seeds.TASK,
        nearmiss.task(),
        nearmiss.task(unread=True),
        wordings.task(),
        archive.task(),
        archive.task(unread=True),
        archive.ordinary_task(asked),
        misspelled.task(),
        misspelled.news_task(news),
        unread.task(),
        people.task(),
        timeline.task(),
        timeline.task(unread=True),
        timeline.task(path=timeline.SECOND),
        timeline.task(unread=True, path=timeline.SECOND),
        people.task(path=people.UNREAD),
        standing.task(news),
        support.task("pairs", support.PAIRS, support.pairs, unread=False),
        support.task("pairs", support.PAIRS, support.pairs, unread=True),
        drafts.task(),
        drafts.task(unread=True),
        classes.task(),
        classes.task(unread=True),
        *(spans.task(name, data / file, read, unread=True) for name, file, read in _SPANS),
        library.task("answers-short", news, asked),
        library.task("answers-short", news, realtime / "qa_dev_clean.jsonl"),
        library.task("answers", news, asked),
        library.task("as-of", news, asked),
        injection.task("injection-archive-given", data / "injection_seeds.jsonl", writes=False),
        *(peers.task(name, news, asked) for name in peers.NAMES),
    ]


def chosen(names: Sequence[str], data: Path) -> list[Task]:
    """Return the tasks of these names. Raises UsageError."""
    return [task for name in names for task in _named(name, data)]


def own(what: str, articles: Path, questions: Path, until: date | None = None) -> Task:
    """Return a task on files of one's own. Raises UsageError."""
    if what in library.WAYS:
        return library.task(what, articles, questions, until)
    if what in peers.NAMES:
        return peers.task(what, articles, questions)
    known = ", ".join([*library.WAYS, *peers.NAMES])
    raise UsageError(f"{what!r} cannot be measured on files of one's own. These can: {known}.")


def _named(name: str, data: Path) -> list[Task]:
    """Return the one of this name, or those of `all` whose names begin with it."""
    usual = development(data)
    known = {task.name: task for task in (*usual, *others(data))}
    if name in known:
        return [known[name]]
    begun = [task for task in usual if name == "all" or task.name.startswith(f"{name}-")]
    if not begun:
        raise UsageError("\n  ".join([f"No task is named {name!r}. There are:", "all", *known]))
    return begun
