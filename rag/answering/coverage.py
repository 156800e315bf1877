"""Evidence, archive -> what an answer had to go by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rag.types.evidence import Coverage, Evidence
from rag.types.files import Skipped


def coverage(
    evidence: Sequence[Evidence],
    newest: date | None,
    skipped: Sequence[Skipped],
    asked_on: date | None = None,
) -> Coverage:
    """Count the articles of the evidence and their outlets; copies of a report are not counted. Its age
    is counted against the day of asking.
    """
    articles = {item.article.id: item.article for item in evidence}.values()
    days = sorted(article.published for article in articles if article.published)
    return Coverage(
        articles=len(articles),
        outlets=len({article.source for article in articles if article.source}),
        undated=len(articles) - len(days),
        first=days[0] if days else None,
        last=days[-1] if days else None,
        newest=newest,
        unreadable=sum(item.reason != "hidden" for item in skipped),
        asked_on=asked_on,
    )
