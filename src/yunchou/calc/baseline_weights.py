"""How much each forecast is believed: weights that would have erred least at earlier origins of the same file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray
from yunchou.calc.baseline_season import TINY

# errors of the sum over a span count so much, those of its single periods the rest
_SUM_COUNTS = 0.7
# errors beyond so many times a series' size tell nothing more
_MOST_SUM, _MOST_PERIOD = 2.0, 3.0
_MOST_ORIGINS = 12
_STEPS = 400


@dataclass(frozen=True, order=True)
class Origin:
    """A past moment from which a forecast is made again: so many periods are known, so many are foretold."""

    known: int
    span: int


def past_origins(length: int, *, season: int, horizon: int) -> tuple[Origin, ...]:
    """Return the origins in the later half of a history that leave a year before them and half a span after; a quarter year apart.

    Source: own; rolling origins as L. J. Tashman, Int. J. of Forecasting 16 (2000).
    """
    span = min(horizon, season)
    first = max(season, length // 2)
    found = [Origin(at, min(span, length - at)) for at in range(first, length - max(1, span // 2) + 1, max(1, season // 4))]
    if len(found) > _MOST_ORIGINS:
        found = [found[at] for at in np.linspace(0, len(found) - 1, _MOST_ORIGINS).round().astype(int)]
    return tuple(found)


def windows(length: int, *, season: int, horizon: int) -> float:
    """Return how many spans the origins foretell that do not overlap; at least a quarter, so that it can divide.

    Source: own.
    """
    return max(0.25, (length - max(season, length // 2)) / min(horizon, season))


def error_products(forecasts: FloatArray, actual: FloatArray, usual: FloatArray) -> FloatArray:
    """Return the mean products of the errors of several forecasts, relative to each series' size.

    Args:
        forecasts: Shape ``(forecasts, series, span)``.
        actual: Shape ``(series, span)``.
        usual: Shape ``(series,)``: what a period of each series was before, without sign.

    Returns:
        Shape ``(forecasts, forecasts)``; of weights w the mean squared error is w′·products·w.

    Source: C. W. J. Granger and R. Ramanathan, "Improved methods of combining forecasts", J. of Forecasting 3 (1984).
    """
    size = np.maximum(usual, np.abs(forecasts).mean(axis=(0, 2)))
    kept = size > 0
    size = size[kept]
    if not size.size:
        return np.zeros((len(forecasts), len(forecasts)))
    weight = np.sqrt(size / size.sum())
    error = (forecasts - actual)[:, kept]
    span = actual.shape[1]
    sums = np.clip(error.sum(axis=2) / span / size, -_MOST_SUM, _MOST_SUM) * weight
    single = np.clip(error / size[:, None], -_MOST_PERIOD, _MOST_PERIOD) * weight[:, None] / np.sqrt(span)
    apart = single.reshape(len(forecasts), -1)
    return np.asarray(_SUM_COUNTS * sums @ sums.T + (1 - _SUM_COUNTS) * apart @ apart.T)


def best_weights(products: Sequence[FloatArray], usual: FloatArray, *, worth: float) -> FloatArray:
    """Return the weights, none negative and summing to 1, of least past error, held near the usual ones.

    Args:
        products: Each of shape ``(forecasts, forecasts)``; every one with errors counts alike.
        usual: The weights before anything was seen, shape ``(forecasts,)``.
        worth: How much the usual ones count against the errors of one window; 0 only for tests.

    Source: own; ridge on a simplex by projected gradients (J. Duchi et al., ICML 2008, for the projection).
    """
    count = len(usual)
    seen = [one * count / np.trace(one) for one in products if np.trace(one) > TINY]
    if not seen:
        return usual
    mean = np.asarray(sum(seen) / len(seen))
    step = 1 / (2 * (float(np.linalg.eigvalsh(mean)[-1]) + worth))
    weights = usual
    for _ in range(_STEPS):
        weights = _on_simplex(weights - step * 2 * (mean @ weights + worth * (weights - usual)))
    return weights


def _on_simplex(point: FloatArray) -> FloatArray:
    falling = np.sort(point)[::-1]
    excess = (np.cumsum(falling) - 1) / np.arange(1, len(point) + 1)
    return np.asarray(np.maximum(point - excess[np.flatnonzero(falling > excess)[-1]], 0.0))
