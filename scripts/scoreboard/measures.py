"""Outcomes of questions -> figures, each with its n and its 95 % interval.

Rates carry Wilson intervals, everything else percentile intervals of a bootstrap over questions
(Efron and Tibshirani 1993, chapter 13). All resampling has one fixed seed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats
from sklearn.metrics import roc_auc_score

RESAMPLES = 10_000
SEED = 20_240_630
CONFIDENCE = 0.95
_TAILS = [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2]


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value; `low` and `high` bound its 95 % interval, None where none can be given."""

    value: float
    n: int
    low: float | None = None
    high: float | None = None

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"{self.value:.3f} (n = {self.n})"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f}, n = {self.n})"


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A on the same questions; `p` is McNemar's for yes/no outcomes, else None."""

    value: float
    n: int
    low: float
    high: float
    p: float | None = None

    @property
    def verdict(self) -> str:
        """Up or down; no change where the interval holds 0."""
        return "no change" if self.low <= 0 <= self.high else "up" if self.value > 0 else "down"

    def __str__(self) -> str:
        p = "" if self.p is None else f", McNemar p = {self.p:.3f}"
        bounds = f"({self.low:+.3f} to {self.high:+.3f}, n = {self.n}{p})"
        return f"{self.value:+.3f} {bounds}: {self.verdict}"


