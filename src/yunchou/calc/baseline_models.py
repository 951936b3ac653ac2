"""Three simple models of one series whose equal mixture is hard to beat: damped season, exponential smoothing, Theta."""

from dataclasses import dataclass

import numpy as np

from yunchou.calc.baseline_grid import FloatArray

# how much of a year's weight a season keeps a year later, when the season's shape is learnt
_SEASON_MEMORY = 0.85
_LEVEL_GAINS = np.array([0.02, 0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8])
_TREND_GAINS = (0.05, 0.15, 0.3)
_DAMPINGS = (0.85, 0.95, 0.98)
# the first season's slope that a trend starts with, as a share of the fitted one
_FIRST_SLOPES = (0.0, 0.5, 1.0)
_SMALLEST_INDEX = 0.1
_TINY = 1e-300


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A series without its season: ``flat`` is ``values / index`` (ratio) or ``values - index``.

    ``trust`` (0…1) says how far a slope may be believed for this length; ``season`` is the number of periods a year.
    """

    values: FloatArray
    flat: FloatArray
    index: FloatArray
    season: int
    ratio: bool
    trust: float

    def with_season(self, flat_paths: FloatArray) -> FloatArray:
        """Return paths of the periods that follow, with their season."""
        ahead = (len(self.values) + np.arange(flat_paths.shape[1])) % self.season
        return flat_paths * self.index[ahead] if self.ratio else flat_paths + self.index[ahead]

    @property
    def slope(self) -> float:
        """Return the straight line's slope a period, as far as it may be believed."""
        if len(self.flat) < 3:
            return 0.0
        return self.trust * float(np.polyfit(np.arange(len(self.flat)), self.flat, 1)[0])


def trend_line(values: FloatArray, season: int) -> FloatArray:
    """Return the centred moving average over a season, continued in a straight line at both ends.

    Source: classical decomposition; M. Kendall and A. Stuart, The Advanced Theory of Statistics, vol. 3, 1983.
    """
    count = len(values)
    if count < season + 2:
        return np.full(count, values.mean())
    weights = np.ones(season + 1 - season % 2)
    if season % 2 == 0:
        weights = np.ones(season + 1)
        weights[0] = weights[-1] = 0.5
    else:
        weights = np.ones(season)
    core = np.convolve(values, weights / weights.sum(), "valid")
    lead = len(weights) // 2
    reach = min(len(core), season)
    after = (core[-1] - core[-reach]) / (reach - 1) if reach > 1 else 0.0
    before = (core[reach - 1] - core[0]) / (reach - 1) if reach > 1 else 0.0
    tail = count - lead - len(core)
    return np.concatenate([core[0] - before * np.arange(lead, 0, -1), core, core[-1] + after * np.arange(1, tail + 1)])


