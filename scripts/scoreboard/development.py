"""The development sets by name: which files measure what. Their texts stay where they are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from scripts.scoreboard.measuring import Task, What

# The unanswerable questions are about 2024: the library that is asked ends before.
FROZEN = date(2023, 12, 31)
_NEWS = "realtimeqa/small_dev_articles.jsonl.gz"
_SETS: tuple[tuple[What, str, str, date | None], ...] = (
    ("retrieval", _NEWS, "realtimeqa/small_dev_questions.jsonl", None),
    (
        "retrieval",
        "clef2020_checkthat_t2/verified_claims.jsonl",
        "clef2020_checkthat_t2/dev.jsonl",
        None,
    ),
    ("retrieval", "time_magazine/docs.jsonl", "time_magazine/queries.jsonl", None),
    ("refusal", _NEWS, "realtimeqa/abstain_dev.jsonl", FROZEN),
    ("answers", _NEWS, "realtimeqa/qa_dev_clean.jsonl", None),
    ("closed-book", _NEWS, "realtimeqa/qa_dev_clean.jsonl", None),
)


def tasks(folder: Path, limit: int | None) -> list[Task]:
    """The measurements of every set, the quick ones first; their files may be missing."""
    return [
        Task(what, folder / articles, folder / questions, until=until, limit=limit)
        for what, articles, questions, until in _SETS
    ]
