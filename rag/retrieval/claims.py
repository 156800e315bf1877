"""Claim -> what is searched for it, and the windows of sentences nearest to it, whatever they say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.filters import Filters
from rag.protocols import Reader
from rag.retrieval.evidence import sound_windows
from rag.retrieval.search import Leaning, Query
from rag.types.drafts import Claim
from rag.types.evidence import Evidence
from rag.types.hits import Hit

WINDOWS = 40  # that the checker compares with one claim: about as many as eight passages have


def query(claim: Claim) -> Query:
    """Return what is searched: reports of any day alike, and no words about time are read."""
    return Query(claim.whole, claim.text, Filters(), None, Leaning(date.min, 0.0))


def nearest(claim: Claim, hits: Sequence[Hit], reader: Reader) -> tuple[Evidence, ...]:
    """Return the windows of the hits' sentences, each text once, those that fit best first.

    Sentences that give orders to a program are no evidence.
    """
    found: dict[str, Evidence] = {}
    for hit, (start, end) in sound_windows(hits):
        article = hit.passage.article
        found.setdefault(article.text[start:end], Evidence(0, article, start, end, 0.0))
    readings = reader.read(claim.whole, list(found))
    fits = [
        replace(item, score=one.score) for item, one in zip(found.values(), readings, strict=True)
    ]
    return tuple(sorted(fits, key=lambda item: -item.score)[:WINDOWS])
