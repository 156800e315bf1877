"""Question, evidence -> how probable it is that the evidence answers, by code alone.

A logistic model over signals that cost nothing more: the reranker's scores, what of the question
the reports mention, and whether they are of its time. Its numbers are in gate.json, made by
scripts/evaluation/train/gate.py.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from rag.language.mentions import missing, same_name
from rag.language.questions import kind_found
from rag.language.stems import STEM
from rag.language.words import STOP_WORDS, initials, names, numbers, pairs, plain, words
from rag.retrieval.scores import logit
from rag.types import Article, Evidence, Hit, Verdict

NUMBERS = Path(__file__).with_name("gate.json")
CERTAIN = 0.75  # from this probability on the evidence is quoted even where the model declines
STALE_DAYS = 30.0  # news of a month ago is no answer to "this week"
_LIMIT = 8.0  # logits beyond it say no more


def judge(
    question: str, evidence: Sequence[Evidence], hits: Sequence[Hit], day: date, now: bool
) -> Verdict:
    """Judge the evidence for a question asked on a day; `now` where it is about the present."""
    model = _model()
    threshold = model["threshold"]
    lost = missing(question, [item.article for item in evidence])
    if not evidence:
        return Verdict(0.0, threshold, CERTAIN, lost)
    found = signals(question, evidence, hits, day, now)
    total = model["intercept"] + sum(
        weight * found[name] for name, weight in model["weights"].items()
    )
    return Verdict(1 / (1 + math.exp(-total)), threshold, CERTAIN, lost, found)


@cache
def _model() -> Any:
    return json.loads(NUMBERS.read_text())


def signals(
    question: str, evidence: Sequence[Evidence], hits: Sequence[Hit], day: date, now: bool
) -> dict[str, float]:
    """Return the signals by name; evidence is best first and not empty."""
    best = max(evidence, key=lambda item: item.score)
    quote = f"{best.article.title}\n{best.quote}"
    wanted = names(question) | numbers(question)
    lost = missing(question, [item.article for item in evidence])
    read = [hit.reranked for hit in hits if hit.reranked is not None]
    content = {word[:STEM] for word in set(words(question)) - STOP_WORDS}
    return {
        "best window": _bounded(best.score),
        "best passage": _bounded(max(read, default=0.0)),
        "missing": float(min(len(lost), 3)),
        "names in the best window": _share_of(wanted, quote),
        "words in the best window": _stems_share(content, quote),
        "full names": _full_names(question, [item.article for item in evidence]),
        "kind": float(kind_found(question, best.quote) > 0),
        "agreement": _agreement(hits, best.article),
        "stale": _staleness(evidence, day) if now else 0.0,
    }


def _bounded(probability: float) -> float:
    return max(-_LIMIT, min(_LIMIT, logit(probability)))


def _share_of(wanted: set[str], text: str) -> float:
    known = set(words(text)) | initials(text) | numbers(text)
    there = sum(any(same_name(word, other) for other in known) for word in wanted)
    return there / len(wanted) if wanted else 1.0


def _stems_share(content: set[str], text: str) -> float:
    stems = {word[:STEM] for word in words(text)}
    return len(content & stems) / len(content) if content else 1.0


def _full_names(question: str, articles: Sequence[Article]) -> float:
    """Return the share of full names that an article has, too: Anselm Korvin is not Dalia Korvin."""
    asked = list(pairwise(re.findall(r"\w+(?:[.'&]\w+)*", plain(question))))
    named = names(question)
    wanted = {
        (one.lower(), other.lower().removesuffix("'s"))
        for one, other in asked
        if one[0].isupper() and {one.lower(), other.lower().removesuffix("'s")} <= named
    }
    known = {pair for one in articles for pair in pairs(f"{one.title}\n{one.text}")}
    return len(wanted & known) / len(wanted) if wanted else 1.0


def _agreement(hits: Sequence[Hit], article: Article) -> float:
    """Return how well both legs rank the article: the mean of 1 / rank of its best hits."""
    of_it = [hit for hit in hits if hit.passage.article == article]
    text = max((1 / hit.text_rank for hit in of_it if hit.text_rank), default=0.0)
    vector = max((1 / hit.vector_rank for hit in of_it if hit.vector_rank), default=0.0)
    return (text + vector) / 2


def _staleness(evidence: Sequence[Evidence], day: date) -> float:
    """Return 0 where a report is of these days or undated, towards 1 the older the youngest is."""
    ages = [
        abs((day - item.article.published).days) if item.article.published else 0
        for item in evidence
        if item.score >= 0.1 * max(other.score for other in evidence)
    ]
    return 1 - float(0.5 ** (min(ages, default=0) / STALE_DAYS))
