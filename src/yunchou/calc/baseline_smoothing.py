"""Exponential smoothing of many series for many parameters at once, averaged by how well each foretold the past."""

import numpy as np

from yunchou.calc.baseline_grid import FloatArray
from yunchou.calc.baseline_season import TINY, Prepared, slopes

LEVEL_GAINS = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8])
_TREND_GAINS = (0.05, 0.15, 0.3)
_DAMPINGS = (0.85, 0.95, 0.98)
# the first seasons' slope that a trend starts with, as a share of the fitted one
_FIRST_SLOPES = (0.0, 0.5, 1.0)


class Smoothing:
    """Level and slope of each series for each set of parameters, after the whole history.

    ``errors`` has shape ``(periods, series, parameters)``, relative ones where the season is a ratio; ``weight``,
    ``(series, parameters)``, says how far each set of parameters is believed (Akaike weights, summing to 1).
    """

    def __init__(self, known: Prepared, *, gain: FloatArray, trend: FloatArray, damping: FloatArray, cost: float) -> None:
        self.known, self.gain, self.trend, self.damping, self.cost = known, gain, trend, damping, cost
        flat = known.flat
        usual = np.maximum(flat.mean(axis=1), flat[:, -known.season :].mean(axis=1))
        self._usual = np.maximum(usual, TINY)[:, None]

    def run(self, *, level: FloatArray, slope: FloatArray) -> "Smoothing":
        """Filter the whole history from a first level and slope, both of shape ``(series, parameters)``."""
        flat, ratio = self.known.flat, self.known.ratio[:, None]
        self.errors = np.empty((flat.shape[1], *level.shape))
        for at in range(flat.shape[1]):
            expected = level + self.damping * slope
            error = flat[:, at, None] - expected
            level = expected + self.gain * error
            slope = self.damping * slope + self.gain * self.trend * error
            self.errors[at] = np.where(ratio, error / self.scale(expected), error)
        self.level, self.slope = level, slope
        square = (self.errors**2).mean(axis=0)
        # a floor keeps a history without noise from choosing one parameter by rounding errors
        floor = np.where(self.known.ratio, 1.0, (flat**2).mean(axis=1))[:, None]
        score = -0.5 * len(self.errors) * np.log(np.maximum(square, 1e-12 * np.maximum(floor, TINY)))
        likely = np.exp(score - score.max(axis=1, keepdims=True))
        self.weight = likely / likely.sum(axis=1, keepdims=True)
        return self

    def scale(self, expected: FloatArray) -> FloatArray:
        """Return what errors are relative to: what was expected, within a quarter and three times the usual, so that none explodes."""
        return np.clip(expected, 0.25 * self._usual, 3 * self._usual)

    def mean(self, horizon: int, drift: FloatArray | None = None) -> FloatArray:
        """Return the expected periods with their season, ``(series, horizon)``; ``drift``, ``(series,)``, replaces the slope."""
        level, slope = self.level, self.slope if drift is None else np.repeat(drift[:, None], self.level.shape[1], axis=1)
        ratio = self.known.ratio[:, None]
        out = np.empty((len(level), horizon))
        for ahead in range(horizon):
            level = level + self.damping * slope
            slope = self.damping * slope
            out[:, ahead] = (self.weight * np.where(ratio, np.maximum(level, 0.0), level)).sum(axis=1)
        return self.known.with_season(out)

    def draw(self, *, horizon: int, paths: int, random: np.random.Generator, drift: FloatArray | None = None) -> FloatArray:
        """Return paths of the first series with its season, ``(paths, horizon)``; ``drift``, ``(paths,)``, replaces the slope.

        Every path draws its own parameters by their weight, then its own errors from the past ones: uncertain
        parameters widen the spread as they should.
        """
        count, ratio = len(self.errors), bool(self.known.ratio[0])
        chosen = np.sort(random.choice(len(self.gain), size=paths, p=self.weight[0]))
        gain, trend, damping = self.gain[chosen], self.trend[chosen], self.damping[chosen]
        level, slope = self.level[0, chosen], self.slope[0, chosen] if drift is None else drift
        widened = np.sqrt(count / max(1.0, count - self.cost))
        # about nothing: errors of a lagging level would otherwise add a drift that the mean does not know
        errors = (self.errors[:, 0] - self.errors[:, 0].mean(axis=0)) * widened
        place = random.integers(count, size=(paths, horizon))
        out = np.empty((paths, horizon))
        for ahead in range(horizon):
            expected = level + damping * slope
            error = errors[place[:, ahead], chosen]
            if ratio:
                expected = np.maximum(expected, 0.0)
                error = np.maximum(self.scale(expected[None])[0] * error, -expected)
            out[:, ahead] = expected + error
            level = expected + gain * error
            slope = damping * slope + gain * trend * error
        return np.asarray(self.known.with_season(out[None])[0])


def smooth_level(known: Prepared) -> Smoothing:
    """Return smoothing without a trend.

    Source:
        R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, Forecasting with Exponential Smoothing, 2008, models
        (A,N,A) and (M,N,M) on a shrunk season; weights: S. Kolassa, Int. J. of Forecasting 27 (2011).
    """
    flat, nothing = np.ones((1, len(LEVEL_GAINS))), np.zeros_like(LEVEL_GAINS)
    head = known.flat[:, : 2 * known.season].mean(axis=1, keepdims=True)
    made = Smoothing(known, gain=LEVEL_GAINS, trend=nothing, damping=np.ones_like(LEVEL_GAINS), cost=2.0)
    return made.run(level=head * flat, slope=0.0 * head * flat)


def smooth_trend(known: Prepared) -> Smoothing:
    """Return smoothing with a damped trend.

    Source: as ``smooth_level``, models (A,Ad,A) and (M,Ad,M).
    """
    grid = [(g, t, d, f) for g in LEVEL_GAINS[1:] for t in _TREND_GAINS for d in _DAMPINGS for f in _FIRST_SLOPES]
    gain, trend, damping, first = np.array(grid).T
    head = known.flat[:, : 2 * known.season]
    slope = known.trust * slopes(head)[:, None] * first
    made = Smoothing(known, gain=gain, trend=trend, damping=damping, cost=3.0)
    return made.run(level=head.mean(axis=1, keepdims=True) - slope * (head.shape[1] + 1) / 2, slope=slope)


def smooth_theta(known: Prepared) -> Smoothing:
    """Return the Theta method: smoothing with a drift of half the straight line's slope; the drift is given when it is asked.

    Source:
        V. Assimakopoulos and K. Nikolopoulos, Int. J. of Forecasting 16 (2000); as smoothing with drift: R. J. Hyndman
        and B. Billah, Int. J. of Forecasting 19 (2003).
    """
    slope = np.repeat(known.trust * slopes(known.flat)[:, None] / 2, len(LEVEL_GAINS), axis=1)
    head = known.flat[:, : known.season]
    made = Smoothing(known, gain=LEVEL_GAINS, trend=np.zeros_like(LEVEL_GAINS), damping=np.ones_like(LEVEL_GAINS), cost=2.0)
    return made.run(level=head.mean(axis=1, keepdims=True) - slope * (head.shape[1] + 1) / 2, slope=slope)