def wilson(right: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a rate (Wilson 1927)."""
    bounds = stats.binomtest(right, n).proportion_ci(CONFIDENCE, method="wilson")
    return float(bounds.low), float(bounds.high)


def rate(outcomes: Sequence[bool]) -> Figure:
    """The share of outcomes that are true."""
    return pooled([(int(outcome), 1) for outcome in outcomes])


def pooled(parts: Sequence[tuple[int, int]]) -> Figure:
    """All parts over all wholes, such as citations over questions; n counts the wholes.

    The interval takes the things counted as independent, which several of one question are not
    quite.
    """
    right, n = (sum(column) for column in zip(*parts, strict=True))
    return Figure(right / n, n, *wilson(right, n)) if n else Figure(0.0, 0)


def mean(values: Sequence[float]) -> Figure:
    """The mean."""
    return _resampled(values, np.mean)


def quantile(values: Sequence[float], share: float) -> Figure:
    """The value below which a share of the values lies: .5 is the median."""
    return _resampled(values, lambda rows, axis: np.quantile(rows, share, axis=axis))


def _resampled(values: Sequence[float], statistic: Callable[..., Any]) -> Figure:
    rows = np.asarray(values, dtype=float)
    value = float(statistic(rows, axis=0))
    if len(rows) < 2:
        return Figure(value, len(rows))
    return Figure(value, len(rows), *_interval(rows, statistic))


def _interval(rows: Any, statistic: Callable[..., Any]) -> tuple[float, float]:
    done = stats.bootstrap(
        (rows,),
        statistic,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        batch=1000,
        rng=SEED,
    )
    return float(done.confidence_interval.low), float(done.confidence_interval.high)


# ── refusing ──


def balanced(abstained_rightly: Sequence[bool], answered_rightly: Sequence[bool]) -> Figure:
    """(abstain recall + 1 - false abstain) / 2: the mean of both classes' shares of right
    decisions.

    Each class is resampled for itself.
    """
    rows = [np.asarray(one, dtype=float) for one in (abstained_rightly, answered_rightly)]
    value = float(np.mean([row.mean() for row in rows]))
    draws = [_counts(len(row)) @ row / len(row) for row in rows]
    low, high = np.quantile((draws[0] + draws[1]) / 2, _TAILS)
    return Figure(value, sum(map(len, rows)), float(low), float(high))


def auroc(answerable: Sequence[float], others: Sequence[float]) -> Figure:
    """How often an answerable question scores above another one, ties counting half (Fawcett 2006,
    section 7).

    Each class is resampled for itself.
    """
    scores, others_ = np.asarray(answerable, dtype=float), np.asarray(others, dtype=float)
    truth = [1] * len(scores) + [0] * len(others_)
    value = float(roc_auc_score(truth, [*scores, *others_]))
    above = np.sign(scores[:, None] - others_[None, :]) / 2 + 0.5
    draws = ((_counts(len(scores)) @ above) * _counts(len(others_), SEED + 1)).sum(axis=1)
    low, high = np.quantile(draws / above.size, _TAILS)
    return Figure(value, len(truth), float(low), float(high))


def _counts(n: int, seed: int = SEED) -> Any:
    """How often each of n questions is drawn, for every resample; RESAMPLES x n."""
    return np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=RESAMPLES)


def risks(scores: Sequence[float], wrong: Sequence[bool]) -> Any:
    """The risk at each coverage 1/n … n/n: the share that is wrong among the questions of the
    highest scores.

    Questions of one score come in any order; each then counts as the average of them.
    """
    values, group = np.unique(-np.asarray(scores, dtype=float), return_inverse=True)
    faults = np.bincount(group, weights=np.asarray(wrong, dtype=float)) / np.bincount(group)
    ordered = np.sort(group)
    assert len(values) == len(faults)
    return np.cumsum(faults[ordered]) / np.arange(1, len(ordered) + 1)


def risk_at(scores: Sequence[float], wrong: Sequence[bool], coverage: float) -> Figure:
    """The risk when the share `coverage` of the questions is answered, the surest first; 0 < coverage
    <= 1.
    """
    count = max(1, round(coverage * len(scores)))
    value = float(risks(scores, wrong)[count - 1])
    return Figure(value, count, *wilson(round(value * count), count))


def risk_area(scores: Sequence[float], wrong: Sequence[bool]) -> Figure:
    """The area under the risk-coverage curve, the mean risk over all coverages (Geifman and El-Yaniv
    2017); 0 is best.
    """
    value = float(risks(scores, wrong).mean())
    draw = np.random.default_rng(SEED)
    scores_, wrong_ = np.asarray(scores, dtype=float), np.asarray(wrong, dtype=float)
    picks = draw.integers(len(scores_), size=(RESAMPLES // 10, len(scores_)))  # 1,000: each sorts
    areas = [risks(scores_[pick], wrong_[pick]).mean() for pick in picks]
    low, high = np.quantile(areas, _TAILS)
    return Figure(value, len(scores_), float(low), float(high))


# ── two versions on the same questions ──


def changed_rates(before: Sequence[bool], after: Sequence[bool]) -> Difference:
    """The difference of two rates with McNemar's exact test: the binomial test of those that
    changed.
    """
    won = sum(b and not a for a, b in zip(before, after, strict=True))
    lost = sum(a and not b for a, b in zip(before, after, strict=True))
    p = float(stats.binomtest(won, won + lost).pvalue) if won + lost else 1.0
    moved = changed_means(before, after)
    return Difference(moved.value, moved.n, moved.low, moved.high, p)


def changed_means(before: Sequence[float], after: Sequence[float]) -> Difference:
    """The mean difference with its interval from resampling questions."""
    rows = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    bounds = _interval(rows, np.mean) if len(rows) > 1 else (float("-inf"), float("inf"))
    return Difference(float(rows.mean()), len(rows), *bounds)


def changed_pools(
    before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]]
) -> Difference:
    """The difference of two pooled shares with its interval from resampling questions; n counts
    questions.
    """
    draws = _counts(len(before))
    one, other = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    with np.errstate(invalid="ignore"):
        moved = [(weights @ other, weights @ one) for weights in (draws, np.ones((1, len(one))))]
        shares = [after_[:, 0] / after_[:, 1] - b[:, 0] / b[:, 1] for after_, b in moved]
    low, high = np.nanquantile(shares[0], _TAILS)
    return Difference(float(shares[1][0]), len(one), float(low), float(high))
