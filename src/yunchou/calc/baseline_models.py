"""Five simple models: what they expect of many series at once, and the paths of one series as their mixture."""

from collections.abc import Iterator

import numpy as np

from yunchou.calc.baseline_grid import FloatArray, IntArray
from yunchou.calc.baseline_season import TINY, Prepared, past_growth, prepare, slopes, trend_line
from yunchou.calc.baseline_smoothing import smooth_level, smooth_theta, smooth_trend

MODELS = ("Level", "DampedTrend", "Theta", "SeasonalNaive", "SeasonalGrowth")
# The weights before a file has shown which model suits it: smoothing, Theta and a season that keeps half its growth, a
# third each. On two public panels of 1,794 monthly series that mixture was never far from the best single model.
USUAL = np.array([1 / 6, 1 / 6, 1 / 3, 1 / 6, 1 / 6])
# A year's own surprise beyond months' noise, before the file has shown any.
_YEAR_SHOCK = 0.10
# series filtered at once: bounds memory
_AT_ONCE = 256


def seasonal_growth(values: FloatArray, *, season: int, horizon: int, growth: FloatArray) -> FloatArray:
    """Return last year's season times one plus a growth, once more for each further year; a flat mean before there is a year.

    Args:
        values: Shape ``(series, periods)``, any unit.
        season: Number of periods a year.
        horizon: Periods ahead.
        growth: Shape ``(series,)``, a share of the year before.

    Source: own; damping growth follows E. S. Gardner and E. McKenzie, Management Science 31 (1985).
    """
    if values.shape[1] < season:
        return np.repeat(values.mean(axis=1, keepdims=True), horizon, axis=1)
    ahead = np.arange(horizon)
    return np.asarray(values[:, -season:][:, ahead % season] * (1 + growth)[:, None] ** (ahead // season + 1))


def shrunk(found: FloatArray, variance: FloatArray, size: FloatArray) -> FloatArray:
    """Return values moved towards their mean by as much as their differences may be chance.

    Args:
        found: Shape ``(series,)``.
        variance: The variance of each by chance.
        size: The weight of each in the mean.

    Source: R. DerSimonian and N. Laird, "Meta-analysis in clinical trials", Controlled Clinical Trials 7 (1986).
    """
    weight = size / max(float(size.sum()), TINY)
    mean = float(weight @ found)
    between = max(0.0, float(weight @ ((found - mean) ** 2 - variance)))
    return np.asarray(mean + between / (between + variance + TINY) * (found - mean))


def expect_many(values: FloatArray, first: IntArray, *, season: int, horizon: int) -> FloatArray:
    """Return what each model expects of each series, shape ``(models, series, horizon)``.

    Growths and slopes of series that have a year behind them are shrunk towards each other, for what one small
    series grew is mostly chance. A series is read from its first line on; never negative where it never was.

    Args:
        values: Shape ``(series, periods)``.
        first: Shape ``(series,)``, index of the first period with a line.
        season: Number of periods a year.
        horizon: Periods ahead.

    Source: own; the models' sources stand with them.
    """
    count, length = values.shape
    out = np.zeros((len(MODELS), count, horizon))
    growth, slope = _shared_growth(values, first, season)
    for rows in _same_start(first, length):
        own = values[rows, first[rows[0]] :]
        if own.shape[1] < 2:
            out[:, rows] = own.mean(axis=1)[:, None] if own.size else 0.0
            continue
        known = prepare(own, season)
        out[0, rows] = smooth_level(known).mean(horizon)
        out[1, rows] = smooth_trend(known).mean(horizon) if known.trust > 0 else out[0, rows]
        out[2, rows] = smooth_theta(known).mean(horizon, drift=known.trust / 2 * slope[rows] * known.size)
        out[3, rows] = seasonal_growth(own, season=season, horizon=horizon, growth=np.zeros(len(rows)))
        out[4, rows] = seasonal_growth(own, season=season, horizon=horizon, growth=growth[rows])
    positive = (values >= 0).all(axis=1)
    out[:, positive] = np.maximum(out[:, positive], 0.0)
    return out


def _same_start(first: IntArray, length: int) -> Iterator[IntArray]:
    """Yield the numbers of series that start in the same period, some at a time; those without a period are left out."""
    for start in np.unique(first[first < length]):
        rows = np.flatnonzero(first == start)
        for at in range(0, len(rows), _AT_ONCE):
            yield rows[at : at + _AT_ONCE]


def _shared_growth(values: FloatArray, first: IntArray, season: int) -> tuple[FloatArray, FloatArray]:
    """Return each series' growth a year, and its slope a period relative to its size, both shrunk where there are three to compare."""
    count, length = values.shape
    growth, slope = np.zeros(count), np.zeros(count)
    chance, chance_of_slope, size = np.ones(count), np.ones(count), np.zeros(count)
    for rows in _same_start(first, length):
        own = values[rows, first[rows[0]] :]
        if own.shape[1] < season:
            continue
        known = prepare(own, season)
        at = np.arange(own.shape[1]) - (own.shape[1] - 1) / 2
        compared = min(season, max(own.shape[1] - season, 1))
        growth[rows], slope[rows] = past_growth(own, season), slopes(known.flat) / known.size
        # a year's sum is known to a month's noise over the square root of its months, its growth to twice that variance
        chance[rows] = np.minimum(2 * known.noise / compared, 4.0)
        chance_of_slope[rows] = known.noise / float(at @ at)
        size[rows] = np.abs(own.sum(axis=1))
    known_ones = size > 0
    if known_ones.sum() > 2:
        growth[known_ones] = shrunk(growth[known_ones], chance[known_ones], size[known_ones])
        slope[known_ones] = shrunk(slope[known_ones], chance_of_slope[known_ones], size[known_ones])
    return growth, slope


def mixture(
    history: FloatArray, *, season: int, horizon: int, paths: int, random: np.random.Generator, weights: FloatArray = USUAL
) -> FloatArray:
    """Return paths of one series as a mixture of the five models, never negative where the history is not.

    Args:
        history: Shape ``(periods,)``, at least two.
        season: Number of periods a year.
        horizon: Periods ahead.
        paths: Number of paths.
        random: Of everything random.
        weights: The share of paths that each model draws.

    Source: own; mixing: R. T. Clemen, "Combining forecasts", Int. J. of Forecasting 5 (1989).
    """
    if not history.any():
        return np.zeros((paths, horizon))
    known = prepare(history[None], season)
    # largest remainders, so that every path is drawn by one model and all of them are
    due = np.diff(np.round(np.cumsum(weights) / weights.sum() * paths).astype(int), prepend=0)
    slope = float(known.trust * slopes(known.flat)[0])
    growth = float(past_growth(history[None], season)[0])
    drawn = [
        smooth_level(known).draw(horizon=horizon, paths=int(due[0]), random=random),
        (smooth_trend(known) if known.trust > 0 else smooth_level(known)).draw(horizon=horizon, paths=int(due[1]), random=random),
        # the drift is uncertain: between none and the whole slope, half on the mean
        smooth_theta(known).draw(horizon=horizon, paths=int(due[2]), random=random, drift=slope * random.random(int(due[2]))),
        seasonal_paths(known, horizon=horizon, paths=int(due[3]), growth=0.0, random=random),
        seasonal_paths(known, horizon=horizon, paths=int(due[4]), growth=growth, random=random),
    ]
    return np.concatenate([_never_negative(paths_of_one) for paths_of_one in drawn] if (history >= 0).all() else drawn)


def _never_negative(drawn: FloatArray) -> FloatArray:
    """Return paths stopped at zero whose means stay: what stopping adds to some is taken from the others."""
    stopped = np.maximum(drawn, 0.0)
    before, after = np.maximum(drawn.sum(axis=0), 0.0), stopped.sum(axis=0)
    return np.asarray(stopped * np.divide(before, after, out=np.ones_like(after), where=after > 0))


def seasonal_paths(known: Prepared, *, horizon: int, paths: int, growth: float, random: np.random.Generator) -> FloatArray:
    """Return paths about last year's season with its growth: one shock a year, and months in blocks as they erred together before.

    A year's shock has the variance of a prior plus the sampling error of two years' sums (last year's and the coming
    one's), pooled with the errors of the same forecast, with half the growth, at earlier origins.

    Source: own; block resampling as P. Bühlmann, "Bootstraps for time series", Statistical Science 17 (2002).
    """
    values, season = known.values[0], known.season
    mean = seasonal_growth(values[None], season=season, horizon=horizon, growth=np.array([growth]))[0]
    size = float(np.abs(mean).mean())
    # a year of silence is no yardstick for the next one's errors
    least = max(0.1 * float(np.abs(values).mean()), TINY)
    blocks, errors = [], []
    for origin in range(season, len(values) - season + 1):
        before = values[None, :origin]
        point = seasonal_growth(before, season=season, horizon=season, growth=past_growth(before, season) / 2)[0]
        block = (values[origin : origin + season] - point) / max(float(np.abs(point).mean()), least)
        blocks.append(block - block.mean())
        errors.append(float(block.mean()))
    noise = ((known.flat - trend_line(known.flat, season)) / known.size[:, None])[0]
    variance = _YEAR_SHOCK**2 + 2 * float(noise.var()) / season
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
