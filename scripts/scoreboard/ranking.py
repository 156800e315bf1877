"""Ranked articles -> retrieval measures, by `ir-measures`, so that the formulas are the field's."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import ir_measures
from ir_measures import RR, R, Success, nDCG

DEPTH = 10  # articles that are ranked

_MEASURES = {
    "Hits@1": Success @ 1,
    "Hits@5": Success @ 5,
    "Hits@10": Success @ 10,
    "Recall@5": R @ 5,
    "Recall@10": R @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
HITS = [name for name in _MEASURES if name.startswith("Hits")]


def measured(ranked: Sequence[str], relevant: Collection[str]) -> dict[str, float]:
    """Every measure of one question, 0 to 1; `ranked` are different articles, best first."""
    truth = [ir_measures.Qrel("", article, 1) for article in relevant]
    run = [
        ir_measures.ScoredDoc("", article, float(len(ranked) - place))
        for place, article in enumerate(ranked)
    ]
    found = ir_measures.calc_aggregate(_MEASURES.values(), truth, run)
    return {
        **{name: float(found[measure]) for name, measure in _MEASURES.items()},
        "MAP@5": average_precision(ranked, relevant, 5),
    }


def average_precision(ranked: Sequence[str], relevant: Collection[str], depth: int) -> float:
    """The precisions at the relevant articles of the first `depth`, over min(depth, relevant).

    Not `AP@5` of ir-measures: trec_eval divides by all relevant articles, so that seven of them
    could never reach 1.
    """
    found = [article in relevant for article in ranked[:depth]]
    precisions = [sum(found[:place]) / place for place, hit in enumerate(found, 1) if hit]
    return sum(precisions) / min(depth, len(relevant)) if relevant else 0.0
