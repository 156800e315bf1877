"""Turn outcomes into figures, each with its n and its 95 % interval.

Rates carry Wilson intervals; all else carries percentile intervals of scipy's bootstrap over
questions (Efron and Tibshirani 1993, chapter 13), which resamples each column for itself, or whole
questions where columns are paired. All resampling has one fixed seed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import stats

RESAMPLES = 10_000
SEED = 20_240_630
CONFIDENCE = 0.95
Bounds = tuple[float, float]
Parts = Sequence[tuple[int, int]]  # (these, of so many), question by question


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
        """Say up or down, or no change where the interval holds 0."""
        return "no change" if self.low <= 0 <= self.high else "up" if self.value > 0 else "down"

    def __str__(self) -> str:
        p = "" if self.p is None else f", McNemar p = {self.p:.3f}"
        bounds = f"({self.low:+.3f} to {self.high:+.3f}, n = {self.n}{p})"
        return f"{self.value:+.3f} {bounds}: {self.verdict}"


def wilson(right: int, n: int) -> Bounds:
    """Return the 95 % interval of a rate (Wilson 1927)."""
    bounds = stats.binomtest(right, n).proportion_ci(CONFIDENCE, method="wilson")
    return float(bounds.low), float(bounds.high)


def rate(outcomes: Sequence[bool]) -> Figure:
    """Return the share of outcomes that are true."""
    return pooled([(int(outcome), 1) for outcome in outcomes])


def pooled(parts: Parts) -> Figure:
    """Return all parts over all wholes, such as citations over questions; n counts the wholes.

    Its interval takes the things counted as independent, which those of one question are not quite.
    """
    right, n = (sum(column) for column in zip(*parts, strict=True))
    return Figure(right / n, n, *wilson(right, n)) if n else Figure(0.0, 0)


def mean(values: Sequence[float]) -> Figure:
    """Return the mean."""
    return _resampled([values], np.mean)


def quantile(values: Sequence[float], share: float) -> Figure:
    """Return the value below which a share of the values lies: .5 is the median."""
    return _resampled([values], lambda rows, axis: np.quantile(rows, share, axis=axis))


def _resampled(columns: Sequence[Sequence[float]], statistic: Callable[..., Any]) -> Figure:
    """Return a statistic of columns of different questions; n counts them all."""
    rows = [np.asarray(column, dtype=float) for column in columns]
    value, n = float(statistic(*rows, axis=-1)), sum(map(len, rows))
    if min(map(len, rows)) < 2:
        return Figure(value, n)
    return Figure(value, n, *_interval(rows, statistic))


def _interval(rows: Sequence[Any], of: Callable[..., Any], paired: bool = False) -> Bounds:
    done = stats.bootstrap(
        rows,
        of,
        n_resamples=RESAMPLES,
        confidence_level=CONFIDENCE,
        method="percentile",
        batch=1000,
        rng=SEED,
        paired=paired,
    )
    return float(done.confidence_interval.low), float(done.confidence_interval.high)


def balanced(abstained_rightly: Sequence[bool], answered_rightly: Sequence[bool]) -> Figure:
    """Return (abstain recall + 1 - false abstain) / 2, the mean of both shares of right decisions."""
    both = [abstained_rightly, answered_rightly]
    return _resampled(both, lambda one, other, axis: (one.mean(axis) + other.mean(axis)) / 2)


def auroc(answerable: Sequence[float], others: Sequence[float]) -> Figure:
    """Return how often an answerable question outscores another, a tie half (Fawcett 2006, 7)."""

    def in_order(high: Any, low: Any, axis: int) -> Any:
        found = stats.mannwhitneyu(high, low, axis=axis, method="asymptotic")
        return found.statistic / (high.shape[axis] * low.shape[axis])

    return _resampled([answerable, others], in_order)


def refused(answerable: Sequence[float], others: Sequence[float], kept: float) -> Figure:
    """Return the share of the others below the highest threshold that keeps so many answerable."""

    def below(high: Any, low: Any, axis: int) -> Any:
        place = math.floor((1 - kept) * high.shape[axis])
        threshold = np.take(np.sort(high, axis), [place], axis)
        return (low < threshold).mean(axis)

    return _resampled([answerable, others], below)


def calibration_error(said: Sequence[float], true: Sequence[bool], bins: int) -> Figure:
    """Return the mean distance of what is said and what is true, over bins of equal width (Naeini et
    al. 2015): each weighs as many questions as it has.
    """

    def distance(said: Any, true: Any, axis: int) -> Any:
        place = np.minimum(said * bins, bins - 1).astype(int)
        gaps = (((true - said) * (place == one)).sum(axis) for one in range(bins))
        return sum(map(abs, gaps)) / said.shape[axis]

    rows = [np.asarray(column, dtype=float) for column in (said, true)]
    value, n = float(distance(rows[0], rows[1], -1)), len(said)
    return Figure(value, n, *_interval(rows, distance, paired=True)) if n > 1 else Figure(value, n)


def changed_rates(before: Sequence[bool], after: Sequence[bool]) -> Difference:
    """Return the difference of two rates with McNemar's exact test, binomial on what changed."""
    won = [b for a, b in zip(before, after, strict=True) if a != b]
    p = float(stats.binomtest(sum(won), len(won)).pvalue) if won else 1.0
    return replace(changed_means(before, after), p=p)


def changed_means(before: Sequence[float], after: Sequence[float]) -> Difference:
    """Return the mean difference."""
    rows = np.asarray(after, dtype=float) - np.asarray(before, dtype=float)
    return _difference([rows], np.mean)


def changed_pools(before: Parts, after: Parts) -> Difference:
    """Return the difference of two pooled shares; n counts questions."""

    def moved(a: Any, b: Any, c: Any, d: Any, axis: int) -> Any:
        return c.sum(axis) / d.sum(axis) - a.sum(axis) / b.sum(axis)

    columns = [*zip(*before, strict=True), *zip(*after, strict=True)]
    return _difference([np.asarray(column, dtype=float) for column in columns], moved)


def _difference(rows: Sequence[Any], statistic: Callable[..., Any]) -> Difference:
    """Return a statistic of paired columns with its interval from resampling questions."""
    n = len(rows[0])
    bounds = _interval(rows, statistic, paired=True) if n > 1 else (float("-inf"), float("inf"))
    return Difference(float(statistic(*rows, axis=-1)), n, *bounds)
