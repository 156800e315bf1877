"""Probabilities and log odds."""

from __future__ import annotations

import math


def logit(probability: float) -> float:
    """Return the log of the odds; certainty is taken as one in a million."""
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def probability(log_odds: float) -> float:
    """Return the probability of log odds."""
    return 1 / (1 + math.exp(-log_odds))
