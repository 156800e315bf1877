"""Score what a search found: the ranked articles, and whether the evidence answers.

Rankings are scored by `ir-measures`, so that the formulas are the field's.
"""

from __future__ import annotations

from collections.abc import Collection as Sized
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

import ir_measures
from ir_measures import RR, R, Success, nDCG

from rag.engine import Engine
from rag.filters import Filters
from rag.types.answers import Answer
from rag.types.hits import Hit
from rag.types.questions import Ask
from scripts.evaluation import text
from scripts.evaluation.collections import Collection, Question
from scripts.evaluation.outcomes import Outcome

HOLDS = "evidence holds the answer"  # any piece of it: as a rule there are five
HELD_FIRST, HELD_BEST = f"{HOLDS}: first", f"{HOLDS}: best two"
DEPTH = 10  # articles that are ranked
ASKED = 2 * DEPTH  # articles asked for: several may come from one record

_HITS = {"Hits@1": Success @ 1, "Hits@5": Success @ 5, "Hits@10": Success @ 10}
_GRADED = {"Recall@5": R @ 5, "Recall@10": R @ 10, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}
_MEASURES = _HITS | _GRADED


def outcome(engine: Engine, collection: Collection, question: Question) -> Outcome:
    """Search, rank articles, and look for the gold answer in the evidence that would be shown."""
    rates: dict[str, bool] = {}
    seconds: dict[str, float] = {}
    if question.answers:
        answer = engine.answer(asked(question, write=False))
        rates = holding(answer, question)
        seconds = {"search": answer.timings["search"], "evidence": answer.timings["first_evidence"]}
        hits = answer.explanation.hits if answer.explanation else ()
    else:
        hits = engine.search(asked(question), limit=ASKED)
    found = scored(question, articles(hits, collection), collection.present(question))
    return replace(found, rates={**rates, **found.rates}, seconds=seconds)


def asked(question: Question, until: date | None = None, write: bool = True) -> Ask:
    """Return how a question is put to the engine: on its day, or without reading words about time."""
    dated = question.day is not None
    return Ask(question.text, Filters(until=until), question.day, read_dates=dated, write=write)


def articles(hits: Iterable[Hit], collection: Collection) -> list[str]:
    """Return the records of hits, each once, at the place of its best passage."""
    return different(collection.record(hit.passage.article.path) for hit in hits)


def holds(answer: Answer, question: Question) -> bool:
    """Tell whether a span of the evidence contains a gold answer."""
    return holding(answer, question)[HOLDS]


def holding(answer: Answer, question: Question) -> dict[str, bool]:
    """Tell whether the evidence contains a gold answer: any, the first piece, one of the best two."""
    told = [text.contains_any(item.quote, question.answers) for item in answer.evidence]
    return {HOLDS: any(told), HELD_FIRST: any(told[:1]), HELD_BEST: any(told[:2])}


def scored(question: Question, ranked: Sequence[str], relevant: Sized[str]) -> Outcome:
    """Return what the ranking of one question gave."""
    found = measured(ranked[:DEPTH], relevant)
    hits = {name: found.pop(name) > 0 for name in _HITS}
    return Outcome(question.id, question.kind, hits, found)


def different(records: Iterable[str]) -> list[str]:
    """Return the records of passages, each once, at the place of its best passage."""
    return list(dict.fromkeys(records))


def measured(ranked: Sequence[str], relevant: Sized[str]) -> dict[str, float]:
    """Return every measure of one question, 0 to 1; `ranked` are different articles, best first."""
    truth = [ir_measures.Qrel("", article, 1) for article in relevant]
    run = [
        ir_measures.ScoredDoc("", article, float(len(ranked) - place))
        for place, article in enumerate(ranked)
    ]
    found = ir_measures.calc_aggregate(_MEASURES.values(), truth, run)
    values = {name: float(found[measure]) for name, measure in _MEASURES.items()}
    return values | {"MAP@5": average_precision(ranked, relevant, 5)}


def average_precision(ranked: Sequence[str], relevant: Sized[str], depth: int) -> float:
    """Return the precisions at the relevant articles of the first `depth`, over min(depth, relevant).

    `AP@5` of ir-measures divides by all relevant articles: with seven it could never reach 1.
    """
    found = [article in relevant for article in ranked[:depth]]
    precisions = [sum(found[:place]) / place for place, hit in enumerate(found, 1) if hit]
    return sum(precisions) / min(depth, len(relevant)) if relevant else 0.0
