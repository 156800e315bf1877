"""Answer and Hit -> objects for programs: what `--json` prints and the page's endpoints return."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rag.types import (
    Answer,
    Article,
    Disagreement,
    Evidence,
    Explanation,
    Hit,
    Statement,
    Verdict,
    Window,
)


def json_text(answer: Answer) -> str:
    """The answer as `--json` prints it."""
    return json.dumps(to_json(answer), ensure_ascii=False, indent=2) + "\n"


def to_json(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """The whole answer, with how its evidence was found where that shall be explained."""
    found = {
        "question": answer.question,
        "status": answer.status,
        "statements": [_statement_json(item) for item in answer.statements],
        "evidence": [_evidence_json(item) for item in answer.evidence],
        "disagreements": [_disagreement_json(item) for item in answer.disagreements],
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "window": window_json(answer.window),
        "confidence": round(answer.confidence, 3),
        "notes": list(answer.notes),
        "timings": _rounded(answer.timings),
        "models": dict(answer.models),
    }
    if explain and answer.explanation:
        found["explanation"] = explanation_json(answer.explanation, answer.verdict)
    return found


def _statement_json(item: Statement) -> dict[str, Any]:
    return {
        "text": item.text,
        "kind": item.kind,
        "citations": list(item.citations),
        "supported": item.supported,
    }


def _evidence_json(item: Evidence) -> dict[str, Any]:
    return {
        "number": item.number,
        "quote": item.quote,
        "start": item.start,
        "end": item.end,
        "score": round(item.score, 4),
        "cited": item.cited,
        "article": article_json(item.article),
        "days": {named.phrase: named.day.isoformat() for named in item.days},
        "also": [article_json(copy) for copy in item.also],
    }


def _disagreement_json(item: Disagreement) -> dict[str, Any]:
    values = [{"value": side.value, "evidence": list(side.evidence)} for side in item.values]
    return {"about": item.about, "kind": item.kind, "values": values}


def article_json(article: Article) -> dict[str, Any]:
    """What a program needs to know of an article beside its text."""
    return {
        "id": article.id,
        "title": article.title,
        "source": article.source,
        "agency": article.agency,
        "author": article.author,
        "published": article.published.isoformat() if article.published else None,
        "published_from": article.published_from,
        "url": article.url,
        "path": article.path,
    }


def window_json(window: Window | None) -> dict[str, str | bool | None] | None:
    """A window as days and the words it was read from, or None."""
    if window is None:
        return None
    return {
        "since": window.since.isoformat() if window.since else None,
        "until": window.until.isoformat() if window.until else None,
        "phrase": window.phrase,
        "strict": window.strict,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit for programs that search: its words, its score, its article."""
    return {
        "text": hit.passage.text,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "score": round(hit.score, 4),
        "article": article_json(hit.passage.article),
    }


def explanation_json(found: Explanation, verdict: Verdict | None) -> dict[str, Any]:
    """How the evidence was found, and by which signals it was judged."""
    return {
        "questions": list(found.questions),
        "words": list(found.words),
        "hits": [ranks_json(hit) for hit in found.hits],
        "cut": [{**ranks_json(cut.hit), "reason": cut.reason} for cut in found.cut],
        "signals": _rounded(verdict.signals if verdict else {}),
    }


def ranks_json(hit: Hit) -> dict[str, Any]:
    """A hit of an explanation: its place, its rank in each search, its scores."""
    return {
        "path": hit.passage.article.path,
        "title": hit.passage.article.title,
        "start": hit.passage.start,
        "end": hit.passage.end,
        "text_rank": hit.text_rank,
        "vector_rank": hit.vector_rank,
        "fused": round(hit.fused, 5),
        "reranked": hit.reranked,
        "score": hit.score,
    }


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: round(number, 3) for name, number in numbers.items()}
