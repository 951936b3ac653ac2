"""Many series of one length at once: their season, what is left without it, their slope and their growth."""

from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import BoolArray, FloatArray

# how much of a year's weight a season keeps a year later, when the season's shape is learnt
_SEASON_MEMORY = 0.85
_SMALLEST_INDEX = 0.1
_LEAST_GROWTH, _MOST_GROWTH = -0.9, 1.5
TINY = 1e-150


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Series without their season: ``flat`` is ``values / index`` (ratio) or ``values - index``.

    ``values`` and ``flat`` have shape ``(series, periods)``, ``index`` ``(series, season)`` with place 0 for the first
    period, ``ratio`` ``(series,)``. ``trust`` (0…1) says how far a slope may be believed for this length.
    """

    values: FloatArray
    flat: FloatArray
    index: FloatArray
    season: int
    ratio: BoolArray
    trust: float

    def with_season(self, flat_future: FloatArray) -> FloatArray:
        """Return the periods that follow with their season; shape ``(series, …, horizon)`` as given."""
        ahead = (self.values.shape[1] + np.arange(flat_future.shape[-1])) % self.season
        between = (1,) * (flat_future.ndim - 2)
        index = self.index[:, ahead].reshape(len(self.index), *between, len(ahead))
        ratio = self.ratio.reshape(len(self.ratio), *between, 1)
        return np.asarray(np.where(ratio, flat_future * index, flat_future + index))

    @property
    def size(self) -> FloatArray:
        """Return what errors of each series are relative to: its mean, never nothing."""
        return np.asarray(np.maximum(np.abs(self.flat).mean(axis=1), TINY))

    @property
    def noise(self) -> FloatArray:
        """Return the variance of a period about trend and season, relative to the series' size squared."""
        return np.asarray((self.flat - trend_line(self.flat, self.season)).var(axis=1) / self.size**2)


def slopes(values: FloatArray) -> FloatArray:
    """Return the straight line's slope a period of each row; none below three periods.

    Source: ordinary least squares.
    """
    count = values.shape[1]
    if count < 3:
        return np.zeros(len(values))
    at = np.arange(count) - (count - 1) / 2
    return np.asarray(values @ at / (at @ at))


def trend_line(values: FloatArray, season: int) -> FloatArray:
    """Return the centred moving average of each row over a season, continued in a straight line at both ends.

    Source: classical decomposition; M. Kendall and A. Stuart, The Advanced Theory of Statistics, vol. 3, 1983.
    """
    count = values.shape[1]
    if count < season + 2:
        return np.repeat(values.mean(axis=1, keepdims=True), count, axis=1)
    weights = np.ones(season + 1 - season % 2)
    if season % 2 == 0:
        weights[0] = weights[-1] = 0.5
    core = np.lib.stride_tricks.sliding_window_view(values, len(weights), axis=1) @ (weights / weights.sum())
    lead, tail = len(weights) // 2, count - len(weights) // 2 - core.shape[1]
    reach = min(core.shape[1], season)
    steps = max(reach - 1, 1)
    after = (core[:, -1] - core[:, -reach])[:, None] / steps
    before = (core[:, reach - 1] - core[:, 0])[:, None] / steps
    head = core[:, :1] - before * np.arange(lead, 0, -1)
    return np.concatenate([head, core, core[:, -1:] + after * np.arange(1, tail + 1)], axis=1)


def seasonal_index(values: FloatArray, season: int, ratio: BoolArray) -> FloatArray:
    """Return each row's season, shrunk towards none by as much as it could be noise.

    Args:
        values: Shape ``(series, periods)``.
        season: Number of periods a year.
        ratio: Shape ``(series,)``: factors with mean 1; else differences with mean 0.

    Returns:
        Shape ``(series, season)``; place 0 belongs to the first period of ``values``.

    Source:
        Classical decomposition; the shrinkage is James and Stein's, as D. Miller and D. Williams, "Shrinkage
        estimators of time series seasonal factors", International Journal of Forecasting 19 (2003).
    """
    count = values.shape[1]
    by_ratio = ratio[:, None]
    neutral = np.where(by_ratio, 1.0, np.zeros((len(values), season)))
    if count < season:
        return neutral
    trend = trend_line(values, season)
    # an extrapolated trend may fall to nothing, where a ratio means nothing
    least = 0.2 * np.maximum(values.mean(axis=1, keepdims=True), TINY)
    detrended = np.where(by_ratio, values / np.maximum(trend, least), values - trend)
    place = np.arange(count) % season
    weight = _SEASON_MEMORY ** ((count - 1 - np.arange(count)) // season)
    belongs = (place[:, None] == np.arange(season)).astype(float)
    total = weight @ belongs
    mean = detrended @ (weight[:, None] * belongs) / total
    about = mean - mean.mean(axis=1, keepdims=True)
    kept = np.full((len(values), 1), 0.5)  # one season alone cannot tell shape from noise
    if count >= season + season // 2:
        spread = (about**2).sum(axis=1, keepdims=True) / max(1, season - 1)
        effective = float((total**2 / (weight**2 @ belongs)).mean())
        noise = ((detrended - mean[:, place]) ** 2).sum(axis=1, keepdims=True) / max(1, count - season) / effective
        kept = np.maximum(0.0, 1 - np.divide(noise, spread, out=np.ones_like(noise), where=spread > 0))
    index = neutral + kept * about
    positive = np.maximum(index, _SMALLEST_INDEX)
    return np.asarray(np.where(by_ratio, positive / positive.mean(axis=1, keepdims=True), index))


def prepare(values: FloatArray, season: int) -> Prepared:
    """Return the rows without their season: by ratio where a row is positive most of the time and never negative.

    Source: own.
    """
    ratio: BoolArray = (values >= 0).all(axis=1) & ((values > 0).mean(axis=1) > 0.5)
    index = seasonal_index(values, season, ratio)
    each = index[:, np.arange(values.shape[1]) % season]
    flat = np.where(ratio[:, None], values / np.where(ratio[:, None], each, 1.0), values - each)
    trust = float(np.clip(values.shape[1] / season - 0.5, 0.0, 1.0))
    return Prepared(values=values, flat=flat, index=index, season=season, ratio=ratio, trust=trust)


def past_growth(values: FloatArray, season: int) -> FloatArray:
    """Return the growth of each row's sum a year, over all that can be compared with a year before.

    Within −90 … +150 %, and in proportion to it while less than a year can be compared; none below a year and a period.

    Source: own.
    """
    compared = values.shape[1] - season
    if compared <= 0:
        return np.zeros(len(values))
    earlier, later = values[:, :-season].sum(axis=1), values[:, season:].sum(axis=1)
    meant = earlier > 1e-9 * np.abs(later)
    growth = np.divide(later, earlier, out=np.ones_like(later), where=meant) - 1
    return np.asarray(min(1.0, compared / season) * np.clip(growth, _LEAST_GROWTH, _MOST_GROWTH))
