"""Question, evidence -> how probable it is that the evidence answers, by code alone.

A logistic model over few signals: what the reader makes of the best evidence, what of the question no
article or not the best window mentions, whether the reports are of the time that is asked about. Its
few numbers stand in gate.json, made by scripts/evaluation/train/gate.py.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rag.language.mentions import missing, named
from rag.retrieval.scores import logit, probability
from rag.types.answers import Verdict
from rag.types.evidence import Evidence
from rag.types.hits import Hit

NUMBERS = Path(__file__).with_name("gate.json")
CERTAIN = 0.75  # from this probability on the evidence is quoted even where the model declines
STALE_DAYS = 30.0  # news of a month ago is no answer to "this week"
MOST_LOST = 3  # names that no article has: more say no more
_LIMIT = 8.0  # logits beyond it say no more


def judge(
    question: str, evidence: Sequence[Evidence], hits: Sequence[Hit], day: date, now: bool
) -> Verdict:
    """Judge evidence for a question asked on a day; `now` where it speaks of the present."""
    model = _model()
    threshold = model["threshold"]
    lost = missing(question, [item.article for item in evidence])
    if not evidence:
        return Verdict(0.0, threshold, CERTAIN, lost)
    found = signals(question, evidence, hits, lost, day if now else None)
    total = model["intercept"] + sum(
        weight * found[name] for name, weight in model["weights"].items()
    )
    return Verdict(probability(total), threshold, CERTAIN, lost, found)


@cache
def _model() -> Any:
    return json.loads(NUMBERS.read_text())


def signals(
    question: str,
    evidence: Sequence[Evidence],
    hits: Sequence[Hit],
    lost: Sequence[str],
    day: date | None = None,
) -> dict[str, float]:
    """Return the signals by name; the evidence is not empty, `day` is given where it is today's news
    that is asked for, `lost` is what no article mentions.
    """
    best = evidence[0]
    shown = f"{best.article.title}\n{best.quote}"
    return {
        "answers": _bounded(max(item.answers for item in evidence)),
        "fits": _bounded(max((hit.reranked or 0.0 for hit in hits), default=0.0)),
        "missing": float(min(len(lost), MOST_LOST)),
        "named": named(question, shown, best.article.text),
        "stale": _staleness(evidence, day) if day else 0.0,
    }


def _bounded(share: float) -> float:
    return max(-_LIMIT, min(_LIMIT, logit(share)))


def _staleness(evidence: Sequence[Evidence], day: date) -> float:
    """Return 0 for a youngest report of today or undated, towards 1 the older it is."""
    ages = [
        abs((day - item.article.published).days) if item.article.published else 0
        for item in evidence
        if item.score >= 0.1 * max(other.score for other in evidence)
    ]
    return 1 - float(0.5 ** (min(ages, default=0) / STALE_DAYS))
