"""Answer, Hit and CheckedDraft -> objects for programs: what `--json` prints and the page's endpoints
return.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rag.show.refusal import why
from rag.types.answers import Answer, Disagreement, Review, Short, Verdict
from rag.types.archive import Archive
from rag.types.articles import Article
from rag.types.drafts import Checked, CheckedDraft
from rag.types.evidence import Coverage, Evidence
from rag.types.help import Guess
from rag.types.hits import Explanation, Found, Hit, Listed
from rag.types.models import Server


def to_json(answer: Answer, *, explain: bool = False) -> dict[str, Any]:
    """The whole answer; with `explain` also how its evidence was found."""
    window = answer.window
    short = () if answer.status == "not_found" else answer.short  # as people see it: rag.show.view
    found = {
        **_taken(answer, "question status"),
        "short": [_short_json(item) for item in short],
        "statements": [
            _taken(item, "text kind citations supported frame speaker")
            for item in answer.statements
        ],
        "evidence": [_evidence_json(item) for item in answer.evidence],
        "disagreements": [_disagreement_json(item) for item in answer.disagreements],
        "archive": archive_json(answer.archive) if answer.archive else None,
        "review": _review_json(answer.review) if answer.review else None,
        **_taken(answer, "asked_on as_of"),
        "window": _taken(window, "since until phrase strict") if window else None,
        "confidence": round(answer.confidence, 3),
        **_taken(answer, "notes"),
        "help": _help_json(answer),
        "coverage": _coverage_json(answer.coverage) if answer.coverage else None,
        "timings": _rounded(answer.timings),
        "models": dict(answer.models),
        "server": _server_json(answer.server) if answer.server else None,
        "library": _taken(answer.library, "url leaves") if answer.library else None,
    }
    if explain and answer.explanation:
        found["explanation"] = explanation_json(answer.explanation, answer.verdict)
    return found


def _short_json(item: Short) -> dict[str, Any]:
    return {
        **_taken(item, "text evidence start end"),
        "probability": round(item.probability, 3),
        **_taken(item, "reports"),
    }


def _evidence_json(item: Evidence) -> dict[str, Any]:
    return {
        **_taken(item, "number quote start end"),
        "score": round(item.score, 4),
        "answers": round(item.answers, 3),
        **_taken(item, "found cited"),
        "article": article_json(item.article),
        "days": {named.phrase: named.day.isoformat() for named in item.days},
        "also": [article_json(copy) for copy in item.also],
    }


def _disagreement_json(item: Disagreement) -> dict[str, Any]:
    values = [_taken(side, "value evidence") for side in item.values]
    return {**_taken(item, "about kind"), "values": values}


def _review_json(review: Review) -> dict[str, Any]:
    """What all the quotations are about, and which evidence is on which side of a comparison."""
    sides = [_taken(side, "who evidence") for side in review.sides]
    return {**_taken(review, "kind topic"), "sides": sides}


def _help_json(answer: Answer) -> dict[str, Any]:
    helped = answer.help
    return {
        "did_you_mean": _guesses_json(helped.did_you_mean),
        "why": list(why(answer)),
        "instead": list(helped.instead) if answer.status == "not_found" else [],
        "unread": _taken(helped.unread, "new changed gone names"),
    }


def _guesses_json(guesses: Sequence[Guess]) -> list[dict[str, Any]]:
    return [_taken(one, "typed offered question") for one in guesses]


def _server_json(server: Server) -> dict[str, Any]:
    """Which model on which servers was to write, and whether what it was given left this computer."""
    return {**_taken(server, "name urls"), "leaves": bool(server.away)}


def _coverage_json(item: Coverage) -> dict[str, Any]:
    """What an answer had to go by, in numbers and in words."""
    return {
        **_taken(item, "articles outlets undated first last age newest unreadable"),
        "text": str(item),
    }


def archive_json(found: Archive) -> dict[str, Any]:
    """What was counted; `list` is what the search is to be given for the list of these articles."""
    narrowed = {row.name: _plain(value) for row, value in found.filters.rows()}
    return {
        **_taken(found, "kind counted number copies text"),
        "rows": [_taken(one, "label count article") for one in found.rows],
        "list": {"query": found.query, **narrowed},
        **_taken(found, "notes"),
    }


def article_json(article: Article) -> dict[str, Any]:
    """What a program needs to know of an article beside its text."""
    return _taken(
        article, "id title source agency author published published_from url path correction"
    )


def hit_json(hit: Hit) -> dict[str, Any]:
    """A hit for programs that search: its words, its score, its article."""
    return {
        **_taken(hit.passage, "text start end"),
        "score": round(hit.score, 4),
        "article": article_json(hit.passage.article),
    }


def found_json(found: Found) -> dict[str, Any]:
    """A page of what was found, with how long the whole list is."""
    counts = _taken(found, "sort total copies near offset notes")
    return {
        "search": found.text,
        **counts,
        "did_you_mean": _guesses_json(found.did_you_mean),
        "reports": [listed_json(item) for item in found.reports],
    }


def listed_json(item: Listed) -> dict[str, Any]:
    """A report of a list: as a hit, with the places of what was sought and its copies."""
    return {
        **_taken(item.passage, "text start end"),
        "score": round(item.score, 4),
        "article": article_json(item.article),
        "marks": [list(span) for span in item.marks],
        "title_marks": [list(span) for span in item.title_marks],
        "near": item.near,
        "also": [article_json(copy) for copy in item.also],
    }


def draft_json(draft: CheckedDraft) -> dict[str, Any]:
    """A draft with what the archive says of each sentence, and how many were not checked."""
    return {"sentences": list(map(_checked_json, draft.sentences)), **_taken(draft, "unchecked")}


def _checked_json(one: Checked) -> dict[str, Any]:
    return {
        **_taken(one, "text start end verdict citations beside values"),
        "evidence": [
            {
                **_taken(item, "number quote start end"),
                "article": article_json(item.article),
                "also": [article_json(copy) for copy in item.also],
            }
            for item in one.evidence
        ],
    }


def explanation_json(found: Explanation, verdict: Verdict | None) -> dict[str, Any]:
    """How the evidence was found, and by which signals it was judged."""
    return {
        **_taken(found, "questions words"),
        "hits": [ranks_json(hit) for hit in found.hits],
        "cut": [{**ranks_json(cut.hit), "reason": cut.reason} for cut in found.cut],
        "signals": _rounded(verdict.signals if verdict else {}),
    }


def ranks_json(hit: Hit) -> dict[str, Any]:
    """A hit of an explanation: its place, its rank in each search, its scores."""
    return {
        **_taken(hit.passage.article, "path title"),
        **_taken(hit.passage, "start end"),
        **_taken(hit, "text_rank vector_rank"),
        "fused": round(hit.fused, 5),
        **_taken(hit, "reranked score"),
    }


def _taken(noun: object, names: str) -> dict[str, Any]:
    """These attributes by name, days and tuples as JSON has them."""
    return {name: _plain(getattr(noun, name)) for name in names.split()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _rounded(numbers: Mapping[str, float]) -> dict[str, float]:
    return {name: round(number, 3) for name, number in numbers.items()}
