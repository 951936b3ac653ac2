"""Forecasts of several levels made to agree: bottom series that fit them all as their errors allow, and the total exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import BoolArray, FloatArray, IntArray
from yunchou.calc.baseline_season import TINY

# bottom series up to which the equations are solved directly; above, by conjugate gradients over sparse sums
DENSE = 1000
_TOLERANCE, _MOST_ROUNDS = 1e-6, 200
# the error of a forecast grows with its size to this power: between that of counts (1) and of shares (2)
_POWER = 1.5
# how many outcomes the level's usual error is worth against a series' own
_WORTH = 3.0


@dataclass(frozen=True, kw_only=True)
class LevelForecast:
    """What one level's own models expect.

    ``mean``: ``(groups, horizon)``; ``variance``: that of its error, ``(groups,)``; ``index``: the group of each bottom series.
    """

    index: IntArray
    mean: FloatArray
    variance: FloatArray


def error_variance(mean: FloatArray, errors: FloatArray) -> FloatArray:
    """Return the variance of each group's error over a span: its own, leaning on the level's for a group of its size.

    Args:
        mean: Shape ``(groups, horizon)``.
        errors: Errors of the span's sum at earlier origins, ``(origins, groups)``; not a number where it was not known.

    Source: own; shrinkage of variances as G. K. Smyth, Stat. Appl. in Genetics and Mol. Biology 3 (2004).
    """
    size = np.abs(mean).sum(axis=1)
    base = np.maximum(size, max(1e-9 * float(size.sum()), TINY)) ** _POWER
    seen = ~np.isnan(errors)
    square = np.where(seen, errors, 0.0) ** 2
    usual = float(square.sum() / np.maximum((base * seen).sum(), TINY)) if seen.any() else 1.0
    # errors that were all nothing say that the forecast is sure, not that it may be divided by
    usual = max(usual, TINY)
    return np.asarray((square.sum(axis=0) + _WORTH * usual * base) / (seen.sum(axis=0) + _WORTH))


def reconcile(total: FloatArray, levels: Sequence[LevelForecast], positive: BoolArray) -> FloatArray:
    """Return bottom series that sum to the total and fit every level with the least squared error in units of its variance.

    Args:
        total: Shape ``(horizon,)``; met exactly wherever some series may carry it.
        levels: The levels below the total; the last one is that of the bottom series themselves.
        positive: Shape ``(series,)``: the series that are never negative.

    Returns:
        Shape ``(series, horizon)``.

    Source:
        Weighted least squares as R. J. Hyndman, A. J. Lee and E. Wang, Computational Statistics & Data Analysis 97
        (2016); the total as a constraint, for its own model is the best there is of it.
    """
    count = len(positive)
    right = np.zeros((count, len(total)))
    weights = []
    for level in levels:
        weight = 1 / np.maximum(level.variance, 1e-12 * float(level.variance.max()) + TINY)
        weights.append(weight)
        right += (weight[:, None] * level.mean)[level.index]
    # in units in which the largest weight is 1
    unit = max(float(weight.max()) for weight in weights)
    weights = [weight / unit for weight in weights]
    together = np.column_stack([right / unit, np.ones(count)])
    solved = _solve(levels, weights, together)
    free, one = solved[:, :-1], solved[:, -1]
    bottom = free + np.outer(one, (total - free.sum(axis=0)) / max(float(one.sum()), TINY))
    if positive.any():
        bottom[positive] = np.maximum(bottom[positive], 0.0)
        rest = total - bottom[~positive].sum(axis=0)
        carried = bottom[positive].sum(axis=0)
        scale = np.divide(np.maximum(rest, 0.0), carried, out=np.ones_like(carried), where=carried > 0)
        bottom[positive] *= scale
    return bottom


def _solve(levels: Sequence[LevelForecast], weights: Sequence[FloatArray], right: FloatArray) -> FloatArray:
    """Solve (Σ Sₗ′ Wₗ Sₗ) x = right for several right sides."""
    count = len(right)
    if count <= DENSE:
        matrix = np.zeros((count, count))
        for level, weight in zip(levels, weights, strict=True):
            matrix += np.where(level.index[:, None] == level.index, weight[level.index][:, None], 0.0)
        return np.asarray(np.linalg.solve(matrix, right))

    def product(x: FloatArray) -> FloatArray:
        found = np.zeros_like(x)
        for level, weight in zip(levels, weights, strict=True):
            # bincount a column at a time: several times faster than adding rows at places
            for at in range(x.shape[1]):
                found[:, at] += (weight * np.bincount(level.index, x[:, at], len(weight)))[level.index]
        return found

    # conjugate gradients for all right sides at once, each preconditioned by the diagonal
    diagonal = np.asarray(sum(weight[level.index] for level, weight in zip(levels, weights, strict=True)))[:, None]
    x = right / diagonal
    left = right - product(x)
    towards = left / diagonal
    slope = (left * towards).sum(axis=0)
    least = _TOLERANCE**2 * np.maximum((right * right / diagonal).sum(axis=0), TINY)
    for _ in range(_MOST_ROUNDS):
        if (slope <= least).all():
            break
        moved = product(towards)
        step = slope / np.maximum((towards * moved).sum(axis=0), TINY)
        x = x + step * towards
        left = left - step * moved
        newer = (left * (left / diagonal)).sum(axis=0)
        towards = left / diagonal + newer / np.maximum(slope, TINY) * towards
        slope = newer
    return np.asarray(x)
