"""What others reach on the same questions, and what is aimed at: to stand beside our figures.

BM25: k1 1.2, b .75, English stop words, no stemming, title and the first 6,000 characters of each
article, measured on these sets. "title-weighted": BM25 with title and text as fields. "prototype":
the first version of this search. "before" and "reach": where it stood and where it should come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Anchor:
    """The figure of another system, or an aim."""

    run: str
    kind: str
    measure: str
    system: str
    value: float


_BM25 = ("Hits@1", "Hits@5", "Hits@10", "MRR@10", "nDCG@10")
_AIMS = ("MRR@10", "Hits@5", "Hits@10")
_GOLD = ("retrieval-realtimeqa-small_dev_questions", "gold")
_SILVER = ("retrieval-realtimeqa-small_dev_questions", "silver")
_CLEF = ("retrieval-clef2020_checkthat_t2-dev", "all")
_TIME = ("retrieval-time_magazine-queries", "all")


def _row(
    where: tuple[str, str], system: str, measures: Iterable[str], *values: float
) -> list[Anchor]:
    return [Anchor(*where, m, system, value) for m, value in zip(measures, values, strict=True)]


ANCHORS = (
    *_row(_GOLD, "BM25", _BM25, 0.422, 0.647, 0.706, 0.511, 0.554),
    *_row(_GOLD, "BM25 title-weighted", _AIMS, 0.565, 0.696, 0.804),
    *_row(_GOLD, "prototype", _AIMS, 0.630, 0.775, 0.873),
    *_row(_GOLD, "reach", _AIMS, 0.70, 0.82, 0.90),
    *_row(_GOLD, "prototype", ["evidence holds the answer"], 0.78),
    *_row(_GOLD, "reach", ["evidence holds the answer"], 0.85),
    *_row(_SILVER, "BM25", _BM25, 0.620, 0.907, 0.967, 0.747, 0.696),
    *_row(_CLEF, "BM25", _BM25, 0.599, 0.833, 0.853, 0.704, 0.741),
    *_row(_CLEF, "BM25", ["MAP@5"], 0.701),
    *_row(_CLEF, "reach", ["MAP@5"], 0.80),
    *_row(_TIME, "BM25", _BM25, 0.541, 0.946, 0.946, 0.705, 0.708),
    *_row(_TIME, "before", ["nDCG@10"], 0.725),
    *_row(_TIME, "reach", ["nDCG@10"], 0.78),
)


def beside(run: str, kind: str, measure: str) -> str:
    """The anchors of a measure on one line: "BM25 .422, reach .700"; empty where there are none."""
    found = [
        anchor
        for anchor in ANCHORS
        if (anchor.run, anchor.kind, anchor.measure) == (run, kind, measure)
    ]
    return ", ".join(f"{anchor.system} {anchor.value:.3f}" for anchor in found).replace(" 0.", " .")