def seasonal_index(values: FloatArray, season: int, *, ratio: bool) -> FloatArray:
    """Return a season's shape, shrunk towards none by as much as it could be noise.

    Args:
        values: Shape ``(periods,)``.
        season: Number of periods a year.
        ratio: Factors with mean 1; else differences with mean 0.

    Returns:
        Shape ``(season,)``; place 0 belongs to the first period of ``values``.

    Source:
        Classical decomposition; the shrinkage is James and Stein's, as D. Miller and D. Williams, "Shrinkage
        estimators of time series seasonal factors", International Journal of Forecasting 19 (2003).
    """
    count = len(values)
    neutral = np.ones(season) if ratio else np.zeros(season)
    if count < season:
        return neutral
    base = trend_line(values, season)
    # an extrapolated trend may fall to nothing, where a ratio means nothing
    detrended = values / np.maximum(base, 0.2 * max(values.mean(), _TINY)) if ratio else values - base
    place = np.arange(count) % season
    weight = _SEASON_MEMORY ** ((count - 1 - np.arange(count)) // season)
    total = np.bincount(place, weight, season)
    mean = np.bincount(place, weight * detrended, season) / total
    spread = float(((mean - mean.mean()) ** 2).sum()) / max(1, season - 1)
    kept = 0.5  # one season alone cannot tell shape from noise
    if count >= season + season // 2:
        effective = float((total**2 / np.bincount(place, weight**2, season)).mean())
        noise = float(((detrended - mean[place]) ** 2).sum()) / max(1, count - season) / effective
        kept = max(0.0, 1 - noise / spread) if spread > 0 else 0.0
    index = neutral + kept * (mean - mean.mean())
    if ratio:
        index = np.maximum(index, _SMALLEST_INDEX)
        index /= index.mean()
    return np.asarray(index)


def prepare(values: FloatArray, season: int) -> Prepared:
    """Return the series without its season: by ratio where it is positive most of the time and never negative.

    Source: own.
    """
    ratio = bool((values >= 0).all() and (values > 0).mean() > 0.5)
    index = seasonal_index(values, season, ratio=ratio)
    place = np.arange(len(values)) % season
    flat = values / index[place] if ratio else values - index[place]
    trust = float(np.clip(len(values) / season - 0.5, 0.0, 1.0))
    return Prepared(values=values, flat=flat, index=index, season=season, ratio=ratio, trust=trust)


def damped_seasonal(values: FloatArray, *, season: int, horizon: int) -> FloatArray:
    """Return last year's season times one plus half the mean past growth; a flat mean before there is a year.

    Args:
        values: Shape ``(periods,)``, any unit.
        season: Number of periods a year.
        horizon: Periods ahead; each further year grows again.

    Source: own; damping growth by half as a rule follows E. S. Gardner and E. McKenzie, Management Science 31 (1985).
    """
    if len(values) < season:
        return np.full(horizon, values.mean())
    growth = 0.0
    if len(values) > season:
        earlier, later = values[:-season].sum(), values[season:].sum()
        if earlier > 1e-9 * abs(later):
            seasons = min(1.0, (len(values) - season) / season)
            growth = 0.5 * seasons * float(np.clip(later / earlier - 1, -0.9, 1.5))
    ahead = np.arange(horizon)
    return np.asarray(values[-season:][ahead % season] * (1 + growth) ** (ahead // season + 1))


def damped_seasonal_paths(known: Prepared, *, horizon: int, paths: int, prior: float, random: np.random.Generator) -> FloatArray:
    """Return paths about the damped season: one shock a year, and months in blocks as they erred together before.

    A year's shock has the variance of ``prior``² plus the sampling error of two years' sums (last year's and the coming
    one's), pooled with the errors of the same forecast at earlier origins.

    Source: own; block resampling as P. Bühlmann, "Bootstraps for time series", Statistical Science 17 (2002).
    """
    values, season = known.values, known.season
    mean = damped_seasonal(values, season=season, horizon=horizon)
    size = float(np.abs(mean).mean())
    # a year of silence is no yardstick for the next one's errors
    least = max(0.1 * float(np.abs(values).mean()), _TINY)
    blocks, errors = [], []
    for origin in range(season, len(values) - season + 1):
        point = damped_seasonal(values[:origin], season=season, horizon=season)
        block = (values[origin : origin + season] - point) / max(float(np.abs(point).mean()), least)
        blocks.append(block - block.mean())
        errors.append(float(block.mean()))
    noise = (known.flat - trend_line(known.flat, season)) / max(float(np.abs(known.flat).mean()), _TINY)
    variance = prior**2 + 2 * float(noise.var()) / season
    if errors:
        outcomes = (len(values) - season) / season
        variance = (2 * variance + outcomes * float(np.mean(np.square(errors)))) / (2 + outcomes)
    ahead = np.arange(horizon)
    years = random.standard_normal((paths, horizon // season + 1)).cumsum(axis=1) * np.sqrt(variance)
    if blocks:
        months = np.array(blocks)[random.integers(len(blocks), size=paths)][:, ahead % season]
    else:
        months = noise[random.integers(len(noise), size=(paths, horizon))]
    return np.asarray(mean * (1 + years[:, ahead // season]) + size * months)


def smoothing_paths(known: Prepared, *, horizon: int, paths: int, random: np.random.Generator) -> FloatArray:
    """Return paths of exponential smoothing with none or a damped trend, averaged over a grid of its parameters.

    Every path draws its own parameters by how well they foretold the past (Akaike weights), then its own errors from
    the past ones: uncertain parameters widen the spread as they should.

    Source:
        R. J. Hyndman, A. B. Koehler, J. K. Ord and R. D. Snyder, Forecasting with Exponential Smoothing, 2008 (models
        (A,N,A), (A,Ad,A), (M,N,M), (M,Ad,M) on a shrunk season); weights: S. Kolassa, Int. J. of Forecasting 27 (2011).
    """
    grid = [(level, 0.0, 1.0, 0.0) for level in _LEVEL_GAINS]
    if known.trust > 0:
        trends = [(gain, damping, first) for gain in _TREND_GAINS for damping in _DAMPINGS for first in _FIRST_SLOPES]
        grid += [(level, *trend) for level in _LEVEL_GAINS[1:] for trend in trends]
    gain, trend, damping, first = np.array(grid).T
    head = known.flat[: 2 * known.season]
    slope = known.trust * float(np.polyfit(np.arange(len(head)), head, 1)[0]) if len(head) > 2 else 0.0
    state = _Smoothed(known, gain=gain, trend=trend, damping=damping)
    state.run(level=head.mean() - first * slope * (len(head) + 1) / 2, slope=first * slope)
    with_trend = trend > 0
    prior = np.where(with_trend, 0.5 / max(1, with_trend.sum()), (0.5 if with_trend.any() else 1.0) / (~with_trend).sum())
    return known.with_season(state.draw(prior, np.where(with_trend, 4.0, 2.0), horizon=horizon, paths=paths, random=random))


def theta_paths(known: Prepared, *, horizon: int, paths: int, random: np.random.Generator) -> FloatArray:
    """Return paths of the Theta method: simple smoothing with a drift of half the straight line's slope.

    The drift is uncertain: between none and the whole slope, half on the mean.

    Source:
        V. Assimakopoulos and K. Nikolopoulos, Int. J. of Forecasting 16 (2000); as smoothing with drift: R. J. Hyndman
        and B. Billah, Int. J. of Forecasting 19 (2003).
    """
    slope = known.slope
    head = known.flat[: known.season]
    gain = _LEVEL_GAINS
    state = _Smoothed(known, gain=gain, trend=np.zeros_like(gain), damping=np.ones_like(gain))
    state.run(level=np.full(len(gain), head.mean() - slope / 2 * (len(head) + 1) / 2), slope=np.full(len(gain), slope / 2))
    prior = np.full(len(gain), 1 / len(gain))
    flat = state.draw(prior, np.full(len(gain), 2.0), horizon=horizon, paths=paths, random=random, drift=slope * random.random(paths))
    return known.with_season(flat)


class _Smoothed:
    """Level and slope of one series for many parameters at once."""

    def __init__(self, known: Prepared, *, gain: FloatArray, trend: FloatArray, damping: FloatArray) -> None:
        self.known, self.gain, self.trend, self.damping = known, gain, trend, damping

    def run(self, *, level: FloatArray, slope: FloatArray) -> None:
        """Filter the whole history; keep the last state and all one-step errors (relative ones for a ratio)."""
        flat = self.known.flat
        self.errors = np.empty((len(flat), len(self.gain)))
        for at, value in enumerate(flat):
            expected = level + self.damping * slope
            error = value - expected
            level = expected + self.gain * error
            slope = self.damping * slope + self.gain * self.trend * error
            self.errors[at] = error / self._size(expected) if self.known.ratio else error
        self.level, self.slope = level, slope

    def _size(self, expected: FloatArray) -> FloatArray:
        """Return what errors are relative to: what was expected, within a quarter and three times the usual, so that none explodes."""
        usual = max(float(self.known.flat.mean()), float(self.known.flat[-self.known.season :].mean()), _TINY)
        return np.asarray(np.clip(expected, 0.25 * usual, 3 * usual))

    def draw(
        self,
        prior: FloatArray,
        parameters: FloatArray,
        *,
        horizon: int,
        paths: int,
        random: np.random.Generator,
        drift: FloatArray | None = None,
    ) -> FloatArray:
        """Return paths without season, shape ``(paths, horizon)``; ``drift`` replaces the slope."""
        count = len(self.errors)
        mean_square = (self.errors**2).mean(axis=0)
        # a floor keeps a history without noise from choosing one parameter by rounding errors
        floor = 1e-12 * max(float((self.known.flat**2).mean()) if not self.known.ratio else 1.0, _TINY)
        score = -0.5 * count * np.log(np.maximum(mean_square, floor)) - parameters
        weight = np.exp(score - score.max()) * prior
        chosen = np.sort(random.choice(len(weight), size=paths, p=weight / weight.sum()))
        gain, trend, damping = self.gain[chosen], self.trend[chosen], self.damping[chosen]
        level, slope = self.level[chosen], self.slope[chosen] if drift is None else drift
        widened = np.sqrt(count / max(1.0, count - (3.0 if drift is None else 2.0)))
        place = random.integers(count, size=(paths, horizon))
        out = np.empty((paths, horizon))
        for ahead in range(horizon):
            expected = level + damping * slope
            error = self.errors[place[:, ahead], chosen] * widened
            if self.known.ratio:
                expected = np.maximum(expected, 0.0)
                error = np.maximum(self._size(expected) * error, -expected)
            out[:, ahead] = expected + error
            level = expected + gain * error
            slope = damping * slope + gain * trend * error
        return out
